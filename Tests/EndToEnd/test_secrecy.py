"""What people and applications said reaches no log and no error text, at any level."""

import json
import socket

import pytest

from server import Steno
from test_access import bearer

KEY = "PLANTED-key-of-the-operator"
PLANTED = "PLANTED"
T0 = 1_795_354_394_000_000_000


def message(number: int) -> dict:
    values = {"session.id": "PLANTED-session", "user.id": "PLANTED-user", "input.value": "PLANTED-prompt",
              "output.value": "PLANTED-answer", "PLANTED-attribute": "x", "metadata": '{"PLANTED-key": "PLANTED-value"}'}
    return {"resourceSpans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "PLANTED-service"}}]},
        "scopeSpans": [{"scope": {"name": "PLANTED-scope"}, "spans": [{
            "traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": "PLANTED-name",
            "startTimeUnixNano": str(T0), "endTimeUnixNano": str(T0 + 1),
            "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in values.items()],
            "status": {"code": 2, "message": "PLANTED-error"}}]}]}]}


def ask_for_everything(steno: Steno) -> list:
    """Every kind of request, good and bad; returns the answers that are errors."""
    body = json.dumps(message(1)).encode()
    own = bearer(KEY)

    def post(body: bytes, media: str = "application/json", **headers: str):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return steno.request("POST", "/v1/traces", body, {"Content-Type": media} | own | named)

    def get(path: str):
        return steno.request("GET", path, headers=own)

    assert post(body).status == post(body, X_Project_Name="PLANTED-project").status == 200
    answers = [
        post(body[:-3]), post(body.replace(b'"spans"', b'"spans":"PLANTED","x"')), post(body, "application/x-protobuf"),
        post(b'{"PLANTED', X_Api_Key="PLANTED"), post(body, Content_Encoding="gzip"),
        post(body, "text/PLANTED"), post(body, Content_Encoding="PLANTED"),
        steno.request("POST", "/v1/traces", body, {"Content-Type": "application/json"} | bearer("PLANTED-wrong-key")),
        steno.request("POST", "/api/v1/sign-in", b'{"key":"PLANTED-wrong"}', {"Content-Type": "application/json"}),
        steno.request("POST", "/api/v1/sign-in", b'{"PLANTED', {"Content-Type": "application/json"}),
        steno.request("GET", "/api/v1/sessions", headers=own | {"Host": "PLANTED.example"}),
        post(body, Origin="https://PLANTED.example"),
        *(get("/api/v1/" + path) for path in (
            "sessions/PLANTED", "traces/PLANTED", "traces/PLANTED/spans/PLANTED", "users/PLANTED-nobody",
            "sessions?cursor=PLANTED", "sessions?sort=PLANTED", "sessions?from=PLANTED", "sessions?limit=PLANTED",
            "sessions?session_id=PLANTED", "sessions?status=PLANTED", "PLANTED", "sessions?project=%ffPLANTED")),
    ]
    for path in ("sessions", "traces", "users", "projects", "doctor", "stats", "users/PLANTED-user"):
        assert get("/api/v1/" + path).status == 200
    for row in get("/api/v1/sessions").json["data"]:
        for end in ("", "/conversation", "/messages", "/explain"):
            assert get(f"/api/v1/sessions/{row['id']}{end}").status == 200
    for raw in (b"PLANTED nonsense\r\n\r\n", b"GET /PLANTED HTTP/1.1\r\nPLANTED\r\n\r\n",
                b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\nPLANTED",
                b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nPLANTED"):
        with socket.create_connection((steno.host, steno.port), timeout=10) as connection:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
    return answers


@pytest.mark.parametrize("level", ["debug", "trace"])
def test_nothing_private_is_logged(data, level):
    with Steno(data, "--log-level", level, "--api-key", KEY) as steno:
        answers = ask_for_everything(steno)
        for answer in answers:
            assert answer.status >= 400, answer
            assert PLANTED.encode() not in answer.body, answer.body
        assert steno.stop() == 0
    lines = [line for line in steno.printed.splitlines() if PLANTED.lower() in line.lower()]
    assert not lines
