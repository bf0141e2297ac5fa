"""The image that scripts/docker-check built, run as an operator would: read-only, without root, without capabilities."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import threading

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "EndToEnd"))

from fake_openai import FakeOpenAI  # noqa: E402
from server import Client, clean_environment  # noqa: E402

IMAGE, BASE_IMAGE = os.environ.get("STENO_IMAGE", ""), os.environ.get("STENO_BASE_IMAGE", "")
OVER_BASE_BYTES_MAX = 30_000_000
SECONDS_MAX = 60
SESSION = "d3e74025-574b-56ab-afe8-9b19f360373a"
UID = 10001

if not IMAGE:
    pytest.skip("run by scripts/docker-check", allow_module_level=True)


def command(*words, check: bool = True) -> subprocess.CompletedProcess:
    done = subprocess.run(
        [str(word) for word in words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS_MAX * 3)
    assert not check or done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def podman(*words, check: bool = True) -> str:
    return command("podman", *words, check=check).stdout.strip()


def inspect(image: str) -> dict:
    return json.loads(podman("image", "inspect", image))[0]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Container(Client):
    """`podman run` of the image with nothing that an operator would not give it."""

    def __init__(self, volume: str):
        self.name = f"{volume}-{os.urandom(3).hex()}"
        super().__init__("127.0.0.1", free_port())
        self.grpc_port = free_port()
        podman(
            "run", "--detach", "--name", self.name, "--read-only", "--cap-drop=all",
            "--security-opt=no-new-privileges", "--network=host", "--volume", f"{volume}:/data",
            "--env", f"STENO_PORT={self.port}", "--env", f"STENO_GRPC_PORT={self.grpc_port}", IMAGE)
        self.wait_until_it_listens(start=1)

    def wait_until_it_listens(self, start: int) -> None:
        """Follows its log, which holds every start's, until the greeting of this one is there."""
        with subprocess.Popen(["podman", "logs", "--follow", self.name], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as log:
            timer = threading.Timer(SECONDS_MAX, log.kill)
            timer.start()
            try:
                told = ""
                for line in log.stdout:
                    told += line
                    if told.count("  Database") == start:
                        break
                else:
                    raise AssertionError(f"start {start} did not listen: {told}")
            finally:
                timer.cancel()
                log.kill()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> int:
        """SIGTERM, as `docker stop` sends it; the exit code."""
        podman("stop", "--time", SECONDS_MAX, self.name)
        return int(podman("inspect", self.name, "--format", "{{.State.ExitCode}}"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
        podman("rm", "--force", "--time", "0", self.name)


@pytest.fixture
def volume():
    name = f"steno-{os.urandom(4).hex()}"
    podman("volume", "create", name)
    yield name
    podman("volume", "rm", "--force", name)


@pytest.fixture
def container(volume):
    with Container(volume) as running:
        yield running


def test_the_image_is_what_an_operator_expects():
    config = inspect(IMAGE)["Config"]
    assert config["User"] == f"{UID}:{UID}"
    assert config["Entrypoint"] == ["/usr/local/bin/steno"] and config["Cmd"] == ["serve"]
    assert list(config["Volumes"]) == ["/data"]
    assert set(config["ExposedPorts"]) == {"4317/tcp", "4318/tcp"}
    assert config["StopSignal"] in ("SIGTERM", "15")
    assert inspect(IMAGE)["Healthcheck"]["Test"] == ["CMD", "/usr/local/bin/steno", "healthcheck"]
    for label in ("title", "description", "version", "revision"):
        assert config["Labels"][f"org.opencontainers.image.{label}"]


def test_it_is_small_and_links_little():
    over = inspect(IMAGE)["Size"] - inspect(BASE_IMAGE)["Size"]
    libraries = podman("run", "--rm", "--network=host", "--entrypoint", "/usr/bin/ldd", IMAGE, "/usr/local/bin/steno")
    print(f"\nimage: {over / 1e6:.1f} MB over its base of {inspect(BASE_IMAGE)['Size'] / 1e6:.1f} MB\n{libraries}")
    assert 0 < over <= OVER_BASE_BYTES_MAX
    names = set(re.findall(r"^\s*(\S+?)\.so", libraries, re.MULTILINE))
    assert {name for name in names if "swift" in name.lower() or "Foundation" in name or "icu" in name} == set()
    assert "not found" not in libraries


def test_it_runs_without_root_on_a_read_only_root(container):
    status = podman("exec", container.name, "cat", "/proc/1/status")
    assert re.search(rf"^Uid:\s+{UID}\s+{UID}\s+{UID}\s+{UID}$", status, re.MULTILINE)
    assert re.search(r"^CapEff:\s+0+$", status, re.MULTILINE)
    assert re.search(r"^NoNewPrivs:\s+1$", status, re.MULTILINE)
    assert command("podman", "exec", container.name, "touch", "/usr/here", check=False).returncode != 0
    assert container.get("/readyz").status == 200


def test_its_health_is_told(container):
    assert command("podman", "healthcheck", "run", container.name).returncode == 0


def hold_the_tutorial(container: Container, **environment: str) -> None:
    with FakeOpenAI() as openai:
        command_ = [sys.executable, ROOT / "Tests" / "EndToEnd" / "tutorial" / "with_metadata.py"]
        done = subprocess.run(
            command_, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS_MAX,
            env=clean_environment(
                FI_BASE_URL=container.url, FI_API_KEY="key", FI_SECRET_KEY="secret", OPENAI_API_KEY="key",
                OPENAI_BASE_URL=openai.url, **environment))
    assert done.returncode == 0, done.stderr


def test_the_tutorial_a_restart_and_the_data_kept(container):
    hold_the_tutorial(container)
    row = container.ok(f"/api/v1/sessions/{SESSION}")
    assert (row["name"], row["trace_count"], row["user_id"]) == ("session-c91d4e", 3, "user-7f3a2b")
    thread = container.get(f"/api/v1/sessions/{SESSION}/conversation").body
    assert b"What is photosynthesis?" in thread
    assert container.stop() == 0
    podman("start", container.name)
    container.wait_until_it_listens(start=2)
    assert container.get(f"/api/v1/sessions/{SESSION}/conversation").body == thread


def span(trace: int) -> bytes:
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [{
        "traceId": f"{trace:032x}", "spanId": "0000000000000001", "name": "span",
        "startTimeUnixNano": "1795354394000000000", "endTimeUnixNano": "1795354395000000000"}]}]}]}).encode()


def test_sigterm_under_load_loses_nothing(volume):
    accepted: set[int] = set()
    refused: set[int] = set()
    enough = threading.Event()

    def work(container: Container, worker: int) -> None:
        for trace in range(worker * 1_000_000 + 1, worker * 1_000_000 + 500_000):
            try:
                answer = container.post("/v1/traces", span(trace), "application/json")
            except Exception:
                return
            if answer.status != 200:
                refused.add(answer.status)
                return
            accepted.add(trace)
            if len(accepted) > 500:
                enough.set()

    with Container(volume) as container:
        threads = [threading.Thread(target=work, args=(container, worker)) for worker in range(4)]
        for thread in threads:
            thread.start()
        assert enough.wait(SECONDS_MAX)
        assert container.stop() == 0
        for thread in threads:
            thread.join()
    assert refused <= {503}
    mount = pathlib.Path(podman("volume", "inspect", volume, "--format", "{{.Mountpoint}}"))
    assert [path.name for path in mount.iterdir() if path.name.endswith("-wal") and path.stat().st_size] == []
    with Container(volume) as container:
        stored = {int(trace["trace_id"], 16) for trace in container.walk("/api/v1/traces")}
    assert accepted <= stored
    print(f"\nSIGTERM: {len(accepted)} accepted under load, 0 lost")


def test_compose_file(tmp_path, volume):
    """The file as it is must be understood; what this machine can't give, bridges and limits, is overridden."""
    file = ROOT / "docker" / "compose.yaml"
    command("docker-compose", "-f", file, "--profile", "collector", "config", "-q")
    port, grpc_port = free_port(), free_port()
    override = tmp_path / "override.yaml"
    override.write_text(json.dumps({"services": {"steno": {
        "image": IMAGE, "network_mode": "host", "environment": {
            "STENO_PORT": str(port), "STENO_GRPC_PORT": str(grpc_port), "STENO_HOST": "127.0.0.1"}}}}))
    plain = tmp_path / "compose.yaml"
    # Published ports need a bridge.
    text = file.read_text()
    plain.write_text(re.sub(r"\n    (?:build|ports):\n(?:      .*\n)+", "\n", text, flags=re.MULTILINE))
    shutil.copy(ROOT / "docker" / "collector.yaml", tmp_path)
    compose = (sys.executable, "-m", "podman_compose", "-f", plain, "-f", override)
    try:
        command(*compose, "up", "-d")
        name = podman("ps", "--format", "{{.Names}}")
        assert "steno" in name and "collector" not in name
        client = Client("127.0.0.1", port)
        for _ in range(100):
            try:
                assert client.get("/healthz").status == 200
                break
            except OSError:
                threading.Event().wait(0.1)
        assert client.get("/readyz").status == 200
    finally:
        command(*compose, "down", "-v", "-t", "10", check=False)
