"""The configuration file, and that every flag of the server is a variable and a key of it, and is documented."""

import re

import pytest

from server import ROOT, Steno, clean_environment, run
from test_maintenance import names, span

# A value for each flag that a server starts with.
VALUES = {
    "host": "127.0.0.1", "port": "0", "allow-origin": "https://app.example", "log-level": "info", "grpc-port": "0",
    "search": "off", "session-key": "app.session", "user-key": "app.user", "project-key": "app.project",
    "retain": "30d", "max-size": "10GB",
}


def flags() -> list[str]:
    told = run("serve", "--help").stdout
    return [flag for flag in re.findall(r"^  --([a-z-]+)", told, re.M) if flag not in ("help", "version")]


def variable(flag: str) -> str:
    return "STENO_" + flag.upper().replace("-", "_")


def test_every_flag_has_its_variable_and_its_place_in_the_documents():
    told = " ".join(run("serve", "--help").stdout.split())
    page = (ROOT / "docs" / "operations.md").read_text()
    assert {"host", "port", "data", "config", "retain", "max-size"} <= set(flags())
    for flag in flags():
        assert variable(flag) in told, flag
        assert f"`--{flag}`" in page and f"`{variable(flag)}`" in page, flag


def test_every_flag_is_a_key_of_the_file(data, tmp_path):
    file = tmp_path / "steno.conf"
    for flag in flags():
        if flag == "config":
            continue
        file.write_text(f"{flag} = \n")
        done = run("serve", "--port", "0", "--data", str(data), "--config", str(file))
        assert done.returncode == 2 and f"{file}:1" in done.stderr and flag in done.stderr


def test_a_server_starts_with_a_file(data, tmp_path):
    file = tmp_path / "steno.conf"
    file.write_text("# all that a server needs\n" + "".join(
        f'{flag} = "{value}"  # {flag}\n' for flag, value in VALUES.items() if flag in flags()))
    with Steno(data, "--config", str(file)) as server:
        server.send(span(1, session__id="s", app__session="mine"))
        assert names(server) == ["mine"]


def test_a_flag_beats_a_variable_beats_the_file(data, tmp_path):
    file = tmp_path / "steno.conf"
    file.write_text(f"data = {tmp_path}/file.db\nsession_key = [\"from.file\", \"second\"]\nlog-level = nothing\n")
    refused = run("serve", environment=clean_environment(STENO_CONFIG=str(file), STENO_PORT="0"))
    assert refused.returncode == 2 and f"{file}:3: log-level" in refused.stderr
    environment = clean_environment(STENO_CONFIG=str(file), STENO_LOG_LEVEL="error")
    with Steno(data, environment=environment) as server:
        server.send(span(1, session__id="s", second="two", **{"from__file": "one"}))
        assert names(server) == ["one"]
    assert data.exists() and not (tmp_path / "file.db").exists()


@pytest.mark.parametrize("text,line,named", [
    ("port 4318", 1, "key = value"), ("\n# x\nhots = 1", 3, "hots"), ("port = 1\nport = 2", 2, "line 1"),
    ('host = "a', 1, "host"), ('host = "a" b', 1, "host"), ("[server]", 1, "key = value"), ("host =", 1, "host"),
    ('session-key = ["a" "b"]', 1, "session-key"), ("config = x", 1, "config"), ("port = x", 1, "port"),
    ("help = 1", 1, "help"), ("= 1", 1, "key = value"), ('host = "\\q"', 1, "host")])
def test_a_bad_file_is_refused_with_its_line(data, tmp_path, text, line, named):
    file = tmp_path / "steno.conf"
    file.write_text(text)
    done = run("serve", "--data", str(data), "--config", str(file))
    assert done.returncode == 2 and f"{file}:{line}" in done.stderr and named in done.stderr, done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2 and not data.exists()


def test_a_file_that_is_not_there(data, tmp_path):
    for arguments, environment, named in [
        (("--config", str(tmp_path / "none")), {}, "--config"), ((), {"STENO_CONFIG": str(tmp_path / "none")}, "STENO_CONFIG")
    ]:
        done = run("serve", "--data", str(data), *arguments, environment=clean_environment(**environment))
        assert done.returncode == 2 and named in done.stderr and "none" in done.stderr
