"""Real SDKs hold the standard conversation: three of them live, the others as they were recorded.

All of them live: `make conformance`.
"""

import json
import sys

import pytest

import captures
from conformance import run
from conformance.run import check
from fake_openai import FakeOpenAI
from server import ROOT

RECORDED = ROOT / "Tests" / "Fixtures" / "otlp"


def assert_cells(cells: dict, cannot) -> None:
    assert {name: cell.got for name, cell in cells.items() if name not in cannot} == {
        name: cell.wanted for name, cell in cells.items() if name not in cannot}


@pytest.mark.parametrize("name", ["openinference-openai", "pydantic-ai", "mlflow-grpc"])
def test_live(name):
    producer = run.producers()[name]
    assert_cells(run.examine(producer), producer.cannot)


@pytest.mark.parametrize("folder", sorted(path.name for path in RECORDED.iterdir() if path.is_dir()))
def test_recorded(steno, folder):
    provenance = json.loads((RECORDED / folder / "provenance.json").read_bytes())
    for request in captures.folder(folder, RECORDED):
        assert request.send(steno).status == 200, request.name
    assert_cells(
        check(steno, provenance["project"], provenance["metadata_as_text"]), provenance["cannot"])


LONG_CHAT = [f"Question {number}?" for number in range(1, 41)]


def hold_long_chat(steno, **environment: str) -> dict:
    """40 turns with the FutureAGI SDK, each call with the whole history: from turn 30 on, more than 128 attributes."""
    with FakeOpenAI() as openai:
        run.run_script("futureagi_long.py", sys.executable, steno.url, openai, {
            "FI_BASE_URL": steno.url, "FI_API_KEY": "key", "FI_SECRET_KEY": "secret", **environment})
    assert len(steno.walk("/api/v1/traces")) == 40
    [row] = steno.walk("/api/v1/sessions")
    assert (row["name"], row["user_id"]) == ("session-long", "user-long")
    return row


def humans(turns: list[dict]) -> list[str]:
    return [turn["human"]["content"] for turn in turns]


def test_long_chat_within_the_default_limits_says_what_was_lost(steno):
    row = hold_long_chat(steno)
    turns = steno.walk(f"/api/v1/sessions/{row['id']}/conversation")
    # The SDK keeps the last 128 attributes of a span: each turn that still names the session is in it, whole.
    kept = row["trace_count"]
    assert 29 <= kept < 40
    assert (row["turn_count"], humans(turns)) == (kept, LONG_CHAT[:kept])
    assert [turn["ai"]["content"] for turn in turns] == [f"Echo: {question}" for question in LONG_CHAT[:kept]]
    [warning] = [warning for warning in row["warnings"] if warning["code"] == "attributes_dropped"]
    assert "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT" in warning["cure"]
    assert any(character.isdigit() for character in warning["message"])
    # Every other turn is there as well, with its own texts, and says what it lost.
    alone = [trace for trace in steno.walk("/api/v1/traces", sort="start_time") if trace["session_id"] is None]
    assert [trace["input"] for trace in alone] == LONG_CHAT[kept:]
    for trace in alone:
        [span] = steno.ok(f"/api/v1/traces/{trace['trace_id']}")["spans"]
        detail = steno.ok(f"/api/v1/traces/{trace['trace_id']}/spans/{span['span_id']}")
        assert detail["dropped_attributes_count"] > 0
    # Nobody repeats himself.
    messages = steno.walk(f"/api/v1/sessions/{row['id']}/messages")
    assert [message["content"] for message in messages if message["role"] == "user"] == LONG_CHAT[:kept]


def test_long_chat_within_the_default_limits_is_in_the_doctor_report(steno):
    hold_long_chat(steno)
    assert "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT" in json.dumps(steno.ok("/api/v1/doctor"))


def test_long_chat_with_the_limit_raised_is_whole(steno):
    row = hold_long_chat(steno, OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT="10000")
    assert (row["trace_count"], row["turn_count"], row["warnings"]) == (40, 40, [])
    turns = steno.walk(f"/api/v1/sessions/{row['id']}/conversation")
    assert humans(turns) == LONG_CHAT
    assert [turn["ai"]["content"] for turn in turns] == [f"Echo: {question}" for question in LONG_CHAT]
    assert len(steno.walk(f"/api/v1/sessions/{row['id']}/messages")) == 80
