"""The parameter `filter` over HTTP: the examples of docs/filter.md, what they select, and errors that point."""

import re

import pytest

from server import ROOT, Steno

GUIDE = (ROOT / "docs" / "filter.md").read_text()
EXAMPLES = re.findall(r"^\| (sessions|traces|users) \| `(.+)` \|$", GUIDE.split("## Examples")[1], re.M)
LISTS = {"sessions": "/api/v1/sessions", "traces": "/api/v1/traces", "users": "/api/v1/users"}


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
    ("bookmarked = true", []), ("start_time >= 1970-01-01T00:00:00+01:00", []),
])
def test_sessions(server, text, wanted):
    if "+" in text:  # before 1970: no instant that a span can have
        answer = server.get(LISTS["sessions"], filter=text)
        assert answer.status == 400 and answer.json["position"] == 15
        return
    assert [row["name"] for row in server.walk(LISTS["sessions"], filter=text)] == wanted


@pytest.mark.parametrize("text,wanted", [("attributes.env = prod", ["ann"]), ("trace_count = 1", ["ben", "ann"])])
def test_users(server, text, wanted):
    assert [row["user_id"] for row in server.walk(LISTS["users"], filter=text)] == wanted


def test_a_filter_joins_the_other_parameters(server):
    assert not server.ok(LISTS["traces"], filter="attributes.env:*", session="s-none")["data"]
    rows = server.ok(LISTS["traces"], filter="attributes.env:*", session="s-two")["data"]
    assert [row["session_name"] for row in rows] == ["s-two"]


@pytest.mark.parametrize("name,text,position,words", [
    ("sessions", "modles:x", 1, "`models`"), ("traces", 'name = "é🌱" AND x', 17, "`q`"),
    ("traces", "span_count > many", 14, "a number"), ("users", "cost_usd >", 11, "a value"),
    ("sessions", "(status = ok", 1, "not closed"), ("sessions", "status = green", 10, "ok, error, pending"),
    ("traces", "(" * 40 + "name:x" + ")" * 40, 34, "32 deep"), ("traces", "name:x " * 65, 449, "64 conditions"),
    ("traces", "name:" + "x" * 9_000, 1, "8192 bytes"), ("sessions", "hello world", 1, "`q`"),
])
def test_errors_point_at_the_character(server, name, text, position, words):
    answer = server.get(LISTS[name], filter=text)
    assert (answer.status, answer.content_type) == (400, "application/problem+json")
    problem = answer.json
    assert (problem["parameter"], problem["position"]) == ("filter", position), problem
    assert words in problem["detail"]


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
