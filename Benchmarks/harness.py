"""What the benchmarks share: building the tools, a server on a fresh file, loads and questions."""

import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[1]
TOOLS = ROOT / "Benchmarks" / "tools"
BINARY = os.environ.get("STENO_BINARY", str(ROOT / ".build" / "release" / "steno"))
PROTOBUF, JSON = "application/x-protobuf", "application/json"
PROJECT = "bench"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def output(*command) -> str:
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True).stdout


def last_json(text: str) -> dict:
    return json.loads(text.strip().splitlines()[-1])


def build_tools(folder: pathlib.Path) -> None:
    for name, command in {
        "gen": ("g++", "-O2", "-std=c++17", TOOLS / "gen.cpp", "-lz"),
        "load": ("g++", "-O2", "-std=c++17", TOOLS / "load.cpp"),
        "packed": ("gcc", "-O2", TOOLS / "packed.c", "-lsqlite3", "-lz", "-lzstd"),
        "sink": ("gcc", "-O2", TOOLS / "sink.c"),
    }.items():
        source = next(part for part in command if isinstance(part, pathlib.Path))
        built = folder / name
        if not built.exists() or built.stat().st_mtime < source.stat().st_mtime:
            output(command[0], "-o", built, *command[1:])


class Steno:
    """The server, on a fresh file or on one that is there."""

    def __init__(self, data: pathlib.Path, *flags: str, fresh: bool = True):
        self.data = data
        if fresh:
            for suffix in ("", "-wal", "-shm"):
                data.with_name(data.name + suffix).unlink(missing_ok=True)
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [BINARY, "serve", "--port", "0", "--data", str(data), *flags],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=os.environ | {"SWIFT_BACKTRACE": "enable=no"})
        self.port = 0
        for line in self.process.stdout:
            if found := re.search(rb"http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                break
        if not self.port:
            raise SystemExit("steno did not start")
        # What it prints further is read, so that the pipe never fills.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def post(self, body: bytes) -> float:
        """Sends one request and returns the milliseconds since the start of the process."""
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(
                b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                b"Content-Type: application/x-protobuf\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            answer = connection.recv(65536)
            elapsed = (time.monotonic() - self.begun) * 1e3
        if b" 200 " not in answer.split(b"\r\n", 1)[0]:
            raise SystemExit(f"ingest failed: {answer[:200]!r}")
        return elapsed

    def memory(self) -> tuple[float, float]:
        """Resident and of it anonymous memory, in MB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return tuple(int(re.search(rf"{name}:\s+(\d+)", status)[1]) * 1024 / 1e6 for name in ("VmRSS", "RssAnon"))

    def load(self, tools: pathlib.Path, data: pathlib.Path, extension: str, media: str, connections: int, *more) -> dict:
        """Sends every body of a folder; what the loader saw."""
        return checked(last_json(output(
            tools / "load", "--port", self.port, "--dir", data, "--ext", extension, "--ctype", media,
            "--conns", connections, "--pid", self.process.pid, *more)))

    def ask(self, tools: pathlib.Path, targets: list[str]) -> dict:
        """Asks one question after another; the server's CPU seconds among what the loader saw."""
        file = tools / "questions.tsv"
        file.write_text("".join(f"GET\t{target}\t\t\n" for target in targets))
        command = (tools / "load", "--port", self.port, "--list", file, "--conns", 1, "--pid", self.process.pid)
        return checked(last_json(output(*command)))

    def stop(self) -> int:
        """Stops it cleanly and returns the bytes that it left on disk."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            if self.process.wait(120) != 0:
                raise SystemExit("steno did not stop cleanly")
        files = [self.data.with_name(self.data.name + suffix) for suffix in ("", "-wal", "-shm")]
        return sum(file.stat().st_size for file in files if file.exists())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def checked(result: dict) -> dict:
    if result["bad"]:
        raise SystemExit(f"{result['bad']} requests failed: {result['codes']}")
    return result


def build_steno() -> None:
    subprocess.run([ROOT / "scripts" / "setup", "bench"], check=True)
    if "STENO_BINARY" not in os.environ:
        subprocess.run(["swift", "build", "--package-path", ROOT, "-c", "release", "--product", "steno"],
                       check=True, stdout=sys.stderr)


def session_id(name: str) -> uuid.UUID:
    """UUIDv5 of project and session name, as Steno makes it."""
    namespace = uuid.uuid5(uuid.NAMESPACE_URL, "urn:steno:session")
    return uuid.uuid5(namespace, f"{PROJECT}{chr(0)}{name}")


def questions(sessions: list[list[str]], traces: list[str], count: int) -> dict[str, list[str]]:
    """The questions of the table, by name; `sessions` and `traces` are rows of the generator's files."""
    random_ = random.Random(1)
    some = random_.sample(sessions, min(count, len(sessions)))
    return {
        "sessions page": ["/api/v1/sessions?limit=50"] * count,
        "thread": [f"/api/v1/sessions/{session_id(row[0])}/conversation" for row in some],
        "user": [f"/api/v1/sessions?user_id={row[1]}&limit=50" for row in some],
        "trace": [f"/api/v1/traces/{trace}" for trace in random_.sample(traces, min(count, len(traces)))],
    }
