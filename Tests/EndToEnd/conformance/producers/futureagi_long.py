"""A chat of 40 turns, with the whole history in each call."""

from fi_instrumentation import register, using_session, using_user
from fi_instrumentation.fi_types import ProjectType
from openai import OpenAI
from traceai_openai import OpenAIInstrumentor

from standard import MODEL, PROJECT

provider = register(project_type=ProjectType.OBSERVE, project_name=PROJECT)
OpenAIInstrumentor().instrument(tracer_provider=provider)
client, messages = OpenAI(), []
for number in range(1, 41):
    messages.append({"role": "user", "content": f"Question {number}?"})
    with using_session("session-long"), using_user("user-long"):
        answer = client.chat.completions.create(model=MODEL, messages=messages)
    messages.append({"role": "assistant", "content": answer.choices[0].message.content})
provider.force_flush()
