from agents import Agent, Runner, function_tool
from openinference.instrumentation import using_attributes
from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

import asyncio

from standard import (
    EXTRA_SESSION, EXTRA_USER, MODEL, PROJECT, STREAM_QUESTION, SYSTEM, WEATHER_QUESTION, converse, endpoint,
    get_weather)

provider = TracerProvider(resource=Resource.create({"openinference.project.name": PROJECT}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint())))
OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)
assistant = Agent(name="assistant", instructions=SYSTEM, model=MODEL)
weather = Agent(name="weather", instructions=SYSTEM, model=MODEL, tools=[function_tool(get_weather)])


def turn(session, user, metadata):
    return using_attributes(session_id=session, user_id=user, metadata=metadata)


async def stream(messages):
    streamed = Runner.run_streamed(weather, messages)
    async for _ in streamed.stream_events():
        pass


converse(lambda messages: Runner.run_sync(assistant, list(messages)).final_output, turn)
with turn(EXTRA_SESSION, EXTRA_USER, {}):
    result = Runner.run_sync(weather, WEATHER_QUESTION)
with turn(EXTRA_SESSION, EXTRA_USER, {}):
    asyncio.run(stream([*result.to_input_list(), {"role": "user", "content": STREAM_QUESTION}]))
provider.shutdown()
