import contextlib
import os

from fi_instrumentation import register, using_metadata, using_session, using_user
from fi_instrumentation.fi_types import ProjectType
from fi_instrumentation.otel import Transport
from openai import OpenAI
from traceai_openai import OpenAIInstrumentor

from standard import PROJECT, openai_both

# gRPC goes where FI_GRPC_URL says.
how = {"transport": Transport.GRPC} if os.environ.get("FI_GRPC_URL") else {}
provider = register(project_type=ProjectType.OBSERVE, project_name=PROJECT, **how)
OpenAIInstrumentor().instrument(tracer_provider=provider)


@contextlib.contextmanager
def turn(session, user, metadata):
    with using_session(session), using_user(user), using_metadata(metadata):
        yield


openai_both(OpenAI(), turn)
provider.force_flush()
