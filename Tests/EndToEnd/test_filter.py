"""The parameter `filter` over HTTP: the examples of docs/filter.md, what they select, and errors that point."""

import re

import pytest

from server import ROOT, Steno

GUIDE = (ROOT / "docs" / "filter.md").read_text()
EXAMPLES = re.findall(r"^\| (sessions|traces|spans|users) \| `(.+)` \|$", GUIDE.split("## Examples")[1], re.M)
LISTS = {"sessions": "/api/v1/sessions", "traces": "/api/v1/traces", "spans": "/api/v1/spans",
         "users": "/api/v1/users"}


def span(trace: int, number: int, **attributes) -> dict:
    typed = {str: "stringValue", bool: "boolValue", int: "intValue", float: "doubleValue"}
    start = 1_795_354_000_000_000_000 + trace * 1_000_000_000
    return {
        "traceId": f"{trace:032x}", "spanId": f"{trace:08x}{number:08x}", "name": f"step {number}",
        "startTimeUnixNano": str(start), "endTimeUnixNano": str(start + number * 1_000_000),
        "attributes": [{"key": key, "value": {typed[type(value)]: value}} for key, value in attributes.items()]}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Steno(tmp_path_factory.mktemp("filter") / "steno.db") as steno:
        spans = [
            span(1, 1, **{"session.id": "s-one", "user.id": "ann", "metadata": '{"stage": "opening", "turn": 1}'}),
            span(1, 2, **{"env": "prod", "temperature": 0.7}),
            span(2, 1, **{"session.id": "s-one", "metadata": '{"stage": "closing", "turn": 2}'}),
            span(3, 1, **{"session.id": "s-two", "user.id": "ben", "env": "staging", "temperature": 1}),
            span(4, 1, **{"env": 5}),
        ]
        steno.send({"resourceSpans": [{
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "chatbot"}}]},
            "scopeSpans": [{"spans": spans}]}]})
        yield steno


@pytest.mark.parametrize("name,text", EXAMPLES)
def test_every_example_of_the_guide_is_answered(server, name, text):
    server.ok(LISTS[name], filter=text, total="true")


def test_the_guide_has_examples_for_every_list():
    assert {name for name, _ in EXAMPLES} == LISTS.keys()


@pytest.mark.parametrize("text,wanted", [
    ('attributes.env = "prod"', {1}), ("attributes.env:*", {1, 3, 4}), ("attributes.env = 5", {4}),
    ('attributes.env != "prod"', {2, 3, 4}), ("attributes.temperature > 0.5", {1, 3}), ("attributes.temperature = 1.0", {3}),
    ('metadata.stage = "closing"', {2}), ("metadata.turn >= 1 AND metadata.stage:open", {1}),
    ('resource."service.name" = chatbot', {1, 2, 3, 4}), ("session_name = s-one", {1, 2}), ("session_id = null", {4}),
    ("user_id = ann OR user_id = ben", {1, 3}), ("span_count > 1", {1}), ("duration_ms < 1.5ms", {2, 3, 4}),
    ("NOT (span_count > 1 OR session_name:two)", {2, 4}), (f'trace_id = "{3:032X}"', {3}),
    ("attributes.env:s session_name:*", {3}),
])
def test_traces(server, text, wanted):
    rows = server.walk(LISTS["traces"], limit=1, filter=text)
    assert {int(row["trace_id"], 16) for row in rows} == wanted
    assert len(rows) == len(wanted)
    assert server.ok(LISTS["traces"], filter=text, total="true", limit=1)["total"] == len(wanted)


@pytest.mark.parametrize("text,wanted", [
    ('metadata.stage = "opening" AND metadata.stage = "closing"', ["s-one"]), ("user_ids:ben", ["s-two"]),
    ("attributes.env = staging OR trace_count = 2", ["s-two", "s-one"]), ("-attributes.env:*", []),
    ("bookmarked = true", []), ("start_time >= 1970-01-01T00:00:00+01:00", ["s-two", "s-one"]),
])
def test_sessions(server, text, wanted):
    assert [row["name"] for row in server.walk(LISTS["sessions"], filter=text)] == wanted


@pytest.mark.parametrize("text,wanted", [("attributes.env = prod", ["ann"]), ("trace_count = 1", ["ben", "ann"])])
def test_users(server, text, wanted):
    assert [row["user_id"] for row in server.walk(LISTS["users"], filter=text)] == wanted


ALL = {(1, 1), (1, 2), (2, 1), (3, 1), (4, 1)}


@pytest.mark.parametrize("text,wanted", [
    ('attributes.env = "prod"', {(1, 2)}), ("NOT attributes.env:*", {(1, 1), (2, 1)}), ("attributes.env = 5", {(4, 1)}),
    ("attributes.temperature > 0.5", {(1, 2), (3, 1)}), ('metadata.stage = "closing"', {(2, 1)}),
    ('metadata.stage:* AND attributes.env:*', set()), ("session_name = s-one", {(1, 1), (1, 2), (2, 1)}),
    ("session_id = null", {(4, 1)}), ("session_id:* AND -user_id = ann", {(2, 1), (3, 1)}),
    ("user_id = ben OR metadata.turn = 1", {(1, 1), (3, 1)}), ('name = "step 2"', {(1, 2)}), ("duration_ms > 1.5ms", {(1, 2)}),
    (f'span_id = "{(1 << 32) + 2:016X}"', {(1, 2)}), (f'trace_id = "{1:032x}" name:1', {(1, 1)}),
    ("parent_span_id:*", set()), ("kind = other span_kind = UNSPECIFIED status.code = UNSET status = ok", ALL),
    ("start_time >= 2026-11-22T13:20:00Z", ALL), ("resource.\"service.name\" = chatbot service = chatbot", ALL),
    ("project = nowhere", set()), ("tokens = null AND cost_usd = null AND model = null", ALL),
])
def test_spans(server, text, wanted):
    for sort in ("-end_time", "start_time", "-tokens", "error_count"):
        rows = server.walk(LISTS["spans"], limit=1, filter=text, sort=sort)
        found = {(int(row["trace_id"], 16), int(row["span_id"][8:], 16)) for row in rows}
        assert found == wanted and len(rows) == len(wanted), sort
    assert server.ok(LISTS["spans"], filter=text, total="true", limit=1)["total"] == len(wanted)


def test_attributes_are_counted_under_a_filter(server):
    def counts(text):
        return {row["key"]: row["count"] for row in server.walk("/api/v1/attributes", limit=2, filter=text)}

    assert counts("attributes.temperature:*") == {"env": 2, "temperature": 2, "session.id": 1, "user.id": 1,
                                                  'resource."service.name"': 2}
    values = server.ok("/api/v1/attributes/env/values", filter="attributes.temperature < 1")
    assert [(row["value"], row["count"]) for row in values["data"]] == [("prod", 1)]


@pytest.mark.parametrize("metric,text,wanted", [
    ("traces", 'attributes.env = "prod"', 1), ("traces", "span_count > 1 OR attributes.env = 5", 2),
    ("sessions", 'attributes.env = "prod"', 1), ("sessions", "trace_count = 2 OR user_ids:ben", 2),
    ("errors", "attributes.env:*", 0),
])
def test_time_series_count_the_rows_of_a_filter(server, metric, text, wanted):
    data = server.ok("/api/v1/timeseries", metric=metric, interval="30d", filter=text)["data"]
    assert sum(point["value"] for point in data) == wanted


def test_a_filter_joins_the_other_parameters(server):
    assert not server.ok(LISTS["traces"], filter="attributes.env:*", session="s-none")["data"]
    rows = server.ok(LISTS["traces"], filter="attributes.env:*", session="s-two")["data"]
    assert [row["session_name"] for row in rows] == ["s-two"]


@pytest.mark.parametrize("name,text,position,words", [
    ("sessions", "modles:x", 1, "`models`"), ("traces", 'name = "é🌱" AND x', 17, "`q`"),
    ("traces", "span_count > many", 14, "a number"), ("users", "cost_usd >", 11, "a value"),
    ("spans", "kind = LLM span_count > 1", 12, "no field"), ("spans", "status.code = FINE", 15, "UNSET, OK, ERROR"),
    ("spans", "span_id = 12", 11, "16 hexadecimal"), ("attributes", "status = ok AND trace_count > 1", 17, "no field"),
    ("values", "duration_ms > soon", 15, "milliseconds"), ("sessions", "(status = ok", 1, "not closed"), ("sessions", "status = green", 10, "ok, error, pending"),
    ("traces", "(" * 40 + "name:x" + ")" * 40, 34, "32 deep"), ("traces", "name:x " * 65, 449, "64 conditions"),
    ("traces", "name:" + "x" * 9_000, 1, "8192 bytes"), ("sessions", "hello world", 1, "`q`"),
])
def test_errors_point_at_the_character(server, name, text, position, words):
    paths = LISTS | {"attributes": "/api/v1/attributes", "values": "/api/v1/attributes/env/values"}
    answer = server.get(paths[name], filter=text)
    assert (answer.status, answer.content_type) == (400, "application/problem+json")
    problem = answer.json
    assert (problem["parameter"], problem["position"]) == ("filter", position), problem
    assert words in problem["detail"]


@pytest.mark.parametrize("metric,text,status", [
    ("sessions", "trace_count > 1", 200), ("sessions", "model = x", 400), ("traces", "model = x", 200),
    ("latency", "trace_count > 1", 400)])
def test_the_metric_says_whose_filter_it_is(server, metric, text, status):
    answer = server.get("/api/v1/timeseries", metric=metric, interval="1d", filter=text)
    assert answer.status == status
    if status == 400:
        assert (answer.json["parameter"], answer.json["position"]) == ("filter", 1)


def test_projects_have_no_filter(server):
    answer = server.get("/api/v1/projects", filter="name:x")
    assert answer.status == 400 and answer.json["parameter"] == "filter"


def test_warning_codes_are_the_ones_that_rows_show(steno):
    lonely = span(1, 2, **{"session.id": "s"}) | {"parentSpanId": "00000000000000ff", "droppedAttributesCount": 3}
    steno.send({"resourceSpans": [{"scopeSpans": [{"spans": [lonely]}]}]})
    row = steno.ok(LISTS["sessions"])["data"][0]
    codes = [warning["code"] for warning in row["warnings"]]
    assert codes
    for code in codes:
        assert steno.ok(LISTS["sessions"], filter=f"warnings:{code}")["data"] == [row]
