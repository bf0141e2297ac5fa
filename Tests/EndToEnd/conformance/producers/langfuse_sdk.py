import contextlib

from langfuse import get_client, propagate_attributes
from langfuse.openai import OpenAI

from standard import openai_both

langfuse = get_client()


@contextlib.contextmanager
def turn(session, user, metadata):
    texts = {key: str(value) for key, value in metadata.items()}
    with propagate_attributes(session_id=session, user_id=user, metadata=texts):
        yield


openai_both(OpenAI(), turn)
langfuse.flush()
langfuse.shutdown()
