"""The HTTP contract on the seed conversation: golden transcripts, paging, errors, methods."""

import itertools
import json

import pytest

import captures
import golden
import traffic
from server import Steno, segment

SESSION = "d3e74025-574b-56ab-afe8-9b19f360373a"
UNKNOWN_SESSION = "00000000-0000-5000-8000-000000000000"
SEED = next(request for request in captures.folder("fi/seed") if request.name.endswith("s3_metadata-001"))
SPANS = [
    (span["traceId"], span["spanId"])
    for resource in json.loads(SEED.rendering.read_bytes())["resourceSpans"]
    for scope in resource["scopeSpans"] for span in scope["spans"]]
TRACE, SPAN = SPANS[0]
LISTS = ["/api/v1/projects", "/api/v1/sessions", "/api/v1/traces"]

ROUTES = {
    "projects": "/api/v1/projects",
    "sessions": "/api/v1/sessions",
    "sessions-total": "/api/v1/sessions?project=chatbot-session-demo&user_id=user-7f3a2b&limit=1&total=true",
    "sessions-empty": "/api/v1/sessions?project=elsewhere",
    "session": f"/api/v1/sessions/{SESSION}",
    "conversation": f"/api/v1/sessions/{SESSION}/conversation",
    "traces": "/api/v1/traces?user_id=user-7f3a2b",
    "trace": f"/api/v1/traces/{TRACE}",
    "span": f"/api/v1/traces/{TRACE}/spans/{SPAN}",
    "spans": "/api/v1/spans?user_id=user-7f3a2b&limit=2&total=true",
    "attributes": "/api/v1/attributes?limit=12&total=true",
    "attribute-values": "/api/v1/attributes/metadata.conversation_stage/values",
    "attribute-values-none": "/api/v1/attributes/never.sent/values",
    "timeseries": "/api/v1/timeseries?metric=tokens&interval=1m",
    "timeseries-latency": "/api/v1/timeseries?metric=latency&interval=1d",
    "users": "/api/v1/users",
    "user": "/api/v1/users/user-7f3a2b?project=chatbot-session-demo",
    "doctor": "/api/v1/doctor",
    "healthz": "/healthz",
    "readyz": "/readyz",
    "error-unknown-parameter": "/api/v1/sessions?colour=red",
    "error-bad-limit": "/api/v1/sessions?limit=0",
    "error-bad-cursor": "/api/v1/sessions?cursor=nonsense",
    "error-bad-time": "/api/v1/traces?from=yesterday",
    "error-bad-sort": "/api/v1/traces?sort=colour",
    "error-bad-span-sort": "/api/v1/spans?sort=trace_count",
    "error-no-metric": "/api/v1/timeseries?interval=1h",
    "error-bad-interval": "/api/v1/timeseries?metric=traces&interval=1s",
    "error-bad-user-sort": "/api/v1/users?sort=error_count",
    "error-unknown-user": "/api/v1/users/nobody",
    "error-unknown-session": f"/api/v1/sessions/{UNKNOWN_SESSION}",
    "error-bad-session-id": "/api/v1/sessions/session-c91d4e",
    "error-unknown-trace": f"/api/v1/traces/{'0' * 31}1",
    "error-unknown-span": f"/api/v1/traces/{TRACE}/spans/{'0' * 15}1",
    "error-unknown-route": "/api/v1/nothing",
}


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    with Steno(tmp_path_factory.mktemp("api") / "steno.db") as server:
        assert SEED.send(server).status == 200
        yield server


@pytest.fixture(scope="module")
def populated(tmp_path_factory):
    """A server with every capture and generated traffic."""
    with Steno(tmp_path_factory.mktemp("api") / "populated.db") as server:
        for request in captures.telemetry():
            assert request.send(server).status == 200
        for unit in traffic.generate(7, traces=40):
            traffic.deliver(server, (unit,), as_json=False)
        yield server


@pytest.mark.parametrize("name", ROUTES)
def test_golden_transcript(seeded, name):
    golden.check(seeded, name, ROUTES[name])


def test_golden_method_not_allowed(seeded):
    assert golden.check(seeded, "error-method", "/api/v1/sessions", method="PUT").status == 405


def test_every_golden_file_is_used():
    assert {file.stem for file in golden.FOLDER.glob("*.txt")} == ROUTES.keys() | {"error-method"}


def test_stats_count_what_is_stored(seeded):
    stats = seeded.ok("/api/v1/stats")
    assert {name: stats[name] for name in ("projects", "sessions", "users", "traces", "spans")} == {
        "projects": 1, "sessions": 1, "users": 1, "traces": 3, "spans": 3}


@pytest.mark.parametrize("path", [*LISTS, "/api/v1/users"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_make_up_the_whole(populated, path, limit):
    whole = populated.walk(path, limit=500)
    assert len(whole) > 2
    assert populated.walk(path, limit=limit) == whole
    assert populated.ok(path, limit=1, total="true")["total"] == len(whole)


@pytest.mark.parametrize("path", LISTS[1:])
@pytest.mark.parametrize("key", [
    "end_time", "start_time", "duration_ms", "trace_count", "tokens", "cost_usd", "error_count"])
def test_sort_orders_by_value_then_id_nulls_last(populated, path, key):
    if path.endswith("traces") and key == "trace_count":
        pytest.skip("a trace has no trace count")
    identity = "id" if path.endswith("sessions") else "trace_id"
    for sort in (key, f"-{key}"):
        rows = populated.walk(path, sort=sort, limit=4)
        assert rows == populated.walk(path, sort=sort, limit=500)
        values = [row[key]["total"] if key == "tokens" and row[key] else row[key] for row in rows]
        known = [value for value in values if value is not None]
        assert values[len(known):] == [None] * (len(values) - len(known))
        assert known == sorted(known, reverse=sort.startswith("-"))
        for _, group in itertools.groupby(zip(values, rows), key=lambda pair: pair[0]):
            ids = [row[identity] for _, row in group]
            assert ids == sorted(ids)


USER_SORTS = {
    "end_time": "last_seen", "start_time": "first_seen", "trace_count": "trace_count", "tokens": "tokens",
    "cost_usd": "cost_usd"}


@pytest.mark.parametrize("key", USER_SORTS)
def test_users_are_sorted_by_value_then_id_nulls_last(populated, key):
    for sort in (key, f"-{key}"):
        rows = populated.walk("/api/v1/users", sort=sort, limit=2)
        assert rows == populated.walk("/api/v1/users", sort=sort)
        values = [row[USER_SORTS[key]] for row in rows]
        values = [value["total"] if isinstance(value, dict) else value for value in values]
        known = [value for value in values if value is not None]
        assert values[len(known):] == [None] * (len(values) - len(known))
        assert known == sorted(known, reverse=sort.startswith("-"))
        for _, group in itertools.groupby(zip(values, rows), key=lambda pair: pair[0]):
            ids = [(row["user_id"].encode(), row["project"].encode()) for _, row in group]
            assert ids == sorted(ids)


def test_user_rows_are_the_sums_of_their_traces(populated):
    users = populated.walk("/api/v1/users")
    assert users
    for user in users:
        asked = {"user_id": user["user_id"], "project": user["project"]}
        traces = populated.walk("/api/v1/traces", **asked)
        assert user["trace_count"] == len(traces)
        assert user["session_count"] == len({trace["session_id"] for trace in traces if trace["session_id"]})
        assert user["session_count"] == len(populated.walk("/api/v1/sessions", **asked))
        assert user["first_seen"] == min(trace["start_time"] for trace in traces)
        assert user["last_seen"] == max(trace["end_time"] for trace in traces)
        known = [trace["tokens"]["total"] for trace in traces if trace["tokens"]]
        assert (user["tokens"]["total"] if user["tokens"] else None) == (sum(known) if known else None)
        found = populated.ok(f"/api/v1/users/{segment(user['user_id'])}", project=user["project"])
        assert found == user


def test_what_is_asked_of_traces_narrows_users_to_those_of_such_traces(populated):
    traces = populated.walk("/api/v1/traces")
    model = next(trace["model"] for trace in traces if trace["model"] and trace["user_id"])
    named = next(trace for trace in traces if trace["session_name"] and trace["user_id"])
    for asked in ({"model": model}, {"session": named["session_name"]}, {"session_id": named["session_id"]},
                  {"status": "error"}, {"q": "question"}):
        wanted = {(trace["project"], trace["user_id"]) for trace in populated.walk("/api/v1/traces", **asked)
                  if trace["user_id"]}
        assert {(row["project"], row["user_id"]) for row in populated.walk("/api/v1/users", **asked)} == wanted, asked


@pytest.mark.parametrize("filter_", [
    {"project": "p-one"}, {"user_id": "u-one"}, {"min_tokens": "90"}, {"from": "2026-11-22T13:33:14.5Z"},
    {"to": "2026-11-22T13:33:14.5Z"}, {"project": "p-one", "user_id": "u-two"}])
def test_user_filters_select_what_the_rows_say(populated, filter_):
    checks = {
        "project": lambda row, value: row["project"] == value,
        "user_id": lambda row, value: row["user_id"] == value,
        "min_tokens": lambda row, value: row["tokens"] is not None and row["tokens"]["total"] >= int(value),
        "from": lambda row, value: row["last_seen"] >= value.replace("Z", "00000000Z"),
        "to": lambda row, value: row["first_seen"] <= value.replace("Z", "00000000Z"),
    }
    wanted = [row for row in populated.walk("/api/v1/users")
              if all(checks[name](row, value) for name, value in filter_.items())]
    assert populated.walk("/api/v1/users", limit=2, **filter_) == wanted


def test_the_doctor_names_traces_with_their_cure(populated):
    answer = populated.ok("/api/v1/doctor")
    findings = {finding["name"]: finding for finding in answer["data"]}
    assert "no_session" in findings
    for finding in answer["data"]:
        assert finding["trace_count"] >= len(finding["trace_ids"]) >= 1
        assert finding["message"] and finding["cure"]
        for trace in finding["trace_ids"]:
            row = populated.ok(f"/api/v1/traces/{trace}")
            if finding["name"] == "no_session":
                assert row["session_id"] is None
            else:
                assert finding["name"] in [warning["code"] for warning in row["warnings"]]
    traces = populated.walk("/api/v1/traces")
    assert findings["no_session"]["trace_count"] == sum(trace["session_id"] is None for trace in traces)


def test_metrics_count_what_was_taken_and_what_is_stored(steno):
    assert steno.post("/v1/traces", b"no JSON", "application/json").status == 400
    for _ in range(2):
        assert SEED.send(steno).status == 200
    answer = steno.get("/metrics")
    assert (answer.status, answer.content_type) == (200, "text/plain")
    samples = dict(line.rsplit(" ", 1) for line in answer.body.decode().splitlines() if not line.startswith("#"))
    assert {name: samples[name] for name in (
        "steno_accepted_spans_total", "steno_traces", "steno_spans", "steno_sessions", "steno_users",
        'steno_http_answers_total{status="200"}', 'steno_http_answers_total{status="400"}',
        'steno_http_refusals_total{reason="undecodable-body"}')} == {
        "steno_accepted_spans_total": "6", "steno_traces": "3", "steno_spans": "3", "steno_sessions": "1",
        "steno_users": "1", 'steno_http_answers_total{status="200"}': "2",
        'steno_http_answers_total{status="400"}': "1", 'steno_http_refusals_total{reason="undecodable-body"}': "1"}
    assert int(samples["steno_database_bytes"]) > 0 and int(samples["steno_wal_bytes"]) >= 0


def test_a_cursor_is_stable_while_data_arrives(steno):
    def session(number: int) -> dict:
        return {"resourceSpans": [{"scopeSpans": [{"spans": [{
            "traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": "call",
            "startTimeUnixNano": str(traffic.T0 + number), "endTimeUnixNano": str(traffic.T0 + number + 1),
            "attributes": [{"key": "session.id", "value": {"stringValue": f"session-{number}"}}]}]}]}]}

    for number in range(1, 31):
        steno.send(session(number))
    first = steno.ok("/api/v1/sessions", limit=10)
    seen, cursor, number = [row["name"] for row in first["data"]], first["next_cursor"], 100
    while cursor:
        steno.send(session(number := number + 1))
        page = steno.ok("/api/v1/sessions", limit=10, cursor=cursor)
        seen += [row["name"] for row in page["data"]]
        cursor = page["next_cursor"]
    assert seen == [f"session-{number}" for number in range(30, 0, -1)]


@pytest.mark.parametrize("filter_", [
    {"project": "p-one"}, {"user_id": "u-one"}, {"session": "s-two"}, {"status": "error"}, {"status": "pending"},
    {"model": "m-large"}, {"tag": "a"}, {"service": "p-two"}, {"min_tokens": "90"}, {"min_duration_ms": "2"},
    {"from": "2026-11-22T13:33:14.5Z"}, {"to": "2026-11-22T13:33:14.5Z"}, {"project": "p-one", "user_id": "u-two"},
])
@pytest.mark.parametrize("path", LISTS[1:])
def test_filters_select_what_the_rows_say(populated, path, filter_):
    """A filter gives the rows of the whole list, unchanged and in its order, for which it holds."""
    def holds(row: dict) -> bool:
        users = row.get("user_ids", [row["user_id"]])
        checks = {
            "project": lambda value: row["project"] == value,
            "user_id": lambda value: value in users,
            "session": lambda value: row.get("name" if "trace_count" in row else "session_name") == value,
            "status": lambda value: row["status"] == value,
            "model": lambda value: value in row.get("models", [row.get("model")]),
            "tag": lambda value: value in row["tags"],
            "min_tokens": lambda value: row["tokens"] is not None and row["tokens"]["total"] >= int(value),
            "min_duration_ms": lambda value: row["duration_ms"] >= float(value),
            "from": lambda value: row["end_time"] >= value.replace("Z", "00000000Z"),
            "to": lambda value: row["start_time"] <= value.replace("Z", "00000000Z"),
            "service": lambda value: value in row.get("services", [value]),
        }
        return all(checks[name](value) for name, value in filter_.items())

    found = populated.walk(path, limit=5, **filter_)
    identity = "id" if path.endswith("sessions") else "trace_id"
    wanted = [row for row in populated.walk(path) if holds(row)]
    exact = "services" in (found or wanted or [{"services": 0}])[0] or not {"service", "model"} & filter_.keys()
    if exact:
        assert [row[identity] for row in found] == [row[identity] for row in wanted]
    for row in found:
        assert row in wanted


@pytest.mark.parametrize("path,parameter", [
    ("/api/v1/sessions?colour=red", "colour"),
    ("/api/v1/sessions?limit=501", "limit"),
    ("/api/v1/sessions?limit=-1", "limit"),
    ("/api/v1/sessions?limit=ten", "limit"),
    ("/api/v1/sessions?cursor=%00%ff", "cursor"),
    ("/api/v1/traces?cursor=AAAA", "cursor"),
    ("/api/v1/sessions?from=2026-13-01T00:00:00Z", "from"),
    ("/api/v1/sessions?to=1", "to"),
    ("/api/v1/sessions?status=fine", "status"),
    ("/api/v1/sessions?sort=name", "sort"),
    ("/api/v1/sessions?min_tokens=many", "min_tokens"),
    ("/api/v1/sessions?min_duration_ms=nan", "min_duration_ms"),
    ("/api/v1/sessions?bookmarked=perhaps", "bookmarked"),
    ("/api/v1/sessions?total=perhaps", "total"),
    ("/api/v1/sessions?limit=1&limit=2", "limit"),
    ("/api/v1/projects?colour=red", "colour"),
    ("/api/v1/users?sort=duration_ms", "sort"),
    ("/api/v1/users?sort=-error_count", "sort"),
    ("/api/v1/users?status=bad", "status"),
    ("/api/v1/users?cursor=AAAA", "cursor"),
    ("/api/v1/users/user-7f3a2b?limit=1", "limit"),
    ("/api/v1/doctor?limit=1", "limit"),
    ("/metrics?colour=red", "colour"),
    (f"/api/v1/sessions/{SESSION}?limit=1", "limit"),
    (f"/api/v1/sessions/{SESSION}/conversation?cursor=x", "cursor"),
    (f"/api/v1/traces/{TRACE}?colour=red", "colour"),
])
def test_bad_input_names_the_parameter(seeded, path, parameter):
    answer = seeded.get(path)
    assert (answer.status, answer.content_type) == (400, "application/problem+json"), answer.body
    problem = answer.json
    assert problem["parameter"] == parameter
    assert problem["status"] == 400 and problem["title"] and problem["detail"] and problem["type"]


def test_a_cursor_belongs_to_its_question(populated):
    cursor = populated.ok("/api/v1/sessions", limit=1)["next_cursor"]
    assert cursor
    answer = populated.get("/api/v1/sessions", limit=1, cursor=cursor, sort="tokens")
    assert (answer.status, answer.json["parameter"]) == (400, "cursor")


@pytest.mark.parametrize("path", [
    f"/api/v1/sessions/{UNKNOWN_SESSION}", f"/api/v1/sessions/{UNKNOWN_SESSION}/conversation",
    f"/api/v1/traces/{'f' * 32}", f"/api/v1/traces/{TRACE}/spans/{'f' * 16}", "/api/v1/", "/v1", "/api/v2/sessions"])
def test_unknown_things_are_404(seeded, path):
    answer = seeded.get(path)
    assert (answer.status, answer.content_type) == (404, "application/problem+json")
    assert answer.json["status"] == 404 and answer.json["detail"]


@pytest.mark.parametrize("path", ["/api/v1/projects", "/api/v1/sessions", f"/api/v1/traces/{TRACE}", "/healthz"])
def test_head_answers_as_get_without_the_body(seeded, path):
    got, head = seeded.get(path), seeded.request("HEAD", path)
    assert (head.status, head.body, head.content_type) == (200, b"", got.content_type)
    assert head.headers.get("content-length") in (None, str(len(got.body)))


@pytest.mark.parametrize("method,path,allowed", [
    ("GET", "/v1/traces", "POST"), ("PUT", "/tracer/v1/traces", "POST"), ("POST", "/api/v1/traces", "GET"),
    ("DELETE", "/api/v1/projects", "GET"), ("POST", "/healthz", "GET")])
def test_wrong_method_names_the_right_one(seeded, method, path, allowed):
    answer = seeded.request(method, path, b"" if method in ("POST", "PUT") else None)
    assert answer.status == 405
    assert allowed in [name.strip() for name in answer.headers["allow"].split(",")]


def test_old_futureagi_endpoint_says_to_upgrade(seeded):
    answer = seeded.post("/tracer/observation-span/create_otel_span/", b"{}", "application/json")
    assert answer.status == 404 and b"upgrade" in answer.body.lower()


def test_futureagi_eval_configuration_calls(seeded):
    exists = seeded.post("/tracer/custom-eval-config/check_exists/", b"{}", "application/json")
    assert (exists.status, exists.json) == (200, {"result": {"exists": False}})
    config = seeded.post("/tracer/custom-eval-config/get_custom_eval_by_name/", b"{}", "application/json")
    assert (config.status, config.json) == (200, {"result": {}})


def test_credentials_are_ignored_while_no_key_is_configured(seeded):
    answer = seeded.request("GET", "/api/v1/sessions", headers={"Authorization": "Bearer x", "X-Api-Key": "y"})
    assert answer.status == 200


def test_long_texts_are_cut_in_lists_and_whole_in_details(steno):
    question, reply = "é🌱x" * 700, "a" * 1001
    steno.send({"resourceSpans": [{"scopeSpans": [{"spans": [{
        "traceId": "1" * 32, "spanId": "1" * 16, "name": "call",
        "startTimeUnixNano": str(traffic.T0), "endTimeUnixNano": str(traffic.T0 + 1),
        "attributes": [
            {"key": "session.id", "value": {"stringValue": "long"}},
            {"key": "input.value", "value": {"stringValue": question}},
            {"key": "output.value", "value": {"stringValue": reply}}]}]}]}]})
    [session] = steno.walk("/api/v1/sessions")
    [trace] = steno.walk("/api/v1/traces")
    for text in (session["first_message"], session["last_message"], trace["input"]):
        assert text == question[:999] + "…"
    assert session["last_reply"] == trace["output"] == reply[:999] + "…"
    [turn] = steno.walk(f"/api/v1/sessions/{session['id']}/conversation")
    assert (turn["human"]["content"], turn["ai"]["content"]) == (question, reply)


def test_large_integers_and_times_keep_their_digits(steno):
    steno.send({"resourceSpans": [{"scopeSpans": [{"spans": [{
        "traceId": "2" * 32, "spanId": "2" * 16, "name": "numbers",
        "startTimeUnixNano": "1795354394123456789", "endTimeUnixNano": "1795354394123456790",
        "attributes": [
            {"key": "exact", "value": {"intValue": "9007199254740992"}},
            {"key": "large", "value": {"intValue": "9007199254740993"}},
            {"key": "least", "value": {"intValue": "-9223372036854775808"}}]}]}]}]})
    span = steno.ok(f"/api/v1/traces/{'2' * 32}/spans/{'2' * 16}")
    assert span["attributes"] == {
        "exact": 9007199254740992, "large": "9007199254740993", "least": "-9223372036854775808"}
    assert (span["start_time"], span["end_time"]) == (
        "2026-11-22T13:33:14.123456789Z", "2026-11-22T13:33:14.123456790Z")


def test_a_late_root_moves_the_trace_and_the_old_session_answers_404(steno):
    def span(span_id: str, parent: str, service: str) -> dict:
        return {"resourceSpans": [{
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]},
            "scopeSpans": [{"spans": [{
                "traceId": "3" * 32, "spanId": span_id, "parentSpanId": parent, "name": service,
                "startTimeUnixNano": str(traffic.T0 + (parent != "")), "endTimeUnixNano": str(traffic.T0 + 9),
                "attributes": [{"key": "session.id", "value": {"stringValue": "moved"}}]}]}]}]}

    steno.send(span("a" * 16, "b" * 16, "leaf-service"))
    [before] = steno.walk("/api/v1/sessions")
    assert (before["project"], before["status"]) == ("leaf-service", "pending")
    steno.send(span("b" * 16, "", "root-service"))
    [after] = steno.walk("/api/v1/sessions")
    assert (after["project"], after["status"], after["name"]) == ("root-service", "ok", "moved")
    assert after["id"] != before["id"]
    assert steno.get(f"/api/v1/sessions/{before['id']}").status == 404
    assert [project["name"] for project in steno.walk("/api/v1/projects")] == ["root-service"]


def test_times_of_any_year_narrow_the_lists(seeded):
    for path in (*LISTS[1:], "/api/v1/spans", "/api/v1/users"):
        rows = seeded.ok(path)["data"]
        assert rows and seeded.ok(path, **{"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T23:59:59Z"})["data"] == rows
        assert seeded.ok(path, to="1969-12-31T23:59:59Z")["data"] == []
        assert seeded.ok(path, **{"from": "9999-01-01T00:00:00+01:00"})["data"] == []
    for path, field in (("/api/v1/sessions", "end_time"), ("/api/v1/users", "last_seen")):
        assert seeded.ok(path, filter=f"{field} < 9999-12-31T23:59:59Z")["data"] == seeded.ok(path)["data"]
        assert seeded.ok(path, filter=f'{field} < "1900-01-01T00:00:00Z"')["data"] == []


def test_a_span_shows_each_key_once_and_what_was_dropped_everywhere(steno):
    def twice(first: str, second: str) -> list:
        return [{"key": "key", "value": {"stringValue": text}} for text in (first, second)]

    steno.send({"resourceSpans": [{
        "resource": {"attributes": twice("a", "b"), "droppedAttributesCount": 3}, "scopeSpans": [{
            "scope": {"name": "scope", "attributes": twice("c", "d"), "droppedAttributesCount": 4}, "spans": [{
                "traceId": "1" * 32, "spanId": "2" * 16, "name": "call", "startTimeUnixNano": str(traffic.T0),
                "endTimeUnixNano": str(traffic.T0), "droppedAttributesCount": 5,
                "attributes": [*twice("e", "f"), {"key": "map", "value": {"kvlistValue": {"values": twice("g", "h")}}}],
                "events": [{"name": "event", "attributes": twice("i", "j"), "droppedAttributesCount": 6}]}]}]}]})
    # Of a name that came twice Python's reader keeps the last.
    span = steno.ok(f"/api/v1/traces/{'1' * 32}/spans/{'2' * 16}")
    assert span["attributes"] == {"key": "e", "map": {"key": "g"}}
    assert span["resource"]["attributes"]["key"] == "a" and span["scope"]["attributes"] == {"key": "c"}
    assert span["events"][0]["attributes"] == {"key": "i"}
    assert [row["span_id"] for row in steno.ok("/api/v1/spans", filter="attributes.key = e")["data"]] == ["2" * 16]
    assert [part["dropped_attributes_count"] for part in (
        span["resource"], span["scope"], span, span["events"][0])] == [3, 4, 5, 6]
