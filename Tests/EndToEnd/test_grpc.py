"""OTLP/gRPC: the same answers as over HTTP, by real exporters and by a plain gRPC client that can do wrong."""

import gzip
import http.client
import re
import signal
import socket
import subprocess
import sys
import threading
import zlib

import grpc
import pytest
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GRPCSpanExporter
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HTTPSpanExporter
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest, ExportTraceServiceResponse)
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

import captures
from crawl import crawl, difference
from http2 import HTTP2, framed
from server import Steno, clean_environment, run

SERVICES = {"traces": "trace.v1.TraceService", "logs": "logs.v1.LogsService", "metrics": "metrics.v1.MetricsService"}
PROJECT_HEADERS = ("x-project-name", "langsmith-project", "projectname")
# Nobody waits longer for an answer of a server on the same machine.
SECONDS_MAX = 30


def method(signal_: str) -> str:
    return f"/opentelemetry.proto.collector.{SERVICES[signal_]}/Export"


class Caller:
    """A gRPC client of bytes."""

    def __init__(self, steno: Steno, compression=grpc.Compression.NoCompression):
        self.channel = grpc.insecure_channel(steno.grpc_target, compression=compression, options=[
            ("grpc.max_send_message_length", -1), ("grpc.enable_retries", 0)])

    def call(self, path: str, message: bytes, metadata=()) -> bytes:
        return self.channel.unary_unary(path)(message, metadata=metadata, timeout=SECONDS_MAX, wait_for_ready=True)

    def refusal(self, path: str, message: bytes, metadata=()) -> grpc.RpcError:
        with pytest.raises(grpc.RpcError) as caught:
            self.call(path, message, metadata)
        return caught.value

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()


@pytest.fixture
def caller(steno):
    with Caller(steno) as client:
        yield client


def spans_named(*names: str, trace: int = 1) -> bytes:
    request = ExportTraceServiceRequest()
    spans = request.resource_spans.add().scope_spans.add().spans
    for number, name in enumerate(names, start=1):
        spans.add(
            trace_id=trace.to_bytes(16, "big"), span_id=number.to_bytes(8, "big"), name=name,
            start_time_unix_nano=1_795_354_394_000_000_000, end_time_unix_nano=1_795_354_395_000_000_000)
    return request.SerializeToString()


def test_it_prints_where_grpc_is(steno):
    assert f"http://{steno.grpc_target}" in steno.printed


@pytest.mark.parametrize("compression", [grpc.Compression.NoCompression, grpc.Compression.Gzip])
def test_every_capture_gives_the_same_answers_as_over_http(tmp_path, compression):
    requests = [request for request in captures.telemetry() if request.as_protobuf is not None]
    assert len(requests) >= 30
    with Steno(tmp_path / "http.db") as over_http, Steno(tmp_path / "grpc.db") as over_grpc, \
            Caller(over_grpc, compression) as client:
        for request in requests:
            answer = over_http.request("POST", f"/v1/{request.signal}", request.as_protobuf, {
                "content-type": "application/x-protobuf", **project_of(request)})
            try:
                message = client.call(
                    method(request.signal), request.as_protobuf, tuple(project_of(request).items()))
                assert (answer.status, answer.body) == (200, message), request.name
            except grpc.RpcError as error:
                assert (answer.status, error.code()) == (400, grpc.StatusCode.INVALID_ARGUMENT), request.name
        assert over_grpc.walk("/api/v1/sessions")
        assert not difference(crawl(over_http), crawl(over_grpc))


def project_of(request) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if name in PROJECT_HEADERS}


@pytest.mark.parametrize("compression", [None, grpc.Compression.Gzip, grpc.Compression.Deflate])
@pytest.mark.parametrize("processor", [BatchSpanProcessor, SimpleSpanProcessor])
def test_opentelemetry_python(tmp_path, compression, processor):
    with Steno(tmp_path / "http.db") as over_http, Steno(tmp_path / "grpc.db") as over_grpc:
        provider = TracerProvider(resource=Resource.create({"service.name": "chat-service"}))
        provider.add_span_processor(processor(
            HTTPSpanExporter(f"{over_http.url}/v1/traces", compression=Compression.NoCompression)))
        provider.add_span_processor(processor(
            GRPCSpanExporter(f"http://{over_grpc.grpc_target}", compression=compression)))
        tracer = provider.get_tracer("chat", "1.2.3")
        for turn in range(30):
            with tracer.start_as_current_span("turn") as root:
                root.set_attributes({"session.id": f"session-{turn % 3}", "user.id": "user-1", "turn": turn})
                with tracer.start_as_current_span("chat gpt") as call:
                    call.set_attributes({
                        "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt",
                        "gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text","content":"Hello?"}]}]',
                        "gen_ai.output.messages": '[{"role":"assistant","parts":[{"type":"text","content":"Hi."}]}]'})
        provider.shutdown()
        seen = crawl(over_grpc)
        assert not difference(crawl(over_http), seen)
        assert len(over_grpc.walk("/api/v1/sessions")) == 3
        assert sum(row["span_count"] for row in over_grpc.walk("/api/v1/sessions")) == 60


def test_opentelemetry_python_metrics(steno):
    reader = PeriodicExportingMetricReader(OTLPMetricExporter(f"http://{steno.grpc_target}"))
    provider = MeterProvider(metric_readers=[reader])
    provider.get_meter("chat").create_counter("turns").add(1)
    provider.shutdown()
    assert "steno_accepted_metric_points_total 1\n" in steno.get("/metrics").body.decode()


FUTUREAGI = """
import os
from fi_instrumentation import register, using_session, using_user
from fi_instrumentation.fi_types import ProjectType
from fi_instrumentation.otel import Transport
from openai import OpenAI
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from traceai_openai import OpenAIInstrumentor

provider = register(
    project_type=ProjectType.OBSERVE, project_name="grpc-demo", transport=Transport.GRPC)
http = SimpleSpanProcessor(OTLPSpanExporter(os.environ["OVER_HTTP"] + "/v1/traces"))
TracerProvider.add_span_processor(provider, http)  # beside the SDK's own, not in its place
OpenAIInstrumentor().instrument(tracer_provider=provider)
client, messages = OpenAI(), []
for question in ("What is photosynthesis?", "How does it differ from cellular respiration?", "In one sentence?"):
    messages.append({"role": "user", "content": question})
    with using_session("session-c91d4e"), using_user("user-7f3a2b"):
        answer = client.chat.completions.create(model="gpt-4o-mini", messages=messages)
    messages.append({"role": "assistant", "content": answer.choices[0].message.content})
provider.shutdown()
"""


@pytest.mark.parametrize("compression", [{}, {"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION": "gzip"}])
def test_futureagi_with_transport_grpc(tmp_path, openai, compression):
    with Steno(tmp_path / "http.db") as over_http, Steno(tmp_path / "grpc.db") as over_grpc:
        done = subprocess.run(
            [sys.executable, "-c", FUTUREAGI], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
            env=clean_environment(
                FI_BASE_URL=over_http.url, FI_GRPC_URL=f"http://{over_grpc.grpc_target}", FI_API_KEY="key",
                FI_SECRET_KEY="secret", OPENAI_API_KEY="key", OPENAI_BASE_URL=openai.url, OVER_HTTP=over_http.url,
                **compression))
        assert done.returncode == 0, done.stderr
        [row] = over_grpc.walk("/api/v1/sessions")
        assert (row["name"], row["user_id"], row["turn_count"]) == ("session-c91d4e", "user-7f3a2b", 3)
        assert not difference(crawl(over_http), crawl(over_grpc))


def test_what_cannot_be_kept_is_partial_success(caller, steno):
    request = ExportTraceServiceRequest.FromString(spans_named("good", "bad"))
    request.resource_spans[0].scope_spans[0].spans[1].span_id = b"short"
    answer = ExportTraceServiceResponse.FromString(caller.call(method("traces"), request.SerializeToString()))
    assert answer.partial_success.rejected_spans == 1 and answer.partial_success.error_message
    assert [trace["span_count"] for trace in steno.walk("/api/v1/traces")] == [1]


def test_an_empty_export_is_accepted(caller):
    for signal_ in SERVICES:
        assert caller.call(method(signal_), b"") == b""
    assert ExportLogsServiceResponse.FromString(b"") is not None


def test_metadata_names_the_project(caller, steno):
    for number, name in enumerate(PROJECT_HEADERS, start=1):
        caller.call(method("traces"), spans_named("one", trace=number), ((name, f"by-{name}"),))
    assert sorted(project["name"] for project in steno.walk("/api/v1/projects")) == sorted(
        f"by-{name}" for name in PROJECT_HEADERS)


@pytest.mark.parametrize("message", [b"\xff\xff", b"\x0a\x7f", b"no protobuf at all"])
def test_undecodable_is_invalid_argument(caller, steno, message):
    for signal_ in SERVICES:
        error = caller.refusal(method(signal_), message)
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert "OTLP" in error.details()
    assert not steno.walk("/api/v1/traces")


def test_compression_that_is_not_what_it_says(steno):
    message = spans_named("one")
    cases = [
        ({}, framed(gzip.compress(message), flag=1), 3), ({"grpc_encoding": "gzip"}, framed(message, flag=1), 3),
        ({"grpc_encoding": "snappy"}, framed(message, flag=1), 12), ({}, framed(message, flag=2), 3),
        ({"grpc_encoding": "gzip"}, framed(gzip.compress(message) + b"x", flag=1), 3),
        # A message may come uncompressed whatever the headers offer.
        ({"grpc_encoding": "gzip"}, framed(message), 0),
        ({"grpc_encoding": "gzip"}, framed(gzip.compress(message), flag=1), 0),
        ({"grpc_encoding": "deflate"}, framed(zlib.compress(message), flag=1), 0),
    ]
    with HTTP2(steno.grpc_target) as client:
        for headers, data, status in cases:
            stream = client.open(**headers)
            if status != 12:
                client.send(stream, data, end=True)
            answer = client.answer(stream)
            assert (answer.headers[":status"], answer.grpc_status) == ("200", status), (headers, data[:20])
            if status == 12:
                assert answer.headers["grpc-accept-encoding"] == "identity,gzip,deflate"


def test_what_is_no_grpc_is_answered_as_http(steno):
    with HTTP2(steno.grpc_target) as client:
        assert client.answer(client.open(content_type="application/json")).headers[":status"] == "415"
        assert client.answer(client.open(method="GET", end=True)).headers[":status"] == "405"


def test_a_message_may_come_byte_by_byte(steno):
    with HTTP2(steno.grpc_target) as client:
        stream, data = client.open(), framed(spans_named("one"))
        for at in range(len(data)):
            client.send(stream, data[at:at + 1], end=at == len(data) - 1)
        answer = client.answer(stream)
        assert (answer.grpc_status, answer.body, answer.headers["content-type"]) == (0, framed(b""), "application/grpc")
    assert len(steno.walk("/api/v1/traces")) == 1


def test_a_message_over_the_limit_is_refused_before_it_is_sent(steno):
    with HTTP2(steno.grpc_target) as client:
        stream = client.open()
        client.send(stream, framed(b"", length=(64 << 20) + 1))
        assert client.answer(stream).grpc_status == 8


def test_a_call_that_is_given_up_gives_its_room_back(steno):
    large = spans_named(*(f"span {'x' * 1000} {number}" for number in range(200)))
    with HTTP2(steno.grpc_target) as client, Caller(steno) as other:
        for _ in range(10):
            # 60 MiB are more than the whole budget: such a message is let in alone.
            stream = client.open()
            client.send(stream, framed(b"\x0a", length=60 << 20))
            client.reset(stream)
            assert other.call(method("traces"), large) == b""


def test_a_call_that_ends_too_early_is_refused(steno):
    with HTTP2(steno.grpc_target) as client:
        for data in (b"", b"\x00\x00", framed(b"\x0a", length=9)):
            stream = client.open()
            client.send(stream, data, end=True)
            assert client.answer(stream).grpc_status == 3


def test_over_the_limit_is_resource_exhausted(steno):
    limit = 64 << 20
    with Caller(steno) as client:
        error = client.refusal(method("traces"), bytes(limit + 1))
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert str(limit) in error.details()
        assert not [key for key, _ in error.trailing_metadata() or () if "retryinfo" in key]
        # The connection goes on.
        assert client.call(method("traces"), spans_named("after")) == b""
    with Caller(steno, grpc.Compression.Gzip) as client:
        error = client.refusal(method("traces"), bytes(limit + 1))
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert client.call(method("traces"), spans_named("after", trace=2)) == b""


def test_without_room_it_says_when_to_come_back(steno):
    """The budget of bodies is one for HTTP and gRPC: what HTTP holds is not there for gRPC."""
    holder = http.client.HTTPConnection(steno.host, steno.port, timeout=60)
    try:
        holder.putrequest("POST", "/v1/traces")
        holder.putheader("Content-Type", "application/x-protobuf")
        holder.putheader("Content-Length", str(60 << 20))
        holder.endheaders()
        holder.send(b"\x0a")
        large = spans_named(*(f"span {'x' * 1000} {number}" for number in range(200)))
        small = spans_named("small", trace=2)
        with Caller(steno) as client:
            # Small messages need no place of their own.
            assert client.call(method("traces"), small) == b""
            error = refused_for_room(client, large)
            metadata = dict(error.trailing_metadata())
        retry = b"\x0a\x02\x08\x01"
        assert metadata["google.rpc.retryinfo-bin"] == retry
        status = metadata["grpc-status-details-bin"]
        assert status.startswith(b"\x08\x0e") and b"type.googleapis.com/google.rpc.RetryInfo\x12\x04" + retry in status
    finally:
        holder.close()


def refused_for_room(client: Caller, message: bytes) -> grpc.RpcError:
    """The holder's headers may be read after the first call: then that one is let in."""
    for _ in range(100):
        try:
            client.call(method("traces"), message)
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.UNAVAILABLE
            return error
    raise AssertionError("the budget was never used up")


def test_unknown_methods_are_unimplemented(caller):
    for path in ("/opentelemetry.proto.collector.trace.v1.TraceService/Import", "/grpc.health.v1.Health/Watch", "/x"):
        assert caller.refusal(path, b"").code() == grpc.StatusCode.UNIMPLEMENTED


def test_more_or_fewer_messages_than_one(steno):
    with Caller(steno) as client:
        stream = client.channel.stream_unary(method("traces"))
        for messages in ([], [spans_named("one"), spans_named("two")]):
            with pytest.raises(grpc.RpcError) as caught:
                stream(iter(messages), timeout=SECONDS_MAX)
            assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_keys_are_those_of_http(tmp_path):
    data, check = tmp_path / "steno.db", "/grpc.health.v1.Health/Check"
    keys = {}
    for scope, *more in (("ingest",), ("read",), ("ingest", "--project", "shop")):
        done = run("keys", "add", "--name", f"{scope}{len(more)}", "--scope", scope, *more, "--data", str(data))
        assert done.returncode == 0, done.stderr
        keys[scope, *more] = re.search(r"steno_[\w-]{43}", done.stdout)[0]
    with Steno(data) as steno, Caller(steno) as client:
        for metadata in ((), (("authorization", "Bearer wrong"),)):
            error = client.refusal(method("traces"), spans_named("one"), metadata)
            assert error.code() == grpc.StatusCode.UNAUTHENTICATED
        reader = (("authorization", f"Bearer {keys['read',]}"),)
        assert client.refusal(method("traces"), spans_named("one"), reader).code() == grpc.StatusCode.PERMISSION_DENIED
        assert client.call(check, b"") == b"\x08\x01"
        # What an unknown caller sends is not even read.
        assert client.refusal(method("traces"), bytes(60 << 20)).code() == grpc.StatusCode.UNAUTHENTICATED
        for number, metadata in enumerate(((("authorization", f"Bearer {keys['ingest',]}"),), (
                ("x-api-key", keys["ingest",]), ("x-secret-key", "other"))), start=1):
            assert client.call(method("traces"), spans_named("one", trace=number), metadata) == b""
        shop = (("x-api-key", keys["ingest", "--project", "shop"]),)
        assert client.call(method("traces"), spans_named("one", trace=9), shop) == b""
        error = client.refusal(method("traces"), spans_named("one", trace=1), shop)
        assert error.code() == grpc.StatusCode.PERMISSION_DENIED
        answer = steno.request("GET", "/api/v1/projects", headers={"Authorization": f"Bearer {keys['read',]}"})
        assert {row["name"]: row["trace_count"] for row in answer.json["data"]}["shop"] == 1


def test_health(caller):
    check = "/grpc.health.v1.Health/Check"
    serving = b"\x08\x01"
    names = ["", *(f"opentelemetry.proto.collector.{service}" for service in SERVICES.values()), "grpc.health.v1.Health"]
    for name in names:
        assert caller.call(check, b"\x0a" + bytes([len(name)]) + name.encode() if name else b"") == serving
    assert caller.refusal(check, b"\x0a\x01x").code() == grpc.StatusCode.NOT_FOUND
    assert caller.refusal(check, b"\xff").code() == grpc.StatusCode.INVALID_ARGUMENT


def test_many_calls_of_many_connections(steno):
    """More calls than a connection may have open, each small: none is lost, no connection is given up."""
    calls, errors = 600, []

    def work(number: int) -> None:
        with Caller(steno) as client:
            unary = client.channel.unary_unary(method("traces"))
            futures = [unary.future(spans_named("one", trace=number * calls + index + 1), timeout=60)
                       for index in range(calls)]
            errors.extend(error for future in futures if (error := future.exception()) is not None)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors[0]
    assert steno.ok("/api/v1/stats")["traces"] == 3 * calls


def test_what_is_no_http2_gets_no_answer_of_another_protocol(steno):
    host, _, port = steno.grpc_target.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=SECONDS_MAX) as connection:
        connection.sendall(b"POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        answer = b""
        while more := connection.recv(4096):
            answer += more
    assert answer.startswith(b"HTTP/1.1 505 ") and b"4318" in answer
    with Caller(steno) as client:
        assert client.call(method("traces"), spans_named("still here")) == b""


def test_counted_in_metrics(caller, steno):
    caller.call(method("traces"), spans_named("one"))
    caller.refusal(method("traces"), b"\xff")
    text = steno.get("/metrics").body.decode()
    assert 'steno_grpc_answers_total{code="0"} 1\n' in text
    assert 'steno_grpc_answers_total{code="3"} 1\n' in text
    assert "steno_accepted_spans_total 1\n" in text


def test_off_means_off(tmp_path):
    with Steno(tmp_path / "off.db", "--no-grpc") as steno:
        assert steno.grpc_target is None
    with Steno(tmp_path / "off.db", environment=clean_environment(STENO_NO_GRPC="1")) as steno:
        assert steno.grpc_target is None


def test_a_port_in_use_is_named(steno, tmp_path):
    port = steno.grpc_target.rpartition(":")[2]
    done = run("serve", "--port", "0", "--grpc-port", port, "--data", str(tmp_path / "second.db"))
    assert done.returncode == 1
    assert port in done.stderr and "--grpc-port" in done.stderr and "--no-grpc" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_drains_and_loses_nothing(data, number):
    accepted: set[int] = set()
    refused: set[grpc.StatusCode] = set()
    enough = threading.Event()

    def work(steno: Steno, worker: int) -> None:
        with Caller(steno) as client:
            for trace in range(worker * 1_000_000 + 1, worker * 1_000_000 + 100_000):
                try:
                    client.channel.unary_unary(method("traces"))(spans_named("a", "b", trace=trace), timeout=SECONDS_MAX)
                except grpc.RpcError as error:
                    refused.add(error.code())
                    return
                accepted.add(trace)
                if len(accepted) > 200:
                    enough.set()

    with Steno(data) as steno:
        threads = [threading.Thread(target=work, args=(steno, worker)) for worker in range(4)]
        for thread in threads:
            thread.start()
        assert enough.wait(60)
        assert steno.stop(number) == 0, steno.printed
        for thread in threads:
            thread.join()
    assert refused <= {grpc.StatusCode.UNAVAILABLE}
    with Steno(data) as steno:
        stored = {int(trace["trace_id"], 16): trace["span_count"] for trace in steno.walk("/api/v1/traces")}
    assert accepted <= stored.keys()
    assert set(stored.values()) == {2}


def test_kill_9_loses_nothing_that_was_answered(data):
    accepted = []
    with Steno(data) as steno, Caller(steno) as client:
        for trace in range(1, 101):
            client.call(method("traces"), spans_named("a", trace=trace))
            accepted.append(trace)
        steno.kill()
    with Steno(data) as steno:
        stored = {int(trace["trace_id"], 16) for trace in steno.walk("/api/v1/traces")}
    assert stored == set(accepted)
