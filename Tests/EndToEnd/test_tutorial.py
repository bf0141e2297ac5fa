"""The FutureAGI tutorial's snippets, each as its own process with the real SDK; only FI_BASE_URL points at Steno."""

import pathlib
import subprocess
import sys

import pytest

from fake_openai import ANSWERS, MODEL
from server import Steno, clean_environment

SCRIPTS = pathlib.Path(__file__).parent / "tutorial"
PROJECT, SESSION, USER = "chatbot-session-demo", "session-c91d4e", "user-7f3a2b"
SESSION_ID = "d3e74025-574b-56ab-afe8-9b19f360373a"
HELLO = "Hello, what can you help me with?"
QUESTIONS = [
    "What is photosynthesis?",
    "How does it differ from cellular respiration?",
    "Give me a one-sentence summary of both processes.",
]
REPLIES = [ANSWERS[question][0] for question in QUESTIONS]
STAGES = ["opening", "deepening", "closing"]


def run_script(name: str, steno: Steno, openai) -> None:
    environment = clean_environment(
        FI_BASE_URL=steno.url, FI_API_KEY="your-futureagi-api-key", FI_SECRET_KEY="your-futureagi-secret-key",
        OPENAI_API_KEY="your-openai-api-key", OPENAI_BASE_URL=openai.url)
    done = subprocess.run(
        [sys.executable, SCRIPTS / name], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Failed to export" not in done.stderr and "Exception" not in done.stderr, done.stderr


def the_session(steno: Steno) -> dict:
    rows = steno.walk("/api/v1/sessions")
    assert [(row["id"], row["name"], row["project"]) for row in rows] == [(SESSION_ID, SESSION, PROJECT)]
    return rows[0]


def turns(steno: Steno) -> list[dict]:
    return steno.walk(f"/api/v1/sessions/{SESSION_ID}/conversation")


def tokens(questions: list[str]) -> dict:
    prompt = sum(ANSWERS[question][1] for question in questions)
    output = sum(ANSWERS[question][2] for question in questions)
    return {"input": prompt, "output": output, "total": prompt + output}


def contains(whole: dict, part: dict) -> bool:
    return whole is not None and part.items() <= whole.items()


def test_register_alone_gives_a_trace_without_session(steno, openai):
    run_script("register_project.py", steno, openai)
    assert steno.walk("/api/v1/sessions") == []
    [trace] = steno.walk("/api/v1/traces")
    assert (trace["project"], trace["user_id"]) == (PROJECT, None)
    assert (trace["session_id"], trace["session_name"]) == (None, None)
    assert (trace["input"], trace["output"]) == (HELLO, ANSWERS[HELLO][0])
    [project] = steno.walk("/api/v1/projects")
    counts = [project[name] for name in ("session_count", "trace_count", "span_count")]
    assert (project["name"], counts) == (PROJECT, [0, 1, 1])


def test_single_tagged_call(steno, openai):
    run_script("single_call.py", steno, openai)
    row = the_session(steno)
    assert (row["trace_count"], row["turn_count"], row["span_count"]) == (1, 1, 1)
    assert row["first_message"] == row["last_message"] == HELLO
    assert row["first_reply"] == row["last_reply"] == ANSWERS[HELLO][0]
    assert (row["user_id"], row["user_ids"]) == (USER, [USER])
    [turn] = turns(steno)
    assert (turn["human"]["content"], turn["ai"]["content"]) == (HELLO, ANSWERS[HELLO][0])


def check_three_turns(steno: Steno, metadata: list[dict]) -> None:
    """The golden example of the contract, field by field."""
    row = the_session(steno)
    assert (row["trace_count"], row["turn_count"], row["span_count"], row["error_count"]) == (3, 3, 3, 0)
    assert (row["user_id"], row["user_ids"], row["status"]) == (USER, [USER], "ok")
    assert (row["first_message"], row["last_message"]) == (QUESTIONS[0], QUESTIONS[2])
    assert (row["first_reply"], row["last_reply"]) == (REPLIES[0], REPLIES[2])
    assert contains(row["tokens"], tokens(QUESTIONS))
    assert row["models"] == [MODEL]
    assert row["duration_ms"] > 0 and row["start_time"] < row["end_time"]
    detail = steno.ok(f"/api/v1/sessions/{SESSION_ID}")
    assert (detail["previous_id"], detail["next_id"]) == (None, None)
    assert detail["metadata_keys"] == sorted({key for one in metadata for key in one})
    assert {key: detail[key] for key in row} == row

    conversation = steno.ok(f"/api/v1/sessions/{SESSION_ID}/conversation")
    assert conversation["session"] == row and conversation["next_cursor"] is None
    assert [turn["index"] for turn in conversation["data"]] == [1, 2, 3]
    for turn, question, reply, expected in zip(conversation["data"], QUESTIONS, REPLIES, metadata, strict=True):
        assert turn["human"]["content"] == question
        assert turn["ai"]["content"] == reply
        assert turn["ai"]["tool_calls"] == []
        assert turn["metadata"] == expected
        assert (turn["status"], turn["error"], turn["model"], turn["user_id"]) == ("ok", None, MODEL, USER)
        assert contains(turn["tokens"], tokens([question]))
        assert turn["duration_ms"] > 0
    starts = [turn["start_time"] for turn in conversation["data"]]
    assert starts == sorted(starts)

    traces = steno.walk("/api/v1/traces", user_id=USER)
    assert {trace["trace_id"] for trace in traces} == {turn["trace_id"] for turn in conversation["data"]}
    assert {trace["session_id"] for trace in traces} == {SESSION_ID}
    for trace in traces:
        spans = steno.ok(f"/api/v1/traces/{trace['trace_id']}")["spans"]
        assert [(span["depth"], span["parent_span_id"]) for span in spans] == [(0, None)]
        span = steno.ok(f"/api/v1/traces/{trace['trace_id']}/spans/{spans[0]['span_id']}")
        assert span["attributes"]["session.id"] == SESSION
        assert span["attributes"]["user.id"] == USER
        assert span["resource"]["attributes"]["project_name"] == PROJECT


@pytest.mark.parametrize("script", ["three_turns.py", "with_metadata.py", "complete.py"])
def test_three_turns_are_one_conversation(steno, openai, script):
    run_script(script, steno, openai)
    metadata = [{}] * 3
    if script != "three_turns.py":
        metadata = [
            {"turn_number": number, "conversation_stage": stage, "total_turns": 3}
            for number, stage in enumerate(STAGES, start=1)]
    check_three_turns(steno, metadata)


def test_using_attributes(steno, openai):
    run_script("attributes.py", steno, openai)
    row = the_session(steno)
    assert (row["trace_count"], row["user_id"], row["first_message"]) == (1, USER, QUESTIONS[0])
    assert row["tags"] == ["biology", "photosynthesis"]
    [turn] = turns(steno)
    assert turn["metadata"] == {"turn_number": 1, "conversation_stage": "opening", "total_turns": 3}
    assert sorted(turn["tags"]) == ["biology", "photosynthesis"]


def test_all_snippets_in_a_row_are_one_session(steno, openai):
    """As somebody who follows the tutorial does it: one store, one session name, one script after the other."""
    for script in ("register_project.py", "single_call.py", "three_turns.py", "complete.py"):
        run_script(script, steno, openai)
    row = the_session(steno)
    assert (row["trace_count"], row["turn_count"]) == (7, 7)
    assert (row["first_message"], row["last_message"]) == (HELLO, QUESTIONS[2])
    assert [turn["human"]["content"] for turn in turns(steno)] == [HELLO, *QUESTIONS, *QUESTIONS]
    assert len(steno.walk("/api/v1/traces")) == 8


def test_user_filter_spans_sessions(steno, openai):
    run_script("complete.py", steno, openai)
    run_script("register_project.py", steno, openai)
    for index, (session, user) in enumerate([("session-other", USER), ("session-third", "user-b2")]):
        steno.send({"resourceSpans": [{
            "resource": {"attributes": [{"key": "project_name", "value": {"stringValue": PROJECT}}]},
            "scopeSpans": [{"spans": [{
                "traceId": f"{index + 1:032x}", "spanId": f"{index + 1:016x}", "name": "call",
                "startTimeUnixNano": "1795354394000000000", "endTimeUnixNano": "1795354395000000000",
                "attributes": [{"key": "session.id", "value": {"stringValue": session}},
                               {"key": "user.id", "value": {"stringValue": user}}]}]}]}]})
    traces = steno.walk("/api/v1/traces", user_id=USER)
    assert sorted(trace["session_name"] for trace in traces) == [SESSION] * 3 + ["session-other"]
    assert [row["name"] for row in steno.walk("/api/v1/sessions", user_id="user-b2")] == ["session-third"]
    assert steno.walk("/api/v1/sessions", user_id="nobody") == []
