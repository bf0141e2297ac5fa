"""Live runs of real producers against a real server: run.py [NAME…] [--record FOLDER]

Each producer of producers.toml has its pinned packages in a venv of its own, made when it is first needed, and a script
in producers/ that holds the standard conversation with a fake model server. What Steno then shows is printed as a row of
a table; the exit code is 1 when a cell that the producer can fill is wrong.
"""

import argparse
import concurrent.futures
import contextlib
import dataclasses
import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from check import CELLS, Cell, check  # noqa: E402
from fake_openai import RECORDED_ANSWERS, FakeOpenAI  # noqa: E402
from record import Recorder  # noqa: E402
from server import ROOT, Steno, clean_environment  # noqa: E402
from standard import PROJECT  # noqa: E402

VENVS = ROOT / ".venv-conformance"
INSTALL_SECONDS_MAX = 900
SCRIPT_SECONDS_MAX = 180


@dataclasses.dataclass(frozen=True)
class Producer:
    name: str
    requires: list[str]  # the first one names it in the table
    script: str
    venv: str  # producers may share one
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    project: str = PROJECT
    metadata_as_text: bool = False
    cannot: dict[str, str] = dataclasses.field(default_factory=dict)  # cell: why the producer does not fill it

    @property
    def version(self) -> str:
        return self.requires[0].partition("==")[2]


def producers() -> dict[str, Producer]:
    table = tomllib.loads((HERE / "producers.toml").read_text())
    found = {}
    for name, row in table.items():
        like = table[row.pop("like")] if "like" in row else {}
        whole = {"venv": name, "script": name.replace("-", "_") + ".py"} | like | row
        found[name] = Producer(name=name, **{key: value for key, value in whole.items() if key != "like"})
    return found


@contextlib.contextmanager
def lock(path: pathlib.Path):
    """Producers that share a venv, and tests that run at the same time, must not make it twice."""
    path.parent.mkdir(exist_ok=True)
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def install(producer: Producer) -> pathlib.Path:
    """The Python of the producer's venv, made anew when its requirements changed."""
    venv = VENVS / producer.venv
    python, stamp = venv / "bin" / "python", venv / "requirements.sha256"
    wanted = hashlib.sha256("\n".join(producer.requires).encode()).hexdigest()
    with lock(VENVS / f"{producer.venv}.lock"):
        if not python.exists() or not stamp.exists() or stamp.read_text() != wanted:
            subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True, stdin=subprocess.DEVNULL)
            done = subprocess.run(
                [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
                 *producer.requires],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=INSTALL_SECONDS_MAX)
            if done.returncode != 0:
                raise RuntimeError(f"pip could not install {producer.requires}: {done.stderr[-500:]}")
            stamp.write_text(wanted)
    return python


def run_script(
        script: str, python: str | pathlib.Path, url: str, openai: FakeOpenAI, environment: dict[str, str],
        grpc_url: str = "") -> None:
    """Runs a script of producers/ in a folder of its own, so that no path of this machine gets into what it sends."""
    with tempfile.TemporaryDirectory() as home:
        shutil.copy(HERE / "producers" / script, home)
        shutil.copy(HERE / "standard.py", home)
        done = subprocess.run(
            [python, script], cwd=home, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=SCRIPT_SECONDS_MAX, env=clean_environment(
                OPENAI_API_KEY="key", OPENAI_BASE_URL=openai.url, STENO_URL=url, STENO_GRPC_URL=grpc_url, HOME=home,
                **{key: value.replace("{STENO_URL}", url).replace("{STENO_GRPC_URL}", grpc_url)
                   for key, value in environment.items()}))
    if done.returncode != 0:
        raise RuntimeError(f"{script} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-3000:]}")


def examine(producer: Producer, record: pathlib.Path | None = None) -> dict[str, Cell]:
    """Runs one producer; per cell what was wanted and what is there."""
    python = install(producer)
    with tempfile.TemporaryDirectory() as folder, FakeOpenAI(RECORDED_ANSWERS) as openai, \
            Steno(pathlib.Path(folder) / "steno.db") as steno:
        if record is None:
            run_script(
                producer.script, python, steno.url, openai, producer.environment, f"http://{steno.grpc_target}")
        else:
            with Recorder(steno, record / f"{producer.name}-{producer.version}") as recorder:
                run_script(
                    producer.script, python, recorder.url, openai, producer.environment,
                    f"http://{steno.grpc_target}")
                recorder.provenance(producer, python)
        return check(steno, producer.project, producer.metadata_as_text)


def row_of(producer: Producer, record: pathlib.Path | None) -> tuple[dict[str, str], list[str]]:
    """A row of the table, and what to say below it."""
    try:
        cells = examine(producer, record)
    except (RuntimeError, AssertionError, OSError, subprocess.SubprocessError) as error:
        return dict.fromkeys(CELLS, "FAIL"), [f"{producer.name}: {error}"]
    row, notes = {}, []
    for name in CELLS:
        cell = cells[name]
        if name in producer.cannot:
            row[name] = "–"
            notes.append(f"{producer.name}, {name}: – {producer.cannot[name]}"
                         + (" (yet it holds)" if cell.holds else ""))
            continue
        row[name] = "ok" if cell.holds else "FAIL"
        if not cell.holds:
            notes.append(f"{producer.name}, {name}: wanted {cell.wanted!r}\n    got {cell.got!r}")
    return row, notes


def main() -> int:
    known = producers()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="producers; without any, all of producers.toml")
    parser.add_argument("--record", type=pathlib.Path, help="keep the requests of each producer in a folder below this")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - known.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    chosen = [known[name] for name in arguments.names or known]

    width = max(len(producer.name) for producer in chosen) + 2
    versions = max(len(producer.version) for producer in chosen) + 2
    print("".ljust(width) + "version".ljust(versions) + " ".join(cell.ljust(8) for cell in CELLS), flush=True)
    failed, told = 0, []
    with concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        rows = pool.map(lambda producer: row_of(producer, arguments.record), chosen)
        for producer, (row, notes) in zip(chosen, rows):
            told += notes
            failed += "FAIL" in row.values()
            print(producer.name.ljust(width) + producer.version.ljust(versions)
                  + " ".join(row[cell].ljust(8) for cell in CELLS), flush=True)
    print("\n".join(["", *told]))
    print(f"\n{len(chosen)} producers, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
