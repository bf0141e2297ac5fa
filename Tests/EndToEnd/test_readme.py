"""What the README tells people to type exists and works."""

import os
import re
import shlex
import subprocess

import pytest

from server import ROOT, Steno, clean_environment, run

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(?:sh|bash)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line.strip() for block in BLOCKS for line in block.replace("\\\n", " ").splitlines()
    if line.strip() and not line.strip().startswith("#")]
DEFAULT_URL = "http://127.0.0.1:4318"


def commands_of(program: str) -> list[str]:
    return [command for command in COMMANDS if os.path.basename(command.split()[0]) == program]


def test_the_two_commands_are_there():
    assert "scripts/serve" in COMMANDS and "scripts/test" in COMMANDS


@pytest.mark.parametrize("command", sorted({c.split()[0] for c in COMMANDS if c.startswith("scripts/")}))
def test_scripts_exist_and_parse(command):
    assert os.access(ROOT / command, os.X_OK)
    assert subprocess.run(["bash", "-n", ROOT / command], check=False).returncode == 0


def test_scripts_serve_starts_a_server(tmp_path):
    """It builds first, which is quick where the release binary is up to date, and takes minutes where it is not."""
    if "STENO_BINARY" in os.environ or not (ROOT / ".build" / "release" / "steno").exists():
        pytest.skip("the release binary is not what is tested")
    process = subprocess.Popen(
        [ROOT / "scripts" / "serve", "--port", "0", "--data", tmp_path / "steno.db"], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=clean_environment())
    try:
        url = next(found[0] for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        assert run("demo", "--url", url).returncode == 0
    finally:
        process.terminate()
        assert process.wait(60) == 0
        process.stdout.close()


def test_the_compose_file_is_where_it_is_named():
    """scripts/docker-check starts it."""
    [file] = {word for command in commands_of("docker") for word in shlex.split(command) if word.endswith(".yaml")}
    assert (ROOT / file).exists() and "compose.yaml" in (ROOT / "Tests" / "Container" / "test_container.py").read_text()


def test_no_command_is_left_untried():
    assert {os.path.basename(command.split()[0]) for command in COMMANDS} <= {
        "serve", "test", "steno", "curl", "make", "docker"}


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`", README))
    named |= {command.split()[1] for command in commands_of("make") if len(command.split()) > 1}
    assert named <= targets


@pytest.mark.parametrize("command", commands_of("steno") or ["steno --help"])
def test_steno_subcommands_exist(command):
    words = shlex.split(command)[1:]
    subcommand = [words[0]] if words and not words[0].startswith("-") else []
    told = run(*subcommand, "--help")
    assert told.returncode == 0
    for word in words:
        if word.startswith("--"):
            assert word.split("=")[0] in told.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with Steno(tmp_path_factory.mktemp("readme") / "steno.db") as server:
        assert run("demo", "--url", server.url).returncode == 0
        yield server


@pytest.mark.parametrize("command", commands_of("curl"))
def test_curl_examples_answer(demo, command):
    words = shlex.split(command)[1:]
    method, body, headers, target = "GET", None, {}, None
    while words:
        word = words.pop(0)
        if word in ("-X", "--request"):
            method = words.pop(0)
        elif word in ("-H", "--header"):
            name, value = words.pop(0).split(":", 1)
            headers[name] = value.strip()
        elif word in ("-d", "--data", "--data-binary"):
            value = words.pop(0)
            body = (ROOT / value[1:]).read_bytes() if value.startswith("@") else value.encode()
            method = "POST" if method == "GET" else method
        elif word.startswith("http"):
            target = word
        else:
            assert word in ("-s", "-f", "-fsS", "-i"), f"an option that this test does not know: {word}"
    assert target and target.startswith(DEFAULT_URL)
    answer = demo.request(method, target.removeprefix(DEFAULT_URL), body, headers)
    assert answer.status == 200, answer.body[:300]


def test_links_lead_somewhere():
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", README):
        assert (ROOT / link).exists(), link


def test_every_document_is_linked():
    """A document that nobody leads to is not read."""
    documents = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")}
    assert documents <= set(re.findall(r"\]\((docs/[^)#]+)", README))


def test_every_limit_is_documented():
    limits = set(re.findall(r"package var (\w+) =", (ROOT / "Sources" / "Telemetry" / "Limits.swift").read_text()))
    documented = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "limits.md").read_text()))
    assert limits and limits <= documented
