"""What a server deletes by itself: by age and by size, while it takes more."""

import os
import random
import time

import pytest

from server import Steno, clean_environment, run
from test_maintenance import SECONDS_MAX, names, span

MINUTE = 60 * 10**9


def at(number: int, minutes_ago: float, text: str = "", **attributes) -> dict:
    message = span(number, input__value=text, **attributes)
    one = message["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    start = time.time_ns() - int(minutes_ago * MINUTE)
    one["startTimeUnixNano"], one["endTimeUnixNano"] = str(start), str(start + 1_000)
    return message


def until(condition, server: Steno) -> None:
    end = time.monotonic() + SECONDS_MAX
    while not condition():
        assert time.monotonic() < end, server.printed
        assert server.get("/healthz").status == 200


def test_what_is_too_old_goes(data):
    with Steno(data, "--retain", "30m") as server:
        server.send(at(1, 5, session__id="new"))
        server.send(at(2, 40, session__id="old"))
        server.send(at(3, 40, session__id="goes on"))
        server.send(at(4, 1, session__id="goes on"))
        server.send(at(5, 40))
        until(lambda: names(server) == ["goes on", "new"], server)
        until(lambda: len(server.walk("/api/v1/traces")) == 3, server)
        until(lambda: "retention deleted" in server.printed, server)
        assert server.stop() == 0
    assert run("verify", "--data", str(data)).returncode == 0


def test_the_file_shrinks_while_requests_come(data):
    noise = random.Random(7)
    with Steno(data) as server:
        for number in range(1, 301):
            server.send(at(number, 600 - number, noise.randbytes(8_000).hex(), session__id=f"s-{number:03}"))
        assert server.stop() == 0
    before = os.path.getsize(data)
    assert before > 3_000_000
    with Steno(data, "--max-size", "2MB") as server:
        sent = 0

        def shrunk() -> bool:
            nonlocal sent
            sent += 1
            server.send(at(10_000 + sent, 0, session__id="latest"))
            return os.path.getsize(data) < 2_200_000

        until(shrunk, server)
        kept = names(server)
        # The newest stay, and they stay whole.
        assert kept[0] == "latest" and kept[1:] == [f"s-{number:03}" for number in range(302 - len(kept), 301)]
        assert 2 <= len(kept) < 300
        [latest] = [row for row in server.walk("/api/v1/sessions") if row["name"] == "latest"]
        assert latest["trace_count"] == sent
        assert server.stop() == 0
    assert run("verify", "--data", str(data)).returncode == 0


@pytest.mark.parametrize("flag,value", [
    ("retain", "30"), ("retain", "d"), ("retain", "-1d"), ("retain", "0s"), ("retain", "9223372036854775807w"),
    ("max-size", "10"), ("max-size", "GB"), ("max-size", "1KB"), ("max-size", "99999999999TB")])
def test_a_bad_rule_is_refused(data, flag, value):
    done = run("serve", "--port", "0", "--data", str(data), f"--{flag}={value}")
    assert done.returncode == 2 and f"--{flag}" in done.stderr
    variable = "STENO_" + flag.upper().replace("-", "_")
    done = run("serve", "--port", "0", "--data", str(data), environment=clean_environment(**{variable: value}))
    assert done.returncode == 2 and variable in done.stderr
