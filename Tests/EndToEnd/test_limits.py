"""Every limit has a name, a place in docs/limits.md and a flag; those that show outside hold to the very number."""

import gzip
import json
import re
import select
import socket
import time

import pytest

import hostile
from hostile import JSON, PROTOBUF, attribute, good, nested, request, span, text
from server import ROOT, Steno, binary, clean_environment, run
from test_http import Wire

LIMITS = (ROOT / "Sources" / "Telemetry" / "Limits.swift").read_text()
TABLE = (ROOT / "Sources" / "Telemetry" / "LimitTable.swift").read_text()
PAGE = (ROOT / "docs" / "limits.md").read_text()


def test_every_limit_can_be_set_and_is_documented():
    names = re.findall(r"package var (\w+) = ", LIMITS)
    assert re.findall(r'LimitEntry\("(\w+)", \\\.(\w+),', TABLE) == [(name, name) for name in names_in_table()]
    fixed = re.findall(r'"(\w+)"', re.search(r"let fixed: .*?= \[(.*?)\]", TABLE, re.S)[1])
    assert sorted(names_in_table() + fixed) == sorted(names)
    assert sorted(re.findall(r"^\| `(\w+)` \|", PAGE, re.M)) == sorted(names)


def names_in_table() -> list[str]:
    return re.findall(r'LimitEntry\("(\w+)"', TABLE)


@pytest.mark.parametrize("text,reason", [
    ("requestBodyBytesMax", "NAME=VALUE"), ("noSuchLimit=1", "no limit"), ("pageRowsMax=many", "whole number"),
    ("pageRowsMax=0", "1 to 5000"), ("requestBodyBytesMax=2GiB", "1024 to"), ("pageRowsMax=99999999999999999999", "whole"),
    ("blockPrefixBytesMax=1024", "can't be set"),
    ("requestBodyBytesMax=99999999999999GiB", "whole"), ("pageRowsMax=10", "pageRowsDefault")])
def test_a_bad_limit_is_named(data, text, reason):
    for arguments, environment in ((["--limit", text], clean_environment()), ([], clean_environment(STENO_LIMIT=text))):
        done = run("serve", "--port", "0", "--data", str(data), *arguments, environment=environment)
        assert done.returncode == 2 and reason in done.stderr and "hint:" in done.stderr, done.stderr


def with_limits(data, **limits) -> Steno:
    return Steno(data, *(part for name, value in limits.items() for part in ("--limit", f"{name}={value}")))


def post(steno: Steno, body: bytes, media: str = PROTOBUF, **headers: str):
    return steno.post("/v1/traces", body, media, **headers)


def test_variables_set_limits_and_flags_beat_them(data):
    environment = clean_environment(STENO_LIMIT="pageRowsMax=7,pageRowsDefault=3")
    with Steno(data, environment=environment) as steno:
        assert [steno.get("/api/v1/sessions", limit=limit).status for limit in (6, 7, 8)] == [200, 200, 400]


@pytest.mark.parametrize("limit,at", [("requestBodyBytesMax", "5000"), ("decompressedBodyBytesMax", "5000")])
def test_body_bytes(data, limit, at):
    with with_limits(data, **{limit: at}) as steno:
        for size, status in ((4_999, 200), (5_000, 200), (5_001, 413)):
            body = hostile.sized(size)
            assert len(body) == size
            answer = post(steno, gzip.compress(body), Content_Encoding="gzip") if limit[0] == "d" else post(steno, body)
            assert answer.status == status
            assert b"5000" in answer.body or status == 200


def test_depth_spans_attributes(data):
    with with_limits(data, valueDepthMax=20, spansPerRequestMax=1000, attributesPerSpanMax=200) as steno:
        for levels, status in ((19, 200), (20, 200), (21, 400)):
            assert post(steno, good(1, attribute(b"k", nested(levels - 1)))).status == status, levels
        for count, status in ((999, 200), (1_000, 200), (1_001, 413)):
            body = request(*(span(b"1" * 16, at.to_bytes(8)) for at in range(1, count + 1)))
            assert post(steno, body).status == status
        for count, rejected in ((199, 0), (200, 0), (201, 1)):
            answer = post(steno, good(2, *(attribute(b"k%d" % at, text(b"v")) for at in range(count))))
            assert (answer.status, hostile.rejections(answer)) == (200, rejected)


def test_target_bytes(data):
    with with_limits(data, targetBytesMax=2000) as steno:
        prefix = "/api/v1/sessions?user_id="
        for size, status in ((1_999, 200), (2_000, 200), (2_001, 414)):
            assert steno.get(prefix + "u" * (size - len(prefix))).status == status


def test_head_bytes_and_fields(data):
    with with_limits(data, headBytesMax=8000, headerFieldsMax=50) as steno:
        def head(fields: list[bytes]) -> int:
            with Wire(steno) as wire:
                wire.send(b"GET /healthz HTTP/1.1\r\n" + b"\r\n".join([b"Host: localhost", *fields]) + b"\r\n\r\n")
                status, headers, body = wire.answer()
                if status == 431:
                    assert json.loads(body)["type"] == "urn:steno:problem:head-too-large"
                    assert headers["connection"] == "close" and wire.input.read() == b""
                return status
        # The bytes of the target, and of the names and values of the fields.
        fixed = len(b"/healthz" + b"Host" + b"localhost" + b"X")
        for size, status in ((7_999, 200), (8_000, 200), (8_001, 431)):
            assert head([b"X: " + b"y" * (size - fixed)]) == status, size
        for count, status in ((49, 200), (50, 200), (51, 431)):
            assert head([b"X-%d: y" % at for at in range(count - 1)]) == status, count
        assert steno.get("/healthz").status == 200


def test_connections_beyond_the_limit_wait(data):
    with with_limits(data, connectionsMax=5) as steno:
        steno.close()
        wires = [Wire(steno) for _ in range(5)]
        for wire in wires:
            wire.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert wire.answer()[0] == 200
        with Wire(steno) as late:
            late.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert not select.select([late.socket], [], [], 0.3)[0]
            wires.pop().__exit__()
            assert late.answer()[0] == 200
        for wire in wires:
            wire.__exit__()


@pytest.mark.parametrize("begin", [
    b"", b"GET /hea", b"GET /healthz HTTP/1.1\r\nHost: localh",
    b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nfff\r\n{"])
def test_who_keeps_the_server_waiting_is_closed(data, begin):
    limits = {"headSecondsMax": 1, "bodyPauseSecondsMax": 1, "bodyBytesPerSecondMin": 1000}
    with with_limits(data, **limits) as steno, Wire(steno) as wire:
        started = time.monotonic()
        wire.send(begin)
        if begin:
            assert not [data for data in dribble(wire) if data], "an answer"
        else:
            assert wire.input.read() == b""
        assert 0.9 < time.monotonic() - started < 20
        assert b"slow-client" in steno.get("/metrics").body


def dribble(wire: Wire):
    """A byte every tenth of a second until the other side is done; yields what it says."""
    while True:
        if select.select([wire.socket], [], [], 0.1)[0]:
            try:
                data = wire.socket.recv(1_000)
            except ConnectionResetError:
                return
            yield data
            if not data:
                return
        try:
            wire.send(b"x")
        except OSError:
            return


def test_a_body_that_comes_fast_enough_is_taken(data):
    limits = {"bodyPauseSecondsMax": 1, "bodyBytesPerSecondMin": 1000}
    body = hostile.sized(20_000)
    with with_limits(data, **limits) as steno, Wire(steno) as wire:
        wire.send(b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\n"
                  b"Content-Length: %d\r\n\r\n" % len(body))
        for at in range(0, len(body), 2_000):
            wire.send(body[at:at + 2_000])
            select.select([wire.socket], [], [], 0.25)
        assert wire.answer()[0] == 200


def test_an_answer_that_nobody_reads_is_given_up(data):
    with with_limits(data, answerStallSecondsMax=1) as steno:
        assert post(steno, hostile.sized(8 * hostile.MIB)).status == 200
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect((steno.host, steno.port))
        path = f"/api/v1/traces/{7:032x}/spans/{7:016x}"
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        while b'"slow-client"' not in steno.get("/metrics").body:
            pass
        connection.close()


@pytest.mark.parametrize("head,goes_on", [
    (b"GET /healthz HTTP/1.0\r\n\r\n", False), (b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", True),
    (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: CLOSE\r\n\r\n", False),
    (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: foo, close\r\n\r\n", False),
    (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", True)])
def test_the_connection_goes_on_as_was_asked(steno, head, goes_on):
    with Wire(steno) as wire:
        wire.send(head)
        status, headers, _ = wire.answer()
        assert status == 200
        if goes_on:
            assert headers.get("connection", "keep-alive") == "keep-alive"
            wire.send(head)
            assert wire.answer()[0] == 200
        else:
            assert headers["connection"] == "close" and wire.input.read() == b""


def test_a_client_that_closed_its_side_gets_its_answer(steno):
    with Wire(steno) as wire:
        wire.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wire.socket.shutdown(socket.SHUT_WR)
        assert wire.answer()[0] == 200


@pytest.mark.parametrize("head", [
    b"Content-Length: 3\r\nTransfer-Encoding: chunked", b"Content-Length: 3\r\nContent-Length: 4",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", b"Content-Length: +3", b"Content-Length : 3",
    b"Transfer-Encoding: xchunked"])
def test_a_body_of_two_lengths_is_refused(steno, head):
    with Wire(steno) as wire:
        wire.send(b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + head
                  + b"\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert wire.answer()[0] == 400
        assert wire.input.read() == b"", "nothing behind it is taken for a request"


def test_more_connections_than_descriptors_end_nothing(data, tmp_path, monkeypatch):
    wrapper = tmp_path / "few-descriptors"
    wrapper.write_text(f'#!/bin/sh\nulimit -n 150\nexec "{binary()}" "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("STENO_BINARY", str(wrapper))
    with Steno(data) as steno:
        steno.close()
        sockets = [socket.create_connection((steno.host, steno.port), timeout=30) for _ in range(300)]
        for one in sockets:
            one.close()
        assert steno.get("/healthz").status == 200
