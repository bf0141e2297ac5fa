"""Answers are a function of the set of spans and log records: any order, split, repetition and interleaving of
deliveries gives byte-identical answers. LAW_SCHEDULES sets how many are tried, LAW_SEED which."""

import concurrent.futures
import os
import random

import pytest

import captures
import traffic
from crawl import crawl, difference
from server import Steno

SCHEDULES = int(os.environ.get("LAW_SCHEDULES", "60"))
SEED = int(os.environ.get("LAW_SEED", "20261122"))
WORLDS = 6


def world(number: int) -> list[traffic.Unit]:
    """A sixth of the captures and traffic of its own."""
    requests = [request for request in captures.telemetry() if request.signal in traffic.MESSAGES]
    units = [unit for request in requests[number::WORLDS] for unit in traffic.units_of_capture(request)]
    return units + traffic.generate(SEED + number)


def play(tmp_path, name: str, units: list[traffic.Unit], random_: random.Random) -> dict:
    data = tmp_path / f"{name}.db"
    requests = traffic.schedule(units, random_)
    forms = [random_.random() < 0.3 for _ in requests]
    stop_at = random_.randrange(len(requests)) if random_.random() < 0.3 else None
    two_writers = random_.random() < 0.3
    with Steno(data) as steno:
        if two_writers:
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                halves = [range(0, len(requests), 2), range(1, len(requests), 2)]

                def write(half: range) -> None:
                    for index in half:
                        traffic.deliver(steno, requests[index], forms[index])
                    steno.close()

                for done in [pool.submit(write, half) for half in halves]:
                    done.result()
            return crawl(steno)
        for index, request in enumerate(requests[:stop_at]):
            traffic.deliver(steno, request, forms[index])
            if random_.random() < 0.05:
                # What was read in between must not stick.
                assert steno.get("/api/v1/sessions").status == 200
        if stop_at is None:
            return crawl(steno)
        if random_.random() < 0.5:
            steno.kill()
        else:
            assert steno.stop() == 0
    with Steno(data) as steno:
        for index, request in enumerate(requests[stop_at:], start=stop_at):
            traffic.deliver(steno, request, forms[index])
        return crawl(steno)


@pytest.mark.parametrize("number", range(WORLDS))
def test_any_delivery_of_the_same_set_gives_the_same_answers(tmp_path, number):
    units = world(number)
    with Steno(tmp_path / "reference.db") as steno:
        for unit in units:
            traffic.deliver(steno, (unit,), as_json=False)
        reference = crawl(steno)
    assert sum(path.count("/spans/") for path in reference) > 30
    for index in range(max(1, SCHEDULES // WORLDS)):
        seed = f"{SEED}-{number}-{index}"
        walked = play(tmp_path, f"schedule-{index}", units, random.Random(seed))
        assert not difference(reference, walked), f"LAW_SEED={SEED}, world {number}, schedule {index}"


def test_pages_and_whole_agree(tmp_path):
    """The same walk in pages of three rows gives the same rows."""
    with Steno(tmp_path / "steno.db") as steno:
        for unit in world(0):
            traffic.deliver(steno, (unit,), as_json=False)
        for path in ("/api/v1/projects", "/api/v1/sessions", "/api/v1/traces", "/api/v1/spans"):
            assert steno.walk(path, limit=3) == steno.walk(path, limit=500)
