"""Backups of a database that is in use, and their way back."""

import errno
import os
import sqlite3
import stat
import subprocess
import threading

import pytest

import captures
from crawl import crawl, difference
from faults.disk import WRITE, Disk, build
from server import Steno, binary, run
from test_maintenance import span


def fill(server: Steno, count: int = 40) -> None:
    for number in range(1, count + 1):
        server.send(span(number, session__id=f"s-{number % 4}", user__id="u", input__value=f"question {number}"))


def test_a_backup_of_a_running_server_is_whole_and_gives_the_same_answers(data, tmp_path):
    copy = tmp_path / "copy.db"
    with Steno(data) as server:
        for request in captures.telemetry():
            assert request.send(server).status == 200
        expected = crawl(server)
        done = run("backup", str(copy), "--data", str(data))
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert server.get("/readyz").status == 200
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy.db"]
    checked = run("restore", str(copy), "--check")
    assert checked.returncode == 0 and "no drift" in checked.stdout, checked.stderr
    assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy.db"]
    with Steno(copy) as server:
        assert not difference(expected, crawl(server))


def test_ingest_goes_on_during_a_backup(data, tmp_path):
    """The copy is written to a disk that hangs: what is answered until it goes on is answered during the backup."""
    disk = Disk(tmp_path, build(tmp_path))
    disk.control.holds = 1
    with Steno(data) as server:
        fill(server)
        backup = subprocess.Popen(
            [binary(), "backup", str(disk.data), "--data", str(data)], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, env=disk.environment())
        try:
            pause = threading.Event()
            while not disk.control.held:
                assert backup.poll() is None, "it was over before it wrote anything"
                pause.wait(0.01)
            for number in range(1_000, 1_010):
                server.send(span(number, session__id="later"))
            assert backup.poll() is None
        finally:
            disk.control.holds = 0
            assert backup.wait(60) == 0
        names = {row["name"] for row in server.walk("/api/v1/sessions")}
    done = run("restore", str(disk.data), "--check")
    assert done.returncode == 0, done.stderr
    with Steno(disk.data) as server:
        assert {row["name"] for row in server.walk("/api/v1/sessions")} == names - {"later"} != names


def test_a_backup_does_not_overwrite(steno, data, tmp_path):
    fill(steno, 2)
    copy = tmp_path / "copy.db"
    copy.write_text("mine")
    refused = run("backup", str(copy), "--data", str(data))
    assert refused.returncode == 1 and "--force" in refused.stderr and copy.read_text() == "mine"
    assert run("backup", str(copy), "--data", str(data), "--force").returncode == 0
    assert run("restore", str(copy), "--check").returncode == 0
    itself = run("backup", str(data), "--data", str(data), "--force")
    assert itself.returncode == 2 and "itself" in itself.stderr
    missing = run("backup", str(tmp_path / "no" / "copy.db"), "--data", str(data))
    assert missing.returncode == 1 and "copy.db" in missing.stderr


@pytest.fixture
def backup(data, tmp_path):
    copy = tmp_path / "copy.db"
    with Steno(data) as server:
        fill(server)
        assert run("backup", str(copy), "--data", str(data)).returncode == 0
        assert server.stop() == 0
    return copy


def test_a_backup_comes_back(backup, data):
    with Steno(data) as server:
        expected = crawl(server)
        server.send(span(9_999, session__id="lost"))
        held = run("restore", str(backup), "--data", str(data), "--force")
        assert held.returncode == 1 and "in use" in held.stderr
        server.kill()
    assert os.path.getsize(f"{data}-wal") > 0
    refused = run("restore", str(backup), "--data", str(data))
    assert refused.returncode == 1 and "--force" in refused.stderr
    done = run("restore", str(backup), "--data", str(data), "--force")
    assert done.returncode == 0, done.stderr
    assert not list(data.parent.glob("steno.db*.partial*"))
    with Steno(data) as server:
        assert not difference(expected, crawl(server))


def test_a_backup_takes_the_place_of_a_damaged_database(backup, data):
    data.write_bytes(b"no database" * 1_000)
    assert run("restore", str(backup), "--data", str(data), "--force").returncode == 0
    assert run("verify", "--data", str(data)).returncode == 0


def damage(path) -> None:
    with open(path, "r+b") as file:
        file.seek(3 * 16_384)
        file.write(b"\xff" * 16_384)


def drift(path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("UPDATE trace SET span_count = 7 WHERE trace_key = 1")
    database.close()


def strange(path) -> None:
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (x)")
    database.close()


@pytest.mark.parametrize("spoil,named", [
    (damage, "damaged"), (drift, "differ"), (strange, "another program"), (lambda path: path.write_text("text"), "damaged"),
    (lambda path: path.write_bytes(b""), "empty"), (lambda path: path.unlink(), "can't read")])
def test_a_bad_backup_replaces_nothing(backup, data, spoil, named):
    spoil(backup)
    before = data.read_bytes()
    for arguments in (("--check",), ("--data", str(data), "--force")):
        done = run("restore", str(backup), *arguments)
        assert done.returncode == 1 and not done.stdout and named in done.stderr, done.stderr
    assert data.read_bytes() == before


def test_a_restore_that_fails_leaves_nothing(backup, tmp_path):
    disk = Disk(tmp_path, build(tmp_path))
    disk.fail(WRITE, 1, errno.ENOSPC, persists=True)
    done = run("restore", str(backup), "--data", str(disk.data), environment=disk.environment())
    assert done.returncode == 1 and "disk is full" in done.stderr, done.stderr
    assert not list(disk.folder.iterdir())
    assert disk.heal() > 0
    done = run("restore", str(backup), "--data", str(disk.data), environment=disk.environment())
    assert done.returncode == 0, done.stderr
