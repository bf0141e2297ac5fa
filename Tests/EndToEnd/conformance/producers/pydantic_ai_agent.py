import asyncio
import contextlib
import json

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from pydantic_ai import Agent, InstrumentationSettings
from pydantic_ai.models.openai import OpenAIChatModel

from standard import (
    EXTRA_SESSION, EXTRA_USER, MODEL, PROJECT, STREAM_QUESTION, SYSTEM, WEATHER_QUESTION, converse, endpoint,
    get_weather)

provider = TracerProvider(resource=Resource.create({"service.name": PROJECT}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint())))
tracer = provider.get_tracer("chat")
Agent.instrument_all(InstrumentationSettings(tracer_provider=provider))
history = []


@contextlib.contextmanager
def turn(session, user, metadata):
    attributes = {"session.id": session, "user.id": user, "metadata": json.dumps(metadata)}
    with tracer.start_as_current_span("turn", attributes=attributes):
        yield


agent = Agent(OpenAIChatModel(MODEL), instructions=SYSTEM, name="assistant")


def ask(messages):
    global history
    result = agent.run_sync(messages[-1]["content"], message_history=history)
    history = result.all_messages()
    return result.output


converse(ask, turn)

weather = Agent(OpenAIChatModel(MODEL), instructions=SYSTEM, name="weather")
weather.tool_plain(get_weather)
with turn(EXTRA_SESSION, EXTRA_USER, {}):
    result = weather.run_sync(WEATHER_QUESTION)


async def stream():
    with turn(EXTRA_SESSION, EXTRA_USER, {}):
        async with weather.run_stream(STREAM_QUESTION, message_history=result.all_messages()) as streamed:
            async for _ in streamed.stream_text():
                pass


asyncio.run(stream())
provider.shutdown()
