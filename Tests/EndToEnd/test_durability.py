"""200 means committed: whatever was acknowledged is there after a kill at any instant.
DURABILITY_CYCLES sets how many kills, DURABILITY_SEED which instants."""

import os
import random
import signal

from acknowledged import SEED, Load, check
from server import Steno

CYCLES = int(os.environ.get("DURABILITY_CYCLES", "20"))


def test_kill_9_under_load_loses_nothing_acknowledged(data):
    print(f"DURABILITY_SEED={SEED} DURABILITY_CYCLES={CYCLES}")
    random_ = random.Random(SEED)
    loads, spans = [], 0
    steno = Steno(data)
    try:
        for cycle in range(CYCLES):
            load = Load(steno, cycle)
            # Some die before the first answer, some when the log has begun anew.
            load.wait_for(random_.randrange(random_.choice([1, 20, 120])))
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
