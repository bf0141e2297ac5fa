"""Events: what commits change is told, goes on behind the last ID, and slow or gone readers cost nothing."""

import json
import time

import pytest

import traffic
from event_reader import EventReader
from server import Steno

SESSION_FIELDS = {
    "id", "name", "project", "display_name", "bookmarked", "trace_count", "turn_count", "span_count", "error_count",
    "start_time", "end_time", "duration_ms", "user_id", "tokens", "cost_usd", "status"}
TRACE_FIELDS = {
    "trace_id", "project", "session_id", "session_name", "user_id", "name", "start_time", "end_time", "duration_ms",
    "status", "model", "tokens", "cost_usd", "span_count", "error_count"}


def message(number: int, session: str = "s", project: str = "p", **attributes) -> dict:
    values = {"session.id": session, "input.value": f"secret question {number}"} | attributes
    return {"resourceSpans": [{
        "resource": {"attributes": [{"key": "project_name", "value": {"stringValue": project}}]},
        "scopeSpans": [{"spans": [{
            "traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": "call",
            "startTimeUnixNano": str(traffic.T0 + number), "endTimeUnixNano": str(traffic.T0 + number + 5),
            "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in values.items() if value],
        }]}]}]}


def keys_of(events: list[tuple[str, dict]]) -> list[tuple[str, str]]:
    return [(name, data.get("trace_id") or data.get("session_id") or data.get("id")) for name, data in events]


def until(reader: EventReader, name: str, key: str) -> list[tuple[str, dict]]:
    """Events up to the one of that name and ID."""
    events = []
    while not events or keys_of(events[-1:]) != [(name, key)]:
        event = reader.event()
        assert event is not None, events
        events.append(event)
    return events


def trace(number: int) -> str:
    return f"{number:032x}"


def test_a_commit_is_told_with_its_rows(steno):
    with EventReader(steno) as reader:
        assert reader.status == 200
        assert reader.headers["content-type"].startswith("text/event-stream")
        steno.send(message(1))
        events = until(reader, "trace", trace(1))
        [session] = steno.walk("/api/v1/sessions")
        [row] = steno.walk("/api/v1/traces")
        assert keys_of(events) == [("session", session["id"]), ("trace", trace(1))]
        assert events[0][1] == {name: session[name] for name in SESSION_FIELDS}
        assert events[1][1] == {name: row[name] for name in TRACE_FIELDS}
        assert "secret" not in json.dumps(events)


def test_what_changes_nothing_is_not_told(steno):
    steno.send(message(1))
    with EventReader(steno) as reader:
        steno.send(message(1))
        steno.send(message(2))
        assert ("trace", trace(1)) not in keys_of(until(reader, "trace", trace(2)))


def test_a_span_that_changes_no_row_is_told(steno):
    """A later version of a span with one more attribute: no count changes, what the span says does."""
    steno.send(message(1))
    with EventReader(steno) as reader:
        steno.send(message(1, more="attribute"))
        assert keys_of(until(reader, "trace", trace(1)))[-1] == ("trace", trace(1))


def test_people_s_changes_are_told(steno):
    steno.send(message(1))
    [row] = steno.walk("/api/v1/sessions")
    with EventReader(steno) as reader:
        path = f"/api/v1/sessions/{row['id']}"
        steno.request("PATCH", path, b'{"bookmarked":true}', {"Content-Type": "application/json"})
        name, data = reader.event()
        assert (name, data["id"], data["bookmarked"]) == ("session", row["id"], True)
        steno.request("DELETE", path)
        events = [reader.event(), reader.event()]
        assert sorted(keys_of(events)) == sorted([("deleted", row["id"]), ("deleted", trace(1))])
        assert all(len(data) == 1 for _, data in events)


def test_nothing_is_lost_over_a_restart(data):
    with Steno(data) as server:
        with EventReader(server) as reader:
            server.send(message(1))
            until(reader, "trace", trace(1))
            last = reader.last_id
        server.send(message(2, session="t"))
        server.kill()
    with Steno(data) as server:
        server.send(message(3, session="u"))
        with EventReader(server, last_event_id=last) as reader:
            events = until(reader, "trace", trace(3))
            assert [key for name, key in keys_of(events) if name == "trace"] == [trace(2), trace(3)]
            assert sum(name == "session" for name, _ in events) == 2
        with EventReader(server, path=f"/api/v1/events?last_event_id={last}") as reader:
            assert keys_of(until(reader, "trace", trace(3))) == keys_of(events)


def test_every_place_goes_on_without_a_gap(steno):
    """Whatever event was the last one read, the rest follows it."""
    with EventReader(steno) as reader:
        start = reader.block()["id"]
        for number in range(1, 8):
            steno.send(message(number, session=f"s-{number % 3}"))
        until(reader, "trace", trace(7))
        end = int(reader.last_id)
    whole = set(keys_of(after(steno, start)))
    assert len(whole) == 10
    for last in range(int(start), end):
        rest = after(steno, last)
        assert rest and set(keys_of(rest)) <= whole
        assert keys_of(rest)[-1] == ("trace", trace(7))


def after(server, last) -> list[tuple[str, dict]]:
    with EventReader(server, last_event_id=last) as reader:
        return until(reader, "trace", trace(7))


def test_ids_rise_and_are_said_before_the_first_event(steno):
    steno.send(message(1))
    with EventReader(steno) as reader:
        first = reader.block()
        assert "data" not in first and int(first["id"]) >= 2 and int(first["retry"]) > 0
        ids = [int(first["id"])]
        for number in range(2, 6):
            steno.send(message(number))
            until(reader, "trace", trace(number))
            ids.append(int(reader.last_id))
        assert ids == sorted(set(ids))


@pytest.mark.parametrize("query,wanted", [
    ("project=q", {("session", "t"), ("trace", trace(2))}),
    ("session_id={s}", {("session", "s"), ("trace", trace(1)), ("trace", trace(3))})])
def test_filters(steno, query, wanted):
    steno.send(message(1))
    names = {row["name"]: row["id"] for row in steno.walk("/api/v1/sessions")}
    with EventReader(steno, path=f"/api/v1/events?last_event_id=0&{query.format(**names)}") as reader:
        steno.send(message(2, session="t", project="q"))
        steno.send(message(3))
        seen = set()
        while seen != wanted:
            name, data = reader.event()
            seen.add((name, data.get("name") if name == "session" else data["trace_id"]))
            assert seen <= wanted


@pytest.mark.parametrize("target,header,parameter", [
    ("/api/v1/events?colour=red", {}, "colour"), ("/api/v1/events?session_id=x", {}, "session_id"),
    ("/api/v1/events?last_event_id=x", {}, "last_event_id"), ("/api/v1/events?last_event_id=-1", {}, "last_event_id"),
    ("/api/v1/events", {"Last-Event-ID": "x"}, "Last-Event-ID")])
def test_bad_questions_name_the_parameter(steno, target, header, parameter):
    answer = steno.request("GET", target, headers=header)
    assert (answer.status, answer.json["parameter"]) == (400, parameter)


def test_an_unknown_place_is_reset(steno):
    steno.send(message(1))
    with EventReader(steno, last_event_id=10_000) as reader:
        assert reader.event() == ("reset", {})
        steno.send(message(2))
        assert keys_of(until(reader, "trace", trace(2)))[-1] == ("trace", trace(2))


def test_head_opens_no_stream(steno):
    answer = steno.request("HEAD", "/api/v1/events")
    assert (answer.status, answer.content_type, answer.body) == (200, "text/event-stream", b"")


def test_streams_are_bounded_and_given_back(steno):
    readers = [EventReader(steno) for _ in range(64)]
    assert {reader.status for reader in readers} == {200}
    with EventReader(steno) as refused:
        assert refused.status == 503 and refused.headers["retry-after"] == "1"
    for reader in readers:
        reader.close()
    # A reader that went away gives its place back at once, not at the next heartbeat.
    end = time.monotonic() + 10
    while True:
        with EventReader(steno) as reader:
            if reader.status == 200:
                break
        assert time.monotonic() < end


def test_a_stop_ends_open_streams_at_once(data):
    with Steno(data) as server:
        readers = [EventReader(server) for _ in range(5)]
        server.send(message(1))
        for reader in readers:
            until(reader, "trace", trace(1))
        start = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - start < 4
        for reader in readers:
            assert reader.event() is None
            reader.close()


def test_a_reader_that_reads_nothing_is_dropped(steno):
    with EventReader(steno, receive_bytes=4096) as reader:
        # More than the buffers of both sides hold.
        number = 0
        for _ in range(60):
            spans = []
            for _ in range(200):
                number += 1
                [resource] = message(number, session=f"s-{number}" + "x" * 900)["resourceSpans"]
                spans.append(resource)
            steno.send({"resourceSpans": spans})
        # Nobody waited for it: all of that is committed.
        assert steno.ok("/api/v1/traces", limit=1, total="true")["total"] == number
        end = time.monotonic() + 60
        with pytest.raises((ConnectionError, OSError)):
            # The server closes; what it sent before is not all of it.
            while time.monotonic() < end:
                if steno.get("/healthz").status == 200 and has_ended(steno, reader):
                    raise ConnectionError


def has_ended(server: Steno, reader: EventReader) -> bool:
    """Whether the server has given the connection up, as the kernel tells it."""
    port = reader.socket.getsockname()[1]
    with open("/proc/net/tcp") as table:
        for line in table.readlines()[1:]:
            fields = line.split()
            local, remote, state = fields[1], fields[2], fields[3]
            if int(local.split(":")[1], 16) == server.port and int(remote.split(":")[1], 16) == port:
                return state != "01"
    return True
