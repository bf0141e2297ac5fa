"""What real exporters sent, through the real server."""

import pytest

import captures
from crawl import crawl, difference
from server import Steno, segment

EXPECTED = captures.expected()
FOLDERS = captures.folders()
SYNTHETIC = [
    request for name in FOLDERS if name.startswith("synthetic/") for request in captures.folder(name)]
RENDERED = [
    name for name in FOLDERS if not name.startswith("synthetic/")
    and any(request.signal == "traces" and request.rendering for request in captures.folder(name))]


def send_all(steno: Steno, requests: list[captures.Request]) -> None:
    for request in requests:
        answer = request.send(steno)
        if request.signal in ("traces", "logs", "metrics"):
            assert answer.status == 200, f"{request.name}: {answer.status} {answer.body[:300]!r}"
            assert answer.content_type == request.headers["content-type"].split(";")[0], request.name


def model_calls(steno: Steno, trace_id: str) -> int:
    """LLM spans with no LLM span below them: an LLM span above another is the same call."""
    spans = steno.ok(f"/api/v1/traces/{trace_id}")["spans"]
    kinds = {span["span_id"]: span["kind"] for span in spans}
    parents = {span["span_id"]: span["parent_span_id"] for span in spans}
    above = set()
    for span_id, kind in kinds.items():
        parent = parents[span_id]
        while kind == "LLM" and parent in kinds and kinds[parent] not in ("AGENT", "TOOL"):
            above.add(parent)
            parent = parents[parent]
    return sum(kind == "LLM" and span_id not in above for span_id, kind in kinds.items())


@pytest.mark.parametrize("name", [name for name in FOLDERS if not name.startswith("synthetic/")])
def test_every_capture_is_accepted_and_shown(steno, name):
    send_all(steno, captures.folder(name))
    seen = crawl(steno)
    assert all(status == 200 for path, (status, _) in seen.items() if path.count("/") == 4), name


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_expected_sessions(steno, name):
    send_all(steno, captures.folder(name))
    rows = {row["name"]: row for row in steno.walk("/api/v1/sessions")}
    wanted = EXPECTED[name]["sessions"]
    assert rows.keys() == wanted.keys()
    for session, expected in wanted.items():
        row = rows[session]
        assert row["user_id"] == expected["user"]
        if "turns" not in expected:
            continue
        assert row["project"] == (expected["project"] or "default")
        turns = steno.walk(f"/api/v1/sessions/{row['id']}/conversation")
        assert row["turn_count"] == len(turns) == expected["turns"]
        assert [turn["human"]["content"] for turn in turns] == expected["humans"]
        assert [turn["ai"]["content"] for turn in turns] == expected["ais"]
        assert (row["first_message"], row["last_message"]) == (expected["humans"][0], expected["humans"][-1])
        assert (row["first_reply"], row["last_reply"]) == (expected["ais"][0], expected["ais"][-1])
        for side in ("input", "output"):
            assert row["tokens"][side] == expected[f"{side}_tokens"]
            assert sum(turn["tokens"][side] for turn in turns) == expected[f"{side}_tokens"]
        traces = steno.walk("/api/v1/traces", session_id=row["id"])
        assert len(traces) == row["trace_count"]
        assert sum(model_calls(steno, trace["trace_id"]) for trace in traces) == expected["calls"]


@pytest.mark.parametrize("request_", SYNTHETIC, ids=lambda request: request.name)
def test_protocol_edges(steno, request_):
    """The status, what was stored, what was rejected, and an answer in the request's own type."""
    answer = request_.send(steno)
    expect = request_.expect
    allowed = expect["status"] if isinstance(expect["status"], list) else [expect["status"]]
    assert answer.status in allowed, answer.body[:300]
    media = request_.headers["content-type"].split(";")[0]
    if answer.status not in (404, 405, 415) and media in ("application/json", "application/x-protobuf"):
        assert answer.content_type == media
    if answer.status == 400 and media == "application/json":
        assert isinstance(answer.json["code"], int) and answer.json["message"]
    if answer.status == 400 and media == "application/x-protobuf":
        assert status_message(answer.body)
    if answer.status == 405:
        assert "POST" in answer.headers["allow"]
    if answer.status == 415:
        assert b"application/x-protobuf" in answer.body
    if answer.status == 413:
        assert b"64 MiB" in answer.body or b"67108864" in answer.body
    spans = sum(project["span_count"] for project in steno.walk("/api/v1/projects"))
    if answer.status != 200:
        assert spans == 0
    elif "stored" in expect and "duplicates" not in request_.name:
        assert spans == expect["stored"]
    if answer.status == 200 and "stored" in expect:
        assert rejected(answer) == expect.get("rejected", 0)
    assert steno.get("/healthz").status == 200


def status_message(body: bytes) -> str:
    """The message of a google.rpc.Status: field 1 the code, field 2 the text."""
    from google.rpc.status_pb2 import Status
    return Status.FromString(body).message


def rejected(answer) -> int:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
    if answer.content_type == "application/json":
        partial = answer.json.get("partialSuccess", {})
        count, message = int(partial.get("rejectedSpans", 0)), partial.get("errorMessage", "")
    else:
        partial = ExportTraceServiceResponse.FromString(answer.body).partial_success
        count, message = partial.rejected_spans, partial.error_message
    assert bool(message) or count == 0, "a rejection must say why"
    return count


def test_duplicates_in_a_row(steno):
    stored = []
    for request in captures.folder("synthetic/duplicates"):
        assert request.send(steno).status == 200
        stored.append(sum(project["span_count"] for project in steno.walk("/api/v1/projects")))
    assert stored == [1, 1, 2]


@pytest.mark.parametrize("name", RENDERED)
def test_protobuf_and_json_give_byte_identical_answers(tmp_path, name):
    requests = [request for request in captures.folder(name) if request.signal in ("traces", "logs")]
    walks = []
    for form, sent in (("sent", requests), ("json", [request.as_json() for request in requests])):
        with Steno(tmp_path / f"{form}.db") as steno:
            send_all(steno, sent)
            walks.append(crawl(steno))
    assert not difference(*walks)


def test_ids_of_any_text_can_be_asked_for(steno):
    """Session and user names of hundreds of characters, with / ? # % and quotes."""
    for request in captures.folder("fi/edge"):
        if "unicode-ids" in request.name or "int-ids" in request.name:
            assert request.send(steno).status == 200
    rows = steno.walk("/api/v1/sessions")
    assert len(rows) == 2
    for row in rows:
        assert [found["id"] for found in steno.walk("/api/v1/sessions", user_id=row["user_id"])] == [row["id"]]
        assert [found["id"] for found in steno.walk("/api/v1/sessions", session=row["name"])] == [row["id"]]
        answer = steno.get(f"/api/v1/users/{segment(row['user_id'])}")
        assert answer.status in (200, 404)
    assert {row["name"] for row in rows} >= {"67890"}
    assert {row["user_id"] for row in rows} >= {"12345"}
