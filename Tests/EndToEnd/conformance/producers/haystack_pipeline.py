from haystack import Pipeline
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage
from haystack.tools import Tool
from openinference.instrumentation import using_attributes
from openinference.instrumentation.haystack import HaystackInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from standard import (
    EXTRA_SESSION, EXTRA_USER, MODEL, PROJECT, STREAM_QUESTION, SYSTEM, TOOL, WEATHER_QUESTION, converse, endpoint,
    get_weather)

provider = TracerProvider(resource=Resource.create({"openinference.project.name": PROJECT}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint())))
HaystackInstrumentor().instrument(tracer_provider=provider)


def turn(session, user, metadata):
    return using_attributes(session_id=session, user_id=user, metadata=metadata)


def pipeline(**more):
    made = Pipeline()
    made.add_component("llm", OpenAIChatGenerator(model=MODEL, **more))
    return lambda messages: made.run({"llm": {"messages": messages}})["llm"]["replies"][0]


def chat(message):
    return ChatMessage.from_user(message["content"]) if message["role"] == "user" else (
        ChatMessage.from_assistant(message["content"]))


ask = pipeline()
converse(lambda messages: ask([chat(message) for message in messages]).text, turn)

function = TOOL["function"]
tool = Tool(function["name"], function["description"], function["parameters"], get_weather)
ask_with_tools = pipeline(tools=[tool])
history = [ChatMessage.from_system(SYSTEM), ChatMessage.from_user(WEATHER_QUESTION)]
with turn(EXTRA_SESSION, EXTRA_USER, {}):
    called = ask_with_tools(history)
    call = called.tool_calls[0]
    history += [called, ChatMessage.from_tool(get_weather(**call.arguments), origin=call)]
    history.append(ask_with_tools(history))
history.append(ChatMessage.from_user(STREAM_QUESTION))
with turn(EXTRA_SESSION, EXTRA_USER, {}):
    pipeline(
        streaming_callback=lambda chunk: None,
        generation_kwargs={"stream_options": {"include_usage": True}})(history)
provider.shutdown()
