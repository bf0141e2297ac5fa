from agno.agent import Agent
from agno.db.in_memory import InMemoryDb
from agno.models.openai import OpenAIChat
from openinference.instrumentation import using_attributes
from openinference.instrumentation.agno import AgnoInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from standard import (
    EXTRA_SESSION, EXTRA_USER, MODEL, PROJECT, SESSION, STREAM_QUESTION, SYSTEM, USER, WEATHER_QUESTION, converse,
    endpoint, get_weather)

provider = TracerProvider(resource=Resource.create({"openinference.project.name": PROJECT}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint())))
AgnoInstrumentor().instrument(tracer_provider=provider)


def turn(session, user, metadata):
    # The agent itself names the session and the user.
    return using_attributes(metadata=metadata)


def agent(session, user, **more):
    return Agent(
        model=OpenAIChat(id=MODEL), session_id=session, user_id=user, db=InMemoryDb(), add_history_to_context=True,
        num_history_runs=10, telemetry=False, **more)


assistant = agent(SESSION, USER)
converse(lambda messages: assistant.run(messages[-1]["content"]).content, turn)
weather = agent(EXTRA_SESSION, EXTRA_USER, system_message=SYSTEM, tools=[get_weather])
with turn(EXTRA_SESSION, EXTRA_USER, {}):
    weather.run(WEATHER_QUESTION)
with turn(EXTRA_SESSION, EXTRA_USER, {}):
    for _ in weather.run(STREAM_QUESTION, stream=True):
        pass
provider.shutdown()
