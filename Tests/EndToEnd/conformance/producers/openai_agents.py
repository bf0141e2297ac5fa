import asyncio

from agents import Agent, Runner, function_tool
from openinference.instrumentation import using_attributes
from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from standard import (
    EXTRA_SESSION, EXTRA_USER, METADATA, MODEL, PROJECT, QUESTIONS, SESSION, STREAM_QUESTION, SYSTEM, USER,
    WEATHER_QUESTION, endpoint, get_weather)

provider = TracerProvider(resource=Resource.create({"openinference.project.name": PROJECT}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint())))
OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)
assistant = Agent(name="assistant", instructions=SYSTEM, model=MODEL)
weather = Agent(name="weather", instructions=SYSTEM, model=MODEL, tools=[function_tool(get_weather)])


def turn(session, user, metadata):
    return using_attributes(session_id=session, user_id=user, metadata=metadata)


async def main():
    messages = []
    for question, metadata in zip(QUESTIONS, METADATA):
        messages.append({"role": "user", "content": question})
        with turn(SESSION, USER, metadata):
            messages = (await Runner.run(assistant, messages)).to_input_list()
    with turn(EXTRA_SESSION, EXTRA_USER, {}):
        result = await Runner.run(weather, WEATHER_QUESTION)
    with turn(EXTRA_SESSION, EXTRA_USER, {}):
        streamed = Runner.run_streamed(
            weather, [*result.to_input_list(), {"role": "user", "content": STREAM_QUESTION}])
        async for _ in streamed.stream_events():
            pass


asyncio.run(main())
provider.shutdown()
