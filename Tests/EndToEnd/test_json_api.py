"""docs/json-api.md: a request and its whole answer for every route, as the seed conversation gives them.
GOLDEN_UPDATE=1 rewrites the page."""

import json
import re

import pytest

import captures
import golden
import traffic
from event_reader import EventReader
from server import ROOT, Steno

PAGE = ROOT / "docs" / "json-api.md"
DOCUMENT = json.loads((ROOT / "Sources" / "Server" / "API" / "openapi.json").read_bytes())
SEED = next(request for request in captures.folder("fi/seed") if request.name.endswith("s3_metadata-001"))
SESSION = "d3e74025-574b-56ab-afe8-9b19f360373a"
TRACE, SPAN = "de970d71b62342cbb77fbca81b3a543c", "fbb556cf392e455d"
USER, PROJECT = "user-7f3a2b", "chatbot-session-demo"
HEADERS = ("content-type", "content-disposition", "retry-after")

HELLO = {"resourceSpans": [{
    "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "hello"}}]},
    "scopeSpans": [{"spans": [{
        "traceId": "5" * 32, "spanId": "5" * 16, "name": "chat", "startTimeUnixNano": str(traffic.T0),
        "endTimeUnixNano": str(traffic.T0 + 1_000_000), "attributes": [
            {"key": "session.id", "value": {"stringValue": "greeting"}},
            {"key": "input.value", "value": {"stringValue": "Hello?"}},
            {"key": "output.value", "value": {"stringValue": "Hello."}}]}]}]}]}
JSON = {"Content-Type": "application/json"}
# What an answer holds that is not the same on every machine, and what would not be read anyway.
CUTS = [
    (r'("(?:\w*_bytes|schema_version)": )\d+', r"\1…"), (r"(?s)(<style>).*?(</style>)", r"\1…\2"),
    (r"(steno_\w*_bytes(?:_total)?) \d+", r"\1 …"), (r"(steno_http_answers_total\{.*?\}) \d+", r"\1 …"),
    (r"(steno_\w*_seconds_(?:sum|count|bucket\{.*?\})) [\d.e-]+", r"\1 …")]

INTRODUCTION = """# The API by transcript

A request and its whole answer for every route, as a Steno gives them that holds the three turns of
`session-c91d4e` in project `chatbot-session-demo`. The same in a form for programs is `/openapi.json` of the server;
every bound is in [limits.md](limits.md). JSON answers are compact; here they are indented. `…` stands for what differs
between machines, or is left out.
"""

# Path and method as in the OpenAPI document, then what is asked, in the order of the page.
CALLS = [
    ("post", "/v1/traces", "/v1/traces", HELLO),
    ("post", "/v1/logs", "/v1/logs", {"resourceLogs": []}),
    ("post", "/v1/metrics", "/v1/metrics", {"resourceMetrics": []}),
    ("get", "/api/v1/projects", "/api/v1/projects?total=true", None),
    ("get", "/api/v1/sessions", f"/api/v1/sessions?project={PROJECT}&sort=-duration_ms&limit=1&total=true", None),
    ("get", "/api/v1/sessions/{id}", f"/api/v1/sessions/{SESSION}", None),
    ("get", "/api/v1/sessions/{id}/conversation", f"/api/v1/sessions/{SESSION}/conversation?limit=1", None),
    ("get", "/api/v1/sessions/{id}/messages", f"/api/v1/sessions/{SESSION}/messages?limit=3", None),
    ("get", "/api/v1/sessions/{id}/explain", f"/api/v1/sessions/{SESSION}/explain?limit=1", None),
    ("patch", "/api/v1/sessions/{id}", f"/api/v1/sessions/{SESSION}", {"display_name": "Plants", "bookmarked": True}),
    ("get", "/api/v1/traces", f"/api/v1/traces?user_id={USER}&limit=1", None),
    ("get", "/api/v1/traces/{trace_id}", f"/api/v1/traces/{TRACE}", None),
    ("get", "/api/v1/traces/{trace_id}/conversation", f"/api/v1/traces/{TRACE}/conversation", None),
    ("get", "/api/v1/traces/{trace_id}/spans/{span_id}", f"/api/v1/traces/{TRACE}/spans/{SPAN}", None),
    ("get", "/api/v1/spans", f"/api/v1/spans?project={PROJECT}&limit=1", None),
    ("get", "/api/v1/attributes", f"/api/v1/attributes?project={PROJECT}&limit=3", None),
    ("get", "/api/v1/attributes/{key}/values", "/api/v1/attributes/metadata.conversation_stage/values", None),
    ("get", "/api/v1/timeseries", f"/api/v1/timeseries?metric=tokens&interval=1d&project={PROJECT}", None),
    ("get", "/api/v1/users", "/api/v1/users", None),
    ("get", "/api/v1/users/{user_id}", f"/api/v1/users/{USER}?project={PROJECT}", None),
    ("get", "/api/v1/search", "/api/v1/search?q=photosynthesis&limit=1", None),
    ("get", "/api/v1/sessions/{id}/export", f"/api/v1/sessions/{SESSION}/export?format=csv", None),
    ("get", "/api/v1/sessions/export", "/api/v1/sessions/export?format=html&session=greeting", None),
    ("get", "/api/v1/traces/{trace_id}/export", f"/api/v1/traces/{'5' * 32}/export?format=jsonl", None),
    ("get", "/api/v1/traces/export", f"/api/v1/traces/export?format=otlp&project={PROJECT}", None),
    ("get", "/api/v1/events", "/api/v1/events?last_event_id=0", None),
    ("get", "/api/v1/stats", "/api/v1/stats", None),
    ("get", "/api/v1/doctor", "/api/v1/doctor", None),
    ("get", "/metrics", "/metrics", None),
    ("get", "/healthz", "/healthz", None),
    ("get", "/readyz", "/readyz", None),
    ("post", "/api/v1/sign-in", "/api/v1/sign-in", {"key": "not asked for"}),
    ("delete", "/api/v1/sign-in", "/api/v1/sign-in", None),
    ("delete", "/api/v1/traces/{trace_id}", f"/api/v1/traces/{TRACE}", None),
    ("delete", "/api/v1/sessions/{id}", f"/api/v1/sessions/{SESSION}", None),
    ("delete", "/api/v1/users/{user_id}", f"/api/v1/users/{USER}?project={PROJECT}", None),
    ("delete", "/api/v1/projects/{name}", f"/api/v1/projects/{PROJECT}", None),
]
ERRORS = [
    ("GET", "/api/v1/sessions?limit=0", None), ("GET", "/api/v1/sessions?colour=red", None),
    ("GET", f"/api/v1/traces/{'f' * 32}", None), ("PATCH", f"/api/v1/sessions/{SESSION}", {"display_name": 5}),
    ("POST", "/v1/traces", "no JSON")]


def request_of(method: str, target: str, body) -> tuple[str, bytes | None, dict]:
    if body is None:
        return f"{method} {target}", None, {}
    text = body if isinstance(body, str) else json.dumps(body, indent=1 if len(str(body)) > 90 else None)
    return f"{method} {target}\ncontent-type: application/json\n\n{text}", text.encode(), JSON


def events(server: Steno, target: str) -> str:
    """What the stream says of the past; the commits' boundaries do not show."""
    with EventReader(server, target) as reader:
        head = f"200\ncontent-type: {reader.headers['content-type']}"
        blocks = [reader.block() for _ in range(5)]
    return head + "\n\n" + "\n\n".join("\n".join(f"{name}: {value}" for name, value in block.items())
                                       for block in blocks)


def answer_of(server: Steno, method: str, target: str, body: bytes | None, headers: dict) -> str:
    if target.startswith("/api/v1/events"):
        return events(server, target)
    answer = server.request(method, target, body, headers)
    head = [str(answer.status)] + [f"{name}: {answer.headers[name]}" for name in HEADERS if name in answer.headers]
    if answer.content_type == "application/x-protobuf":
        text = "… (an ExportTraceServiceRequest)"
    else:
        text = golden.indented(answer.body) if "json" in answer.content_type else answer.body.decode()
    return "\n".join(head) + "\n\n" + text.replace("\r\n", "\n").rstrip("\n")


def fence(text: str) -> str:
    for pattern, shown in CUTS:
        text = re.sub(pattern, shown, text)
    return f"```http\n{text}\n```\n"


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> str:
    parts = [INTRODUCTION]
    with Steno(tmp_path_factory.mktemp("json-api") / "steno.db") as server:
        assert SEED.send(server).status == 200
        for method, path, target, body in CALLS:
            if method == "delete":
                assert SEED.send(server).status == 200
            summary = DOCUMENT["paths"][path][method]["summary"]
            request, data, headers = request_of(method.upper(), target, body)
            answer = answer_of(server, method.upper(), target, data, headers)
            assert answer.startswith("20"), answer
            parts += [f"## `{method.upper()} {path}`\n", f"{summary}.\n", fence(request), fence(answer)]
        parts += ["## Errors\n", "`application/problem+json`, which names the parameter; on the ingest paths\n"
                  "`google.rpc.Status` in the content type of the request.\n"]
        for method, target, body in ERRORS:
            request, data, headers = request_of(method, target, body)
            parts += [fence(request), fence(answer_of(server, method, target, data, headers))]
    return "\n".join(parts)


def test_the_page_is_what_the_server_answers(page):
    if golden.UPDATE:
        PAGE.write_text(page)
    assert PAGE.read_text() == page, "run with GOLDEN_UPDATE=1 and read what changed"


def test_every_route_has_its_transcript():
    told = {(method, path) for method, path, _, _ in CALLS}
    documented = {
        (method, path) for path, item in DOCUMENT["paths"].items() for method in item
        if not re.match(r"/(tracer|otel|api/public|api/v1/private|assets)|/$|/openapi.json", path)}
    assert documented == told
