import contextlib

import logfire
from openai import OpenAI

from standard import PROJECT, openai_both


def keep_the_session(match):
    """Logfire scrubs what looks like a secret, session names included."""
    return match.value if "session" in match.pattern_match.group().lower() else None


logfire.configure(
    send_to_logfire=False, service_name=PROJECT, console=False,
    scrubbing=logfire.ScrubbingOptions(callback=keep_the_session))
logfire.instrument_openai()


@contextlib.contextmanager
def turn(session, user, metadata):
    with logfire.span("turn", **{"session.id": session, "user.id": user, "metadata": metadata}):
        yield


openai_both(OpenAI(), turn)
logfire.shutdown()
