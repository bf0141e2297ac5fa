"""Where a request ends, over HTTP/1.1 and HTTP/2: what two servers could read in two ways is refused, and who breaks
the rules is closed, whatever it goes on to send."""

import itertools
import json
import socket
import time

import hpack
import pytest

import hostile
from hostile import MIB, PROTOBUF, good
from test_grpc import Caller
from test_http import Wire, head
from test_limits import with_limits

POST = f"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: {PROTOBUF}\r\n".encode()
#: Behind a request whose end is in doubt: to one server a request, to another a body.
SECOND = b"GET /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
DOUBTFUL = {
    "length and chunks": POST + b"Content-Length: 5\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
    "chunks and length": POST + CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
    "the same length twice": POST + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
    "a list of lengths": POST + b"Content-Length: 0, 0\r\n\r\n",
    "a signed length": POST + b"Content-Length: +0\r\n\r\n",
    "a negative length": POST + b"Content-Length: -1\r\n\r\n",
    "a hexadecimal length": POST + b"Content-Length: 0x0\r\n\r\n",
    "a length beyond 64 bits": POST + b"Content-Length: 99999999999999999999999\r\n\r\n",
    "a space before the colon": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "no chunks but almost": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks that are not last": POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "chunks twice": POST + CHUNKED + CHUNKED + b"\r\n0\r\n\r\n",
    "a tab made vertical": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "a folded line": POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "a signed chunk": POST + CHUNKED + b"\r\n-1\r\n\r\n",
    "a prefixed chunk": POST + CHUNKED + b"\r\n0x0\r\n\r\n",
    "a chunk beyond 64 bits": POST + CHUNKED + b"\r\nfffffffffffffffff\r\n\r\n",
    "a chunk longer than it says": POST + CHUNKED + b"\r\n1\r\nxx0\r\n\r\n",
    "a line break in a chunk's extension": POST + CHUNKED + b"\r\n0;a\nb\r\n\r\n",
    "a length behind the chunks": POST + CHUNKED + b"\r\n0\r\nContent-Length: 5\r\n\r\n",
    "300 fields behind the chunks": POST + CHUNKED + b"\r\n0\r\n" + b"X: y\r\n" * 300 + b"\r\n",
    "lines that end in LF": POST.replace(b"\r\n", b"\n") + b"Content-Length: 0\n\n",
    "a lone CR in a value": POST + b"X: a\rContent-Length: 5\r\n\r\n",
    "a NUL in a value": POST + b"X: a\0b\r\nContent-Length: 0\r\n\r\n",
    "two hosts": POST + b"Host: other.example\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_a_request_whose_end_is_in_doubt_ends_the_connection(steno, name):
    with Wire(steno) as wire:
        wire.send(DOUBTFUL[name] + SECOND)
        status, headers, _ = wire.answer()
        assert (status, headers["connection"]) == (400, "close")
        assert wire.input.read() == b"", "what stands behind it is answered"


def test_two_hosts_are_named(steno):
    with Wire(steno) as wire:
        wire.send(DOUBTFUL["two hosts"])
        assert json.loads(wire.answer()[2])["parameter"] == "Host"


def test_a_request_before_a_broken_one_is_answered(steno):
    with Wire(steno) as wire:
        wire.send(SECOND + DOUBTFUL["two hosts"])
        assert wire.answer()[0] == 200
        assert wire.answer()[0] == 400 and wire.input.read() == b""


@pytest.mark.parametrize("length", [(1 << 63) - 1, 1 << 63, (1 << 64) - 1])
@pytest.mark.parametrize("path,status", [("/v1/traces", 413), ("/nowhere", 404)])
def test_a_length_beyond_any_number_is_too_large(steno, length, path, status):
    with Wire(steno) as wire:
        wire.send(head(length, path=path))
        answer = wire.answer()
        assert (answer[0], answer[1]["connection"]) == (status, "close")


@pytest.mark.parametrize("target,status", [
    ("http://localhost/api/v1/sessions", 200), ("http://127.0.0.1:9/api/v1/sessions", 200),
    ("http://evil.example/api/v1/sessions", 421), ("http://localhost@evil.example/api/v1/sessions", 421),
    ("http://evil.example?/api/v1/sessions", 200)])
def test_an_absolute_target_names_the_server_too(steno, target, status):
    with Wire(steno) as wire:
        wire.send(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert wire.answer()[0] == status


def test_what_stands_around_chunks_buys_no_time(data):
    """A client of a body that never begins keeps its place for as long as it sends anything at all."""
    with with_limits(data, bodyPauseSecondsMax=1, bodyBytesPerSecondMin=1000) as steno, Wire(steno) as wire:
        wire.send(POST + CHUNKED + b"\r\n1;x=")
        deadline = time.monotonic() + 20
        with pytest.raises(OSError):
            while time.monotonic() < deadline:
                wire.send(b"x" * 10_000)
        assert b'"slow-client"' in steno.get("/metrics").body


# HTTP/2

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RESET, SETTINGS, PING, CONTINUATION = 0, 1, 2, 3, 4, 6, 9
END_OF_HEADERS = 4


def frame(kind: int, flags: int = 0, stream: int = 0, content: bytes = b"") -> bytes:
    return len(content).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + content


def call(*more: tuple[str, str]) -> bytes:
    return hpack.Encoder().encode([
        (":method", "POST"), (":scheme", "http"), (":path", "/grpc.health.v1.Health/Check"), (":authority", "x"),
        ("content-type", "application/grpc"), ("te", "trailers"), *more], huffman=False)


START = PREFACE + frame(SETTINGS)


def calls(behind: bytes = b""):
    for stream in itertools.count(1, 2):
        yield frame(HEADERS, END_OF_HEADERS, stream, call()) + (frame(RESET, 0, stream, bytes(4)) if behind else b"")


#: An entry of the table of headers that is named again and again: 4 KB each.
REPEATED = call(("x" * 60, "y" * 3900)) + bytes([0x80 | 62]) * 8_000
BROKEN = {
    "no preface behind its beginning": (b"PRI * HTTP/1.1\r\n\r\n", itertools.repeat(bytes(10_000))),
    "a frame of 16 MB": (START, itertools.repeat(b"\xff" * 10_000)),
    "headers of no stream": (START, itertools.repeat(frame(HEADERS, END_OF_HEADERS, 0, call()))),
    "headers of a server's stream": (START, itertools.repeat(frame(HEADERS, END_OF_HEADERS, 2, call()))),
    "headers that can't be unpacked": (
        START, itertools.repeat(frame(HEADERS, END_OF_HEADERS, 1, b"\xff" * 20))),
    "headers that are a bomb": (START, itertools.repeat(frame(HEADERS, END_OF_HEADERS, 1, REPEATED))),
    "headers that never end": (
        START + frame(HEADERS, 0, 1, call()), itertools.repeat(frame(CONTINUATION, 0, 1, bytes(16_000)))),
    "headers that never end, of nothing": (
        START + frame(HEADERS, 0, 1, call()), itertools.repeat(frame(CONTINUATION, 0, 1) * 100)),
    "calls given up as they begin": (START, calls(b"reset")),
    "more calls than may be open": (START, calls()),
    "settings without end": (PREFACE, itertools.repeat(frame(SETTINGS) * 100)),
    "pings without end": (START, itertools.repeat(frame(PING, 0, 0, bytes(8)) * 100)),
    "priorities without end": (START, itertools.repeat(frame(PRIORITY, 0, 1, bytes(5)) * 100)),
    "data of nothing without end": (
        START + frame(HEADERS, END_OF_HEADERS, 1, call()), itertools.repeat(frame(DATA, 0, 1) * 100)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_who_breaks_the_rules_of_http2_is_closed(steno, name):
    begin, more = BROKEN[name]
    with Caller(steno) as client:
        def is_well() -> bool:
            return client.call("/grpc.health.v1.Health/Check", b"") == b"\x08\x01"

        assert is_well()
        before = hostile.memory(steno, "VmRSS")
        host, _, port = steno.grpc_target.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(begin)
            deadline = time.monotonic() + 30
            with pytest.raises((BrokenPipeError, ConnectionResetError)):
                for data in more:
                    connection.sendall(data)
                    assert time.monotonic() < deadline, "it is still listened to"
        assert hostile.memory(steno, "VmHWM") - before < 32 * MIB
        assert is_well()
    assert steno.post("/v1/traces", good(1), PROTOBUF).status == 200
    assert json.loads(steno.get("/api/v1/stats").body)["traces"] == 1
