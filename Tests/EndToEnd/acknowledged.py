"""A load whose acknowledgements are remembered, and the check that all of it is stored."""

import itertools
import json
import os
import random
import threading
from collections.abc import Callable

from server import Steno

SEED = int(os.environ.get("DURABILITY_SEED", str(random.SystemRandom().randrange(2**32))))
WRITERS = 4


class Load:
    """Writers that post unique spans until the server is gone. Each request holds two traces."""

    def __init__(self, steno: Steno, cycle: int, on_acknowledged: Callable[[tuple[str, str]], None] | None = None,
                 requests: int | None = None):
        """`requests`: how many each writer sends; None: until the server is gone."""
        self.steno, self.cycle, self.on_acknowledged, self.requests = steno, cycle, on_acknowledged, requests
        self.acknowledged: dict[tuple[str, str], set[str]] = {}  # both traces → their spans
        self.unanswered: dict[tuple[str, str], set[str]] = {}
        self.refused: list[int] = []
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=self._write, args=(n,), daemon=True) for n in range(WRITERS)]
        for thread in self._threads:
            thread.start()

    def _write(self, writer: int) -> None:
        random_ = random.Random(f"{SEED}-{self.cycle}-{writer}")
        for _ in itertools.count() if self.requests is None else range(self.requests):
            traces = (random_.randbytes(16).hex(), random_.randbytes(16).hex())
            spans = {random_.randbytes(8).hex() for _ in range(random_.choice([2, 2, 6, 40]))}
            try:
                answer = self.steno.request(
                    "POST", "/v1/traces", request_body(traces, spans, self.session(writer)),
                    {"Content-Type": "application/json"})
            except Exception:
                with self._changed:
                    self.unanswered[traces] = spans
                    self._changed.notify_all()
                return
            with self._changed:
                if answer.status == 200:
                    self.acknowledged[traces] = spans
                    if self.on_acknowledged:
                        self.on_acknowledged(traces)
                else:
                    # Said to be not stored: only load and shutdown may say so.
                    self.refused.append(answer.status)
                self._changed.notify_all()

    def session(self, writer: int) -> str:
        return f"session-{self.cycle}-{writer}"

    def wait_for(self, requests: int) -> None:
        with self._changed:
            reached = self._changed.wait_for(
                lambda: len(self.acknowledged) >= requests or len(self.unanswered) == WRITERS, 60)
        assert reached and len(self.acknowledged) >= requests, "the server stopped answering by itself"

    def join(self) -> None:
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()


def request_body(traces: tuple[str, str], spans: set[str], session: str) -> bytes:
    ordered = sorted(spans)
    return json.dumps({"resourceSpans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "durability"}}]},
        "scopeSpans": [{"spans": [{
            "traceId": traces[index % 2], "spanId": span, "name": "acknowledged",
            "startTimeUnixNano": "1795354394000000000", "endTimeUnixNano": "1795354395000000000",
            "attributes": [
                {"key": "session.id", "value": {"stringValue": session}},
                {"key": "input.value", "value": {"stringValue": f"question {span} " * 20}}],
        } for index, span in enumerate(ordered)]}]}]}).encode()


def stored(steno: Steno, traces: tuple[str, str]) -> set[str]:
    found = set()
    for trace in traces:
        answer = steno.get(f"/api/v1/traces/{trace}")
        assert answer.status in (200, 404), answer.body[:300]
        if answer.status == 200:
            found |= {span["span_id"] for span in answer.json["spans"]}
    return found


def check(steno: Steno, load: Load) -> int:
    """Every acknowledged span is there, and each trace's row counts what it has; of an unanswered request all or nothing
    is there. Returns how many spans were looked for and found."""
    found: dict[str, set[str]] = {}
    counted: dict[str, int] = {}
    for session in map(load.session, range(WRITERS)):
        for span in steno.walk("/api/v1/spans", session=session):
            found.setdefault(span["trace_id"], set()).add(span["span_id"])
        counted |= {row["trace_id"]: row["span_count"] for row in steno.walk("/api/v1/traces", session=session)}
    assert counted == {trace: len(spans) for trace, spans in found.items()}, f"rows miscount, DURABILITY_SEED={SEED}"

    def stored_of(traces: tuple[str, str]) -> set[str]:
        return found.get(traces[0], set()) | found.get(traces[1], set())

    lost = sum(len(spans - stored_of(traces)) for traces, spans in load.acknowledged.items())
    assert lost == 0, f"lost {lost} acknowledged spans, DURABILITY_SEED={SEED}"
    for traces, spans in load.unanswered.items():
        assert stored_of(traces) in (set(), spans), f"half a request is stored, DURABILITY_SEED={SEED}"
    # A part of them as the application asked for them: by the trace.
    for traces, spans in itertools.islice(load.acknowledged.items(), 3):
        assert stored(steno, traces) == spans, f"DURABILITY_SEED={SEED}"
    return sum(map(len, load.acknowledged.values()))
