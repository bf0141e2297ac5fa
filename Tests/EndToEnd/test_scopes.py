"""What a key of one scope, or of one project, may do: on every route of the API's description, so that a new one is
covered as soon as it is documented."""

import json
import re

import grpc
import pytest

import traffic
from server import Steno, segment, with_parameters
from test_access import add_key, bearer
from test_grpc import Caller, method, spans_named
from test_openapi import OPERATIONS, parameters

OPEN = {"/", "/assets/{version}/{name}", "/healthz", "/readyz", "/openapi.json", "/api/v1/sign-in"}
#: Questions about the whole file, which a key of one project may not ask.
WHOLE = {"/api/v1/stats", "/api/v1/doctor", "/api/v1/events", "/metrics"}
NOWHERE = {"id": "00000000-0000-5000-8000-000000000000", "trace_id": "f" * 32, "span_id": "f" * 16, "name": "nowhere",
           "user_id": "nobody", "key": "nothing", "version": "0"}
ROUTES = [pytest.param(path, verb, id=f"{verb} {path}") for path, verb, _ in OPERATIONS]


def fill(path: str, values: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda name: segment(values[name[1]]), path)


def ask(steno: Steno, verb: str, target: str, key: str | None = None):
    bodies = {"patch": b'{"bookmarked": true}', "post": b"{}"}
    media = {"patch": "application/merge-patch+json", "post": "application/json"}
    headers = ({"Content-Type": media[verb]} if verb in media else {}) | (bearer(key) if key else {})
    return steno.request(verb.upper(), target, bodies.get(verb), headers)


# Scopes


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    data = tmp_path_factory.mktemp("scopes") / "steno.db"
    keys = {scope: add_key(data, "--scope", scope) for scope in ("ingest", "read", "all")}
    with Steno(data) as steno:
        yield steno, keys


@pytest.mark.parametrize("path,verb", ROUTES)
def test_a_route_is_open_to_the_scopes_it_needs_alone(guarded, path, verb):
    steno, keys = guarded
    if path == "/api/v1/events":
        pytest.skip("it never ends; test_access.py asks for it")
    target = fill(path, NOWHERE)
    statuses = {scope: ask(steno, verb, target, key).status for scope, key in {**keys, None: None}.items()}
    if path in OPEN:
        assert not {403} & set(statuses.values())
        return
    may = {"all"}
    if verb == "post":
        may |= {"ingest"}
    elif verb == "get":
        may |= {"read"}
    assert statuses.pop(None) == 401
    for scope, status in statuses.items():
        assert (status not in (401, 403)) == (scope in may), (scope, status)


# One project


def message(number: int, project: str, session: str, user: str, words: str) -> dict:
    attributes = {
        "session.id": session, "user.id": user, "input.value": words, "output.value": f"answer to {words}",
        "gen_ai.span.kind": "LLM", "gen_ai.request.model": f"model-{project}", "tag.tags": f'["tag-{project}"]',
        "metadata": json.dumps({"tier": project, "n": number}), f"only.{project}": project}
    return {"resourceSpans": [{
        "resource": {"attributes": [{"key": "project_name", "value": {"stringValue": project}},
                                    {"key": "service.name", "value": {"stringValue": f"service-{project}"}}]},
        "scopeSpans": [{"spans": [{
            "traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": f"call {project}",
            "startTimeUnixNano": str(traffic.T0 + number * 10**9),
            "endTimeUnixNano": str(traffic.T0 + number * 10**9 + 10**6 * number),
            "status": {"code": 2 if number % 3 == 0 else 1},
            "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]}]}]}]}


MINE = [message(number, "mine", f"s-{number % 3}", f"u-{number % 2}", f"apples and pears number {number}")
        for number in range(1, 10)]
#: The same names of sessions and users, words that mine says and words that it does not, times on both sides and between.
THEIRS = [message(number + 100 * (number % 2), "theirs", f"s-{number % 5}", f"u-{number % 4}",
                  f"apples and quinces, the secret {number}" if number % 4 else "apples and pears number 3")
          for number in range(11, 40)]


class Side:
    """A server, a key of the project `mine`, and one of everything."""

    def __init__(self, data, *messages: dict):
        self.all, self.mine = add_key(data), add_key(data, "--project", "mine")
        self.steno = Steno(data)
        for one in messages:
            answer = self.steno.request("POST", "/v1/traces", json.dumps(one).encode(),
                                        {"Content-Type": "application/json"} | bearer(self.all))
            assert answer.status == 200

    def get(self, target: str, key: str | None = None) -> tuple[int, bytes]:
        answer = self.steno.request("GET", target, headers=bearer(key or self.mine))
        return answer.status, answer.body

    def everything(self) -> dict[str, bytes]:
        targets = ["/api/v1/projects", "/api/v1/stats"] + [f"/api/v1/{name}?limit=500" for name in ("sessions", "traces", "spans", "users")]
        return {target: self.get(target, self.all)[1] for target in targets}


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    """One that holds both projects, and one that never heard of the other project."""
    both = Side(tmp_path_factory.mktemp("two") / "steno.db", *THEIRS[:15], *MINE, *THEIRS[15:])
    alone = Side(tmp_path_factory.mktemp("one") / "steno.db", *MINE)
    with both.steno, alone.steno:
        yield both, alone


def identifiers(both: Side) -> list[dict[str, str]]:
    """What paths may name: things of mine, of theirs, and of nobody."""
    found = [NOWHERE]
    rows = json.loads(both.get("/api/v1/sessions?limit=500", both.all)[1])["data"]
    spans = json.loads(both.get("/api/v1/spans?limit=500", both.all)[1])["data"]
    for project in ("mine", "theirs"):
        row = next(row for row in rows if row["project"] == project)
        span = next(span for span in spans if span["session_id"] == row["id"])
        found.append({"id": row["id"], "trace_id": span["trace_id"], "span_id": span["span_id"], "name": project,
                      "user_id": row["user_id"], "key": f"only.{project}"})
        found.append(found[-1] | {"user_id": "u-3", "key": "input.value"})
        found.append(found[-1] | {"key": "session.id"})
    return found


def samples(name: str, both: Side) -> list[str]:
    values = {
        "limit": ["1", "500"], "total": ["true"], "project": ["mine", "theirs", "nowhere"], "user_id": ["u-1", "u-3"],
        "session_id": [one["id"] for one in identifiers(both)[:6:2]], "session": ["s-1", "s-4"],
        "from": ["2026-11-22T13:33:20Z"], "to": ["2026-11-22T13:33:20Z"], "status": ["ok", "error"],
        "model": ["model-mine", "model-theirs"], "tag": ["tag-theirs"], "service": ["service-mine", "service-theirs"],
        "min_duration_ms": ["5"], "min_tokens": ["0"], "bookmarked": ["false"], "role": ["user"], "last_event_id": ["0"],
        "filter": ['project = "theirs"', 'NOT project = "mine"', 'metadata.tier = "theirs" OR name:"call"'],
        "q": ["apples", "quinces", "secret OR pears", "number -secret"], "format": ["otlp", "otlp-logs", "jsonl", "csv", "html"],
        "metric": ["sessions", "traces", "tokens", "cost_usd", "errors", "latency"], "interval": ["1m", "1d"],
        "sort": ["-end_time", "start_time", "-duration_ms"], "cursor": []}
    return values[name]  # a parameter that nobody listed fails here


READS = [pytest.param(path, operation, id=path) for path, verb, operation in OPERATIONS
         if verb == "get" and path not in OPEN]


@pytest.mark.parametrize("path,operation", READS)
def test_another_project_might_as_well_not_be_there(sides, path, operation):
    """Byte for byte the answers of a server that never heard of it: rows, counts, ranks, places, refusals."""
    both, alone = sides
    named = {one["name"]: one for one in parameters(operation) if one["in"] == "query"}
    required = {name: samples(name, both)[0] for name, one in named.items() if one.get("required")}
    for values in identifiers(both) if "{" in path else [NOWHERE]:
        target = fill(path, values)
        asked = [required] + [required | {name: value} for name in named for value in samples(name, both)]
        for query in asked:
            whole = with_parameters(target, query)
            mine, wanted = both.get(whole), alone.get(whole)
            assert mine == wanted, whole
            assert b"theirs" not in mine[1] or "theirs" in whole, whole
            cursor = json.loads(mine[1]).get("next_cursor") if "cursor" in named and mine[0] == 200 else None
            while cursor:
                whole = with_parameters(target, query | {"cursor": cursor})
                mine, wanted = both.get(whole), alone.get(whole)
                assert mine == wanted, whole
                cursor = json.loads(mine[1])["next_cursor"]
        if path in WHOLE:
            assert both.get(with_parameters(target, required))[0] == 403


CHANGES = [pytest.param(path, verb, id=f"{verb} {path}") for path, verb, _ in OPERATIONS
           if verb not in ("get", "post") and path not in OPEN]


@pytest.mark.parametrize("path,verb", CHANGES)
def test_what_is_of_another_project_can_not_be_changed(sides, path, verb):
    both, _ = sides
    before = both.everything()
    theirs = [values for values in identifiers(both) if values["name"] == "theirs"]
    for values in theirs:
        values = values | {"user_id": "u-3"}
        refused, unknown = (ask(both.steno, verb, fill(path, one), both.mine) for one in (values, NOWHERE))
        assert (refused.status, refused.body) == (404, unknown.body) and unknown.status == 404
    assert both.everything() == before


def test_a_user_of_both_is_deleted_in_mine_alone(tmp_path):
    side = Side(tmp_path / "steno.db", *MINE, *THEIRS)
    with side.steno:
        def theirs() -> list[bytes]:
            return [side.get(f"/api/v1/{name}?limit=500&project=theirs", side.all)[1]
                    for name in ("sessions", "traces", "spans", "users", "attributes")]

        before = theirs()
        receipt = ask(side.steno, "delete", "/api/v1/users/u-1", side.mine)
        assert receipt.status == 200 and receipt.json["deleted"]["traces"] == 5
        assert ask(side.steno, "delete", "/api/v1/users/u-1?project=theirs", side.mine).status == 404
        assert ask(side.steno, "delete", "/api/v1/projects/mine", side.mine).status == 200
        assert theirs() == before
        assert json.loads(side.get("/api/v1/projects")[1])["data"] == []


def test_over_grpc_a_project_is_kept_apart_too(tmp_path):
    side = Side(tmp_path / "steno.db", *MINE, *THEIRS)
    with side.steno, Caller(side.steno) as client:
        before = side.everything()
        mine = (("authorization", f"Bearer {side.mine}"),)
        for metadata, trace in ((mine, THEIRS[0]), ((*mine, ("x-project-name", "theirs")), None)):
            number = int(trace["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["traceId"], 16) if trace else 7_000
            error = client.refusal(method("traces"), spans_named("one", trace=number), metadata)
            assert error.code() == grpc.StatusCode.PERMISSION_DENIED
        assert side.everything() == before
        assert client.call(method("traces"), spans_named("one", trace=8_000), mine) == b""
        rows = {row["name"]: row["trace_count"] for row in json.loads(side.get("/api/v1/projects", side.all)[1])["data"]}
        assert rows == {"mine": len(MINE) + 1, "theirs": len(THEIRS)}
