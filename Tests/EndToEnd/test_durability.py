"""200 means committed: whatever was acknowledged is there after a kill at any instant.
DURABILITY_CYCLES sets how many kills, DURABILITY_SEED which instants."""

import json
import os
import random
import signal
import threading

from server import Steno

CYCLES = int(os.environ.get("DURABILITY_CYCLES", "20"))
SEED = int(os.environ.get("DURABILITY_SEED", str(random.SystemRandom().randrange(2**32))))
WRITERS = 4


class Load:
    """Writers that post unique spans until the server is gone. Each request holds two traces."""

    def __init__(self, steno: Steno, cycle: int):
        self.steno, self.cycle = steno, cycle
        self.acknowledged: dict[tuple[str, str], set[str]] = {}  # both traces → their spans
        self.unanswered: dict[tuple[str, str], set[str]] = {}
        self.refused: list[int] = []
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=self._write, args=(n,), daemon=True) for n in range(WRITERS)]
        for thread in self._threads:
            thread.start()

    def _write(self, writer: int) -> None:
        random_ = random.Random(f"{SEED}-{self.cycle}-{writer}")
        while True:
            traces = (random_.randbytes(16).hex(), random_.randbytes(16).hex())
            spans = {random_.randbytes(8).hex() for _ in range(random_.choice([2, 2, 6, 40]))}
            try:
                answer = self.steno.request(
                    "POST", "/v1/traces", request_body(traces, spans, writer), {"Content-Type": "application/json"})
            except Exception:
                with self._changed:
                    self.unanswered[traces] = spans
                    self._changed.notify_all()
                return
            with self._changed:
                if answer.status == 200:
                    self.acknowledged[traces] = spans
                else:
                    # Said to be not stored: only load and shutdown may say so.
                    self.refused.append(answer.status)
                self._changed.notify_all()

    def wait_for(self, requests: int) -> None:
        with self._changed:
            reached = self._changed.wait_for(
                lambda: len(self.acknowledged) >= requests or len(self.unanswered) == WRITERS, 60)
        assert reached and len(self.acknowledged) >= requests, "the server stopped answering by itself"

    def join(self) -> None:
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()


def request_body(traces: tuple[str, str], spans: set[str], writer: int) -> bytes:
    ordered = sorted(spans)
    return json.dumps({"resourceSpans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "durability"}}]},
        "scopeSpans": [{"spans": [{
            "traceId": traces[index % 2], "spanId": span, "name": "acknowledged",
            "startTimeUnixNano": "1795354394000000000", "endTimeUnixNano": "1795354395000000000",
            "attributes": [
                {"key": "session.id", "value": {"stringValue": f"session-{writer}"}},
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
    """Every acknowledged span is there; of an unanswered request all or nothing. Returns how many were lost: 0."""
    lost = {traces: spans - stored(steno, traces) for traces, spans in load.acknowledged.items()}
    assert not any(lost.values()), f"lost {sum(map(len, lost.values()))} acknowledged spans, DURABILITY_SEED={SEED}"
    for traces, spans in load.unanswered.items():
        assert stored(steno, traces) in (set(), spans), f"half a request is stored, DURABILITY_SEED={SEED}"
    return sum(map(len, load.acknowledged.values()))


def test_kill_9_under_load_loses_nothing_acknowledged(data):
    print(f"DURABILITY_SEED={SEED} DURABILITY_CYCLES={CYCLES}")
    random_ = random.Random(SEED)
    loads, spans = [], 0
    steno = Steno(data)
    try:
        for cycle in range(CYCLES):
            load = Load(steno, cycle)
            load.wait_for(random_.randrange(1, 120))
            steno.kill()
            load.join()
            assert set(load.refused) <= {503}
            loads.append(load)
            steno = Steno(data)
            spans += check(steno, load)
        # What the early cycles stored outlived all later ones.
        assert sum(check(steno, load) for load in loads[:5]) > 0
        total = sum(project["span_count"] for project in steno.walk("/api/v1/projects"))
        unanswered = sum(len(spans) for load in loads for spans in load.unanswered.values())
        assert spans <= total <= spans + unanswered
        print(f"{CYCLES} kills, {spans} acknowledged spans, 0 lost")
    finally:
        if steno.process.poll() is None:
            steno.kill()


def test_sigterm_drains_and_loses_nothing(data):
    steno = Steno(data)
    try:
        for cycle, number in enumerate((signal.SIGTERM, signal.SIGINT, signal.SIGTERM)):
            load = Load(steno, 1_000_000 + cycle)
            load.wait_for(50)
            assert steno.stop(number) == 0, steno.printed
            load.join()
            assert set(load.refused) <= {503}
            # A clean stop leaves one file: the log is checkpointed and gone, or empty.
            log = data.with_name(data.name + "-wal")
            assert not log.exists() or log.stat().st_size == 0
            steno = Steno(data)
            assert check(steno, load) > 0
    finally:
        if steno.process.poll() is None:
            steno.kill()
