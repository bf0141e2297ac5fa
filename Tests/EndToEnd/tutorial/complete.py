import os

from fi_instrumentation import register, using_metadata, using_session, using_user
from fi_instrumentation.fi_types import ProjectType
from openai import OpenAI
from traceai_openai import OpenAIInstrumentor

trace_provider = register(
    project_type=ProjectType.OBSERVE,
    project_name="chatbot-session-demo",
)
OpenAIInstrumentor().instrument(tracer_provider=trace_provider)

client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])

TURNS = [
    ("What is photosynthesis?", "opening"),
    ("How does it differ from cellular respiration?", "deepening"),
    ("Give me a one-sentence summary of both processes.", "closing"),
]


def run_conversation_with_metadata(user_id: str, session_id: str) -> None:
    messages = []
    for turn_number, (user_message, stage) in enumerate(TURNS, start=1):
        messages.append({"role": "user", "content": user_message})
        with (
            using_session(session_id),
            using_user(user_id),
            using_metadata({
                "turn_number": turn_number,
                "conversation_stage": stage,
                "total_turns": len(TURNS),
            }),
        ):
            response = client.chat.completions.create(model="gpt-4o-mini", messages=messages)
        reply = response.choices[0].message.content
        messages.append({"role": "assistant", "content": reply})
        print(f"[Turn {turn_number}] User: {user_message}")
        print(f"[Turn {turn_number}] Assistant: {reply}\n")


if __name__ == "__main__":
    run_conversation_with_metadata(user_id="user-7f3a2b", session_id="session-c91d4e")
    trace_provider.force_flush()
