"""What the README names exists. What it tells people to type is typed by test_commands.py."""

import os
import re
import shlex
import subprocess

import pytest

from server import ROOT, clean_environment, run

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(?:sh|bash)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line.strip() for block in BLOCKS for line in block.replace("\\\n", " ").splitlines()
    if line.strip() and not line.strip().startswith("#")]


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


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`", README))
    named |= {command.split()[1] for command in commands_of("make") if len(command.split()) > 1}
    assert named <= targets


def anchors(path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
def test_links_lead_somewhere(document):
    text = re.sub(r"^```.*?^```", "", (ROOT / document).read_text(), flags=re.MULTILINE | re.DOTALL)
    for link, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)", text):
        target = (ROOT / document).parent / link if link else ROOT / document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), f"{link}#{anchor}"


def test_every_document_is_linked():
    """A document that nobody leads to is not read."""
    documents = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")}
    assert documents <= set(re.findall(r"\]\((docs/[^)#]+)", README))


def test_every_limit_is_documented():
    limits = set(re.findall(r"package var (\w+) =", (ROOT / "Sources" / "Telemetry" / "Limits.swift").read_text()))
    documented = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "limits.md").read_text()))
    assert limits and limits <= documented
