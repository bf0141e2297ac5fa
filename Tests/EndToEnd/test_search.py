"""Text search over HTTP."""

import re
import time

import pytest

import traffic
from server import Steno, run

SECONDS_MAX = 30


def message(session: str | None, number: int, *messages: tuple[str, str], project: str = "shop") -> dict:
    """One model call: the last message came out, the others went in."""
    attributes = {"openinference.span.kind": "LLM", **({"session.id": session} if session else {})}
    for index, (role, text) in enumerate(messages[:-1]):
        attributes[f"llm.input_messages.{index}.message.role"] = role
        attributes[f"llm.input_messages.{index}.message.content"] = text
    attributes["llm.output_messages.0.message.role"] = messages[-1][0]
    attributes["llm.output_messages.0.message.content"] = messages[-1][1]
    return {"resourceSpans": [{
        "resource": {"attributes": [{"key": "project_name", "value": {"stringValue": project}}]},
        "scopeSpans": [{"spans": [{
            "traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": "call",
            "startTimeUnixNano": str(traffic.T0 + number * 1000), "endTimeUnixNano": str(traffic.T0 + number * 1000 + 1),
            "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()],
        }]}]}]}


def texts(server: Steno, q: str, **parameters) -> list[str]:
    return [re.sub("</?mark>", "", row["snippet"]) for row in server.walk("/api/v1/search", q=q, **parameters)]


def wait_until(condition) -> None:
    end = time.monotonic() + SECONDS_MAX
    while not condition():
        assert time.monotonic() < end


def test_what_was_acknowledged_is_found_once_and_where_it_was_said_first(data):
    with Steno(data) as server:
        history = [("user", "How do I get a refund?"), ("assistant", "Within 30 days.")]
        assert server.send(message("s", 1, *history)).status == 200
        history += [("user", "And for <b>gift cards</b> & vouchers?"), ("assistant", "No refund for vouchers.")]
        assert server.send(message("s", 2, *history)).status == 200
        answer = server.ok("/api/v1/search", q="refund", total="true")
        assert answer["total"] == 2 and answer["next_cursor"] is None
        rows = {row["role"]: row for row in answer["data"]}
        assert rows["user"]["turn"] == 1 and rows["assistant"]["turn"] == 2
        assert rows["user"]["trace_id"] == f"{1:032x}" and rows["assistant"]["span_id"] == f"{2:016x}"
        assert rows["user"]["snippet"] == "How do I get a <mark>refund</mark>?"
        assert rows["user"]["session_name"] == "s" and rows["user"]["project"] == "shop"
        assert answer["data"][0]["score"] >= answer["data"][1]["score"] > 0
        (row,) = server.ok("/api/v1/search", q="gift")["data"]
        assert row["snippet"] == "And for &lt;b&gt;<mark>gift</mark> cards&lt;/b&gt; &amp; vouchers?"
        assert [row["name"] for row in server.walk("/api/v1/sessions", q="voucher*")] == ["s"]
        assert server.walk("/api/v1/sessions", q="nowhere") == []
        assert [row["trace_id"] for row in server.walk("/api/v1/traces", q='"gift cards"')] == [f"{2:032x}"]


def test_scripts_words_beginnings_and_phrases(data):
    with Steno(data) as server:
        server.send(message("a", 1, ("user", "北京市はどこですか"), ("assistant", "中国の首都です。")))
        server.send(message("b", 2, ("user", "Où est l'Élysée ?"), ("assistant", "À Paris")))
        server.send(message(None, 3, ("user", "서울은 어디에 있나요"), ("assistant", "한국")))
        for q, count in {"北京": 1, "北": 1, "首都": 1, "京市": 1, "都北": 0, "elysee": 1, "ELYS*": 1, '"est l elysee"': 1,
                         '"l est"': 0, "서울": 1, "한국": 1, "paris OR 首都": 2, "paris -a": 0, "où NOT paris": 1}.items():
            assert len(texts(server, q)) == count, q
        assert len(texts(server, "北京", project="shop")) == 1 and texts(server, "北京", project="other") == []
        assert texts(server, "paris", role="user") == [] and len(texts(server, "paris", role="assistant")) == 1


@pytest.mark.parametrize("q, says", [
    ('say "hello', "character 5"), ("???", "no word"), ("-only", "no word"), ("x" * 1001, "1000 bytes"),
    (" ".join(f"w{n}" for n in range(33)), "32 words")])
def test_a_bad_query_is_refused_and_says_where(data, q, says):
    with Steno(data) as server:
        for path in ("search", "sessions", "traces"):
            answer = server.get(f"/api/v1/{path}", q=q)
            assert answer.status == 400 and answer.json["parameter"] == "q" and says in answer.json["detail"]
        assert server.get("/api/v1/search").json["parameter"] == "q"
        assert server.get("/api/v1/search", q="a", role="pope").json["parameter"] == "role"
        assert server.get("/api/v1/search", q="a", cursor="AAAA").json["parameter"] == "cursor"
        assert server.get("/api/v1/search", q="a", sort="x").status == 400


@pytest.mark.parametrize("q", ["a OR", "NEAR(a b, 3)", "col:a", "a* *", "'", "a) b(", "^a + b", "{x} a", "; DROP a", "a\x00b"])
def test_odd_queries_are_just_text(data, q):
    with Steno(data) as server:
        assert server.get("/api/v1/search", q=q).status in (200, 400)
        assert server.get("/healthz").status == 200


def test_off_says_how_to_turn_it_on_and_on_builds_what_is_missing(data):
    with Steno(data, "--search", "off") as server:
        for number in range(1, 200):
            server.send(message(f"s-{number % 7}", number, ("user", f"question {number}"), ("assistant", "answer")))
        answer = server.get("/api/v1/search", q="question")
        assert answer.status == 404 and "--search on" in answer.json["detail"]
        for rows in ("sessions", "traces", "spans", "users"):
            answer = server.get(f"/api/v1/{rows}", q="question")
            assert answer.status == 400 and answer.json["parameter"] == "q" and "--search on" in answer.json["detail"]
        assert server.stop() == 0
    with Steno(data) as server:
        server.send(message("s-1", 500, ("user", "question while building"), ("assistant", "yes")))
        wait_until(lambda: server.get("/api/v1/search", q="question").status == 200)
        assert server.ok("/api/v1/search", q="question", total="true")["total"] == 200
        assert server.stop() == 0
    assert run("verify", "--data", str(data)).returncode == 0
    with Steno(data, environment={"STENO_SEARCH": "off"}) as server:
        assert server.get("/api/v1/search", q="question").status == 404
        assert server.stop() == 0


