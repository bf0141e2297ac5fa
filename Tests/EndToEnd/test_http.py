"""HTTP as exporters in the field speak it, on raw sockets where a client library would hide it."""

import gzip
import json
import socket
import zlib

import pytest

from server import Steno

T0 = 1_795_354_394_000_000_000


def body(number: int) -> bytes:
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [{
        "traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": "call",
        "startTimeUnixNano": str(T0), "endTimeUnixNano": str(T0 + 1)}]}]}]}).encode()


def spans(steno: Steno) -> int:
    return sum(project["span_count"] for project in steno.walk("/api/v1/projects"))


class Wire:
    """One connection, byte by byte."""

    def __init__(self, steno: Steno):
        self.socket = socket.create_connection((steno.host, steno.port), timeout=30)
        self.input = self.socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        status = int(self.input.readline().split()[1])
        headers = {}
        while (line := self.input.readline().strip()):
            name, value = line.decode().split(":", 1)
            headers[name.lower()] = value.strip()
        if status == 100:
            return status, headers, b""
        return status, headers, self.input.read(int(headers.get("content-length", 0)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.input.close()
        self.socket.close()


def head(length: int | None, *more: str, path: str = "/v1/traces", media: str = "application/json") -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Type: {media}", *more]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def test_one_connection_serves_many_requests(steno):
    with Wire(steno) as wire:
        for number in range(1, 21):
            wire.send(head(len(body(number))) + body(number))
            assert wire.answer()[0] == 200
    assert spans(steno) == 20


def test_pipelined_requests_are_answered_in_order(steno):
    with Wire(steno) as wire:
        requests = [head(len(body(number))) + body(number) for number in range(1, 11)]
        wire.send(b"".join(requests) + b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answers = [wire.answer() for _ in range(11)]
    assert [status for status, _, _ in answers] == [200] * 11
    assert answers[0][2] == answers[9][2] != answers[10][2]
    assert spans(steno) == 10


def test_expect_100_continue(steno):
    with Wire(steno) as wire:
        wire.send(head(len(body(1)), "Expect: 100-continue"))
        assert wire.answer()[0] == 100
        wire.send(body(1))
        assert wire.answer()[0] == 200
    assert spans(steno) == 1


def test_chunked_body(steno):
    content = body(1)
    with Wire(steno) as wire:
        wire.send(head(None, "Transfer-Encoding: chunked"))
        for at in range(0, len(content), 7):
            chunk = content[at:at + 7]
            wire.send(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        wire.send(b"0\r\n\r\n")
        assert wire.answer()[0] == 200
    assert spans(steno) == 1


def test_body_that_ends_early_stores_nothing(steno):
    with Wire(steno) as wire:
        wire.send(head(len(body(1))) + body(1)[:-5])
        wire.socket.shutdown(socket.SHUT_WR)
        assert wire.input.read(1) in (b"", b"H")
    assert steno.get("/healthz").status == 200
    assert spans(steno) == 0


def test_announced_body_over_the_limit_is_refused_and_readable(steno):
    with Wire(steno) as wire:
        wire.send(head(65 << 20))
        wire.send(b" " * (1 << 20))
        status, headers, content = wire.answer()
    assert status == 413 and headers["content-type"].startswith("application/json")
    assert b"64 MiB" in content or b"67108864" in content
    assert steno.get("/healthz").status == 200


def test_not_http_is_refused_and_the_server_lives(steno):
    with Wire(steno) as wire:
        wire.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 nonsense\r\n\r\n")
        wire.input.read()
    assert steno.get("/healthz").status == 200


@pytest.mark.parametrize("encoding,encode", [
    ("identity", lambda data: data),
    ("gzip", gzip.compress),
    ("GZIP", gzip.compress),
    ("x-gzip", gzip.compress),
    ("gzip", lambda data: gzip.compress(data[:50]) + gzip.compress(data[50:])),
    ("deflate", zlib.compress),
    ("deflate", lambda data: zlib.compress(data, wbits=-15)),
])
def test_content_encodings(steno, encoding, encode):
    answer = steno.post("/v1/traces", encode(body(1)), "application/json", Content_Encoding=encoding)
    assert answer.status == 200 or (encoding == "x-gzip" and answer.status == 415), answer.body
    assert spans(steno) == (answer.status == 200)


def test_unknown_encoding_names_the_known_ones(steno):
    answer = steno.post("/v1/traces", body(1), "application/json", Content_Encoding="br")
    assert answer.status == 415 and b"gzip" in answer.body
    assert spans(steno) == 0


@pytest.mark.parametrize("media", ["application/x-protobuf", "application/protobuf", "application/x-protobuf; q=1"])
def test_an_empty_protobuf_request_is_accepted(steno, media):
    answer = steno.post("/v1/traces", b"", media)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.content_type == media.split(";")[0]


@pytest.mark.parametrize("path", [
    "/v1/traces", "/v1/traces/", "/tracer/v1/traces", "/api/public/otel/v1/traces", "/otel/v1/traces",
    "/api/v1/private/otel/v1/traces"])
def test_every_ingest_path(steno, path):
    assert steno.post(path, body(1), "application/json").status == 200
    assert spans(steno) == 1


@pytest.mark.parametrize("header", ["x-project-name", "Langsmith-Project", "projectName"])
def test_a_header_names_the_project(steno, header):
    assert steno.request(
        "POST", "/v1/traces", body(1), {"Content-Type": "application/json", header: "by header"}).status == 200
    assert [project["name"] for project in steno.walk("/api/v1/projects")] == ["by header"]
    # Which of the headers it was is not stored: what explains the project is the name under which exports have it.
    session = json.loads(body(1))
    session["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["attributes"] = [
        {"key": "session.id", "value": {"stringValue": "s"}}]
    assert steno.request("POST", "/v1/traces", json.dumps(session).encode(), {
        "Content-Type": "application/json", header: "by header"}).status == 200
    [row] = steno.walk("/api/v1/sessions")
    [explained] = steno.walk(f"/api/v1/sessions/{row['id']}/explain")
    assert explained["project"] == {
        "value": "by header", "span_id": f"{1:016x}", "key": "steno.request.project",
        "rule": "project: steno.request.project"}


def test_undecodable_bodies_say_where(steno):
    answer = steno.post("/v1/traces", b'{"resourceSpans": [}', "application/json")
    assert answer.status == 400 and b"19" in answer.body
    assert answer.json["code"] == 3
    assert steno.post("/v1/traces", b"\x0a\xff", "application/x-protobuf").status == 400
    assert spans(steno) == 0


def test_browser_exporters_are_allowed_from_loopback_pages(steno):
    answer = steno.request("OPTIONS", "/v1/traces", headers={
        "Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type"})
    assert answer.status in (200, 204)
    assert answer.headers["access-control-allow-origin"] in ("*", "http://localhost:3000")
    assert "content-type" in answer.headers["access-control-allow-headers"].lower()


def test_the_pages_files_are_asked_for_again_cheaply(steno):
    for path in ("/", "/assets/current/main.js", "/some-view"):
        answer = steno.request("GET", path, headers={"Accept": "text/html,*/*"})
        assert answer.status == 200 and answer.headers["etag"].startswith('W/"')
        headers = {"Accept": "text/html,*/*", "If-None-Match": answer.headers["etag"]}
        again = steno.request("GET", path, headers=headers)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", answer.headers["etag"])
        assert steno.request("GET", path, headers=headers | {"If-None-Match": '"other"'}).status == 200
    assert steno.get("/assets/current/main.js").headers["etag"] != steno.get("/").headers["etag"]
    # From a deeper path the page's relative links would lead nowhere.
    assert steno.request("GET", "/some/view", headers={"Accept": "text/html"}).status == 404


def test_the_pages_files_say_what_a_browser_may_do_with_them(steno):
    for path in ("/", "/assets/current/main.js"):
        headers = steno.get(path).headers
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
        policy = headers["content-security-policy"]
        for rule in ("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"):
            assert rule in policy
        assert "unsafe" not in policy
    assert steno.get("/api/v1/sessions").headers["x-content-type-options"] == "nosniff"


def test_a_gzip_bomb_is_refused_quickly_and_in_bounded_memory(steno):
    compressor = zlib.compressobj(9, wbits=31)
    zeros = bytes(1 << 20)
    bomb = b"".join(compressor.compress(zeros) for _ in range(1024)) + compressor.flush()
    before = resident(steno)
    answer = steno.post("/v1/traces", bomb, "application/x-protobuf", Content_Encoding="gzip")
    assert answer.status == 413 and answer.content_type == "application/x-protobuf"
    assert resident(steno) - before < 64 << 20
    assert spans(steno) == 0


def resident(steno: Steno) -> int:
    with open(f"/proc/{steno.process.pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))

