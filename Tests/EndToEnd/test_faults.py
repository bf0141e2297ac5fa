"""What the disk does to Steno: power cuts, errors at each call, a full, a slow and a damaged disk, a clock that jumps.
POWER_CUTS sets how many cuts, DURABILITY_SEED which."""

import dataclasses
import errno
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import time

import pytest

from acknowledged import SEED, Load, check, request_body, stored
from faults.disk import ERRORS, OPERATIONS, SYNC, WRITE, Disk, Marks, Replay, build
from server import Steno, run

POWER_CUTS = int(os.environ.get("POWER_CUTS", "60"))
DAMAGES = int(os.environ.get("DAMAGES", "12"))
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="session")
def library(tmp_path_factory) -> pathlib.Path:
    return build(tmp_path_factory.mktemp("library"))


@dataclasses.dataclass
class Recording:
    """A run under load on a watched disk, ended by a kill."""
    log: pathlib.Path
    counts: dict[tuple[str, str], tuple[int, int]]  # spans of both traces of each request
    numbers: dict[tuple[str, str], int]  # its mark in the record, for each acknowledged request


@pytest.fixture(scope="module")
def recording(tmp_path_factory, library) -> Recording:
    disk = Disk(tmp_path_factory.mktemp("recording"), library, recording=True)
    marks, numbers = Marks(disk.log), {}

    def mark(traces: tuple[str, str]) -> None:
        numbers[traces] = len(numbers)
        marks.write(numbers[traces])

    with disk.serve() as steno:
        load = Load(steno, 0, mark)
        # Enough for the log to be copied into the database and to begin anew, more than once.
        load.wait_for(400)
        steno.kill()
        load.join()
    marks.close()
    sent = load.acknowledged | load.unanswered
    return Recording(disk.log, {traces: (len(spans[0::2]), len(spans[1::2])) for traces, spans in (
        (traces, sorted(spans)) for traces, spans in sent.items())}, numbers)


def spans_lost(recording: Recording, replay: Replay, data: pathlib.Path, label: str) -> tuple[int, int]:
    """How many requests were acknowledged before the cut, and how many of their spans are not in `data`."""
    acknowledged = [traces for traces, number in recording.numbers.items() if number in replay.marks]
    rows = {}
    if data.exists() and data.stat().st_size > 0:
        outcome = run("verify", "--data", str(data))
        assert outcome.returncode == 0, f"{label}: {outcome.stdout}{outcome.stderr}"
        rows = span_counts(data)
    for traces, counts in recording.counts.items():
        assert tuple(rows.get(trace, 0) for trace in traces) in ((0, 0), counts), f"{label}: half a request is stored"
    lost = sum(sum(recording.counts[traces]) for traces in acknowledged if rows.get(traces[0], 0) == 0)
    return len(acknowledged), lost


def test_power_cuts_lose_nothing_acknowledged(tmp_path, recording):
    """The record is cut at many places: what was not synced there is lost, torn and reordered at random."""
    print(f"DURABILITY_SEED={SEED} POWER_CUTS={POWER_CUTS}")
    chance, replay, looked_for = random.Random(f"{SEED}-cuts"), Replay(recording.log), 0
    for number, position in enumerate(sorted(chance.randrange(len(replay)) for _ in range(POWER_CUTS))):
        replay.advance(position)
        folder = tmp_path / "after"
        folder.mkdir()
        replay.cut(folder, chance)
        label = f"cut {number}, DURABILITY_SEED={SEED}"
        acknowledged, lost = spans_lost(recording, replay, folder / "steno.db", label)
        assert lost == 0, f"{label}: {lost} acknowledged spans are lost"
        looked_for += acknowledged
        shutil.rmtree(folder)
    assert looked_for > 0
    print(f"{POWER_CUTS} power cuts, {looked_for} acknowledged requests looked for, 0 spans lost")


def test_a_disk_that_lies_about_syncs_is_noticed(tmp_path, recording):
    """The simulation itself: were syncs worth nothing, these cuts would lose or damage what was acknowledged."""
    chance, replay, noticed = random.Random(f"{SEED}-lies"), Replay(recording.log, syncs_hold=False), 0
    for number, position in enumerate(sorted(chance.randrange(len(replay) // 2, len(replay)) for _ in range(8))):
        replay.advance(position)
        folder = tmp_path / f"after-{number}"
        folder.mkdir()
        replay.cut(folder, chance)
        try:
            noticed += spans_lost(recording, replay, folder / "steno.db", "")[1] > 0
        except AssertionError:
            noticed += 1
    assert noticed > 0


def span_counts(data: pathlib.Path) -> dict[str, int]:
    with sqlite3.connect(data) as connection:
        rows = connection.execute("SELECT lower(hex(trace_id)), span_count FROM trace").fetchall()
    connection.close()
    return dict(rows)


def send_one(steno: Steno, name: str, spans: int = 6):
    chance = random.Random(f"{SEED}-{name}")
    traces = (chance.randbytes(16).hex(), chance.randbytes(16).hex())
    ids = {chance.randbytes(8).hex() for _ in range(spans)}
    answer = steno.request("POST", "/v1/traces", request_body(traces, ids, "faults"), JSON)
    return answer, traces, ids


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_call_of_one_request_may_fail(tmp_path, library, operation):
    """An error at the first, second, third … call that one ingest request makes: 503 and nothing stored, or 200 and all;
    the next request is stored, and in the end nothing is lost."""
    disk = Disk(tmp_path, library)
    kept, refused, points = [], [], 0
    with disk.serve() as steno:
        assert send_one(steno, "first")[0].status == 200
        for error in ERRORS.values():
            for half in (False, True) if operation == "write" else (False,):
                nth = 1
                while True:
                    disk.fail(OPERATIONS[operation], nth, error, half=half)
                    answer, traces, ids = send_one(steno, f"{operation}-{error}-{half}-{nth}")
                    hits = disk.heal()
                    assert answer.status == 200 or (answer.status == 503 and hits), answer.body
                    (kept if answer.status == 200 else refused).append((traces, ids))
                    if answer.status == 503:
                        assert answer.headers["retry-after"] == "1"
                        assert stored(steno, traces) == set()
                    again, traces, ids = send_one(steno, f"after-{operation}-{error}-{half}-{nth}")
                    assert again.status == 200, f"{operation} {nth}: {again.body}"
                    kept.append((traces, ids))
                    if not hits:
                        break
                    points, nth = points + 1, nth + 1
        for traces, ids in kept:
            assert stored(steno, traces) == ids
        for traces, ids in refused:
            assert stored(steno, traces) == set()
        assert steno.stop() == 0
    if operation in ("write", "sync"):
        assert refused, "no call of the request was reached"
    outcome = run("verify", "--data", str(disk.data))
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    print(f"{operation}: {points} points, {len(refused)} refusals")


@pytest.mark.parametrize("operation", [WRITE, SYNC])
def test_a_disk_that_fails_for_good(tmp_path, library, operation):
    """While every call fails: 503, readers are answered, the process lives; once it heals, requests are stored."""
    disk = Disk(tmp_path, library)
    with disk.serve() as steno:
        load = Load(steno, 1)
        load.wait_for(20)
        disk.fail(operation, 1, errno.EIO, persists=True)
        answers = [send_one(steno, f"failing-{n}") for n in range(10)]
        assert {answer.status for answer, _, _ in answers} == {503}
        assert steno.get("/readyz").status == 503
        assert steno.get("/healthz").status == 200
        assert steno.ok("/api/v1/sessions")["data"]
        assert disk.heal() > 0
        assert send_one(steno, "healed")[0].status == 200
        assert steno.get("/readyz").status == 200
        steno.kill()
        load.join()
        assert set(load.refused) <= {503}
    with Steno(disk.data) as steno:
        assert check(steno, load) > 0


class SmallDisk:
    """A file system of a few MB, mounted where only `launcher` and `inside` see it. Gone with the test."""

    def __init__(self, mount: pathlib.Path, megabytes: int):
        self.mount = mount
        mount.mkdir()
        script = f'mount -t tmpfs -o size={megabytes}m tmpfs "$0" && echo mounted && exec cat'
        self._keeper = subprocess.Popen(
            ["unshare", "-m", "--propagation", "private", "sh", "-c", script, str(mount)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.is_mounted = self._keeper.stdout.readline() == b"mounted\n"

    @property
    def inside(self) -> pathlib.Path:
        return pathlib.Path(f"/proc/{self._keeper.pid}/root") / self.mount.relative_to("/")

    @property
    def launcher(self) -> tuple[str, ...]:
        return ("nsenter", "-t", str(self._keeper.pid), "-m")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._keeper.communicate()


def fill(path: pathlib.Path) -> None:
    with open(path, "wb") as file:
        with pytest.raises(OSError) as full:
            while True:
                os.write(file.fileno(), bytes(1 << 14))
        assert full.value.errno == errno.ENOSPC


def test_the_disk_runs_full(tmp_path):
    """Somebody else fills it: 503, reads work, the process lives; within 2 s of its being freed requests are stored
    again, and nothing acknowledged is lost."""
    with SmallDisk(tmp_path / "small", megabytes=48) as small:
        if not small.is_mounted:
            pytest.skip("no file system can be mounted here")
        data, ballast = small.mount / "steno.db", small.inside / "ballast"
        with Steno(data, launcher=small.launcher) as steno:
            for round_ in range(3):
                load = Load(steno, 10 + round_, requests=60)
                load.wait_for(10)
                fill(ballast)
                load.join()
                refused = [send_one(steno, f"full-{round_}-{n}") for n in range(5)]
                assert {answer.status for answer, _, _ in refused} == {503}
                assert set(load.refused) <= {503}
                assert steno.get("/healthz").status == 200
                assert check(steno, load) > 0
                ballast.unlink()
                freed = time.monotonic()
                while send_one(steno, f"freed-{time.monotonic_ns()}")[0].status != 200:
                    assert time.monotonic() < freed + 2, "not recovered 2 s after space returned"
                print(f"recovered in {time.monotonic() - freed:.3f} s")
                for _, traces, _ in refused:
                    assert stored(steno, traces) == set()
            assert steno.stop() == 0
        outcome = run("verify", "--data", str(data), launcher=small.launcher)
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_a_slow_disk_delays_and_loses_nothing(tmp_path, library):
    """Syncs of 200 ms: requests wait or are refused, answers to questions do not wait for them."""
    disk = Disk(tmp_path, library)
    with disk.serve() as steno:
        assert send_one(steno, "first")[0].status == 200
        disk.control.delay_us = 200_000
        load = Load(steno, 3)
        load.wait_for(8)
        slowest = 0.0
        for _ in range(40):
            begun = time.monotonic()
            steno.ok("/api/v1/sessions")
            slowest = max(slowest, time.monotonic() - begun)
        steno.kill()
        load.join()
    assert slowest < 0.15, f"a question took {slowest:.3f} s while syncs took 0.2 s"
    with Steno(disk.data) as steno:
        assert check(steno, load) > 0


def test_the_clock_jumps(tmp_path, library):
    """A day of ten years ago, one in a hundred years: rows hold the spans' times, not the clock's."""
    disk = Disk(tmp_path, library)
    kept = []
    with disk.serve() as steno:
        for name, seconds in (("now", 0), ("past", -315_360_000), ("future", 3_153_600_000), ("back", 0)):
            disk.control.clock_s = seconds
            answer, traces, ids = send_one(steno, name)
            assert answer.status == 200
            kept.append((traces, ids))
        for traces, ids in kept:
            assert stored(steno, traces) == ids
        assert {row["end_time"] for row in steno.walk("/api/v1/traces")} == {"2026-11-22T13:33:15.000000000Z"}
        assert steno.stop() == 0
    assert run("verify", "--data", str(disk.data)).returncode == 0


def test_a_reader_that_never_ends(data):
    """Another program holds a snapshot open: the log can't be begun anew, but requests are stored; when it lets go, a
    clean stop leaves one file."""
    with Steno(data) as steno:
        assert send_one(steno, "first")[0].status == 200
        with sqlite3.connect(f"file:{data}?mode=ro", uri=True, isolation_level=None) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM trace").fetchone() == (2,)
            load = Load(steno, 4, requests=150)
            load.join()
            assert len(load.acknowledged) == 600 and not load.refused
            assert reader.execute("SELECT count(*) FROM trace").fetchone() == (2,)
            assert check(steno, load) > 0
            reader.execute("COMMIT")
        reader.close()
        assert steno.stop() == 0
        log = data.with_name(data.name + "-wal")
        assert not log.exists() or log.stat().st_size == 0


def test_two_processes_on_one_file(data):
    with Steno(data) as steno:
        outcome = run("serve", "--port", "0", "--data", str(data))
        assert outcome.returncode == 1
        assert str(data) in outcome.stderr and "in use by another Steno" in outcome.stderr
        assert send_one(steno, "still")[0].status == 200


REGIONS = {"header": (0, 100), "first page": (100, 16_384), "anywhere": (16_384, None)}


@pytest.mark.parametrize("region", REGIONS)
def test_a_damaged_file(tmp_path, region):
    """Bits flip: Steno starts or says one clear line; it never crashes, and `verify` names the damage or finds none."""
    whole = tmp_path / "whole.db"
    with Steno(whole) as steno:
        load = Load(steno, 5, requests=20)
        load.join()
        assert steno.stop() == 0
    chance = random.Random(f"{SEED}-{region}")
    print(f"DURABILITY_SEED={SEED}")
    named = 0
    content = whole.read_bytes()
    for number in range(DAMAGES):
        damaged = bytearray(content)
        first, end = REGIONS[region]
        for _ in range(chance.choice([1, 1, 8])):
            damaged[chance.randrange(first, end or len(damaged))] ^= 1 << chance.randrange(8)
        data = tmp_path / f"damaged-{number}.db"
        data.write_bytes(damaged)
        outcome = run("verify", "--data", str(data))
        assert outcome.returncode in (0, 1), f"{outcome.returncode} {outcome.stderr} DURABILITY_SEED={SEED}"
        if outcome.returncode == 1:
            named += 1
            assert (outcome.stdout + outcome.stderr).strip(), "damage without a word"
        try:
            steno = Steno(data)
        except AssertionError as failure:
            assert "hint:" in str(failure) and "Fatal error" not in str(failure), failure
        else:
            with steno:
                for path in ("/api/v1/sessions", "/api/v1/traces", "/api/v1/users", "/api/v1/stats"):
                    assert steno.get(path).status in (200, 503), path
                assert send_one(steno, f"{region}-{number}")[0].status in (200, 503)
                assert steno.process.poll() is None
                assert steno.stop() in (0, 1)
        data.unlink()
    assert named > 0, "no flip was noticed"
    print(f"{region}: {named} of {DAMAGES} damaged files named")
