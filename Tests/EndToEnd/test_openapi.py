"""The OpenAPI document: complete, true, and what a fuzzer makes of the server by it. OPENAPI_EXAMPLES sets how many
requests are made up for each operation besides those of each value's bounds, OPENAPI_SECONDS for how long at the most,
OPENAPI_SEED which."""

import json
import os
import re
import subprocess
import sys

import pytest

import captures
from server import ROOT, Steno, clean_environment

EXAMPLES = int(os.environ.get("OPENAPI_EXAMPLES", "10"))
SECONDS = int(os.environ.get("OPENAPI_SECONDS", "120"))
SEED = int(os.environ.get("OPENAPI_SEED", "20261122"))
DOCUMENT = json.loads((ROOT / "Sources" / "Server" / "API" / "openapi.json").read_bytes())
CALLS = [request for request in captures.folder("fi/seed") if request.name.endswith("s3_metadata-001")]
METHODS = {"get", "post", "put", "patch", "delete"}
OPERATIONS = [
    (path, method, operation) for path, item in DOCUMENT["paths"].items() for method, operation in item.items()
    if method in METHODS]


def resolve(part):
    while "$ref" in part:
        found = DOCUMENT
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name.replace("~1", "/")]
        part = found
    return part


def parameters(operation) -> list[dict]:
    return [resolve(parameter) for parameter in operation.get("parameters", [])]


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    with Steno(tmp_path_factory.mktemp("openapi") / "steno.db") as server:
        for request in CALLS:
            assert request.send(server).status == 200
        yield server


# The document and the server


def test_it_is_served_as_it_is_written(seeded):
    assert seeded.ok("/openapi.json") == DOCUMENT


def test_every_route_is_documented_and_no_other():
    source = (ROOT / "Sources" / "Server" / "Routes.swift").read_text()
    verbs = {"ingest": "post"}
    routes = {(verbs.get(verb, verb), pattern) for verb, pattern in re.findall(r'\.(\w+)\(\s*"(/[^"]*)"', source)}
    routes |= {(verb, pattern) for verb, pattern in re.findall(
        r'Route\(method: \.(\w+), pattern: "(/[^"]*)"', source)}
    documented = {(method, re.sub(r"\{\w+\}", "*", path)) for path, method, _ in OPERATIONS}
    assert documented == routes


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_allow_names_what_is_documented(seeded, path):
    answer = seeded.request("OPTIONS", re.sub(r"\{\w+\}", "x", path))
    allowed = {method.lower() for method in answer.headers["allow"].split(", ")} - {"head", "options"}
    assert allowed == METHODS & DOCUMENT["paths"][path].keys()


def test_every_parameter_that_is_read_is_documented():
    """Names that handlers take from queries, wherever they do."""
    taken = set()
    for file in (ROOT / "Sources" / "Server").rglob("*.swift"):
        taken |= set(re.findall(r'query\.\w+\("(\w+)"', file.read_text()))
    taken |= {"limit", "q", "session_id"}
    documented = {parameter["name"] for _, _, operation in OPERATIONS for parameter in parameters(operation)
                  if parameter["in"] == "query"}
    assert taken == documented


QUERIES = [(path, method, operation) for path, method, operation in OPERATIONS if path.startswith("/api/")
           and path not in ("/api/v1/events", "/api/v1/sign-in") and method != "post"]


@pytest.mark.parametrize("path,method,operation", QUERIES, ids=[f"{method} {path}" for path, method, _ in QUERIES])
def test_documented_parameters_are_known_and_no_other(seeded, path, method, operation):
    """A bad value is refused by the name of its parameter only where the resource has that parameter."""
    target = re.sub(r"\{\w+\}", "00000000-0000-5000-8000-000000000000", path)
    named = {parameter["name"] for parameter in parameters(operation) if parameter["in"] == "query"}
    every = {parameter["name"] for _, _, other in OPERATIONS for parameter in parameters(other)
             if parameter["in"] == "query"}
    body = b"{}" if method == "patch" else None
    headers = {"Content-Type": "application/json"} if body else {}
    required = {"format": "csv", "metric": "tokens", "interval": "1d", "q": "x"}
    given = "".join(f"{name}={value}&" for name, value in required.items() if name in named)
    for name in every - (required.keys() & named):
        value = "" if name in named else "x"
        answer = seeded.request(method.upper(), f"{target}?{given}{name}={value}", body, headers)
        assert (answer.status, answer.json["parameter"]) == (400, name)
        is_unknown = "no parameter" in answer.json["detail"] or "not here" in answer.json["detail"]
        assert is_unknown == (name not in named), (name, answer.json["detail"])


def test_references_lead_somewhere_and_names_are_unique():
    def walk(part):
        if isinstance(part, dict):
            if "$ref" in part:
                resolve(part)
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(DOCUMENT)
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(names) == len(set(names))
    used = json.dumps(DOCUMENT)
    for kind, parts in DOCUMENT["components"].items():
        assert not [name for name in parts if f'"#/components/{kind}/{name}"' not in used]


EXAMPLE_ANSWERS = [
    (path, operation["responses"]["200"]["content"]["application/json"]["example"])
    for path, method, operation in OPERATIONS
    if method == "get" and "example" in operation["responses"]["200"]["content"].get("application/json", {})]


@pytest.mark.parametrize("path,example", EXAMPLE_ANSWERS, ids=[path for path, _ in EXAMPLE_ANSWERS])
def test_examples_are_answers_that_were_seen(seeded, path, example):
    item = DOCUMENT["paths"][path]["get"]
    for parameter in parameters(item):
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", parameter["example"])
    assert seeded.ok(path) == example


# The fuzzer


def test_the_fuzzer_finds_nothing(seeded, tmp_path):
    """Made-up requests, valid and not, each alone and in sequences: no 500, no status or body that is not documented,
    nothing valid refused, nothing invalid taken."""
    pytest.importorskip("schemathesis", reason="scripts/setup test installs it")
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{seeded.url}/openapi.json", "--checks", "all", "--phases",
        "examples,coverage,fuzzing,stateful", "--max-examples", str(EXAMPLES), "--seed", str(SEED), "--max-time",
        str(SECONDS), "--request-timeout", "20", "--no-color", "--continue-on-failure", "--warnings", "off",
        # It never ends: test_events.py reads it.
        "--exclude-path", "/api/v1/events"]
    hooks = {"SCHEMATHESIS_HOOKS": "openapi_hooks", "PYTHONPATH": str(ROOT / "Tests" / "EndToEnd")}
    done = subprocess.run(
        command, env=clean_environment(**hooks), cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS + 120)
    told = done.stdout + done.stderr
    # The deletions among them took the seed along; the server is well.
    assert seeded.get("/readyz").status == 200
    assert done.returncode == 0, told[-16000:]
    assert re.search(r"[1-9][0-9]{2,} generated", told), told[-2000:]
