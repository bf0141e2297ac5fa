"""Who is let in: keys with scopes and projects, the name the server is called by, and the page that asks."""

import base64
import json
import os
import re
import stat

import pytest

from event_reader import EventReader
from server import Steno, clean_environment, run

T0 = 1_795_354_394_000_000_000
SECRET = "a-key-of-the-operator-0123456789"


def spans(number: int, project: str | None = None, session: str = "s") -> dict:
    resource = {"attributes": [{"key": "project_name", "value": {"stringValue": project}}]} if project else {}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [{
        "traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": "call",
        "startTimeUnixNano": str(T0 + number), "endTimeUnixNano": str(T0 + number + 1),
        "attributes": [{"key": "session.id", "value": {"stringValue": session}},
                       {"key": "user.id", "value": {"stringValue": "u"}},
                       {"key": "input.value", "value": {"stringValue": f"of {project}"}}]}]}]}]}


def send(steno: Steno, message: dict, **headers: str):
    return steno.post("/v1/traces", json.dumps(message).encode(), "application/json", **headers)


def add_key(data, *arguments: str) -> str:
    done = run("keys", "add", "--data", str(data), *arguments)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"steno_[\w-]{43}\n", done.stdout)
    return done.stdout.strip()


def basic(public: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{public}:{secret}".encode()).decode()


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def status(steno: Steno, path: str, method: str = "GET", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return steno.request(method, path, headers=named).status


def test_without_a_key_credentials_are_ignored(steno):
    for headers in ({"Authorization": "Bearer x"}, {"X-Api-Key": "a", "X-Secret-Key": "b"}, {"Authorization": "junk"}):
        assert send(steno, spans(1), **headers).status == 200
        assert steno.request("GET", "/api/v1/sessions", headers=headers).status == 200


@pytest.mark.parametrize("headers", [
    {"Authorization": f"Bearer {SECRET}"}, {"authorization": f"bearer {SECRET}"}, {"X-Api-Key": SECRET},
    {"X-Secret-Key": SECRET}, {"X-Api-Key": "of another service", "X-Secret-Key": SECRET},
    {"Authorization": basic("pk-lf-1", SECRET)}, {"Authorization": basic(SECRET, "")}, {"Authorization": SECRET},
    {"Authorization": "Bearer of-another", "X-Api-Key": SECRET},
], ids=lambda headers: "+".join(headers))
def test_every_way_to_show_a_key(data, headers):
    with Steno(data, environment=clean_environment(STENO_API_KEY=f"another-key-of-32-bytes-________,{SECRET}")) as steno:
        assert send(steno, spans(1), **headers).status == 200
        assert steno.request("GET", "/api/v1/sessions", headers=headers).status == 200


@pytest.mark.parametrize("headers", [
    {}, {"Authorization": "Bearer"}, {"Authorization": f"Bearer {SECRET}x"}, {"Authorization": f"Bearer {SECRET[:-1]}"},
    {"Authorization": f"Digest {SECRET}"}, {"Authorization": "Basic %%%"}, {"Authorization": basic("a", "b")},
    {"X-Api-Key": ""}, {"X-Api-Key": SECRET.upper()}, {"Authorization": "Bearer " + "x" * 10_000},
], ids=range(10))
def test_no_other_text_lets_in(data, headers):
    with Steno(data, "--api-key", SECRET) as steno:
        refused = send(steno, spans(1), **headers)
        assert refused.status == 401 and refused.content_type == "application/json"
        assert refused.json["code"] == 16 and refused.headers["www-authenticate"] == 'Bearer realm="steno"'
        answer = steno.post("/v1/traces", b"", "application/x-protobuf", **headers)
        assert answer.status == 401 and answer.content_type == "application/x-protobuf"
        assert answer.body[:2] == b"\x08\x10"  # google.rpc.Status of code 16
        answer = steno.request("GET", "/api/v1/sessions", headers=headers)
        assert answer.status == 401 and answer.content_type == "application/problem+json"
        assert answer.headers["www-authenticate"] == 'Bearer realm="steno"'
        for path in ("/metrics", "/api/v1/stats", "/api/v1/doctor", "/api/v1/projects"):
            assert steno.request("GET", path, headers=headers).status == 401
        assert [steno.get(path).status for path in ("/healthz", "/readyz", "/", "/assets/current/main.js")] == [200] * 4


def test_scopes(data):
    keys = {scope: add_key(data, "--scope", scope) for scope in ("ingest", "read", "all")}
    with Steno(data) as steno:
        for scope, key in keys.items():
            may_send, may_read = scope != "read", scope != "ingest"
            answer = send(steno, spans(1), **bearer(key))
            assert answer.status == (200 if may_send else 403)
            if not may_send:
                assert answer.json == {"code": 7, "message": "A key of scope read may not send spans."}
            answer = steno.request("GET", "/api/v1/sessions", headers=bearer(key))
            assert answer.status == (200 if may_read else 403)
            assert status(steno, "/metrics", **bearer(key)) == (200 if may_read else 403)
        # A key that may not does not spoil one that may.
        assert status(steno, "/api/v1/sessions", X_Api_Key=keys["ingest"], X_Secret_Key=keys["read"]) == 200


def test_keys_are_hashed_at_rest_and_revoked_at_once(data):
    key = add_key(data, "--name", "laptop")
    other = add_key(data, "--name", "for the chatbot", "--scope", "ingest", "--project", "chatbot")
    path = data.with_name(data.name + ".keys")
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert key not in path.read_text() and key.removeprefix("steno_") not in path.read_text()
    listed = run("keys", "list", "--data", str(data)).stdout
    assert key not in listed and "laptop" in listed
    rows = [line.split("\t") for line in listed.splitlines()]
    assert [row[1:3] for row in rows] == [["all", "-"], ["ingest", "chatbot"]]
    with Steno(data) as steno:
        assert status(steno, "/api/v1/sessions", **bearer(key)) == 200
        assert run("keys", "revoke", rows[0][0], "--data", str(data)).returncode == 0
        wait_for(steno, bearer(key), 401)
        assert send(steno, spans(1), **bearer(other)).status == 200
        again = run("keys", "revoke", rows[0][0], "--data", str(data))
        assert again.returncode == 1 and "no key" in again.stderr
        late = add_key(data)
        wait_for(steno, bearer(late), 200)
        path.unlink()
        wait_for(steno, bearer(late), 401)
        assert status(steno, "/api/v1/sessions") == 401, "a file that vanished opens nothing"


def test_the_files_are_their_owner_s_alone(data):
    add_key(data)
    with Steno(data, launcher=("sh", "-c", 'umask 0; exec "$@"', "sh")) as steno:
        assert steno.get("/readyz").status == 200
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in data.parent.iterdir()}
    assert {"steno.db", "steno.db-wal", "steno.db-shm", "steno.db.keys"} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_events_end_with_the_key_that_asked_for_them(data):
    """What is open when the key goes is told nothing more."""
    key, other = add_key(data, "--scope", "read"), add_key(data)
    identifier = run("keys", "list", "--data", str(data)).stdout.split("\t")[0]
    with Steno(data) as steno, EventReader(steno, headers=bearer(key)) as reader, \
            EventReader(steno, headers=bearer(other)) as stays:
        assert send(steno, spans(1), **bearer(other)).status == 200
        assert [reader.event()[0] for _ in range(2)] == ["session", "trace"]
        assert run("keys", "revoke", identifier, "--data", str(data)).returncode == 0
        wait_for(steno, bearer(key), 401)
        assert send(steno, spans(2), **bearer(other)).status == 200
        assert reader.event() is None
        assert [stays.event()[0] for _ in range(4)] == ["session", "trace"] * 2


def wait_for(steno: Steno, headers: dict, wanted: int) -> None:
    """The file of keys is looked at once a second."""
    for _ in range(200_000):
        if steno.request("GET", "/api/v1/sessions", headers=headers).status == wanted:
            return
    raise AssertionError(f"still not {wanted}")


def test_the_first_key_closes_a_running_server(data, steno):
    assert status(steno, "/api/v1/sessions") == 200
    key = add_key(data)
    wait_for(steno, {}, 401)
    assert status(steno, "/api/v1/sessions", **bearer(key)) == 200


def test_a_damaged_or_open_file_of_keys_is_refused(data):
    add_key(data)
    path = data.with_name(data.name + ".keys")
    os.chmod(path, 0o666)
    done = run("serve", "--port", "0", "--data", str(data))
    assert done.returncode == 1 and "others may write" in done.stderr and "chmod 600" in done.stderr
    os.chmod(path, 0o600)
    path.write_text("nonsense\n")
    done = run("serve", "--port", "0", "--data", str(data))
    assert done.returncode == 1 and "line 1 of" in done.stderr


@pytest.mark.parametrize("arguments,reason", [
    (["--api-key", "short"], "16 to 512 bytes"), (["--host", "0.0.0.0"], "no API key"),
    (["--host", "::"], "no API key")])
def test_what_serve_refuses(data, arguments, reason):
    done = run("serve", "--port", "0", "--data", str(data), *arguments)
    assert done.returncode == 2 and reason in done.stderr and "hint:" in done.stderr


@pytest.mark.parametrize("arguments", [["--insecure"], ["--api-key", SECRET]])
def test_beyond_loopback_it_listens_with_a_key_or_when_told(data, arguments):
    with Steno(data, "--host", "0.0.0.0", *arguments) as steno:
        assert status(steno, "/healthz", Host="steno.example") == 200
        headers = bearer(SECRET) | {"Host": "steno.example"}
        assert steno.request("GET", "/api/v1/sessions", headers=headers).status == 200


def test_a_key_of_one_project_sees_and_sends_only_there(data):
    everything, mine = add_key(data), add_key(data, "--project", "mine")
    with Steno(data) as steno:
        assert send(steno, spans(1, "mine"), **bearer(everything)).status == 200
        assert send(steno, spans(2, "theirs"), **bearer(everything)).status == 200

        def get(path: str, key: str = mine):
            return steno.request("GET", path, headers=bearer(key))

        rows = {row["project"]: row for row in get("/api/v1/sessions", everything).json["data"]}
        theirs, own = rows["theirs"]["id"], rows["mine"]["id"]
        for path in ("sessions", "traces", "users"):
            assert {row["project"] for row in get(f"/api/v1/{path}").json["data"]} == {"mine"}
            assert {row["project"] for row in get(f"/api/v1/{path}?project=mine").json["data"]} == {"mine"}
            assert get(f"/api/v1/{path}?project=theirs").status == 404
            assert get(f"/api/v1/{path}?%70roject=theirs").status == 404
        assert [row["name"] for row in get("/api/v1/projects").json["data"]] == ["mine"]
        assert {row["trace_id"] for row in get("/api/v1/spans").json["data"]} == {f"{1:032x}"}
        for path in ("attributes", "attributes/input.value/values", "timeseries?metric=traces&interval=1h"):
            answer = get(f"/api/v1/{path}")
            assert answer.status == 200 and b"theirs" not in answer.body, path
        filtered = get("/api/v1/sessions?filter=project%20%3D%20%22theirs%22")
        assert filtered.status == 200 and filtered.json["data"] == []
        for end in ("", "/conversation", "/messages", "/explain"):
            assert get(f"/api/v1/sessions/{own}{end}").status == 200
            assert get(f"/api/v1/sessions/{theirs}{end}").status == 404
        assert get(f"/api/v1/sessions/{own}").json["next_id"] is get(f"/api/v1/sessions/{own}").json["previous_id"] is None
        for end in ("", "/conversation", f"/spans/{2:016x}"):
            assert get(f"/api/v1/traces/{2:032x}{end}").status == 404
        assert get(f"/api/v1/traces/{1:032x}").status == get(f"/api/v1/traces/{1:032x}/spans/{1:016x}").status == 200
        assert get("/api/v1/users/u").json["project"] == "mine" and get("/api/v1/users/u?project=theirs").status == 404
        assert [get(path).status for path in ("/api/v1/stats", "/api/v1/doctor", "/metrics")] == [403] * 3

        assert send(steno, spans(3, "mine"), **bearer(mine)).status == 200
        assert send(steno, spans(4), **bearer(mine)).status == 200, "spans that name no project are of the key's"
        assert send(steno, spans(5, "theirs"), **bearer(mine)).status == 403
        assert send(steno, spans(2, "mine"), **bearer(mine)).status == 403, "a trace of another project"
        assert send(steno, spans(6), X_Project_Name="theirs", **bearer(mine)).status == 403
        counts = {row["name"]: row["span_count"] for row in get("/api/v1/projects", everything).json["data"]}
        assert counts == {"mine": 3, "theirs": 1}


@pytest.mark.parametrize("host,wanted", [
    ("localhost", 200), ("127.0.0.1:1", 200), ("127.9.9.9", 200), ("[::1]:4318", 200), ("app.localhost:80", 200),
    ("LOCALHOST", 200), ("evil.example", 421), ("127.0.0.1.evil.example", 421), ("localhost.evil.example", 421),
    ("evil.example:4318", 421), ("1127.0.0.1", 421), ("[::2]", 421), ("192.168.0.1", 421), ("localhost.:4318", 200),
    # A name to a browser, which the network that it is in may lead anywhere.
    ("127.0.0.+1:4318", 421), ("[::1]evil.example", 421), ("localhost:80@evil.example", 421), ("0.0.0.0", 421)])
def test_other_names_are_not_answered_on_loopback(steno, host, wanted):
    assert status(steno, "/api/v1/sessions", Host=host) == wanted
    answer = steno.request("POST", "/v1/traces", b"{}", {"Content-Type": "application/json", "Host": host})
    assert answer.status == wanted and answer.content_type == "application/json"
    assert status(steno, "/healthz", Host=host) == 200


def test_further_names_may_be_allowed(data):
    with Steno(data, "--allow-host", "steno.example,other.example:8443") as steno:
        names = ["steno.example", "steno.example:99", "other.example:8443", "other.example", "evil.example"]
        assert [status(steno, "/api/v1/sessions", Host=name) for name in names] == [200, 200, 200, 421, 421]


@pytest.mark.parametrize("origin,may", [
    ("http://localhost:3000", True), ("https://app.example", True), ("http://app.example", False),
    ("https://evil.example", False), ("null", False), ("http://localhost.evil.example", False),
    ("https://app.example.evil.example", False), ("http://127.0.0.+1:4318", False)])
def test_pages_of_other_origins_change_nothing(data, origin, may):
    with Steno(data, "--allow-origin", "https://app.example") as steno:
        answer = send(steno, spans(1), Origin=origin)
        assert answer.status == (200 if may else 403)
        assert answer.headers.get("access-control-allow-origin") == (origin if may else None)
        assert "access-control-allow-credentials" not in answer.headers
        assert steno.ok("/api/v1/projects")["data"] == [] or may
        own = f"http://127.0.0.1:{steno.port}"
        assert send(steno, spans(1), Origin=own).status == 200


@pytest.mark.parametrize("site,mode,dest,origin,may", [
    ("cross-site", "no-cors", "image", None, False), ("cross-site", "cors", "empty", "https://evil.example", False),
    ("cross-site", "navigate", "iframe", None, False), ("cross-site", "navigate", "document", None, True),
    ("cross-site", "cors", "empty", "http://localhost:3000", True), ("same-origin", "cors", "empty", None, True),
    ("none", "navigate", "document", None, True), ("same-site", "cors", "empty", "https://evil.example", True)])
def test_pages_of_other_sites_have_no_answers_made(steno, site, mode, dest, origin, may):
    """What a browser says of who asks. Without CORS a page reads no answer, but fills every place with its questions."""
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest} | ({"Origin": origin} if origin else {})
    for path in ("/api/v1/sessions", "/api/v1/sessions/export?format=csv", "/metrics"):
        answer = steno.request("GET", path, headers=headers)
        assert answer.status == (200 if may else 403)
        assert answer.headers.get("access-control-allow-origin") == (origin if origin == "http://localhost:3000" else None)
    assert steno.request("GET", "/", headers=headers).status == 200


def test_a_browser_signs_in_and_out(data):
    key, ingest = add_key(data, "--scope", "read"), add_key(data, "--scope", "ingest")
    with Steno(data) as steno:
        own = {"Origin": f"http://127.0.0.1:{steno.port}", "Content-Type": "application/json"}

        def sign_in(body: bytes, headers: dict = own):
            return steno.request("POST", "/api/v1/sign-in", body, headers)

        assert sign_in(json.dumps({"key": "wrong"}).encode()).status == 401
        assert sign_in(json.dumps({"key": ingest}).encode()).status == 403
        assert sign_in(b"{}").status == sign_in(b"").status == sign_in(b"[1").status == 400
        assert sign_in(json.dumps({"key": "x" * 5_000}).encode()).status == 413
        foreign = own | {"Origin": "https://evil.example"}
        assert sign_in(json.dumps({"key": key}).encode(), foreign).status == 403
        answer = sign_in(json.dumps({"key": key}).encode())
        assert answer.status == 204 and answer.body == b""
        cookie, *flags = answer.headers["set-cookie"].split("; ")
        assert flags == ["Path=/", "HttpOnly", "SameSite=Strict"] and key not in cookie
        assert status(steno, "/api/v1/sessions", Cookie=cookie) == 200
        assert status(steno, "/api/v1/sessions", Cookie=f"a=b; {cookie}; c=d") == 200
        assert status(steno, "/api/v1/sessions", Cookie=cookie[:-1] + "0") in (200, 401)
        assert status(steno, "/api/v1/sessions", Cookie="steno_sign_in=" + "0" * 64) == 401
        assert steno.request("POST", "/v1/traces", b"{}", own | {"Cookie": cookie}).status == 403, "read only"
        assert status(steno, "/api/v1/sign-in", "DELETE", Cookie=cookie, **{"Origin": own["Origin"]}) == 204
        assert status(steno, "/api/v1/sessions", Cookie=cookie) == 401


def test_a_cookie_sent_by_a_page_of_another_port_changes_nothing(data):
    key = add_key(data)
    with Steno(data) as steno:
        own = {"Origin": f"http://127.0.0.1:{steno.port}", "Content-Type": "application/json"}
        body = json.dumps({"key": key}).encode()
        cookie = steno.request("POST", "/api/v1/sign-in", body, own).headers["set-cookie"].split(";")[0]
        for origin in ("http://127.0.0.1:3000", "http://localhost:3000"):
            headers = own | {"Cookie": cookie, "Origin": origin}
            assert steno.request("POST", "/v1/traces", b"{}", headers).status == 403
        assert steno.request("POST", "/v1/traces", b"{}", {"Content-Type": "application/json", "Cookie": cookie}).status == 403
        assert steno.request("POST", "/v1/traces", b"{}", own | {"Cookie": cookie}).status == 200


def test_the_demo_shows_its_key(data):
    with Steno(data, "--api-key", SECRET) as steno:
        assert run("demo", "--url", steno.url).returncode == 1
        assert run("demo", "--url", steno.url, "--api-key", SECRET).returncode == 0
        environment = clean_environment(STENO_API_KEY=SECRET)
        assert run("demo", "--url", steno.url, environment=environment).returncode == 0
