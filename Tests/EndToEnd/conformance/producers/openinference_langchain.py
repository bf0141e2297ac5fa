from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from openinference.instrumentation import using_attributes
from openinference.instrumentation.langchain import LangChainInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from standard import (
    EXTRA_SESSION, EXTRA_USER, MODEL, PROJECT, STREAM_QUESTION, SYSTEM, WEATHER_QUESTION, converse, endpoint,
    get_weather)

provider = TracerProvider(resource=Resource.create({"openinference.project.name": PROJECT}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint())))
LangChainInstrumentor().instrument(tracer_provider=provider)
model = ChatOpenAI(model=MODEL, stream_usage=True)


def turn(session, user, metadata):
    return using_attributes(session_id=session, user_id=user, metadata=metadata)


converse(lambda messages: model.invoke(messages).content, turn)
agent = create_agent(model, [tool(get_weather)], system_prompt=SYSTEM)
with turn(EXTRA_SESSION, EXTRA_USER, {}):
    state = agent.invoke({"messages": [{"role": "user", "content": WEATHER_QUESTION}]})
with turn(EXTRA_SESSION, EXTRA_USER, {}):
    for _ in agent.stream({"messages": [*state["messages"], {"role": "user", "content": STREAM_QUESTION}]},
                          stream_mode="messages"):
        pass
provider.shutdown()
