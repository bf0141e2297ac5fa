"""What the documents tell people to type is typed here as it stands there: on a network of its own, where the well-known
ports are free, in a home and a folder of its own. A command that is new is typed, too; one that no test can type is in
ELSEWHERE with what covers it. test_readme.py has the rest of what the README promises."""

import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

import pytest

from conformance import run as conformance
from page.page_data import conversation, message
from server import ROOT, binary, clean_environment

DOCUMENTS = ["README.md", "SECURITY.md", "docs/operations.md", "docs/sdks.md", "docs/filter.md", "docs/limits.md"]
SECONDS_MAX = 120
# Loopback is down in a new network. SIOCSIFFLAGS, IFF_UP | IFF_RUNNING: no tool has to be there for it.
LOOPBACK = ("import fcntl, os, socket, struct, sys; fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh', b'lo', 65));"
            " os.execvp(sys.argv[1], sys.argv[1:])")

# How a command begins → what covers it.
ELSEWHERE = {
    "scripts/serve": "test_readme.py starts it",
    "scripts/test": "this test is a part of it",
    "docker compose": "Tests/Container/test_container.py starts the same file with what takes the engine's place",
}
# Commands in the midst of a sentence → what is typed for them: their words in capitals stand for something.
INLINE = {
    "steno verify": "steno verify --data copy.db",
    "steno sessions": "steno sessions",
    "steno show SESSION": "steno show session-c91d4e",
    "steno search WORDS": "steno search photosynthesis",
    "steno tail": "timeout --preserve-status --signal=INT 2 steno tail || [ $? -eq 130 ]",
    "steno traces": "steno traces",
    "steno export SESSION": "steno export session-c91d4e > export.html",
    "steno delete session|trace|user|project NAME":
        "steno delete user user-1 --yes && steno import traces.json && steno delete project page-tests --yes\n"
        r"""steno delete trace "$(steno traces --json | sed -En '1s/.*"trace_id":"([0-9a-f]+)".*/\1/p')" --yes""" "\n"
        "steno delete session session-c91d4e --yes",
    "steno backup FILE": "steno backup copy-of-it.db",
    "steno import FILE": "steno import traces.json",
    "steno healthcheck": "steno healthcheck",
    "steno serve": None,
    "steno serve --help": "steno serve --help",
    "steno serve --retain 30d --max-size 10GB": "timeout --preserve-status 2 steno serve --retain 30d --max-size 10GB "
        "--port 0 --data other.db | grep Database",
    "steno keys": "steno keys list",
    "steno keys add": "steno keys add --name again",
    "make conformance": None,  # test_conformance.py runs three of its producers
    "make bench": None,  # Benchmarks/README.md
    "make docker-check": None,  # scripts/test container
}


def fences(document: str, *languages: str) -> list[str]:
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", (ROOT / document).read_text(), re.MULTILINE | re.DOTALL)
    return [text for language, text in blocks if language in languages]


def commands(block: str) -> list[str]:
    lines = (line.strip() for line in block.replace("\\\n", " ").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def is_elsewhere(command: str) -> bool:
    return any(re.match(rf"(?:\w+=\S+ )*{re.escape(start)}\b", command) for start in ELSEWHERE)


BLOCKS = [
    pytest.param(document, block, id=f"{document}-{number}")
    for document in DOCUMENTS for number, block in enumerate(fences(document, "sh", "bash", ""), start=1)]


class Place:
    """A folder like a checkout with its build done, a home, and a network in which `steno serve` listens where it does
    by itself."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        built = folder / ".build" / "release"
        built.mkdir(parents=True)
        (built / "steno").symlink_to(pathlib.Path(binary()).resolve())
        (folder / "home").mkdir()
        # `curl -s` is content with a refusal; a test is not.
        (folder / "home" / ".curlrc").write_text("fail-with-body\n")
        self.environment = clean_environment(
            HOME=str(folder / "home"), PATH=f"{built}:{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}")
        del self.environment["STENO_GRPC_PORT"]
        self.server = None

    def start(self, *arguments: str) -> None:
        self.server = subprocess.Popen(
            ["unshare", "--net", sys.executable, "-c", LOOPBACK, "steno", "serve", *arguments], cwd=self.folder,
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.server.stdout:
            if line.startswith("  Database"):
                return
        raise AssertionError("steno did not start")

    def type(self, text: str) -> str:
        """What the commands print; all of them must succeed."""
        network = ["nsenter", f"--net=/proc/{self.server.pid}/ns/net"] if self.server else []
        done = subprocess.run(
            [*network, "bash", "-euo", "pipefail", "-c", text], cwd=self.folder, env=self.environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS_MAX)
        assert done.returncode == 0, f"{text}\n{done.stdout}"
        return done.stdout

    def ask(self, path: str):
        return json.loads(self.type(f"curl -s 'http://127.0.0.1:4318{path}'"))

    def stop(self) -> None:
        if self.server:
            self.server.terminate()
            assert self.server.wait(60) == 0
            self.server.stdout.close()
            self.server = None


@pytest.fixture
def place(tmp_path):
    if os.geteuid() != 0 or not shutil.which("nsenter") or subprocess.run(["unshare", "--net", "true"]).returncode:
        pytest.skip("no network of its own can be made here: that takes root and util-linux")
    made = Place(tmp_path)
    # The files that the examples name.
    sent = json.dumps(message(conversation("imported", 2))).encode()
    (tmp_path / "traces.json").write_bytes(sent)
    (tmp_path / "traces.pb").write_bytes(sent)  # the content tells which form it is
    (tmp_path / "collector.jsonl.gz").write_bytes(gzip.compress(sent + b"\n" + sent))
    yield made
    made.stop()


def test_nothing_is_covered_that_nobody_is_told():
    told = [command for document in DOCUMENTS for block in fences(document, "sh", "bash", "")
            for command in commands(block)]
    assert [start for start in ELSEWHERE if not any(command.startswith(start) for command in told)] == []
    # Beyond those, a test knows how to be right about these programs alone.
    programs = {os.path.basename(command.split()[0]) for command in told if not is_elsewhere(command)}
    assert programs == {"steno", "curl"}


@pytest.mark.parametrize("document,block", BLOCKS)
def test_a_block_is_typed(place, document, block):
    typed = [command for command in commands(block) if not is_elsewhere(command)]
    if not typed:
        pytest.skip("; ".join(sorted({ELSEWHERE[start] for start in ELSEWHERE for c in commands(block) if start in c})))
    text = "\n".join(typed)
    if "/var/lib/steno" in text:
        # Folders of the system: others take their place. `restore` wants the server to have ended.
        (place.folder / "backups").mkdir()
        text = text.replace("/backups", str(place.folder / "backups"))
        text = text.replace("/var/lib/steno", str(place.folder))
        place.start("--data", str(place.folder / "steno.db"))
        place.type("steno demo")
        place.stop()
    else:
        place.start()
        if "steno demo" not in text:
            place.type("steno demo")
    place.type(text)


@pytest.mark.parametrize("number", range(len(fences("docs/operations.md", "toml"))))
def test_a_configuration_file_is_taken(place, number):
    text = fences("docs/operations.md", "toml")[number].replace("/var/lib/steno", str(place.folder))
    (place.folder / "steno.toml").write_text(text)
    place.start("--config", "steno.toml")
    port = tomllib.loads(re.sub(r"= (\d+\w+)$", r'= "\1"', text, flags=re.MULTILINE))["port"]
    place.type(f"curl -s http://127.0.0.1:{port}/readyz")


def test_commands_within_sentences(place):
    told = {" ".join(words.split()) for document in DOCUMENTS for words in
            re.findall(r"(?<!`)`((?:steno|make)\s[^`]+)`", re.sub(r"```.*?```", "", (ROOT / document).read_text(), flags=re.S))}
    assert told == set(INLINE)
    place.start()
    place.type("steno demo; steno import traces.json; steno backup copy.db")
    for typed in INLINE.values():
        if typed:
            place.type(typed)


# Rows of the tables of SDKs say how one knows that the line is right. typed: here, with the SDK that a test has. live:
# `make conformance` runs the SDK with the same variables. specified: no test runs it, and this is why.
SPECIFIED = {
    "OpenTelemetry JS, Java, .NET, Go": "other languages; the line is the one that is typed with the Python SDK",
    "OpenTelemetry JS, Java, .NET over HTTP": "other languages; the line is the one that is typed with the Python SDK",
    "OpenTelemetry JS, Java, .NET over gRPC": "other languages; the line is the one that is typed with the Python SDK",
    "OpenTelemetry Go": "another language; of its variables OTEL_EXPORTER_OTLP_ENDPOINT is as specified",
    "Vercel AI SDK": "JavaScript; the line is OpenTelemetry JS's",
    "OpenTelemetry Collector": "a container; Tests/Container/test_container.py checks the form of docker/collector.yaml",
}
SENDS = {
    "otel": """
from opentelemetry.sdk._configuration import _OTelSDKConfigurator
_OTelSDKConfigurator().configure()
from opentelemetry import trace
with trace.get_tracer("t").start_as_current_span("chat", attributes={"session.id": "typed"}): pass
trace.get_tracer_provider().shutdown()
""",
    "futureagi": """
import os
from fi_instrumentation import register, using_session
from fi_instrumentation.fi_types import ProjectType
from fi_instrumentation.otel import Transport
os.environ.update(FI_API_KEY="any", FI_SECRET_KEY="any")
how = {"transport": Transport.GRPC} if "FI_GRPC_URL" in os.environ else {}
provider = register(project_type=ProjectType.OBSERVE, project_name="typed", set_global_tracer_provider=False, **how)
with provider.get_tracer("t").start_as_current_span("chat", attributes={"session.id": "typed"}): pass
provider.force_flush()
""",
    "phoenix": """
from phoenix.otel import register
provider = register(project_name="typed", set_global_tracer_provider=False, verbose=False)
with provider.get_tracer("t").start_as_current_span("chat", attributes={"session.id": "typed"}): pass
provider.shutdown()
""",
    "snippet": """
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
provider = TracerProvider()
SNIPPET
with provider.get_tracer("t").start_as_current_span("chat", attributes={"session.id": "typed"}): pass
provider.shutdown()
""",
}


def rows(document: str) -> list[tuple[str, str, str]]:
    """Name, first piece of code, and the last cell of the rows of the table of SDKs."""
    [table] = re.findall(r"^\| SDK \|.*\n\|[ -|]+\n((?:\|.*\n)+)", (ROOT / document).read_text(), re.MULTILINE)
    found = []
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        found.append((cells[0], re.search(r"`([^`]+)`", cells[1])[1], cells[-1].strip("| ")))
    return found


ROWS = [pytest.param(*row, id=row[0]) for document in ("README.md", "docs/sdks.md") for row in rows(document)]


@pytest.mark.parametrize("name,code,known", ROWS)
def test_the_line_of_an_sdk(place, name, code, known):
    how, _, what = known.partition(" ")
    if how == "live":
        producer = conformance.producers()[what.strip("`")]
        ours = {"http://127.0.0.1:4318": "{STENO_URL}", "http://127.0.0.1:4317": "{STENO_GRPC_URL}"}
        for variable, value in re.findall(r"([A-Z_]+)=(\S+)", code):
            assert producer.environment[variable] == ours.get(value, value), variable
        return
    if how == "specified":
        assert name in SPECIFIED
        if "that is typed" in SPECIFIED[name]:
            assert code in {other for document in ("README.md", "docs/sdks.md") for _, other, so in rows(document)
                            if so == "typed"}
        return
    assert how == "typed"
    place.start()
    if code.startswith("export"):
        script = "futureagi" if "FI_" in code else "phoenix" if "PHOENIX_" in code else "otel"
        text, typed = SENDS[script], code
    else:
        exporter = re.sub(r"^OTLPSpanExporter.*", lambda found:
                          f"provider.add_span_processor(BatchSpanProcessor({found[0]}))", code)
        text, typed = SENDS["snippet"].replace("SNIPPET", exporter), "true"
    (place.folder / "sends.py").write_text(text)
    place.type(f"{typed}\nexport OTEL_TRACES_EXPORTER=otlp OTEL_METRICS_EXPORTER=none OTEL_LOGS_EXPORTER=none\n"
               "python sends.py")
    [row] = place.ask("/api/v1/sessions")["data"]
    assert row["name"] == "typed"
