"""The cursors of a thread and of a transcript while the session changes, and turns longer than a page of traces."""

import json

import pytest

import traffic

MILLISECOND = 1_000_000
PROJECT = "paging"


def span(number: int, start: int, attributes: dict, session: str = "thread") -> dict:
    attributes = {"session.id": session, "openinference.span.kind": "LLM"} | attributes
    return {
        "traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": "call",
        "startTimeUnixNano": str(traffic.T0 + start), "endTimeUnixNano": str(traffic.T0 + start + MILLISECOND),
        "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]}


def turn(number: int, start: int) -> dict:
    return span(number, start, {"input.value": f"question {number}", "output.value": f"answer {number}"})


def message(*spans: dict) -> dict:
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": PROJECT}}]}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": list(spans)}]}]}


def session_path(steno, what: str) -> str:
    [row] = steno.ok("/api/v1/sessions", project=PROJECT)["data"]
    return f"/api/v1/sessions/{row['id']}/{what}"


@pytest.mark.parametrize("what,a_turn", [("conversation", 1), ("messages", 2)])
def test_turns_and_messages_that_stay_come_once_while_others_arrive_and_go(steno, what, a_turn):
    old = range(100, 120)
    steno.send(message(*(turn(number, number * MILLISECOND) for number in old)))
    path, seen, cursor = session_path(steno, what), [], None
    for page in range(100):
        rows = steno.ok(path, limit=3, **({"cursor": cursor} if cursor else {}))
        seen += [row["trace_id"] for row in rows["data"]]
        cursor = rows["next_cursor"]
        if cursor is None:
            break
        # Earlier than all that was shown; then what was shown, and what the cursor points at, are deleted.
        if page in (0, 1):
            steno.send(message(turn(page + 1, page * MILLISECOND)))
        elif page == 2:
            for number in (100, int(seen[-1], 16), int(seen[-1], 16) + 1):
                assert steno.request("DELETE", f"/api/v1/traces/{number:032x}").status == 200
    whole = steno.walk(path)
    kept = {row["trace_id"] for row in whole} & {f"{number:032x}" for number in old}
    assert [trace for trace in seen if trace in kept] == [trace for trace in sorted(kept) for _ in range(a_turn)]
    assert [row["index"] for row in steno.walk(path, limit=2)] == list(range(1, len(whole) + 1))
    assert steno.ok(path, limit=1, total="true")["total"] == len(whole)


def tool_loop(calls: int) -> list[dict]:
    """A question that is answered after so many model calls, each a trace of its own and each but the last a tool call;
    then another question."""
    spans, history = [], [{"role": "user", "parts": [{"type": "text", "content": "first"}]}]
    for number in range(1, calls + 1):
        if number < calls:
            parts = [{"type": "tool_call", "id": f"call-{number}", "name": "look", "arguments": {"at": number}}]
        else:
            parts = [{"type": "text", "content": "first answer"}]
        said = {"role": "assistant", "parts": parts}
        spans.append(span(number, number * MILLISECOND, {
            "gen_ai.input.messages": json.dumps(history), "gen_ai.output.messages": json.dumps([said])}))
        result = {"type": "tool_call_response", "id": f"call-{number}", "response": f"seen {number}"}
        history = [*history, said, {"role": "tool", "parts": [result]}]
    history[-1] = {"role": "user", "parts": [{"type": "text", "content": "second"}]}
    said = {"role": "assistant", "parts": [{"type": "text", "content": "second answer"}]}
    return [*spans, span(calls + 1, (calls + 1) * MILLISECOND, {
        "gen_ai.input.messages": json.dumps(history), "gen_ai.output.messages": json.dumps([said])})]


@pytest.mark.parametrize("calls", [66, 67, 90])
def test_a_turn_of_very_many_traces_hides_nothing_behind_it(steno, calls):
    steno.send(message(*tool_loop(calls)))
    path = session_path(steno, "conversation")
    for limit in (1, 50):
        turns = steno.walk(path, limit=limit)
        assert [(row["index"], row["human"]["content"], row["ai"]["content"]) for row in turns] == [
            (1, "first", "first answer"), (2, "second", "second answer")]
        assert len(turns[0]["ai"]["tool_calls"]) == calls - 1
    said = steno.walk(session_path(steno, "messages"))
    assert len(said) == 2 * calls + 2 and said[-1]["content"] == "second answer"
    assert steno.walk(session_path(steno, "messages"), limit=100) == said
    for form in ("csv", "html"):
        assert b"second answer" in steno.get(session_path(steno, "export"), format=form).body
