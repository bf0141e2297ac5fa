import contextlib

from openai import OpenAI
from traceloop.sdk import Traceloop
from traceloop.sdk.instruments import Instruments

from standard import PROJECT, openai_both

Traceloop.init(
    app_name=PROJECT, api_key="key", disable_batch=True, instruments={Instruments.OPENAI})


@contextlib.contextmanager
def turn(session, user, metadata):
    Traceloop.set_association_properties({"session_id": session, "user_id": user, **metadata})
    yield


openai_both(OpenAI(), turn)
