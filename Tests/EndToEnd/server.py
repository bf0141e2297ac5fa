"""A real Steno process and a plain HTTP client for it."""

import dataclasses
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_SECONDS_MAX = 30
STOP_SECONDS_MAX = 30


def binary() -> str:
    return os.environ.get("STENO_BINARY", str(ROOT / ".build" / "release" / "steno"))


def clean_environment(**extra: str) -> dict[str, str]:
    """This process's environment without what would configure Steno, a proxy or an SDK; the well-known port of gRPC is
    left to whoever else runs on this machine."""
    dropped = ("STENO_", "OTEL_", "FI_", "OPENAI_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "XDG_DATA_HOME")
    kept = {key: value for key, value in os.environ.items() if not key.upper().startswith(dropped)}
    return kept | {"SWIFT_BACKTRACE": "enable=no", "STENO_GRPC_PORT": "0"} | extra


@dataclasses.dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


class Client:
    """HTTP/1.1 with one kept-alive connection per thread."""

    def __init__(self, host: str, port: int):
        self.host, self.port = host, port
        self._local = threading.local()

    def request(self, method: str, path: str, body: bytes | None = None, headers: dict | None = None) -> Answer:
        for attempt in (1, 2):
            connection = getattr(self._local, "connection", None)
            fresh = connection is None
            if fresh:
                connection = self._local.connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
            try:
                connection.request(method, path, body=body, headers=headers or {})
                response = connection.getresponse()
                data = response.read()
                answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, data)
                if response.will_close:
                    self.close()
                return answer
            except (http.client.HTTPException, OSError):
                self.close()
                # A kept-alive connection may have been closed meanwhile; a fresh one that fails is the server's doing.
                if fresh or attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
        self._local.connection = None

    def get(self, path: str, **parameters) -> Answer:
        return self.request("GET", with_parameters(path, parameters))

    def ok(self, path: str, **parameters):
        """The parsed answer of a GET that must succeed."""
        answer = self.get(path, **parameters)
        assert answer.status == 200, f"GET {with_parameters(path, parameters)}: {answer.status} {answer.body[:500]!r}"
        assert answer.content_type == "application/json"
        return answer.json

    def walk(self, path: str, limit: int = 500, **parameters) -> list:
        """All rows of a list, page by page."""
        rows, cursor = [], None
        while True:
            page = self.ok(path, limit=limit, **parameters, **({"cursor": cursor} if cursor else {}))
            assert len(page["data"]) <= limit
            rows += page["data"]
            cursor = page["next_cursor"]
            if cursor is None:
                return rows
            assert page["data"], f"{path}: an empty page that names a next one"

    def post(self, path: str, body: bytes, content_type: str, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("POST", path, body, {"Content-Type": content_type} | named)

    def send(self, message: dict) -> Answer:
        """Sends an OTLP JSON message of spans, which must be accepted whole."""
        answer = self.post("/v1/traces", json.dumps(message).encode(), "application/json")
        assert answer.status == 200, f"{answer.status} {answer.body[:500]!r}"
        assert not answer.json.get("partialSuccess", {}).get("rejectedSpans"), answer.body
        return answer


def with_parameters(path: str, parameters: dict) -> str:
    return f"{path}?{urllib.parse.urlencode(parameters)}" if parameters else path


def segment(text: str) -> str:
    """A text as one path segment."""
    return urllib.parse.quote(text, safe="")


class Steno(Client):
    """`steno serve` on a free port; the address is read from what it prints."""

    def __init__(self, data: pathlib.Path, *arguments: str, environment: dict[str, str] | None = None,
                 launcher: tuple[str, ...] = ()):
        """`launcher`: a command that runs the one behind it in its own place."""
        self.data = pathlib.Path(data)
        command = [*launcher, binary(), "serve", "--port", "0", "--data", str(self.data), *arguments]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=environment or clean_environment(), start_new_session=True)
        self._printed = bytearray()
        self._url_seen = threading.Event()
        self._greeted = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._url_seen.wait(START_SECONDS_MAX) or self._match() is None:
            self.kill()
            raise AssertionError(f"steno did not start: {self.printed}")
        super().__init__("127.0.0.1", int(self._match()[1]))

    def _match(self):
        return re.search(rb"http://(?:127\.0\.0\.1|localhost|\[::1\]):([1-9]\d*)", bytes(self._printed))

    def _read(self) -> None:
        for line in self.process.stdout:
            self._printed += line
            if self._match():
                self._url_seen.set()
            if line.startswith(b"  Database"):
                self._greeted.set()
        self._url_seen.set()
        self._greeted.set()

    @property
    def printed(self) -> str:
        """Everything that it wrote so far."""
        return bytes(self._printed).decode(errors="replace")

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def grpc_target(self) -> str | None:
        """host:port of OTLP/gRPC; None when it is off."""
        self._greeted.wait(START_SECONDS_MAX)
        found = re.search(r"^ *gRPC +(?:http://(\S+)|off)$", self.printed, re.MULTILINE)
        assert found, self.printed
        return found[1]

    def kill(self) -> None:
        self.process.kill()
        self._reap()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Asks it to end and returns its exit code."""
        self.process.send_signal(number)
        return self._reap()

    def _reap(self) -> int:
        try:
            code = self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"steno did not stop within {STOP_SECONDS_MAX} s: {self.printed}") from None
        finally:
            if hasattr(self, "_local"):
                self.close()
        self._reader.join(5)
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()
        else:
            self._reap()


def run(*arguments: str, timeout: float = 60, environment: dict[str, str] | None = None,
        launcher: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
    """Runs `steno` to its end."""
    return subprocess.run(
        [*launcher, binary(), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout,
        env=environment or clean_environment())
