"""OpenTelemetry's own Python exporter, as any application would use it."""

import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode


@pytest.mark.parametrize("compression", list(Compression))
@pytest.mark.parametrize("processor", [BatchSpanProcessor, SimpleSpanProcessor])
def test_opentelemetry_python(steno, compression, processor):
    provider = TracerProvider(resource=Resource.create({"service.name": "chat-service"}))
    provider.add_span_processor(processor(OTLPSpanExporter(f"{steno.url}/v1/traces", compression=compression)))
    tracer = provider.get_tracer("chat", "1.2.3", schema_url="https://opentelemetry.io/schemas/1.37.0")
    with tracer.start_as_current_span("chat session-1", kind=SpanKind.SERVER) as root:
        root.set_attribute("user.id", "user-1")
        with tracer.start_as_current_span("chat gpt", kind=SpanKind.CLIENT) as call:
            # The session stands on the leaf alone; all spans of the trace inherit it.
            call.set_attributes({
                "session.id": "session-1", "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt",
                "gen_ai.usage.input_tokens": 7, "gen_ai.usage.output_tokens": 5, "numbers": [1, 2, 3], "ratio": 0.5,
                "gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text","content":"Hello?"}]}]',
                "gen_ai.output.messages": '[{"role":"assistant","parts":[{"type":"text","content":"Hi."}]}]'})
            call.add_event("first token", {"index": 1})
            call.add_link(root.get_span_context(), {"why": "test"})
        with tracer.start_as_current_span("tool") as tool:
            tool.set_status(Status(StatusCode.ERROR, "no such city"))
    provider.shutdown()

    [row] = steno.walk("/api/v1/sessions")
    assert (row["name"], row["project"], row["user_id"]) == ("session-1", "chat-service", "user-1")
    assert (row["span_count"], row["error_count"], row["turn_count"]) == (3, 1, 1)
    assert (row["tokens"]["input"], row["tokens"]["output"]) == (7, 5)
    [turn] = steno.walk(f"/api/v1/sessions/{row['id']}/conversation")
    assert (turn["human"]["content"], turn["ai"]["content"]) == ("Hello?", "Hi.")
    [trace] = steno.walk("/api/v1/traces")
    spans = steno.ok(f"/api/v1/traces/{trace['trace_id']}")["spans"]
    assert [(span["name"], span["depth"]) for span in spans] == [("chat session-1", 0), ("chat gpt", 1), ("tool", 1)]
    detail = steno.ok(f"/api/v1/traces/{trace['trace_id']}/spans/{spans[1]['span_id']}")
    assert detail["attributes"]["numbers"] == [1, 2, 3] and detail["attributes"]["ratio"] == 0.5
    assert [event["name"] for event in detail["events"]] == ["first token"]
    assert detail["events"][0]["attributes"] == {"index": 1}
    assert detail["links"][0]["attributes"] == {"why": "test"}
    assert (detail["scope"]["name"], detail["scope"]["version"]) == ("chat", "1.2.3")
    assert detail["resource"]["attributes"]["service.name"] == "chat-service"
