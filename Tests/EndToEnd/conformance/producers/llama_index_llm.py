import os

from llama_index.core.base.llms.types import ChatMessage
from llama_index.llms.openai import OpenAI
from openinference.instrumentation import using_attributes
from openinference.instrumentation.llama_index import LlamaIndexInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from standard import (
    EXTRA_SESSION, EXTRA_USER, MODEL, PROJECT, STREAM_QUESTION, SYSTEM, TOOL, WEATHER_QUESTION, converse, endpoint,
    get_weather)

provider = TracerProvider(resource=Resource.create({"openinference.project.name": PROJECT}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint())))
LlamaIndexInstrumentor().instrument(tracer_provider=provider)


def turn(session, user, metadata):
    return using_attributes(session_id=session, user_id=user, metadata=metadata)


def chat(messages):
    return [ChatMessage(role=message["role"], content=message["content"]) for message in messages]


llm = OpenAI(model=MODEL, api_base=os.environ["OPENAI_BASE_URL"])
converse(lambda messages: llm.chat(chat(messages)).message.content, turn)

history = [ChatMessage(role="system", content=SYSTEM), ChatMessage(role="user", content=WEATHER_QUESTION)]
with turn(EXTRA_SESSION, EXTRA_USER, {}):
    called = llm.chat(history, tools=[TOOL])
    [call] = llm.get_tool_calls_from_response(called)
    history += [called.message, ChatMessage(
        role="tool", content=get_weather(**call.tool_kwargs), additional_kwargs={"tool_call_id": call.tool_id})]
    history.append(llm.chat(history, tools=[TOOL]).message)
history.append(ChatMessage(role="user", content=STREAM_QUESTION))
with turn(EXTRA_SESSION, EXTRA_USER, {}):
    for _ in llm.stream_chat(history, stream_options={"include_usage": True}):
        pass
provider.shutdown()
