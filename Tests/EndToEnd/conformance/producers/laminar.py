import contextlib
import os
import sys

from standard import PROJECT, openai_both

sys.argv[0] = PROJECT  # the SDK's name for the service, taken when it is imported

from lmnr import Instruments, Laminar  # noqa: E402
from openai import OpenAI  # noqa: E402

PORT = {name: int(os.environ[name].rpartition(":")[2]) for name in ("STENO_URL", "STENO_GRPC_URL")}
# Without force_http it speaks gRPC.
how = (
    {"grpc_port": PORT["STENO_GRPC_URL"]} if os.environ["STANDARD_FORMAT"] == "grpc"
    else {"http_port": PORT["STENO_URL"], "force_http": True})
Laminar.initialize(project_api_key="key", base_url="http://127.0.0.1", instruments={Instruments.OPENAI}, **how)


@contextlib.contextmanager
def turn(session, user, metadata):
    with Laminar.start_as_current_span("turn"):
        Laminar.set_trace_session_id(session)
        Laminar.set_trace_user_id(user)
        Laminar.set_trace_metadata(metadata)
        yield


openai_both(OpenAI(), turn)
Laminar.flush()
Laminar.shutdown()
