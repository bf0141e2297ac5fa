import contextlib

from fi_instrumentation import register, using_metadata, using_session, using_user
from fi_instrumentation.fi_types import ProjectType
from openai import OpenAI
from traceai_openai import OpenAIInstrumentor

from standard import PROJECT, openai_both

provider = register(project_type=ProjectType.OBSERVE, project_name=PROJECT)
OpenAIInstrumentor().instrument(tracer_provider=provider)


@contextlib.contextmanager
def turn(session, user, metadata):
    with using_session(session), using_user(user), using_metadata(metadata):
        yield


openai_both(OpenAI(), turn)
provider.force_flush()
