"""The standard conversation that every producer has: imported by the scripts in producers/ and by the checks."""

import contextlib
import json
import os

PROJECT, MODEL = "chatbot-session-demo", "gpt-4o-mini"
SESSION, USER = "session-c91d4e", "user-7f3a2b"
QUESTIONS = [
    "What is photosynthesis?",
    "How does it differ from cellular respiration?",
    "Give me a one-sentence summary of both processes.",
]
METADATA = [
    {"turn_number": number, "conversation_stage": stage, "total_turns": 3}
    for number, stage in enumerate(("opening", "deepening", "closing"), start=1)]

EXTRA_SESSION, EXTRA_USER = "session-extra-01", "user-b2"
SYSTEM = "You are a helpful assistant."
WEATHER_QUESTION, WEATHER = "What is the weather in Paris?", '{"temp_c": 18, "sky": "clear"}'
STREAM_QUESTION = "Why are leaves green?"
TOOL = {"type": "function", "function": {
    "name": "get_weather", "description": "Weather of a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}


def get_weather(city: str) -> str:
    """Weather of a city."""
    return WEATHER


def endpoint(path: str = "/v1/traces") -> str:
    return os.environ["STENO_URL"] + path


@contextlib.contextmanager
def no_turn(session: str, user: str, metadata: dict):
    yield


def converse(ask, turn=no_turn) -> None:
    """The first session: `ask` gets the chat history and returns the answer; `turn` is around each exchange."""
    messages = []
    for question, metadata in zip(QUESTIONS, METADATA):
        messages.append({"role": "user", "content": question})
        with turn(SESSION, USER, metadata):
            answer = ask(messages)
        messages.append({"role": "assistant", "content": answer})


def converse_with_tools(client, turn=no_turn) -> None:
    """The second session with an OpenAI client: system prompt, a tool round trip, a streamed answer."""
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": WEATHER_QUESTION}]
    with turn(EXTRA_SESSION, EXTRA_USER, {}):
        called = client.chat.completions.create(model=MODEL, messages=messages, tools=[TOOL]).choices[0].message
        call = called.tool_calls[0]
        messages.append({"role": "assistant", "content": None, "tool_calls": [{
            "id": call.id, "type": "function",
            "function": {"name": call.function.name, "arguments": call.function.arguments}}]})
        result = get_weather(**json.loads(call.function.arguments))
        messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
        answer = client.chat.completions.create(model=MODEL, messages=messages, tools=[TOOL])
    messages.append({"role": "assistant", "content": answer.choices[0].message.content})
    messages.append({"role": "user", "content": STREAM_QUESTION})
    with turn(EXTRA_SESSION, EXTRA_USER, {}):
        for _ in client.chat.completions.create(
                model=MODEL, messages=messages, stream=True, stream_options={"include_usage": True}):
            pass


def openai_both(client, turn=no_turn) -> None:
    """Both sessions with an OpenAI client."""
    converse(lambda messages: client.chat.completions.create(
        model=MODEL, messages=messages).choices[0].message.content, turn)
    converse_with_tools(client, turn)
