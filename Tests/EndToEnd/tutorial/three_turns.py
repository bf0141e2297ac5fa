import os

from fi_instrumentation import register, using_session, using_user
from fi_instrumentation.fi_types import ProjectType
from openai import OpenAI
from traceai_openai import OpenAIInstrumentor

trace_provider = register(
    project_type=ProjectType.OBSERVE,
    project_name="chatbot-session-demo",
)
OpenAIInstrumentor().instrument(tracer_provider=trace_provider)

client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])


def run_conversation(user_id: str, session_id: str):
    turns = [
        "What is photosynthesis?",
        "How does it differ from cellular respiration?",
        "Give me a one-sentence summary of both processes.",
    ]
    messages = []
    for user_message in turns:
        messages.append({"role": "user", "content": user_message})
        with using_session(session_id), using_user(user_id):
            response = client.chat.completions.create(model="gpt-4o-mini", messages=messages)
        reply = response.choices[0].message.content
        messages.append({"role": "assistant", "content": reply})
        print(f"User: {user_message}\nAssistant: {reply}\n")


run_conversation(user_id="user-7f3a2b", session_id="session-c91d4e")
