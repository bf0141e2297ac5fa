import contextlib
import os

import openlit
from openai import OpenAI
from opentelemetry import trace

from standard import PROJECT, openai_both

openlit.init(
    otlp_endpoint=os.environ["STENO_URL"], application_name=PROJECT, environment="test", disable_metrics=True,
    disable_batch=True)
tracer = trace.get_tracer("chat")


@contextlib.contextmanager
def turn(session, user, metadata):
    with tracer.start_as_current_span("turn", attributes={"session.id": session, "user.id": user}):
        yield


openai_both(OpenAI(), turn)
