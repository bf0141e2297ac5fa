"""The commands that read a running server, as a person on a terminal and a script at a pipe see them."""

import http.server
import json
import os
import pty
import re
import select
import struct
import subprocess
import termios
import threading
from fcntl import ioctl

import pytest

from server import Steno, binary, clean_environment, run
from test_maintenance import SECONDS_MAX, span

ESCAPE = "\x1b]0;owned\x07\x1b[31mred\x1b[0m\r\b\x9b2J\u202eflip\u2066 a\tb"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Steno(tmp_path_factory.mktemp("cli") / "steno.db") as server:
        for number in range(1, 61):
            server.send(span(
                number, session__id=f"s-{number % 30:02}", user__id=f"u-{number % 3}", tag="x",
                openinference__span__kind="LLM", input__value=f"question {number}?", output__value=f"answer {number}."))
        for number, project in ((70, "one"), (71, "two")):
            message = span(number, session__id="twice")
            message["resourceSpans"][0]["resource"] = {
                "attributes": [{"key": "project_name", "value": {"stringValue": project}}]}
            server.send(message)
        server.send(span(
            80, session__id=f"evil{ESCAPE}", user__id=ESCAPE, input__value=f"ask {ESCAPE}\nsecond line",
            output__value="שלום " + "漢字" * 60))
        yield server


def cli(server, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return run(*arguments, environment=clean_environment(STENO_URL=server.url, **environment))


def on_terminal(server, *arguments: str, columns: int = 100, **environment: str) -> str:
    """What the command writes to a terminal of so many columns."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [binary(), *arguments], stdin=theirs, stdout=theirs, stderr=theirs,
        env=clean_environment(STENO_URL=server.url, TERM="xterm", **environment))
    os.close(theirs)
    told = b""
    while select.select([ours], [], [], SECONDS_MAX)[0]:
        try:
            piece = os.read(ours, 65_536)
        except OSError:
            break
        if not piece:
            break
        told += piece
    os.close(ours)
    assert process.wait(SECONDS_MAX) == 0, told
    return told.decode().replace("\r\n", "\n")


def test_sessions_are_a_table(server):
    done = cli(server, "sessions", "--user", "u-1", "--limit", "5")
    assert done.returncode == 0, done.stderr
    head, *rows = done.stdout.splitlines()
    assert head.split()[:3] == ["SESSION", "PROJECT", "USER"] and len(rows) == 5
    assert all("u-1" in row for row in rows)


def test_json_is_the_rows_of_the_api(server):
    done = cli(server, "sessions", "--json", "--limit", "1000")
    assert [json.loads(line) for line in done.stdout.splitlines()] == server.walk("/api/v1/sessions")
    done = cli(server, "traces", "--json", "--limit", "1000", "--session", "s-05")
    assert [json.loads(line) for line in done.stdout.splitlines()] == server.walk("/api/v1/traces", session="s-05")


def test_a_thread_by_name_and_by_id(server):
    done = cli(server, "show", "s-05")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "s-05"
    assert [line for line in lines if line.startswith(("Human", "AI"))] == [
        "Human  question 5?", "AI     answer 5.", "Human  question 35?", "AI     answer 35."]
    [row] = server.walk("/api/v1/sessions", session="s-05")
    assert cli(server, "show", row["id"]).stdout == done.stdout
    turns = [json.loads(line) for line in cli(server, "show", "s-05", "--json").stdout.splitlines()]
    assert turns == server.walk(f"/api/v1/sessions/{row['id']}/conversation")


def test_a_name_that_does_not_say_which(server):
    done = cli(server, "show", "twice")
    assert done.returncode == 1 and "one" in done.stderr and "two" in done.stderr and "--project" in done.stderr
    assert cli(server, "show", "twice", "--project", "two").returncode == 0
    missing = cli(server, "show", "nobody")
    assert missing.returncode == 1 and "nobody" in missing.stderr


def test_a_table_fits_the_terminal(server):
    for columns in (60, 80, 140):
        for command in ("sessions", "traces"):
            told = on_terminal(server, command, "--limit", "50", columns=columns, NO_COLOR="1")
            assert "\x1b" not in told
            plain = [re.sub("[\u2068\u2069]", "", line) for line in told.splitlines()]
            wide = [line for line in plain if len(line) + sum("\u2e80" <= c <= "\u9fff" for c in line) > columns]
            assert not wide, (command, columns)


def test_colour_only_on_a_terminal_that_wants_it(server):
    assert "\x1b[1m" in on_terminal(server, "sessions")
    assert "\x1b" not in on_terminal(server, "sessions", NO_COLOR="1")
    assert "\x1b" not in cli(server, "sessions").stdout


@pytest.mark.parametrize("command", ["sessions", "traces", "show"])
def test_data_never_commands_the_terminal(server, command):
    arguments = ("show", f"evil{ESCAPE}") if command == "show" else (command, "--limit", "100")
    for told in (on_terminal(server, *arguments, columns=200, NO_COLOR="1"), cli(server, *arguments).stdout):
        assert "evil" in told or "ask" in told
        for harmful in ("\x1b", "\x07", "\x08", "\x9b", "\r", "\u202e", "\u2066"):
            assert harmful not in told, repr(harmful)
    if command == "show":
        assert "second line" in told and "\u2068שלום" in told


def test_long_answers_are_wrapped(server):
    told = on_terminal(server, "show", f"evil{ESCAPE}", columns=50, NO_COLOR="1")
    lines = [re.sub("[\u2068\u2069]", "", line) for line in told.splitlines()]
    assert sum(line.count("漢") for line in lines) == 60
    assert max(len(line) + sum("\u2e80" <= c <= "\u9fff" for c in line) for line in lines[2:]) <= 50


def test_deletion_asks(server):
    done = cli(server, "delete", "session", "s-29")
    assert done.returncode == 2 and "--yes" in done.stderr
    assert len(server.walk("/api/v1/sessions", session="s-29")) == 1
    done = cli(server, "delete", "elephant", "s-29", "--yes")
    assert done.returncode == 2


def test_what_the_server_refuses_is_said(server):
    done = cli(server, "sessions", "--status", "strange")
    assert done.returncode == 1 and "status" in done.stderr and len(done.stderr.splitlines()) <= 2
    nobody = run("sessions", "--url", "http://127.0.0.1:1")
    assert nobody.returncode == 1 and "nobody answers" in nobody.stderr
    assert cli(server, "sessions", "--limit", "0").returncode == 2


class FakeServer(http.server.BaseHTTPRequestHandler):
    """The parts of the API that answer in pieces, as the contract has them."""
    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str | None]] = []

    def log_message(self, *_):
        pass

    def do_GET(self):
        FakeServer.asked.append((self.path, self.headers.get("Last-Event-ID")))
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if self.path.startswith("/api/v1/search"):
            rows = [{"project": "p", "session_id": "i", "session_name": "s\x1b", "turn": 2, "role": "user",
                     "time": "2026-11-22T10:00:00Z", "snippet": "a &lt;b&gt; <mark>word</mark> &amp;lt;\x1b"}]
            self.piece(json.dumps({"data": rows, "next_cursor": None}).encode())
        else:
            number = len(FakeServer.asked)
            row = {"id": f"id-{number}", "name": "n\x1b[2J", "project": "p", "end_time": "2026-11-22T10:00:00.5Z"}
            text = f": hello\r\nretry: 100\nid: {number}\n\nevent: session\nid: {number}0\ndata: {json.dumps(row)}\n\n"
            for start in range(0, len(text), 7):
                self.piece(text[start:start + 7].encode())
        self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True

    def piece(self, content: bytes):
        self.wfile.write(b"%x;x=y\r\n%s\r\n" % (len(content), content))
        self.wfile.flush()


@pytest.fixture
def fake():
    FakeServer.asked = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeServer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_search_shows_the_snippet_as_text(fake):
    done = run("search", "two", "words", "--url", fake)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "s   turn 2 · user · p · 2026-11-22 10:00:00\n  a <b> word &lt; \n"
    assert FakeServer.asked[0][0].startswith("/api/v1/search?q=two%20words&")


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_tail_goes_on_where_it_was(fake, arguments):
    process = subprocess.Popen(
        [binary(), "tail", "--url", fake, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=clean_environment())
    try:
        lines = [process.stdout.readline().decode() for _ in range(2)]
    finally:
        process.kill()
        process.communicate()
    assert [asked[1] for asked in FakeServer.asked[:2]] == [None, "10"]
    assert not any("\x1b" in line for line in lines)
    if arguments:
        assert [json.loads(line)["id"] for line in lines] == ["id-1", "id-2"]
    else:
        assert lines[0].startswith("2026-11-22 10:00:00  session  n [2J  p")
