"""Exports: what comes out goes in again and gives the same answers; tables and pages are safe to open."""

import base64
import csv
import hashlib
import html.parser
import io
import json
import re

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

import captures
import traffic
from crawl import crawl, difference
from server import Steno

TYPES = {
    "otlp": "application/x-protobuf", "otlp-logs": "application/x-protobuf", "jsonl": "application/x-ndjson",
    "csv": "text/csv", "html": "text/html"}


@pytest.fixture(scope="module")
def populated(tmp_path_factory):
    """Every capture, and traffic with projects from request headers and log records."""
    with Steno(tmp_path_factory.mktemp("export") / "steno.db") as server:
        for request in captures.telemetry():
            assert request.send(server).status == 200
        for unit in traffic.generate(11, traces=40):
            traffic.deliver(server, (unit,), as_json=False)
        yield server


def export(server, path: str, **parameters) -> bytes:
    answer = server.get(path, **parameters)
    assert answer.status == 200, answer.body[:300]
    assert answer.content_type == TYPES[parameters["format"]]
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+"', answer.headers["content-disposition"])
    return answer.body


def load_protobuf(server, path: str, target: Steno) -> None:
    for signal, format_ in (("traces", "otlp"), ("logs", "otlp-logs")):
        body = export(server, path, format=format_)
        assert target.post(f"/v1/{signal}", body, "application/x-protobuf").status == 200


def load_lines(server, path: str, target: Steno) -> None:
    for line in export(server, path, format="jsonl").splitlines():
        signal = "traces" if "resourceSpans" in json.loads(line) else "logs"
        assert target.post(f"/v1/{signal}", line, "application/json").status == 200


@pytest.mark.parametrize("load", [load_protobuf, load_lines])
def test_an_export_gives_a_store_of_the_same_answers(populated, tmp_path, load):
    assert b"steno.request.project" in export(populated, "/api/v1/traces/export", format="jsonl")
    expected = crawl(populated)
    with Steno(tmp_path / "other.db") as other:
        load(populated, "/api/v1/traces/export", other)
        walked = crawl(other)
        # JSON can't carry fields that OTLP does not know, nor invalid UTF-8; no answer shows them.
        assert not difference(expected, walked)


def test_sessions_one_by_one_give_the_same_answers(populated, tmp_path):
    with Steno(tmp_path / "other.db") as other:
        for session in populated.walk("/api/v1/sessions"):
            load_protobuf(populated, f"/api/v1/sessions/{session['id']}/export", other)
        for trace in populated.walk("/api/v1/traces"):
            if trace["session_id"] is None:
                load_lines(populated, f"/api/v1/traces/{trace['trace_id']}/export", other)
        assert not difference(crawl(populated), crawl(other))


@pytest.mark.parametrize("parameters", [
    {}, {"project": "p-one"}, {"user_id": "u-one"}, {"status": "error"}, {"sort": "start_time"}])
@pytest.mark.parametrize("list_", ["sessions", "traces"])
def test_an_export_holds_what_the_list_answers(populated, list_, parameters):
    rows = populated.walk(f"/api/v1/{list_}", **parameters)
    body = export(populated, f"/api/v1/{list_}/export", format="otlp", **parameters)
    spans = [
        span.trace_id.hex() for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans for span in scope.spans]
    order = list(dict.fromkeys(spans))
    if list_ == "traces":
        assert order == [row["trace_id"] for row in rows]
        # Spans that only announced another are in the export alone.
        assert len(spans) >= sum(row["span_count"] for row in rows)
    else:
        whole = {row["id"] for row in rows}
        traces = populated.walk("/api/v1/traces")
        assert set(order) == {trace["trace_id"] for trace in traces if trace["session_id"] in whole}


def test_every_log_record_is_exported(populated):
    body = export(populated, "/api/v1/traces/export", format="otlp-logs")
    records = [
        record for resource in ExportLogsServiceRequest.FromString(body).resource_logs
        for scope in resource.scope_logs for record in scope.log_records]
    assert records and len(records) <= populated.ok("/api/v1/stats")["logs"]


# Tables


def turns_of(server, session: dict) -> list[dict]:
    return server.walk(f"/api/v1/sessions/{session['id']}/conversation")


def test_a_table_has_a_row_for_each_turn(populated):
    text = export(populated, "/api/v1/sessions/export", format="csv").decode()
    assert text.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    wanted = [(session, turn) for session in populated.walk("/api/v1/sessions")
              for turn in turns_of(populated, session)]
    assert len(rows) == len(wanted) > 20
    for row, (session, turn) in zip(rows, wanted):
        assert (row["session_id"], row["session_name"], row["project"]) == (
            session["id"], guarded(session["name"]), guarded(session["project"]))
        assert (row["turn"], row["trace_id"], row["span_id"], row["start_time"], row["status"]) == (
            str(turn["index"]), turn["trace_id"], turn["span_id"], turn["start_time"], turn["status"])
        for column in ("human", "ai"):
            assert row[column] == guarded(turn[column]["content"] if turn[column] else "")
        assert row["total_tokens"] == str((turn["tokens"] or {}).get("total") or "" if turn["tokens"] else "")
        assert json.loads(row["metadata"] or "{}") == turn["metadata"]
        assert json.loads(row["tags"] or "[]") == turn["tags"]


def guarded(text: str) -> str:
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


HOSTILE = [
    "=1+2", "+1", "-1", "@SUM(A1)", "\tx", "\rx", 'a"b', "a,b", "a\r\nb", "</p><script>pwned=1</script>",
    "<img src=x onerror=pwned=1>", "{{x}}", "\u0000\u0001", "\u202eabc", "'quoted'", "&amp;", "http://example.com/"]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A session whose every text is an attempt at something."""
    with Steno(tmp_path_factory.mktemp("hostile") / "steno.db") as server:
        for number, text in enumerate(HOSTILE, start=1):
            server.send({"resourceSpans": [{
                "resource": {"attributes": [{"key": "project_name", "value": {"stringValue": "=p<b>"}}]},
                "scopeSpans": [{"spans": [{
                    "traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": text,
                    "startTimeUnixNano": str(traffic.T0 + number), "endTimeUnixNano": str(traffic.T0 + number + 1),
                    "status": {"code": 2, "message": text} if number % 3 == 0 else {},
                    "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in {
                        "session.id": "../../<script>\"x\"\r\nSet-Cookie: a=b", "user.id": text,
                        "input.value": text + "·", "output.value": text + "·",
                        "gen_ai.request.model": text}.items()]}]}]}]})
        yield server


def test_no_cell_is_a_formula(hostile):
    [session] = hostile.walk("/api/v1/sessions")
    text = export(hostile, f"/api/v1/sessions/{session['id']}/export", format="csv").decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == len(HOSTILE) + 1 and len({len(row) for row in rows}) == 1
    for row in rows:
        assert not [cell for cell in row if cell[:1] in set("=+-@\t\r")]
    human = rows[0].index("human")
    turns = turns_of(hostile, session)
    assert [row[human] for row in rows[1:]] == [guarded(turn["human"]["content"]) for turn in turns]


# Pages


class Page(html.parser.HTMLParser):
    """What a page holds: its elements with their attributes, and its text."""

    def __init__(self, text: str):
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "main", "article", "header", "h1", "h2", "h3", "dl", "div", "dt",
    "dd", "section", "p", "time", "figure", "figcaption", "pre"}


def test_a_page_holds_the_conversation_and_nothing_else(hostile):
    [session] = hostile.walk("/api/v1/sessions")
    body = export(hostile, f"/api/v1/sessions/{session['id']}/export", format="html").decode()
    page = Page(body)
    assert {tag for tag, _ in page.elements} <= ELEMENTS
    assert {name for _, attributes in page.elements for name in attributes} <= {
        "lang", "charset", "http-equiv", "content", "name", "dir", "class", "datetime"}
    for turn in turns_of(hostile, session):
        shown = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "\ufffd", turn["human"]["content"])
        assert shown.replace("\r\n", "\n") in page.text.replace("\r\n", "\n")


def test_the_page_allows_its_own_style_alone(hostile):
    [session] = hostile.walk("/api/v1/sessions")
    answer = hostile.get(f"/api/v1/sessions/{session['id']}/export", format="html")
    body = answer.body.decode()
    [policy] = [attributes["content"] for _, attributes in Page(body).elements if "http-equiv" in attributes]
    style = re.search(r"<style>(.*?)</style>", body, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert answer.headers["content-security-policy"] == policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_lists_make_one_page(populated):
    body = export(populated, "/api/v1/sessions/export", format="html").decode()
    assert Page(body).elements.count(("article", {})) == len(populated.walk("/api/v1/sessions"))
    assert body.endswith("</html>\n")
    empty = export(populated, "/api/v1/sessions/export", format="html", project="nowhere").decode()
    assert empty.endswith("</html>\n") and "<article>" not in empty


# Errors


@pytest.mark.parametrize("query,parameter", [
    ("", "format"), ("format=xml", "format"), ("format=", "format"), ("format=csv&colour=red", "colour"),
    ("format=csv&limit=1", "limit"), ("format=csv&status=fine", "status")])
@pytest.mark.parametrize("path", ["/api/v1/sessions/export", "/api/v1/traces/export"])
def test_bad_exports_name_the_parameter(populated, path, query, parameter):
    answer = populated.get(f"{path}?{query}")
    assert (answer.status, answer.json["parameter"]) == (400, parameter)


@pytest.mark.parametrize("path", [
    "/api/v1/sessions/00000000-0000-5000-8000-000000000000/export", f"/api/v1/traces/{'f' * 32}/export"])
@pytest.mark.parametrize("format_", TYPES)
def test_unknown_things_are_not_exported(populated, path, format_):
    answer = populated.get(path, format=format_)
    assert (answer.status, answer.content_type) == (404, "application/problem+json")


def test_a_file_name_is_no_path(hostile):
    [session] = hostile.walk("/api/v1/sessions")
    answer = hostile.get(f"/api/v1/sessions/{session['id']}/export", format="jsonl")
    name = re.fullmatch(r'attachment; filename="([^"]+)"', answer.headers["content-disposition"])[1]
    assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]+\.jsonl", name) and "/" not in name
    assert "set-cookie" not in answer.headers


def test_an_export_does_not_gather_in_memory(tmp_path):
    """A client that takes nothing is waited for, and the process stays small meanwhile."""
    with Steno(tmp_path / "steno.db") as server:
        text = "many words " * 20_000  # 220 kB
        for number in range(1, 301):
            server.send({"resourceSpans": [{"scopeSpans": [{"spans": [{
                "traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": "call",
                "startTimeUnixNano": str(traffic.T0 + number), "endTimeUnixNano": str(traffic.T0 + number + 1),
                "attributes": [{"key": "session.id", "value": {"stringValue": "big"}},
                               {"key": "input.value", "value": {"stringValue": f"{number} {text}"}}]}]}]}]})
        before = resident(server)
        for format_ in ("otlp", "jsonl", "html", "csv"):
            body = export(server, "/api/v1/traces/export", format=format_)
            assert len(body) > 60_000_000
        assert resident(server, "VmHWM") < before + 60_000_000


def resident(server: Steno, field: str = "VmRSS") -> int:
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(field))
