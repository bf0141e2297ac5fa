"""Starting, failing to start with one clear line, and the small subcommands."""

import os
import pathlib
import socket
import sqlite3
import subprocess

import pytest

from server import Steno, binary, clean_environment, run

SESSION = "d3e74025-574b-56ab-afe8-9b19f360373a"
TRAP_EXIT_CODES = range(128, 256)


def refusal(*arguments: str, environment: dict | None = None) -> str:
    """Runs `steno` that must refuse with exit code 1 or 2; returns what it told on standard error."""
    done = run(*arguments, environment=environment)
    told = done.stderr.strip()
    assert done.returncode in (1, 2), f"exit code {done.returncode}: {told}"
    assert told, "a refusal must say why"
    assert len(told.splitlines()) <= 4, f"one clear line and a hint, not:\n{told}"
    assert "Fatal" not in told and "\tat " not in told
    return told


def serve(data: pathlib.Path, *arguments: str) -> tuple[str, ...]:
    return ("serve", "--port", "0", "--data", str(data), *arguments)


def test_it_prints_what_a_person_needs(steno, data):
    assert steno.url in steno.printed
    assert str(data) in steno.printed
    assert f"FI_BASE_URL={steno.url}" in steno.printed
    assert "/v1/traces" in steno.printed


def test_serve_is_the_default_subcommand(tmp_path):
    environment = clean_environment(STENO_PORT="0", STENO_DATA=str(tmp_path / "steno.db"))
    process = subprocess.Popen(
        [binary()], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        assert any(b"http://127.0.0.1:" in line for line in process.stdout)
        assert (tmp_path / "steno.db").exists()
    finally:
        process.terminate()
        assert process.wait(30) == 0
        process.stdout.close()


def test_the_default_file_is_in_the_data_home(tmp_path):
    environment = clean_environment(XDG_DATA_HOME=str(tmp_path / "share"), STENO_PORT="0")
    process = subprocess.Popen(
        [binary(), "serve"], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    try:
        assert any(b"http://127.0.0.1:" in line for line in process.stdout)
        assert (tmp_path / "share" / "steno" / "steno.db").exists()
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def test_a_flag_beats_a_variable(tmp_path):
    environment = clean_environment(STENO_DATA=str(tmp_path / "variable.db"))
    with Steno(tmp_path / "flag.db", environment=environment):
        pass
    assert (tmp_path / "flag.db").exists() and not (tmp_path / "variable.db").exists()


def test_the_address_is_free_again_after_a_stop(data):
    with Steno(data) as first:
        port = first.port
        assert first.stop() == 0
    with Steno(data, "--port", str(port)) as second:
        assert second.get("/healthz").status == 200


def test_port_in_use(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = refusal("serve", "--port", str(port), "--data", str(tmp_path / "steno.db"))
    assert str(port) in told and "use" in told


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_bad_port(tmp_path, port):
    assert port in refusal("serve", f"--port={port}", "--data", str(tmp_path / "steno.db"))


def test_unwritable_folder(tmp_path):
    # A folder that is a file can't be written by anybody, root included.
    (tmp_path / "file").write_text("")
    data = tmp_path / "file" / "steno.db"
    assert str(tmp_path / "file") in refusal(*serve(data))


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_read_only_folder(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    assert str(folder) in refusal(*serve(folder / "steno.db"))


def test_a_file_that_is_no_database(data):
    data.write_bytes(os.urandom(64 << 10))
    content = data.read_bytes()
    assert str(data) in refusal(*serve(data))
    assert data.read_bytes() == content, "a file that is not ours must not be touched"


def test_a_database_of_something_else(data):
    with sqlite3.connect(data) as other:
        other.execute("CREATE TABLE recipes(name TEXT)")
        other.execute("INSERT INTO recipes VALUES ('bread')")
    other.close()
    assert str(data) in refusal(*serve(data))
    with sqlite3.connect(data) as other:
        assert [name for name, in other.execute("SELECT name FROM sqlite_schema")] == ["recipes"]
    other.close()


def test_a_damaged_header(data):
    with Steno(data) as steno:
        assert steno.stop() == 0
    content = bytearray(data.read_bytes())
    content[0:16] = b"not SQLite at all"[:16]
    data.write_bytes(content)
    assert str(data) in refusal(*serve(data))


def test_a_file_made_by_a_newer_steno(data):
    with Steno(data) as steno:
        assert steno.stop() == 0
    with sqlite3.connect(data) as database:
        [version] = database.execute("PRAGMA user_version").fetchone()
        assert version > 0, "the schema version is the file's user_version"
        database.execute(f"PRAGMA user_version={version + 1}")
    database.close()
    told = refusal(*serve(data))
    assert "newer" in told and str(data) in told


def test_unknown_flag(tmp_path):
    assert "--colour" in refusal(*serve(tmp_path / "steno.db", "--colour"))
    assert not (tmp_path / "steno.db").exists()


def test_unknown_subcommand():
    assert "transcribe" in refusal("transcribe")


def test_bad_variable(tmp_path):
    environment = clean_environment(STENO_PORT="http", STENO_DATA=str(tmp_path / "steno.db"))
    assert "STENO_PORT" in refusal("serve", environment=environment)


@pytest.mark.parametrize("arguments", [("--help",), ("serve", "--help"), ("demo", "--help"), ("healthcheck", "--help")])
def test_help_teaches(arguments):
    done = run(*arguments)
    assert done.returncode == 0 and "USAGE" in done.stdout.upper()


def test_serve_help_names_every_flag_and_variable():
    told = run("serve", "--help").stdout
    for name in ("HOST", "PORT", "DATA"):
        assert f"--{name.lower()}" in told and f"STENO_{name}" in told


def test_demo_shows_a_session_in_seconds(steno):
    done = run("demo", "--url", steno.url)
    assert done.returncode == 0, done.stderr
    [row] = steno.walk("/api/v1/sessions")
    assert (row["id"], row["name"], row["trace_count"], row["turn_count"]) == (SESSION, "session-c91d4e", 3, 3)
    turns = steno.walk(f"/api/v1/sessions/{SESSION}/conversation")
    assert [turn["metadata"]["turn_number"] for turn in turns] == [1, 2, 3]


def test_demo_without_a_server():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert str(port) in refusal("demo", "--url", f"http://127.0.0.1:{port}")


def test_healthcheck(steno):
    assert run("healthcheck", "--url", steno.url).returncode == 0
    url = steno.url
    assert steno.stop() == 0
    assert run("healthcheck", "--url", url).returncode == 1


def test_no_prompt_reaches_the_log(steno):
    secret = "the-quick-brown-secret"
    steno.send({"resourceSpans": [{"scopeSpans": [{"spans": [{
        "traceId": "4" * 32, "spanId": "4" * 16, "name": secret,
        "startTimeUnixNano": "1", "endTimeUnixNano": "2",
        "attributes": [{"key": "input.value", "value": {"stringValue": secret}}]}]}]}]})
    assert steno.post("/v1/traces", b'{"resourceSpans": "%s"}' % secret.encode(), "application/json").status == 400
    assert steno.stop() == 0
    assert secret not in steno.printed
