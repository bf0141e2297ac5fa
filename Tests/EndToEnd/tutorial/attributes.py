import os

from fi_instrumentation import register, using_attributes
from fi_instrumentation.fi_types import ProjectType
from openai import OpenAI
from traceai_openai import OpenAIInstrumentor

trace_provider = register(
    project_type=ProjectType.OBSERVE,
    project_name="chatbot-session-demo",
)
OpenAIInstrumentor().instrument(tracer_provider=trace_provider)

client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])

with using_attributes(
    session_id="session-c91d4e",
    user_id="user-7f3a2b",
    metadata={"turn_number": 1, "conversation_stage": "opening", "total_turns": 3},
    tags=["photosynthesis", "biology"],
):
    response = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": "What is photosynthesis?"}],
    )
    print(response.choices[0].message.content)
