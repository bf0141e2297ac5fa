"""The commands on a file that no server holds, and the keys and prices that its rows are made under."""

import json
import re
import sqlite3
import time

import pytest

import captures
import traffic
from server import Steno, clean_environment, run

SECONDS_MAX = 30


def span(number: int, **attributes) -> dict:
    return {"resourceSpans": [{"scopeSpans": [{"spans": [{
        "traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": "call",
        "startTimeUnixNano": str(traffic.T0 + number), "endTimeUnixNano": str(traffic.T0 + number + 1),
        "attributes": [{"key": key.replace("__", "."), "value": {
            "intValue" if isinstance(value, int) else "stringValue": value}} for key, value in attributes.items()],
    }]}]}]}


def names(server: Steno) -> list[str]:
    return sorted(row["name"] for row in server.walk("/api/v1/sessions"))


def wait_for(server: Steno, text: str) -> None:
    """Until the server has logged it; each turn asks a question, so that the server is seen to answer meanwhile."""
    end = time.monotonic() + SECONDS_MAX
    while text not in server.printed:
        assert time.monotonic() < end, server.printed
        assert server.get("/healthz").status == 200


@pytest.fixture
def two_keys(data):
    """A file of eighty traces, each with session.id and a key of the application's own."""
    with Steno(data) as server:
        for number in range(1, 81):
            server.send(span(number, session__id=f"s-{number % 2}", app__conversation=f"own-{number % 3}"))
        assert names(server) == ["s-0", "s-1"]
        assert server.stop() == 0
    return data


def test_a_file_after_a_mixed_load_has_no_drift(data):
    with Steno(data) as server:
        for request in captures.telemetry():
            assert request.send(server).status == 200
        for unit in traffic.generate(11, traces=60):
            traffic.deliver(server, (unit,), as_json=True)
        counts = server.ok("/api/v1/stats")
        assert server.stop() == 0
    done = run("verify", "--data", str(data))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == (
        f"Checked {counts['projects']} projects, {counts['sessions']} sessions, {counts['users']} users, "
        f"{counts['traces']} traces: no drift.\n")


@pytest.mark.parametrize("damage,named", [
    ("UPDATE trace SET span_count = 9 WHERE trace_id = (SELECT min(trace_id) FROM trace)",
     f"drift: trace {1:032x}: span_count differs"),
    ("UPDATE session SET turn_count = 77 WHERE name = 's-1'", r"drift: session [0-9a-f-]{36}: turn_count differs"),
    ("UPDATE project SET trace_count = 1", r"drift: project \w+: trace_count differs"),
])
def test_a_corrupted_row_is_named_and_repaired(two_keys, damage, named):
    with Steno(two_keys) as server:
        before = server.walk("/api/v1/sessions"), server.walk("/api/v1/traces"), server.walk("/api/v1/projects")
        assert server.stop() == 0
    with sqlite3.connect(two_keys) as database:
        assert database.execute(damage).rowcount == 1
    database.close()
    done = run("verify", "--data", str(two_keys))
    assert done.returncode == 1 and "--repair" in done.stderr
    assert re.search(f"^{named}$", done.stdout, re.M), done.stdout
    repaired = run("verify", "--data", str(two_keys), "--repair")
    assert repaired.returncode == 0 and repaired.stdout.endswith("Repaired.\n"), repaired.stdout + repaired.stderr
    assert run("verify", "--data", str(two_keys)).returncode == 0
    with Steno(two_keys) as server:
        after = server.walk("/api/v1/sessions"), server.walk("/api/v1/traces"), server.walk("/api/v1/projects")
    assert after == before


@pytest.mark.parametrize("command", ["verify", "regroup"])
def test_a_file_that_a_server_holds_is_left_alone(steno, data, command):
    done = run(command, "--data", str(data))
    assert done.returncode == 1 and not done.stdout
    assert str(data) in done.stderr and "in use by another Steno" in done.stderr
    assert steno.get("/readyz").status == 200


@pytest.mark.parametrize("command", ["verify", "regroup"])
def test_a_file_that_is_not_there_is_not_made(data, command):
    done = run(command, "--data", str(data))
    assert done.returncode == 1 and str(data) in done.stderr
    assert not data.exists()


def test_regroup_puts_a_key_first_and_back(two_keys):
    keys = ("--session-key", "app.none", "--session-key", "app.conversation")
    told = run("verify", "--data", str(two_keys), *keys)
    assert told.returncode == 1 and "regroup" in told.stderr
    done = run("regroup", "--data", str(two_keys), *keys)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Replayed 80 traces.\n", "")
    again = run("regroup", "--data", str(two_keys), *keys)
    assert again.returncode == 0 and "already" in again.stdout
    assert run("verify", "--data", str(two_keys), *keys).returncode == 0
    environment = clean_environment(STENO_SESSION_KEY="app.none,app.conversation")
    with Steno(two_keys, environment=environment) as server:
        assert names(server) == ["own-0", "own-1", "own-2"]
        [first, *_] = server.walk("/api/v1/sessions")
        [explained, *_] = server.walk(f"/api/v1/sessions/{first['id']}/explain")
        assert explained["key"] == "app.conversation"
        assert server.stop() == 0
    assert run("regroup", "--data", str(two_keys)).returncode == 0
    assert run("verify", "--data", str(two_keys)).returncode == 0


def test_a_server_with_another_key_regroups_while_it_serves(two_keys):
    with Steno(two_keys, "--session-key", "app.conversation") as server:
        wait_for(server, "regrouping ended")
        assert server.printed.count("regrouping started") == 1
        assert names(server) == ["own-0", "own-1", "own-2"]
        server.send(span(999, session__id="s-9", app__conversation="own-9"))
        assert names(server) == ["own-0", "own-1", "own-2", "own-9"]
        assert server.stop() == 0
    with Steno(two_keys, "--session-key", "app.conversation") as server:
        assert names(server) == ["own-0", "own-1", "own-2", "own-9"]
        assert server.stop() == 0
        assert "regrouping" not in server.printed


def test_a_stop_amid_regrouping_loses_nothing(two_keys):
    with Steno(two_keys, "--session-key", "app.conversation") as server:
        assert server.stop() == 0
    with Steno(two_keys, "--session-key", "app.conversation") as server:
        # Whether the first start had finished depends on the machine; the rows do not.
        end = time.monotonic() + SECONDS_MAX
        while names(server) != ["own-0", "own-1", "own-2"]:
            assert time.monotonic() < end, server.printed
        assert server.stop() == 0
    run("regroup", "--data", str(two_keys), "--session-key", "app.conversation")
    assert run("verify", "--data", str(two_keys), "--session-key", "app.conversation").returncode == 0


def test_user_and_project_keys(data):
    with Steno(data, "--user-key", "app.person", "--project-key", "app.name") as server:
        server.send(span(1, user__id="u", app__person="p", app__name="n", session__id="s"))
        [row] = server.walk("/api/v1/users")
        assert (row["user_id"], row["project"]) == ("p", "n")


def test_prices_from_a_file(data, tmp_path):
    prices = tmp_path / "prices.json"
    prices.write_text(json.dumps({
        "source": "a contract", "date": "2026-11-22", "models": {"house-model": {"input": 2, "output": 10}}}))
    with Steno(data, "--prices", str(prices)) as server:
        server.send(span(
            1, gen_ai__operation__name="chat", gen_ai__request__model="house-model", gen_ai__usage__input_tokens=1000,
            gen_ai__usage__output_tokens=100))
        [row] = server.walk("/api/v1/traces")
        assert row["cost_usd"] == pytest.approx(0.003)


@pytest.mark.parametrize("text,named", [
    ("no JSON", "JSON"), ("{}", "source"), ('{"source":"s","date":"d","models":{"m\\n":{"input":1}}}', '"m "')])
@pytest.mark.parametrize("command", ["serve", "verify", "regroup"])
def test_a_bad_price_file_is_refused(data, tmp_path, command, text, named):
    prices = tmp_path / "prices.json"
    prices.write_text(text)
    done = run(command, "--data", str(data), "--prices", str(prices))
    assert done.returncode == 2 and str(prices) in done.stderr and named in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2


@pytest.mark.parametrize("arguments,environment,named", [
    (("--session-key", ""), {}, "--session-key"),
    (("--user-key", "k" * 1025), {}, "--user-key"),
    ((), {"STENO_PROJECT_KEY": ",".join(str(number) for number in range(101))}, "STENO_PROJECT_KEY"),
    (("--prices", "/nowhere/prices.json"), {}, "/nowhere/prices.json"),
])
def test_bad_keys_are_refused(data, arguments, environment, named):
    done = run("serve", "--port", "0", "--data", str(data), *arguments, environment=clean_environment(**environment))
    assert done.returncode == 2 and named in done.stderr


def test_help_names_flag_and_variable_of_each_convention():
    told = " ".join(run("serve", "--help").stdout.split())
    for name in ("SESSION_KEY", "USER_KEY", "PROJECT_KEY", "PRICES"):
        assert f"--{name.lower().replace('_', '-')}" in told and f"STENO_{name}" in told
