"""What people change: names and bookmarks of sessions, and deletions."""

import json

import pytest

import traffic
from crawl import crawl
from server import Steno, segment

UNKNOWN = "00000000-0000-5000-8000-000000000000"


def span(number: int, session: str = "s", user: str = "u", project: str = "p", parent: int = 0) -> dict:
    attributes = {"session.id": session, "user.id": user, "input.value": f"question {number}"}
    return {"resourceSpans": [{
        "resource": {"attributes": [{"key": "project_name", "value": {"stringValue": project}}]},
        "scopeSpans": [{"spans": [{
            "traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": "call",
            **({"parentSpanId": f"{parent:016x}"} if parent else {}),
            "startTimeUnixNano": str(traffic.T0 + number), "endTimeUnixNano": str(traffic.T0 + number + 5),
            "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items() if value],
        }]}]}]}


def patch(server, id_: str, body, content_type: str = "application/merge-patch+json"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return server.request("PATCH", f"/api/v1/sessions/{id_}", data, {"Content-Type": content_type})


@pytest.fixture
def session(steno) -> dict:
    steno.send(span(1))
    [row] = steno.walk("/api/v1/sessions")
    return row


@pytest.mark.parametrize("content_type", [
    "application/merge-patch+json", "application/json", "Application/JSON; charset=utf-8"])
def test_a_patch_answers_the_row(steno, session, content_type):
    answer = patch(steno, session["id"], {"display_name": " Plants ", "bookmarked": True}, content_type)
    wanted = session | {"display_name": "Plants", "bookmarked": True}
    assert (answer.status, answer.json) == (200, wanted)
    assert steno.walk("/api/v1/sessions") == [wanted]
    assert steno.ok(f"/api/v1/sessions/{session['id']}/conversation")["session"] == wanted
    # A member that is not there stays as it is; null and an empty text take the name away.
    assert patch(steno, session["id"], {}).json == wanted
    assert patch(steno, session["id"], {"bookmarked": False}).json == session | {"display_name": "Plants"}
    assert patch(steno, session["id"], {"display_name": "  "}).json == session
    patch(steno, session["id"], {"display_name": "é"})
    assert patch(steno, session["id"], {"display_name": "e\u0301"}).json["display_name"] == "e\u0301"
    assert patch(steno, session["id"], {"display_name": None}).json == session


def test_bookmarks_filter(steno):
    for number in range(1, 4):
        steno.send(span(number, session=f"s-{number}"))
    rows = steno.walk("/api/v1/sessions")
    patch(steno, rows[1]["id"], {"bookmarked": True})
    assert [row["id"] for row in steno.walk("/api/v1/sessions", bookmarked="true")] == [rows[1]["id"]]
    assert [row["id"] for row in steno.walk("/api/v1/sessions", bookmarked="false")] == [rows[0]["id"], rows[2]["id"]]
    assert [row["session_id"] for row in steno.walk("/api/v1/traces", bookmarked="true")] == [rows[1]["id"]]


@pytest.mark.parametrize("body,parameter", [
    ({"colour": "red"}, "colour"), ({"display_name": 5}, "display_name"), ({"display_name": ["x"]}, "display_name"),
    ({"display_name": "x" * 201}, "display_name"), ({"bookmarked": "yes"}, "bookmarked"),
    ({"bookmarked": None}, "bookmarked"), ({"bookmarked": 1}, "bookmarked"),
    (b'{"bookmarked":true,"bookmarked":false}', "bookmarked"),
    ([], None), (b"", None), (b"{", None), (b'{"display_name":"\xff"}', None)])
def test_a_bad_patch_changes_nothing(steno, session, body, parameter):
    answer = patch(steno, session["id"], body)
    assert (answer.status, answer.content_type) == (400, "application/problem+json"), answer.body
    assert answer.json.get("parameter") == parameter
    assert steno.walk("/api/v1/sessions") == [session]


def test_other_bad_patches(steno, session):
    assert patch(steno, UNKNOWN, {"bookmarked": True}).status == 404
    assert patch(steno, "session-name", {"bookmarked": True}).status == 404
    refused = patch(steno, session["id"], {"bookmarked": True}, "text/plain")
    assert refused.status == 415 and "application/merge-patch+json" in refused.headers["accept-patch"]
    assert patch(steno, session["id"], {"display_name": "x" * 70_000}).status == 413
    assert steno.walk("/api/v1/sessions") == [session]


def test_a_name_stays_with_project_and_session_name(steno):
    """A late root moves the trace: the note stays where it was said, and is there again with the session."""
    steno.send(span(2, project="leaf", parent=1))
    [row] = steno.walk("/api/v1/sessions")
    patch(steno, row["id"], {"display_name": "Mine", "bookmarked": True})
    root = span(1, project="root", session="")
    root["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["traceId"] = f"{2:032x}"
    steno.send(root)
    [moved] = steno.walk("/api/v1/sessions")
    assert (moved["display_name"], moved["bookmarked"]) == (None, False)
    if moved["id"] != row["id"]:
        assert steno.get(f"/api/v1/sessions/{row['id']}").status == 404
    steno.send(span(3, project="leaf"))
    [again] = steno.walk("/api/v1/sessions", project="leaf")
    assert (again["id"], again["display_name"], again["bookmarked"]) == (row["id"], "Mine", True)


def test_names_survive_a_restart_and_more_spans(data):
    with Steno(data) as server:
        server.send(span(1))
        [row] = server.walk("/api/v1/sessions")
        patch(server, row["id"], {"display_name": "Mine"})
        server.kill()
    with Steno(data) as server:
        server.send(span(2))
        [row] = server.walk("/api/v1/sessions")
        assert (row["display_name"], row["trace_count"]) == ("Mine", 2)


# Deletion


@pytest.fixture
def three(steno):
    """Two projects that know the same user, three sessions, one trace without any."""
    steno.send(span(1, "one", "ann", "p"))
    steno.send(span(2, "one", "bob", "p"))
    steno.send(span(3, "two", "ann", "q"))
    steno.send(span(4, "three", "carol", "q"))
    steno.send(span(5, "", "", "q"))
    return steno


def names(server) -> list[str]:
    return sorted(row["name"] for row in server.walk("/api/v1/sessions"))


def delete(server, path: str):
    return server.request("DELETE", path)


@pytest.mark.parametrize("path,deleted,left", [
    ("/api/v1/sessions/{one}", (1, 2, 2), ["three", "two"]),
    (f"/api/v1/traces/{1:032x}", (0, 1, 1), ["one", "three", "two"]),
    (f"/api/v1/traces/{3:032x}", (1, 1, 1), ["one", "three"]),
    (f"/api/v1/traces/{5:032x}", (0, 1, 1), ["one", "three", "two"]),
    ("/api/v1/users/ann?project=q", (1, 1, 1), ["one", "three"]),
    ("/api/v1/users/carol", (1, 1, 1), ["one", "two"]),
    ("/api/v1/projects/q", (2, 3, 3), ["one"]),
])
def test_what_is_deleted_is_gone_from_every_answer(three, path, deleted, left):
    ids = {row["name"]: row["id"] for row in three.walk("/api/v1/sessions")}
    path = path.format(**ids)
    answer = delete(three, path)
    assert answer.status == 200, answer.body
    receipt = answer.json
    counts = receipt["deleted"]
    assert (counts["sessions"], counts["traces"], counts["spans"]) == deleted and counts["bytes"] > 0
    assert isinstance(receipt["purging"], bool)
    assert names(three) == left
    assert delete(three, path).status == 404
    remaining = crawl(three)
    assert three.ok("/api/v1/stats")["spans"] == 5 - deleted[2]
    assert not any(status == 404 for target, (status, _) in remaining.items() if "/api/v1/spans" not in target)


def test_a_user_of_several_projects_is_deleted_in_one(three):
    refused = delete(three, "/api/v1/users/ann")
    assert (refused.status, refused.json["parameter"]) == (400, "project")
    assert names(three) == ["one", "three", "two"]
    assert delete(three, "/api/v1/users/ann?project=p").status == 200
    assert [row["project"] for row in three.walk("/api/v1/users", user_id="ann")] == ["q"]


@pytest.mark.parametrize("path", [
    f"/api/v1/sessions/{UNKNOWN}", "/api/v1/sessions/x", f"/api/v1/traces/{9:032x}", "/api/v1/traces/x",
    "/api/v1/users/nobody", "/api/v1/users/ann?project=elsewhere", "/api/v1/projects/elsewhere",
    f"/api/v1/projects/{segment('a/b ?')}"])
def test_unknown_things_can_not_be_deleted(three, path):
    before = crawl(three)
    answer = delete(three, path)
    assert (answer.status, answer.content_type) == (404, "application/problem+json")
    assert crawl(three) == before


def test_a_deletion_takes_no_parameter_that_it_does_not_know(three):
    answer = delete(three, "/api/v1/projects/p?dry_run=true")
    assert (answer.status, answer.json["parameter"]) == (400, "dry_run")
    assert names(three) == ["one", "three", "two"]


def test_what_is_deleted_takes_its_name_along_and_may_come_again(three):
    [row] = three.walk("/api/v1/sessions", session="two")
    patch(three, row["id"], {"display_name": "Mine"})
    assert delete(three, f"/api/v1/sessions/{row['id']}").status == 200
    three.send(span(3, "two", "ann", "q"))
    [again] = three.walk("/api/v1/sessions", session="two")
    assert again == row


def test_options_name_what_can_be_done(three):
    allowed = three.request("OPTIONS", f"/api/v1/sessions/{UNKNOWN}").headers["allow"].split(", ")
    assert {"GET", "HEAD", "PATCH", "DELETE"} <= set(allowed)
