"""The rules of the house that a formatter does not know."""

import json
import re
import subprocess

import pytest

from server import ROOT

SOURCES = sorted((ROOT / "Sources").rglob("*.swift"))
TESTS = sorted(path for path in (ROOT / "Tests").rglob("*.swift") if "Generated" not in path.parts)
BUILD_TOOLS = {"EmbedText"}
TEST_TOOLS = {"CAllocations"}
FLOORS = [
    {"CSQLite", "CZlib", "CZstd", "CMalloc"}, {"SQLite", "Compression", "JSON", "Telemetry", "Migrations"}, {"OTLP", "Filters"},
    {"Conversations"}, {"Store"}, {"Server"}, {"Steno"}]
FLOOR_OF = {name: floor for floor, names in enumerate(FLOORS) for name in names}


def target_of(path) -> str:
    return path.relative_to(ROOT / "Sources").parts[0]


def code_of(path) -> list[tuple[int, str]]:
    """Numbered lines without whole-line comments."""
    return [(number, line) for number, line in enumerate(path.read_text().splitlines(), start=1)
            if not line.lstrip().startswith("//")]


def found(paths, pattern: str, allowed=lambda path, line: False) -> list[str]:
    expression = re.compile(pattern)
    return [f"{path.relative_to(ROOT)}:{number}: {line.strip()}" for path in paths for number, line in code_of(path)
            if expression.search(line) and not allowed(path, line)]


def test_a_target_imports_only_lower_floors():
    wrong = []
    for path in SOURCES:
        if target_of(path) in BUILD_TOOLS:
            continue
        for name in re.findall(r"^(?:\w+ )*import (?:(?:struct|enum|class|func) )?(\w+)", path.read_text(), re.M):
            if name in FLOOR_OF and FLOOR_OF[name] >= FLOOR_OF[target_of(path)]:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not wrong


def test_every_target_has_a_floor():
    assert {target_of(path) for path in SOURCES} - BUILD_TOOLS <= FLOOR_OF.keys()


def test_full_foundation_stays_out_of_the_product():
    product = [path for path in SOURCES if target_of(path) not in BUILD_TOOLS]
    assert not found(product, r"^\s*(?:\w+ )*import Foundation\b")


def test_nothing_is_unfinished():
    assert not found(SOURCES + TESTS, r"\bfatalError\(|not implemented")
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b")
    assert not [path for path in SOURCES + TESTS if marks.search(path.read_text())]


def test_nothing_that_input_can_trap():
    assert not found(SOURCES, r"\btry!|\bas!", lambda path, line: target_of(path) in BUILD_TOOLS)


def test_promises_to_the_compiler_have_their_reason_beside_them():
    bare = []
    for path in SOURCES:
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            if re.search(r"nonisolated\(unsafe\)|@unchecked Sendable", line) and not line.lstrip().startswith("//"):
                near = lines[max(0, number - 6):number + 3]
                if not any("//" in other for other in near):
                    bare.append(f"{path.relative_to(ROOT)}:{number + 1}")
    assert not bare


def test_files_stay_readable():
    assert not [path for path in SOURCES + TESTS if len(path.read_text().splitlines()) > 500]
    lengths = sorted(len(path.read_text().splitlines()) for path in SOURCES)
    assert lengths[len(lengths) // 2] <= 130, "the median file is about a hundred lines"


def test_functions_stay_readable():
    """70 lines at the most, counted from the line that names it to the brace that closes it at the same indent."""
    long = []
    for path in SOURCES + TESTS:
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            if begin := re.match(r"(\s*)(?:@\w+ |\w+ )*(?:func|init|subscript)\b[^{]*", line):
                end = next((at for at in range(number, len(lines)) if lines[at].startswith(begin[1] + "}")), None)
                if end is not None and line.count("{") != line.count("}") and end - number + 1 > 70:
                    long.append(f"{path.relative_to(ROOT)}:{number + 1}: {end - number + 1} lines")
    assert not long


def test_tests_do_not_sleep():
    assert not found(TESTS, r"Task\.sleep|usleep|\bsleep\(")
    python = sorted((ROOT / "Tests").rglob("*.py"))
    assert not [path.name for path in python if re.search(r"\btime\.sleep\(", path.read_text())]


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    return done.stdout.splitlines()


def test_no_path_of_a_machine_is_written_down():
    home = re.compile(r"(?<![\w.])/(?:root|work|home/\w+)/[A-Za-z]")
    wrong = []
    for name in tracked():
        path = ROOT / name
        if path.suffix in (".bin", ".db", ".pb") or not path.is_file() or path.samefile(__file__):
            continue
        if home.search(path.read_bytes().decode(errors="replace")):
            wrong.append(name)
    assert not wrong


def test_every_promise_names_a_test_that_exists():
    page = (ROOT / "docs" / "threat-model.md").read_text()
    table = page.split("## Promises and their tests")[1]
    named = re.findall(r"^\| .* \| `([\w/.]+)::(\w+)` \|$", table, re.M)
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(named) == len([row for row in rows if not row.startswith("| ---")]), "a promise without a test"
    for file, test in named:
        assert f"def {test}(" in (ROOT / "Tests" / "EndToEnd" / file).read_text(), f"{file}::{test}"


def test_what_is_built_is_not_tracked():
    assert not [name for name in tracked() if re.search(r"(^|/)(\.build[^/]*|node_modules|__pycache__)/", name)]


def test_the_package_manifest_knows_the_same_targets():
    manifest = (ROOT / "Package.swift").read_text()
    declared = set(re.findall(r'\.(?:executableTarget|target|systemLibrary)\(\s*name: "(\w+)"', manifest))
    assert declared - BUILD_TOOLS - TEST_TOOLS == FLOOR_OF.keys()


def test_fixture_expectations_name_existing_captures():
    folder = ROOT / "Tests" / "Fixtures" / "captures"
    for name in json.loads((folder / "expected.json").read_bytes()):
        assert (folder / name).is_dir()
