"""Each limit one below, at, and one above its value, as far as a client can tell."""

import gzip
import json
import re
import socket
import threading
import time

import pytest

import hostile
from event_reader import EventReader
from hostile import JSON, MIB, PROTOBUF, attribute, good, request, span, text
from http2 import HTTP2, framed
from server import ROOT, Steno
from test_http import Wire, head
from test_limits import LIMITS, post, with_limits
from traffic import T0

#: Where each limit is met at its boundary. What no answer depends on is tested where it can be seen, in Swift.
TESTED = {
    "requestBodyBytesMax": "test_limits.py::test_body_bytes",
    "decompressedBodyBytesMax": "test_limits.py::test_body_bytes",
    "bodiesInFlightBytesMax": "test_boundaries.py::test_bodies_in_flight",
    "smallBodyBytesMax": "test_boundaries.py::test_small_bodies_need_no_place",
    "answersInFlightBytesMax": "test_boundaries.py::test_answers_in_flight",
    "bodyWaitSecondsMax": "test_boundaries.py::test_a_body_waits_so_long",
    "drainSecondsMax": "test_boundaries.py::test_what_was_refused_is_drained_so_long",
    "spansPerRequestMax": "test_limits.py::test_depth_spans_attributes",
    "attributesPerSpanMax": "test_limits.py::test_depth_spans_attributes",
    "valueDepthMax": "test_boundaries.py::test_depth_of_json",
    "ingestQueueBytesMax": "BoundaryTests.swift::theQueueTakesSoManyBytes",
    "commitBytesMax": "BoundaryTests.swift::aCommitTakesSoManyBytes",
    "blockSpansMax": "BoundaryTests.swift::aBlockTakesSoManySpans",
    "blockBytesMax": "BoundaryTests.swift::aBlockTakesSoManyBytes",
    "blockPrefixBytesMax": "BoundaryTests.swift::aBlockIsCompressedAgainstSoMuch",
    "blockChainMax": "BoundaryTests.swift::aChainTakesSoManyBlocks",
    "outlineTextBytesMax": "BoundaryTests.swift::outlinesKeepSoMuch",
    "outlineValueBytesMax": "BoundaryTests.swift::outlinesKeepSoMuch",
    "outlineFactBytesMax": "BoundaryTests.swift::outlinesKeepSoMuch",
    "prefixCacheBytesMax": "BoundaryTests.swift::aCacheOfAnySizeGivesTheSameAnswers",
    "traceCacheBytesMax": "BoundaryTests.swift::aCacheOfAnySizeGivesTheSameAnswers",
    "readersMax": "BoundaryTests.swift::soManyQuestionsRunAndWait",
    "waitingQuestionsMax": "BoundaryTests.swift::soManyQuestionsRunAndWait",
    "questionMillisecondsMax": "BoundaryTests.swift::aQuestionTakesSoLong",
    "pageRowsMax": "test_limits.py::test_variables_set_limits_and_flags_beat_them",
    "pageRowsDefault": "test_boundaries.py::test_rows_of_a_page",
    "listTextScalarsMax": "test_boundaries.py::test_texts_of_rows",
    "attributeSpansMax": "test_boundaries.py::test_spans_that_attributes_are_counted_of",
    "attributeEntriesMax": "test_boundaries.py::test_keys_after_which_counting_ends",
    "attributeValueBytesMax": "test_boundaries.py::test_values_of_an_attribute",
    "timeSeriesIntervalsMax": "test_boundaries.py::test_intervals",
    "filterBytesMax": "test_boundaries.py::test_filters",
    "filterConditionsMax": "test_boundaries.py::test_filters",
    "filterDepthMax": "test_boundaries.py::test_filters",
    "filterTracesOneByOneMax": "FilterTests.swift::filtersSelectWhatTheySay",
    "searchedMessageBytesMax": "test_boundaries.py::test_what_of_a_message_is_searched",
    "searchQueryBytesMax": "test_boundaries.py::test_text_queries",
    "searchQueryWordsMax": "test_boundaries.py::test_text_queries",
    "searchSnippetScalarsMax": "test_boundaries.py::test_snippets",
    "changesKeptMax": "test_boundaries.py::test_changes_that_are_kept",
    "eventStreamsMax": "test_boundaries.py::test_event_streams",
    "eventWriteSecondsMax": "test_boundaries.py::test_a_reader_of_events_may_wait_so_long",
    "exportsMax": "test_boundaries.py::test_exports",
    "patchBodyBytesMax": "test_boundaries.py::test_patches",
    "displayNameScalarsMax": "test_boundaries.py::test_patches",
    "connectionsMax": "test_limits.py::test_connections_beyond_the_limit_wait",
    "idleSecondsMax": "IdleTests.swift::anIdleConnectionIsClosed",
    "headBytesMax": "test_limits.py::test_head_bytes_and_fields",
    "headerFieldsMax": "test_limits.py::test_head_bytes_and_fields",
    "targetBytesMax": "test_limits.py::test_target_bytes",
    "headSecondsMax": "test_limits.py::test_who_keeps_the_server_waiting_is_closed",
    "bodyPauseSecondsMax": "test_limits.py::test_who_keeps_the_server_waiting_is_closed",
    "bodyBytesPerSecondMin": "test_limits.py::test_a_body_that_comes_fast_enough_is_taken",
    "answerStallSecondsMax": "test_limits.py::test_an_answer_that_nobody_reads_is_given_up",
    "callsMax": "test_boundaries.py::test_calls",
    "callsPerConnectionMax": "test_boundaries.py::test_calls_of_one_connection",
}


def test_every_limit_is_tested_at_its_boundary():
    names = re.findall(r"package var (\w+) = ", LIMITS)
    assert sorted(TESTED) == sorted(names), "a limit without a test of its boundary, or a test without its limit"
    for limit, place in TESTED.items():
        file, _, function = place.partition("::")
        [path] = [path for path in (ROOT / "Tests").rglob(file)]
        found = re.search(rf"^(\s*)(?:.* )?(?:def|func) {function}\(.*?(?=^\1(?:def|@Test|@pytest|class|}})|\Z)",
                          path.read_text(), re.M | re.S)
        assert found, f"{place} is not there"
        before = path.read_text()[:found.start()].rpartition("\n\n")[2]
        assert limit in before + found[0], f"{place} does not set {limit}"


def get(steno: Steno, path: str, **parameters):
    return steno.get(f"/api/v1/{path}", **parameters)


def traces(steno: Steno, *attributes: list[tuple[bytes, bytes]], first: int = 1) -> None:
    """A trace for each list, of one span with these attributes, each later than the one before."""
    for number, pairs in enumerate(attributes, start=first):
        body = good(number, *(attribute(key, text(value)) for key, value in pairs), start=T0 + number, end=T0 + number + 1)
        assert post(steno, body).status == 200


# Ingest


def hold(steno: Steno, size: int) -> Wire:
    """A body that has its place and does not come."""
    wire = Wire(steno)
    wire.send(head(size, media=PROTOBUF) + b"\x0a")
    while f"steno_body_bytes_in_flight {size}" not in steno.get("/metrics").body.decode():
        pass
    return wire


def test_bodies_in_flight(data):
    with with_limits(data, bodiesInFlightBytesMax=MIB, bodyWaitSecondsMax=1) as steno, hold(steno, MIB - 200_000):
        for size, status in ((199_999, 200), (200_000, 200), (200_001, 503)):
            assert post(steno, hostile.sized(size)).status == status, size


def test_a_body_is_counted_by_what_is_in_it(data):
    """Small as it is sent, larger than the whole budget inside: let in while it is alone."""
    body = gzip.compress(hostile.sized(2 * MIB))
    with with_limits(data, bodiesInFlightBytesMax=MIB) as steno:
        assert len(body) < 64 << 10
        assert post(steno, body, Content_Encoding="gzip").status == 200
        with hold(steno, 100_000):
            assert post(steno, body, Content_Encoding="gzip").status == 503


def test_answers_in_flight(data):
    """Large answers that a client leaves untaken are kept for it, but not any number of them."""
    size = 24 * MIB  # more than the system takes on its way
    with with_limits(data, answersInFlightBytesMax=32 * MIB) as steno:
        for number, content in ((1, b"x" * size), (2, b"y" * (8 * MIB - 100_000)), (3, b"z" * 8 * MIB)):
            assert post(steno, good(number, attribute(b"k", text(content)))).status == 200

        def ask(number: int):
            return get(steno, f"traces/{number:032x}/spans/{number:016x}")

        with socket.socket() as idle:
            idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            idle.connect((steno.host, steno.port))
            idle.sendall(f"GET /api/v1/traces/{1:032x}/spans/{1:016x} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            idle.recv(1)
            assert ask(2).status == 200, "beside the other it is below the limit"
            refused = ask(3)
            assert (refused.status, refused.headers["retry-after"]) == (503, "1")
            assert get(steno, "sessions").status == 200, "a small one needs no place"
        while (answer := ask(3)).status == 503:
            pass
        assert answer.status == 200


def test_small_bodies_need_no_place(data):
    limits = {"bodiesInFlightBytesMax": MIB, "smallBodyBytesMax": 2000, "bodyWaitSecondsMax": 1}
    with with_limits(data, **limits) as steno, hold(steno, MIB):
        for size, status in ((1_999, 200), (2_000, 200), (2_001, 503)):
            assert post(steno, hostile.sized(size)).status == status, size


def test_a_body_waits_so_long(data):
    body = hostile.sized(100_000)
    with with_limits(data, bodiesInFlightBytesMax=MIB, bodyWaitSecondsMax=2) as steno:
        for released, status in ((0.5, 200), (None, 503)):
            wire = hold(steno, MIB)
            if released:
                threading.Timer(released, lambda: wire.socket.shutdown(socket.SHUT_RDWR)).start()
            begun = time.monotonic()
            assert post(steno, body).status == status
            assert status == 200 or time.monotonic() - begun >= 1.9
            wire.__exit__()


def test_what_was_refused_is_drained_so_long(data):
    with with_limits(data, requestBodyBytesMax=1024, drainSecondsMax=1) as steno, Wire(steno) as wire:
        wire.send(head(MIB))
        assert wire.answer()[0] == 413
        begun = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() < begun + 20:
                wire.send(b"x")
                threading.Event().wait(0.02)
        assert 0.8 < time.monotonic() - begun < 20


def test_depth_of_json(data):
    """The value itself is one level."""
    def body(levels: int) -> bytes:
        value = {"stringValue": "deep"}
        for _ in range(levels - 1):
            value = {"arrayValue": {"values": [value]}}
        return hostile.as_json(attributes=[{"key": "k", "value": value}])

    with with_limits(data, valueDepthMax=20) as steno:
        for levels, status in ((19, 200), (20, 200), (21, 400)):
            assert post(steno, body(levels), JSON).status == status, levels


# Questions


def test_rows_of_a_page(data):
    with with_limits(data, pageRowsDefault=3, pageRowsMax=5) as steno:
        for count, (rows, more) in enumerate([(1, False), (2, False), (3, False), (3, True)], start=1):
            traces(steno, [], first=count)
            answer = get(steno, "traces").json
            assert (len(answer["data"]), answer["next_cursor"] is not None) == (rows, more)


def test_texts_of_rows(steno):
    """listTextScalarsMax, which can't be set: rows are stored."""
    for number, size in enumerate((999, 1_000, 1_001), start=1):
        traces(steno, [(b"input.value", ("é" * size).encode())], first=number)
        row = get(steno, "traces", limit=1).json["data"][0]
        assert row["input"] == ("é" * size if size <= 1_000 else "é" * 999 + "…")


def test_spans_that_attributes_are_counted_of(data):
    with with_limits(data, attributeSpansMax=100) as steno:
        for number in range(1, 102):
            traces(steno, [(b"k", b"v")], first=number)
            if number >= 99:
                answer = get(steno, "attributes").json
                assert answer["complete"] == (number <= 100), number


def test_keys_after_which_counting_ends(data):
    """An older trace is looked at while there are fewer keys."""
    with with_limits(data, attributeEntriesMax=100) as steno:
        traces(steno, [(b"k0", b"v")])
        for number, keys in enumerate((99, 100, 101), start=2):
            traces(steno, [(b"k%d" % at, b"v") for at in range(keys)], first=number)
            answer = get(steno, "attributes").json
            assert answer["complete"] == (keys < 100), keys


def test_values_of_an_attribute(data):
    with with_limits(data, attributeValueBytesMax=16) as steno:
        traces(steno, *([(b"k", b"v" * size)] for size in (15, 16, 17)))
        answer = get(steno, "attributes/k/values").json
        assert sorted(len(row["value"]) for row in answer["data"]) == [15, 16] and answer["left_out"] == 1


def test_intervals(data):
    with with_limits(data, timeSeriesIntervalsMax=10) as steno:
        assert post(steno, good(1)).status == 200
        for minutes, status in ((9, 200), (10, 200), (11, 400)):
            start = T0 + (minutes - 1) * 60 * 10**9
            assert post(steno, good(minutes, start=start, end=start + 1)).status == 200
            answer = get(steno, "timeseries", metric="traces", interval="1m")
            assert answer.status == status, answer.body
            assert len(answer.json["data"]) == minutes if status == 200 else answer.json["parameter"] == "interval"


def test_filters(data):
    def status(filter_: str) -> int:
        answer = get(steno, "traces", filter=filter_)
        assert answer.status == 200 or (answer.status == 400 and answer.json["parameter"] == "filter"), answer.body
        return answer.status

    limits = {"filterBytesMax": 256, "filterConditionsMax": 4, "filterDepthMax": 3}
    with with_limits(data, **limits) as steno:
        assert [status('name = "' + "x" * (size - 9) + '"') for size in (255, 256, 257)] == [200, 200, 400]
        assert [status(" ".join(['name = "x"'] * count)) for count in (3, 4, 5)] == [200, 200, 400]
        assert [status("(" * depth + 'name = "x"' + ")" * depth) for depth in (2, 3, 4)] == [200, 200, 400]
        assert [status("NOT " * depth + 'name = "x"') for depth in (2, 3, 4)] == [200, 200, 400]
        assert [status("metadata" + ".a" * (count - 1) + " = 1") for count in (2, 3, 4)] == [200, 200, 400]


def test_text_queries(data):
    with with_limits(data, searchQueryBytesMax=20, searchQueryWordsMax=3) as steno:
        assert [get(steno, "search", q="x" * size).status for size in (19, 20, 21)] == [200, 200, 400]
        assert [get(steno, "search", q=" ".join("abcd"[:count])).status for count in (2, 3, 4)] == [200, 200, 400]
        # Pairs of characters of a script without spaces.
        assert [get(steno, "search", q="北京市首都"[:count]).status for count in (3, 4, 5)] == [200, 200, 400]


def said(number: int, content: str) -> list:
    return [(b"session.id", b"s"), (b"gen_ai.span.kind", b"LLM"), (b"input.value", content.encode())]


def test_snippets(data):
    with with_limits(data, searchSnippetScalarsMax=40) as steno:
        for number, size in enumerate((38, 39, 40, 41, 400), start=1):
            word = f"zebra{number}"
            traces(steno, said(number, word + " é" * ((size - len(word)) // 2) + "é" * ((size - len(word)) % 2)), first=number)
            [row] = get(steno, "search", q=word).json["data"]
            snippet = row["snippet"].replace("<mark>", "").replace("</mark>", "")
            assert len(snippet) <= 40 and snippet.startswith(word), snippet
            # Two of them are kept for the ellipses.
            assert snippet.endswith("…") == (size > 38)


def test_what_of_a_message_is_searched(steno):
    """searchedMessageBytesMax, which can't be set: the index is stored."""
    for number, size in enumerate(((64 << 10) - 1, 64 << 10, (64 << 10) + 1), start=1):
        word = f"zebra{number}"
        content = "w " * ((size - len(word)) // 2) + " " * ((size - len(word)) % 2) + word
        assert len(content) == size
        traces(steno, said(number, content), first=number)
        found = get(steno, "search", q=word).json["data"]
        assert len(found) == (1 if size <= 64 << 10 else 0), size


# Streams and changes


def test_changes_that_are_kept(data):
    with with_limits(data, changesKeptMax=10) as steno:
        traces(steno, *([] for _ in range(40)))
        with EventReader(steno) as reader:
            reader.block()
            last = int(reader.last_id)
        assert last == 40
        kept = {}
        for before in (9, 10, 11):
            with EventReader(steno, last_event_id=last - before) as reader:
                kept[before] = reader.event()[0] != "reset"
        # What was the last one to be forgotten can't be told from what is older.
        assert kept[9] and not kept[11], kept


def test_event_streams(data):
    with with_limits(data, eventStreamsMax=2) as steno:
        readers = [EventReader(steno) for _ in range(3)]
        assert [reader.status for reader in readers] == [200, 200, 503]
        for reader in readers:
            reader.close()


def test_a_reader_of_events_may_wait_so_long(data):
    with with_limits(data, eventWriteSecondsMax=1) as steno, EventReader(steno, receive_bytes=4096) as reader:
        begun = time.monotonic()
        number = 0
        while b"steno_http" in steno.get("/metrics").body and not is_cut_off(reader, steno):
            number += 200
            body = request(*(span(at.to_bytes(16), at.to_bytes(8), attribute(b"session.id", text(b"s-%d" % at + b"x" * 900)))
                             for at in range(number - 199, number + 1)))
            assert post(steno, body).status == 200
            assert time.monotonic() < begun + 60
        assert time.monotonic() - begun > 0.9


def is_cut_off(reader: EventReader, steno: Steno) -> bool:
    from test_events import has_ended
    return has_ended(steno, reader)


def test_exports(data):
    with with_limits(data, exportsMax=2) as steno:
        for number in range(1, 9):
            assert post(steno, good(number, attribute(b"k", text(b"x" * 4 * MIB)))).status == 200
        sockets, statuses = [], []
        for _ in range(3):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect((steno.host, steno.port))
            connection.sendall(b"GET /api/v1/traces/export?format=otlp HTTP/1.1\r\nHost: localhost\r\n\r\n")
            statuses.append(int(connection.recv(12).split()[1]))
            sockets.append(connection)
        assert statuses == [200, 200, 503]
        for connection in sockets:
            connection.close()


def test_patches(data):
    with with_limits(data, patchBodyBytesMax=1024, displayNameScalarsMax=5) as steno:
        traces(steno, [(b"session.id", b"s")])
        [row] = steno.walk("/api/v1/sessions")

        def patch(body: bytes) -> int:
            headers = {"Content-Type": "application/merge-patch+json"}
            return steno.request("PATCH", f"/api/v1/sessions/{row['id']}", body, headers).status

        assert [patch(b"{}".ljust(size)) for size in (1_023, 1_024, 1_025)] == [200, 200, 413]
        names = ["é" * 4, "é" * 5, "é" * 6]
        assert [patch(json.dumps({"display_name": name}).encode()) for name in names] == [200, 200, 400]


# gRPC


def test_calls(data):
    with with_limits(data, callsMax=2) as steno:
        connections = [HTTP2(steno.grpc_target) for _ in range(3)]
        streams = [connection.open() for connection in connections[:2]]
        while True:
            stream = connections[2].open()
            connections[2].send(stream, framed(good(1)), end=True)
            answer = connections[2].answer(stream)
            if answer.grpc_status != 0:
                break
        assert answer.grpc_status == 14
        for _ in range(50):
            assert connections[2].answer(connections[2].open()).grpc_status == 14
        told = re.findall(r".*call refused.*", steno.printed)
        assert 1 <= len(told) < 25, "an overload fills the log"
        assert all("request-id=" in line and "status=503" in line for line in told), told
        for connection, stream, number in zip(connections, streams, (2, 3)):
            connection.send(stream, framed(good(number)), end=True)
            assert connection.answer(stream).grpc_status == 0
        stream = connections[2].open()
        connections[2].send(stream, framed(good(4)), end=True)
        assert connections[2].answer(stream).grpc_status == 0
        for connection in connections:
            connection.close()


def test_a_call_whose_answer_nobody_takes_is_given_up(data):
    """A client that lets nothing of it in would keep its place from others for good."""
    with with_limits(data, callsMax=2, answerStallSecondsMax=1) as steno:
        def ask(connection: HTTP2) -> int:
            stream = connection.open("/grpc.health.v1.Health/Check")
            connection.send(stream, framed(b""), end=True)
            return stream

        with HTTP2(steno.grpc_target, window=0) as greedy, HTTP2(steno.grpc_target) as other:
            answers = [greedy.answer(stream) for stream in [ask(greedy), ask(greedy)]]
            assert all(answer.reset is not None and answer.body == b"" for answer in answers)
            assert other.answer(ask(other)).grpc_status == 0


def test_calls_of_one_connection(data):
    with with_limits(data, callsPerConnectionMax=3) as steno, HTTP2(steno.grpc_target) as connection:
        first = connection.open()
        connection.send(first, framed(good(1)), end=True)
        assert connection.answer(first).grpc_status == 0
        assert connection.calls_max == 3
        streams = [connection.open() for _ in range(3)]
        for number, stream in enumerate(streams, start=2):
            connection.send(stream, framed(good(number)), end=True)
        assert [connection.answer(stream).grpc_status for stream in streams] == [0, 0, 0]
