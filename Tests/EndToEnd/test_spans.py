"""Spans, attributes and figures over time: against the traces that they are views of."""

import itertools

import pytest

import captures
import traffic
from server import Steno, segment

SORTS = ["end_time", "start_time", "duration_ms", "tokens", "cost_usd", "error_count"]


@pytest.fixture(scope="module")
def populated(tmp_path_factory):
    """A server with every capture and generated traffic."""
    with Steno(tmp_path_factory.mktemp("spans") / "populated.db") as server:
        for request in captures.telemetry():
            assert request.send(server).status == 200
        for unit in traffic.generate(7, traces=40):
            traffic.deliver(server, (unit,), as_json=False)
        yield server


@pytest.fixture(scope="module")
def spans(populated):
    """Every span by its IDs, as its trace shows it, with the trace's row and its attributes."""
    found = {}
    for row in populated.walk("/api/v1/traces"):
        trace = populated.ok(f"/api/v1/traces/{row['trace_id']}")
        for span in trace.pop("spans"):
            found[row["trace_id"], span["span_id"]] = (trace, span)
    return found


def name(row: dict) -> tuple[str, str]:
    return row["trace_id"], row["span_id"]


def test_rows_say_what_traces_say(populated, spans):
    rows = populated.walk("/api/v1/spans", limit=37)
    assert {name(row) for row in rows} == spans.keys() and len(rows) == len(spans) > 100
    for row in rows:
        trace, span = spans[name(row)]
        for field in ("parent_span_id", "name", "kind", "span_kind", "start_time", "end_time", "duration_ms", "model",
                      "cost_usd"):
            assert row[field] == span[field], field
        for field in ("project", "session_id", "session_name", "user_id"):
            assert row[field] == trace[field], field
        assert row["status_code"] == span["status"]["code"]
        assert (row["status"] == "error") == (span["status"]["code"] == "ERROR")
        assert row["service"] is None or row["service"] in trace["services"]
        assert set(row["tags"]) <= set(trace["tags"]) and row["metadata"].keys() <= trace["metadata"].keys()
        for text in (row["input"], row["output"]):
            assert text is None or 0 < len(text) <= 1000


@pytest.mark.parametrize("key", SORTS)
def test_sort_orders_by_value_then_ids_nulls_last(populated, key):
    for sort in (key, f"-{key}"):
        rows = populated.walk("/api/v1/spans", sort=sort, limit=41)
        assert rows == populated.walk("/api/v1/spans", sort=sort, limit=500)
        values = [{"tokens": (row["tokens"] or {}).get("total"), "error_count": int(row["status"] == "error")}.get(
            key, row.get(key)) for row in rows]
        known = [value for value in values if value is not None]
        assert values[len(known):] == [None] * (len(values) - len(known))
        assert known == sorted(known, reverse=sort.startswith("-"))
        for _, group in itertools.groupby(zip(values, rows), key=lambda pair: pair[0]):
            names = [name(row) for _, row in group]
            assert names == sorted(names)


@pytest.mark.parametrize("filter_", [
    {"project": "p-one"}, {"user_id": "u-one"}, {"session": "s-two"}, {"status": "error"}, {"status": "ok"},
    {"status": "pending"}, {"model": "m-large"}, {"tag": "a"}, {"service": "p-two"}, {"min_tokens": "90"},
    {"min_duration_ms": "2"}, {"from": "2026-11-22T13:33:14.5Z"}, {"to": "2026-11-22T13:33:14.5Z"},
    {"project": "p-one", "user_id": "u-two"}, {"status": "error", "from": "2026-11-22T13:33:14.5Z"},
    {"bookmarked": "true"}, {"bookmarked": "false"}])
def test_filters_select_what_the_rows_say(populated, filter_):
    checks = {
        "project": lambda row, value: row["project"] == value,
        "user_id": lambda row, value: row["user_id"] == value,
        "session": lambda row, value: row["session_name"] == value,
        "status": lambda row, value: row["status"] == value,
        "model": lambda row, value: row["model"] == value,
        "tag": lambda row, value: value in row["tags"],
        "service": lambda row, value: row["service"] == value,
        "min_tokens": lambda row, value: row["tokens"] is not None and row["tokens"]["total"] >= int(value),
        "min_duration_ms": lambda row, value: row["duration_ms"] >= float(value),
        "from": lambda row, value: row["end_time"] >= value.replace("Z", "00000000Z"),
        "to": lambda row, value: row["start_time"] <= value.replace("Z", "00000000Z"),
        "bookmarked": lambda row, value: value == "false",
    }
    wanted = [row for row in populated.walk("/api/v1/spans")
              if all(checks[key](row, value) for key, value in filter_.items())]
    assert populated.walk("/api/v1/spans", limit=11, **filter_) == wanted
    assert populated.ok("/api/v1/spans", limit=1, total="true", **filter_)["total"] == len(wanted)


def test_a_walk_is_stable_while_spans_arrive(steno):
    def trace(number: int, spans: int) -> dict:
        return {"resourceSpans": [{"scopeSpans": [{"spans": [{
            "traceId": f"{number:032x}", "spanId": f"{number * 100 + at:016x}", "name": "step",
            "startTimeUnixNano": str(traffic.T0), "endTimeUnixNano": str(traffic.T0 + 1000 * at + number)}
            for at in range(1, spans + 1)]}]}]}

    for number in range(1, 21):
        steno.send(trace(number, 6))
    before = [name(row) for row in steno.walk("/api/v1/spans")]
    page = steno.ok("/api/v1/spans", limit=10)
    seen, number = [name(row) for row in page["data"]], 20
    while page["next_cursor"]:
        # A new trace, and a further span of one that is being walked, which moves its end to the front.
        steno.send(trace(number := number + 1, 6))
        steno.send(trace(number % 20 + 1, 40))
        page = steno.ok("/api/v1/spans", limit=10, cursor=page["next_cursor"])
        seen += [name(row) for row in page["data"]]
    assert [span for span in seen if span in set(before)] == before


@pytest.mark.parametrize("words", ["photosynthesis", '"one-sentence summary"', "the -photosynthesis", "nosuchword"])
def test_words_find_the_spans_that_say_them(populated, spans, words):
    rows = populated.walk("/api/v1/spans", q=words, limit=13)
    assert populated.ok("/api/v1/spans", q=words, total="true", limit=1)["total"] == len(rows)
    found = {name(row) for row in rows}
    assert rows == [row for row in populated.walk("/api/v1/spans") if name(row) in found]
    assert {trace for trace, _ in found} == {row["trace_id"] for row in populated.walk("/api/v1/traces", q=words)}
    assert {name(hit) for hit in populated.walk("/api/v1/search", q=words)} <= found
    assert bool(rows) == (words != "nosuchword")
    narrowed = populated.walk("/api/v1/spans", q=words, filter="kind = LLM", sort="start_time")
    assert {name(row) for row in narrowed} == {name(row) for row in rows if row["kind"] == "LLM"}


@pytest.mark.parametrize("filter_", [{}, {"filter": "kind = LLM"}, {"q": "photosynthesis"}])
def test_attributes_count_the_spans_that_have_them(populated, spans, filter_):
    wanted: dict[str, int] = {}
    values: dict[str, int] = {}
    chosen = [name(row) for row in populated.walk("/api/v1/spans", **filter_)]
    for trace_id, span_id in chosen:
        span = populated.ok(f"/api/v1/traces/{trace_id}/spans/{span_id}")
        for key in span["attributes"]:
            wanted[key] = wanted.get(key, 0) + 1
        service = span["resource"]["attributes"].get("service.name")
        if service is not None:
            values[service] = values.get(service, 0) + 1
    rows = populated.walk("/api/v1/attributes", limit=19, **filter_)
    assert rows == populated.walk("/api/v1/attributes", **filter_)
    assert {row["key"]: row["count"] for row in rows if row["scope"] == "span"} == {
        key if not key.startswith(("metadata.", "resource.", "attributes.")) else f'attributes."{key}"': count
        for key, count in wanted.items()}
    assert [row["count"] for row in rows] == sorted((row["count"] for row in rows), reverse=True)
    found = populated.walk(f"/api/v1/attributes/{segment('resource.service.name')}/values", limit=3, **filter_)
    assert {row["value"]: row["count"] for row in found} == values
    answer = populated.ok("/api/v1/attributes", limit=1, total="true", **filter_)
    assert answer["complete"] is True and answer["total"] == len(rows)
    assert len(chosen) <= answer["spans_examined"] <= len(spans) and (filter_ or answer["spans_examined"] == len(spans))


def test_every_key_has_the_values_that_it_says(populated):
    for row in populated.walk("/api/v1/attributes")[:60]:
        for key in (row["key"], row["field"]):
            answer = populated.ok(f"/api/v1/attributes/{segment(key)}/values", limit=500)
            assert all(value["count"] <= row["count"] for value in answer["data"])
            if not answer["next_cursor"] and "array" not in row["types"]:
                counted = sum(value["count"] for value in answer["data"])
                assert counted + answer["left_out"] >= row["count"] > 0, key


@pytest.mark.parametrize("filter_", [
    {}, {"project": "p-one"}, {"status": "error"}, {"from": "2026-11-22T13:33:14.5Z"}, {"q": "photosynthesis"},
    {"filter": "status = error OR duration_ms > 1"}, {"filter": 'attributes."session.id":* AND NOT error_count > 0'}])
def test_time_series_come_to_what_the_lists_come_to(populated, filter_):
    def values(metric: str) -> list:
        answer = populated.ok("/api/v1/timeseries", metric=metric, interval="30d", **filter_)
        times = [point["time"] for point in answer["data"]]
        assert times == sorted(times) and (answer["metric"], answer["interval"]) == (metric, "30d")
        return [point["value"] for point in answer["data"]]

    traces = populated.walk("/api/v1/traces", **filter_)
    assert sum(values("traces")) == len(traces)
    assert sum(values("sessions")) == len(populated.walk("/api/v1/sessions", **filter_))
    assert sum(values("errors")) == sum(trace["error_count"] for trace in traces)
    assert sum(values("tokens")) == sum((trace["tokens"] or {}).get("total") or 0 for trace in traces)
    assert sum(values("cost_usd")) == pytest.approx(sum(trace["cost_usd"] or 0 for trace in traces))
    latency = populated.ok("/api/v1/timeseries", metric="latency", interval="30d", **filter_)["data"]
    assert [point["p95"] for point in latency] == values("latency_p95")
    for point in latency:
        assert point["p50"] is None or point["p50"] <= point["p95"] <= point["p99"]


@pytest.mark.parametrize("path,parameter", [
    ("/api/v1/spans?colour=red", "colour"), ("/api/v1/spans?limit=0", "limit"),
    ("/api/v1/spans?cursor=AAAA", "cursor"), ("/api/v1/spans?status=fine", "status"),
    ("/api/v1/spans?sort=-trace_count", "sort"), ("/api/v1/attributes?sort=count", "sort"),
    ("/api/v1/attributes?cursor=AAAA", "cursor"), ("/api/v1/spans?filter=kind", "filter"), ("/api/v1/spans?q=-a", "q"),
    ("/api/v1/attributes?q=", "q"), ("/api/v1/timeseries?metric=traces&interval=1d&q=-a", "q"),
     ("/api/v1/attributes/a/values?limit=501", "limit"),
    ("/api/v1/attributes/a/values?from=now", "from"), ("/api/v1/timeseries", "metric"),
    ("/api/v1/timeseries?metric=traces", "interval"), ("/api/v1/timeseries?metric=spans&interval=1d", "metric"),
    ("/api/v1/timeseries?metric=traces&interval=2h", "interval"),
    ("/api/v1/timeseries?metric=traces&interval=1d&limit=5", "limit"),
    ("/api/v1/timeseries?metric=traces&interval=1d&sort=end_time", "sort")])
def test_bad_input_names_the_parameter(populated, path, parameter):
    answer = populated.get(path)
    assert (answer.status, answer.content_type) == (400, "application/problem+json"), answer.body
    assert answer.json["parameter"] == parameter and answer.json["detail"]


def test_too_many_intervals_say_which_to_choose(steno):
    for number, time in enumerate((0, traffic.T0), start=1):
        steno.send({"resourceSpans": [{"scopeSpans": [{"spans": [{
            "traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": "step",
            "startTimeUnixNano": str(time), "endTimeUnixNano": str(time)}]}]}]})
    answer = steno.get("/api/v1/timeseries?metric=traces&interval=1m")
    assert (answer.status, answer.json["parameter"]) == (400, "interval") and "10000" in answer.json["detail"]
    assert len(steno.ok("/api/v1/timeseries?metric=traces&interval=30d")["data"]) > 600
    near = steno.ok("/api/v1/timeseries", metric="traces", interval="1m", **{"from": "2026-01-01T00:00:00Z"})["data"]
    assert [point["value"] for point in near] == [1]
