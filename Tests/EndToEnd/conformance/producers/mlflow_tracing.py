import contextlib

import mlflow
from openai import OpenAI

from standard import openai_both

mlflow.openai.autolog()


@contextlib.contextmanager
def turn(session, user, metadata):
    with mlflow.start_span("turn") as span:
        # What `update_current_trace` keeps as a trace's session and user is not exported; attributes of a span are.
        span.set_attributes({"mlflow.trace.session": session, "mlflow.trace.user": user})
        mlflow.update_current_trace(tags={key: str(value) for key, value in metadata.items()})
        yield


openai_both(OpenAI(), turn)
mlflow.flush_trace_async_logging()
