"""Hand-written spans with the GenAI conventions; STANDARD_FORMAT is protobuf, gzip, json, grpc or
grpc-gzip."""

import contextlib
import json
import os
from types import SimpleNamespace

from openai import OpenAI
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind

from standard import MODEL, PROJECT, endpoint, openai_both


def exporter():
    if os.environ["STANDARD_FORMAT"] == "json":
        from opentelemetry.exporter.otlp.json.http.trace_exporter import OTLPSpanExporter
        return OTLPSpanExporter(endpoint=endpoint())
    if os.environ["STANDARD_FORMAT"].startswith("grpc"):
        import grpc
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        zipped = os.environ["STANDARD_FORMAT"] == "grpc-gzip"
        return OTLPSpanExporter(os.environ["STENO_GRPC_URL"], compression=grpc.Compression.Gzip if zipped else None)
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    zipped = os.environ["STANDARD_FORMAT"] == "gzip"
    return OTLPSpanExporter(endpoint(), compression=Compression.Gzip if zipped else Compression.NoCompression)


provider = TracerProvider(resource=Resource.create({"service.name": PROJECT}))
provider.add_span_processor(BatchSpanProcessor(exporter()))
tracer = provider.get_tracer("chat", "1.0.0")


def parts(message):
    if message["role"] == "tool":
        return [{"type": "tool_call_response", "id": message["tool_call_id"], "response": message["content"]}]
    text = [{"type": "text", "content": message["content"]}] if message.get("content") else []
    return text + [
        {"type": "tool_call", "id": call["id"], "name": call["function"]["name"],
         "arguments": json.loads(call["function"]["arguments"])} for call in message.get("tool_calls") or []]


def given(messages):
    return json.dumps([{"role": message["role"], "parts": parts(message)} for message in messages])


class Completions:
    """As an application that writes its own spans does."""

    def __init__(self, inner):
        self.inner = inner

    def create(self, **request):
        with tracer.start_as_current_span(f"chat {MODEL}", kind=SpanKind.CLIENT) as span:
            span.set_attributes({
                "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": MODEL,
                "gen_ai.input.messages": given(request["messages"])})
            answer = self.inner.create(**request)
            if request.get("stream"):
                chunks = list(answer)
                text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
                message, last = {"role": "assistant", "content": text}, chunks[-1]
            else:
                message, last = answer.choices[0].message.to_dict(), answer
            span.set_attributes({
                "gen_ai.output.messages": given([message]), "gen_ai.response.id": last.id,
                "gen_ai.response.model": last.model, "gen_ai.usage.input_tokens": last.usage.prompt_tokens,
                "gen_ai.usage.output_tokens": last.usage.completion_tokens})
            return [] if request.get("stream") else answer


@contextlib.contextmanager
def turn(session, user, metadata):
    with tracer.start_as_current_span("turn") as span:
        span.set_attributes({"session.id": session, "user.id": user, "metadata": json.dumps(metadata)})
        yield


inner = OpenAI()
openai_both(SimpleNamespace(chat=SimpleNamespace(completions=Completions(inner.chat.completions))), turn)
provider.shutdown()
