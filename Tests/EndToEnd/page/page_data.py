"""Conversations and traces as OTLP/JSON, for the tests of the page."""

import hashlib
import json

START = 1_795_000_000_000_000_000  # ns since 1970: a fixed day, so that every run shows the same page
SECOND = 1_000_000_000


def identifier(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def attributes(values: dict) -> list[dict]:
    return [
        {"key": key, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for key, value in values.items()
        if value is not None
    ]


def span(
    name: str,
    trace: str,
    start: int,
    milliseconds: float,
    values: dict,
    parent: str = "",
    key: str = "",
    error: str = "",
) -> dict:
    made = {
        "traceId": identifier(trace, 32),
        "spanId": identifier(key or trace, 16),
        "name": name,
        "kind": 1,
        "startTimeUnixNano": str(start),
        "endTimeUnixNano": str(start + int(milliseconds * 1e6)),
        "attributes": attributes(values),
        "status": {"code": 2, "message": error} if error else {"code": 1},
    }
    return made | ({"parentSpanId": identifier(parent, 16)} if parent else {})


def turn(
    session: str,
    index: int,
    human: str,
    ai: str,
    user: str = "user-1",
    metadata: dict | None = None,
    start: int = START,
    **more,
) -> dict:
    """One model call that is a trace of its own, as the FutureAGI SDK sends it."""
    values = {
        "gen_ai.span.kind": "LLM",
        "gen_ai.request.model": "gpt-4o-mini",
        "session.id": session,
        "user.id": user,
        "input.value": human,
        "output.value": ai,
        "metadata": json.dumps(metadata or {"turn_number": index}),
        "gen_ai.usage.input_tokens": 10 + index,
        "gen_ai.usage.output_tokens": 20,
    }
    return span("ChatCompletion", f"{session}/{index}", start + index * 2 * SECOND, 800, values, **more)


def message(spans: list[dict], project: str = "page-tests") -> dict:
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": attributes({"project_name": project, "service.name": "chatbot"})},
                "scopeSpans": [{"scope": {"name": "page-tests", "version": "1"}, "spans": spans}],
            }
        ]
    }


def conversation(session: str, turns: int, **more) -> list[dict]:
    return [
        turn(session, at, f"Question {at} of {session}", f"Answer **{at}** of {session}", **more)
        for at in range(1, turns + 1)
    ]


def wide_trace(name: str, groups: int, leaves: int) -> list[dict]:
    """A root, `groups` children one after another, and `leaves` spans below each."""
    spans = [span("agent run", name, START, groups * 100, {"gen_ai.span.kind": "AGENT"})]
    for group in range(groups):
        begin = START + group * 100_000_000
        spans.append(
            span(f"step {group}", name, begin, 90, {"gen_ai.span.kind": "CHAIN"}, parent=name, key=f"{name}/{group}")
        )
        kinds = ["LLM", "TOOL", "RETRIEVER", "EMBEDDING"]
        spans += [
            span(
                f"leaf {group}.{leaf}",
                name,
                begin + leaf * 800_000,
                1 + leaf % 7,
                {"gen_ai.span.kind": kinds[leaf % 4]},
                parent=f"{name}/{group}",
                key=f"{name}/{group}/{leaf}",
            )
            for leaf in range(leaves)
        ]
    return spans
