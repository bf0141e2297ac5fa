import contextlib

import mlflow
from openai import OpenAI

from standard import openai_both

mlflow.openai.autolog()


@contextlib.contextmanager
def turn(session, user, metadata):
    with mlflow.start_span("turn"):
        mlflow.update_current_trace(
            metadata={"mlflow.trace.session": session, "mlflow.trace.user": user},
            tags={key: str(value) for key, value in metadata.items()})
        yield


openai_both(OpenAI(), turn)
mlflow.flush_trace_async_logging()
