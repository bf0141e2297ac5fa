"""Deletions are real and disturb nobody: how long requests wait meanwhile, when the bytes are gone, and what a kill or a
failing disk amid the purge leaves. PURGE_KILLS sets how many kills, DURABILITY_SEED which instants."""

import base64
import contextlib
import errno
import os
import pathlib
import random
import shutil
import socket
import threading
import time

import pytest

import hostile
from acknowledged import SEED
from faults.disk import OPEN, SYNC, TRUNCATE, WRITE, Disk, build
from server import Client, Steno, run
from traffic import T0

PURGE_KILLS = int(os.environ.get("PURGE_KILLS", "6"))
#: From the answer to a deletion on.
PURGE_SECONDS_MAX = 10
#: For how long a commit may wait for a step of a deletion; how much slower than alone on a machine the tests run.
BLOCKED_SECONDS_MAX = 0.1
SLOWNESS = 20 if hostile.IS_DEBUG else float(os.environ.get("HOSTILE_SLOWNESS", "5"))


class Secret:
    """A session of someone: bytes that no compressor changes, and words in every place that is kept apart."""

    def __init__(self, chance: random.Random, traces: int = 6):
        self.number = chance.randrange(1, 1 << 60)
        self.word = f"zebra{self.number:x}"
        self.noise = chance.randbytes(4_096)
        self.traces = traces

    @property
    def needles(self) -> list[bytes]:
        return [self.word.encode(), self.noise[2_000:2_032]]

    def send(self, steno: Client) -> None:
        for at in range(self.traces):
            attributes = [
                {"key": "session.id", "value": {"stringValue": f"session {self.word}"}},
                {"key": "user.id", "value": {"stringValue": f"user {self.word}"}},
                {"key": "input.value", "value": {"stringValue": f"my password is {self.word} number {at}"}},
                {"key": "noise", "value": {"bytesValue": base64.b64encode(self.noise).decode()}}]
            steno.send(one_span(self.number * 16 + at, attributes))

    def path(self, steno: Client) -> str:
        [row] = steno.walk("/api/v1/sessions", session=f"session {self.word}")
        return f"/api/v1/sessions/{row['id']}"

    def is_in(self, data: pathlib.Path) -> bool:
        """Whether any of it stands in the database file or its log."""
        for path in (data, data.with_name(data.name + "-wal")):
            with contextlib.suppress(FileNotFoundError):
                content = path.read_bytes()
                if any(needle in content for needle in self.needles):
                    return True
        return False

    def wait_until_gone(self, data: pathlib.Path, begun: float) -> float:
        """Seconds since `begun`."""
        while self.is_in(data):
            assert time.monotonic() < begun + PURGE_SECONDS_MAX + 5, "the bytes are still there"
            threading.Event().wait(0.05)
        return time.monotonic() - begun


def one_span(number: int, attributes: list, project: str = "p") -> dict:
    return {"resourceSpans": [{
        "resource": {"attributes": [{"key": "project_name", "value": {"stringValue": project}}]},
        "scopeSpans": [{"spans": [{
            "traceId": f"{number:032x}", "spanId": f"{number % (1 << 64) or 1:016x}", "name": "call",
            "startTimeUnixNano": str(T0), "endTimeUnixNano": str(T0 + 5), "attributes": attributes}]}]}]}


def others(steno: Client) -> dict[str, bytes]:
    """Everything that answers say of the sessions that stay."""
    seen = {}
    for row in steno.walk("/api/v1/sessions", session="stays"):
        for end in ("", "/conversation", "/messages", "/export?format=jsonl"):
            answer = steno.get(f"/api/v1/sessions/{row['id']}{end}")
            assert answer.status == 200
            seen[end] = answer.body
    assert seen
    return seen


def send_others(steno: Client, count: int = 40) -> None:
    for number in range(1, count + 1):
        steno.send(one_span(number, [
            {"key": "session.id", "value": {"stringValue": "stays"}},
            {"key": "input.value", "value": {"stringValue": f"question {number} " + "words " * 200}}]))


def test_kill_9_amid_purging_loses_nothing_and_leaves_nothing(data):
    """Killed at any instant after a deletion began: it is whole or never was, the purge goes on with the next start, and
    other sessions are byte for byte what they were."""
    print(f"DURABILITY_SEED={SEED} PURGE_KILLS={PURGE_KILLS}")
    chance, slowest, undone = random.Random(f"{SEED}-purge"), 0.0, 0
    steno = Steno(data)
    try:
        send_others(steno)
        before = others(steno)
        for _ in range(PURGE_KILLS):
            secrets = [Secret(chance) for _ in range(4)]
            for secret in secrets:
                secret.send(steno)
            paths = [secret.path(steno) for secret in secrets]
            assert all(secret.is_in(data) for secret in secrets), "the test looks for what is not there"
            answered = []

            def delete() -> None:
                with contextlib.suppress(Exception):
                    for secret, path in zip(secrets, paths):
                        answered.append((secret, steno.request("DELETE", path).status))

            deleter = threading.Thread(target=delete)
            deleter.start()
            threading.Event().wait(chance.uniform(0, chance.choice([0.02, 0.1, 0.4])))
            steno.kill()
            deleter.join(60)
            assert {status for _, status in answered} <= {200}
            deleted = {secret for secret, _ in answered}
            steno, begun = Steno(data), time.monotonic()
            for secret, path in zip(secrets, paths):
                left = len(steno.walk("/api/v1/traces", session=f"session {secret.word}"))
                assert left == 0 or (secret not in deleted and left == secret.traces), f"{left} left, DURABILITY_SEED={SEED}"
                if left:
                    undone += 1
                    begun = time.monotonic()
                    assert steno.request("DELETE", path).status == 200
            for secret in secrets:
                slowest = max(slowest, secret.wait_until_gone(data, begun))
            assert others(steno) == before, f"DURABILITY_SEED={SEED}"
        assert steno.stop() == 0
    finally:
        if steno.process.poll() is None:
            steno.kill()
    outcome = run("verify", "--data", str(data))
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert slowest <= PURGE_SECONDS_MAX
    print(f"{PURGE_KILLS} kills amid purges, {undone} deletions not begun, bytes gone after {slowest:.2f} s at the latest")


@pytest.mark.parametrize("operation", [WRITE, SYNC, TRUNCATE, OPEN], ids=["write", "sync", "truncate", "open"])
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC], ids=errno.errorcode.get)
def test_a_disk_that_fails_amid_purging_delays_it(tmp_path, operation, error):
    """Every call fails for a while, from the first, second, … on: once the disk is well again the purge goes on by itself."""
    if not shutil.which("gcc"):
        pytest.skip("no gcc")
    disk, chance, hits = Disk(tmp_path, build(tmp_path)), random.Random(f"{SEED}-failing"), 0
    with disk.serve() as steno:
        send_others(steno)
        before = others(steno)
        for nth in (1, 2, 5):
            secret = Secret(chance)
            secret.send(steno)
            path = secret.path(steno)
            disk.fail(operation, nth, error, persists=True)
            status = steno.request("DELETE", path).status
            assert status in (200, 503)
            threading.Event().wait(0.3)
            hits += disk.heal()
            if status == 503:
                assert steno.request("DELETE", path).status == 200
            secret.wait_until_gone(disk.data, time.monotonic())
            assert others(steno) == before
        assert steno.stop() == 0
    assert hits or operation == OPEN
    assert run("verify", "--data", str(disk.data)).returncode == 0


def fill(steno: Steno, requests: int, project: str, session_of, *, spans: int = 200, days_ago: float = 400) -> None:
    """`requests` of `spans` spans, each a trace of its own with half a kilobyte of text."""
    chance = random.Random(f"{project}-{SEED}")
    start = time.time_ns() - int(days_ago * 86_400e9)
    words = [f"word{n}" for n in range(2_000)]
    for number in range(requests):
        body = b"".join(hostile.request(hostile.span(
            chance.randbytes(16), chance.randbytes(8), hostile.attribute(b"session.id", hostile.text(session_of(number, at))),
            hostile.attribute(b"input.value", hostile.text(" ".join(chance.choices(words, k=60)).encode())),
            start=start + number * 10**9, end=start + number * 10**9 + at + 1)) for at in range(spans))
        answer = steno.post("/v1/traces", body, hostile.PROTOBUF, X_Project_Name=project)
        assert answer.status == 200, answer.body


class Ingest:
    """Small requests one after the other, and how long each took."""

    def __init__(self, steno: Steno):
        self.taken: list[float] = []
        self._stop = threading.Event()
        self._client = Client(steno.host, steno.port)
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        chance = random.Random(7)
        while not self._stop.is_set():
            now = time.time_ns()
            body = hostile.request(hostile.span(chance.randbytes(16), chance.randbytes(8), start=now, end=now + 1))
            begun = time.perf_counter()
            assert self._client.post("/v1/traces", body, hostile.PROTOBUF).status == 200
            self.taken.append(time.perf_counter() - begun)
            self._stop.wait(0.003)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def figures(self) -> str:
        ordered = sorted(self.taken)
        return (f"{len(ordered)} requests, p50 {ordered[len(ordered) // 2] * 1e3:.1f} ms, "
                f"p99 {ordered[int(len(ordered) * 0.99)] * 1e3:.1f} ms, longest {ordered[-1] * 1e3:.1f} ms")


DELETED_REQUESTS = int(os.environ.get("DELETED_REQUESTS", "5" if hostile.IS_DEBUG else "40"))


@pytest.mark.parametrize("how", ["project", "session", "age", "size"])
def test_requests_hardly_wait_for_a_large_deletion(data, how):
    """From the deletion until its last byte is gone."""
    def session_of(number: int, at: int) -> bytes:
        return b"long" if how == "session" else b"s-%d-%d" % (number, at % 20)

    with Steno(data) as steno:
        fill(steno, DELETED_REQUESTS, "doomed", session_of)
        assert steno.stop() == 0
    size = data.stat().st_size
    rule = {"age": ["--retain", "30d"], "size": ["--max-size", f"{max(size // 4, 2_000_000) // 1_000_000}MB"]}.get(how, [])
    begun = time.monotonic()
    with Steno(data, *rule) as steno, Ingest(steno) as ingest:
        if how == "project":
            assert steno.request("DELETE", "/api/v1/projects/doomed").json["deleted"]["spans"] == DELETED_REQUESTS * 200
        elif how == "session":
            [row] = steno.walk("/api/v1/sessions", session="long")
            assert steno.request("DELETE", f"/api/v1/sessions/{row['id']}").status == 200
        bound = size // 4 + 2_000_000 if how == "size" else 1_500_000
        while data.stat().st_size > bound:
            assert time.monotonic() < begun + 60 * SLOWNESS, steno.printed
            threading.Event().wait(0.05)
        took = time.monotonic() - begun
    print(f"{how}: {DELETED_REQUESTS * 200} spans, {size / 1e6:.0f} MB, gone in {took:.1f} s; {ingest.figures()}")
    assert max(ingest.taken) <= BLOCKED_SECONDS_MAX * SLOWNESS
    assert run("verify", "--data", str(data)).returncode == 0


def test_readers_that_stay_open_do_not_keep_the_bytes(data):
    """An export that nobody reads on, an event stream, and questions without a pause: the bytes are gone in time."""
    with Steno(data) as steno:
        secret = Secret(random.Random(f"{SEED}-readers"))
        secret.send(steno)
        fill(steno, 20, "kept", lambda number, at: b"s-%d" % number)
        path = secret.path(steno)
        sockets = []
        for target in ("/api/v1/traces/export?format=otlp", "/api/v1/sessions/export?format=jsonl", "/api/v1/events"):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect((steno.host, steno.port))
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert connection.recv(12) == b"HTTP/1.1 200"
            sockets.append(connection)
        done = threading.Event()

        def ask() -> None:
            client = Client(steno.host, steno.port)
            while not done.is_set():
                client.get("/api/v1/traces", filter='input:"word7"', total="true")

        askers = [threading.Thread(target=ask) for _ in range(4)]
        for asker in askers:
            asker.start()
        try:
            assert steno.request("DELETE", path).status == 200
            took = secret.wait_until_gone(data, time.monotonic())
        finally:
            done.set()
            for asker in askers:
                asker.join()
        print(f"gone after {took:.2f} s")
        assert took <= PURGE_SECONDS_MAX
        for connection in sockets:
            connection.close()
