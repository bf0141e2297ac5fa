"""What Steno shows of the standard conversation, as the cells of a table."""

import dataclasses

import standard
from fake_openai import RECORDED_ANSWERS
from server import Client

CELLS = ["session", "user", "turns", "Human", "AI", "messages", "tokens", "metadata", "tools", "stream"]
ANSWERS = [RECORDED_ANSWERS[question][0] for question in standard.QUESTIONS]
WEATHER_ANSWER = RECORDED_ANSWERS[standard.WEATHER][0]
STREAM_ANSWER = RECORDED_ANSWERS[standard.STREAM_QUESTION][0]


@dataclasses.dataclass(frozen=True)
class Cell:
    wanted: object
    got: object

    @property
    def holds(self) -> bool:
        return self.wanted == self.got


def check(steno: Client, project: str = standard.PROJECT, metadata_as_text: bool = False) -> dict[str, Cell]:
    rows = {row["name"]: row for row in steno.walk("/api/v1/sessions")}
    row = rows.get(standard.SESSION, {})
    turns = conversation(steno, row)
    cells = {
        "session": Cell((standard.SESSION, project), (row.get("name", sorted(rows)), row.get("project"))),
        "user": Cell(([standard.USER], [standard.USER]), (row.get("user_ids"), users(steno, row))),
        "turns": Cell((3, 3), (row.get("turn_count"), len(turns))),
        "Human": Cell(standard.QUESTIONS, texts(turns, "human")),
        "AI": Cell(ANSWERS, texts(turns, "ai")),
        "messages": Cell(
            [said for pair in zip(standard.QUESTIONS, ANSWERS) for said in (("user", pair[0]), ("assistant", pair[1]))],
            transcript(steno, row)),
        "tokens": Cell((86, 43), tokens(row)),
        "metadata": Cell(
            [plain(one, metadata_as_text) for one in standard.METADATA],
            [plain({key: value for key, value in turn["metadata"].items() if key in standard.METADATA[0]},
                   metadata_as_text) for turn in turns]),
    }
    return cells | check_extra(steno, rows.get(standard.EXTRA_SESSION, {}))


def check_extra(steno: Client, row: dict) -> dict[str, Cell]:
    """The tool round trip is one turn with the final answer; the streamed text is whole; nobody repeats himself."""
    turns = conversation(steno, row)
    seen = transcript(steno, row)
    return {
        "tools": Cell(
            ([standard.EXTRA_USER], [standard.WEATHER_QUESTION], [WEATHER_ANSWER],
             [("user", standard.WEATHER_QUESTION), ("assistant", "get_weather"), ("tool", standard.WEATHER),
              ("assistant", WEATHER_ANSWER)]),
            (row.get("user_ids"), texts(turns[:1], "human"), texts(turns[:1], "ai"), seen[:-2])),
        "stream": Cell(
            ([standard.STREAM_QUESTION], [STREAM_ANSWER],
             [("user", standard.STREAM_QUESTION), ("assistant", STREAM_ANSWER)]),
            (texts(turns[1:], "human"), texts(turns[1:], "ai"), seen[-2:])),
    }


def conversation(steno: Client, row: dict) -> list[dict]:
    return steno.walk(f"/api/v1/sessions/{row['id']}/conversation") if row else []


def users(steno: Client, row: dict) -> list[str]:
    """Of the session's traces."""
    if not row:
        return []
    return sorted({trace["user_id"] or "nobody" for trace in steno.walk("/api/v1/traces", session_id=row["id"])})


def texts(turns: list[dict], side: str) -> list[str | None]:
    return [turn[side] and turn[side]["content"] for turn in turns]


def transcript(steno: Client, row: dict) -> list[tuple[str, str]]:
    """Role and text, or the names of the called tools, without the system's messages."""
    if not row:
        return []
    messages = steno.walk(f"/api/v1/sessions/{row['id']}/messages")
    return [(message["role"], said(message)) for message in messages if message["role"] != "system"]


def said(message: dict) -> str:
    calls = [call["name"] for call in message.get("tool_calls") or []]
    return message.get("content") or " ".join(calls)


def tokens(row: dict) -> tuple:
    counted = row.get("tokens") or {}
    return counted.get("input"), counted.get("output")


def plain(metadata: dict, as_text: bool) -> dict:
    """Some SDKs send every value as text."""
    return {key: str(value) for key, value in metadata.items()} if as_text else metadata
