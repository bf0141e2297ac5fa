"""Files of OTLP go into a server and into a database, whatever form they have."""

import ctypes
import ctypes.util
import gzip
import json
import os
import random
import struct
import subprocess
import sys

import pytest
from google.protobuf import json_format

import captures
import hostile
import traffic
from crawl import crawl, difference
from server import Steno, binary, clean_environment, run
from test_maintenance import span


def zstd(content: bytes) -> bytes:
    """One frame, by the library that Steno itself needs."""
    library = ctypes.CDLL(ctypes.util.find_library("zstd"))
    library.ZSTD_compressBound.restype = library.ZSTD_compress.restype = ctypes.c_size_t
    room = ctypes.create_string_buffer(library.ZSTD_compressBound(ctypes.c_size_t(len(content))))
    count = library.ZSTD_compress(
        room, ctypes.c_size_t(len(room)), content, ctypes.c_size_t(len(content)), ctypes.c_int(3))
    return room.raw[:count]


def otlp_json(unit: traffic.Unit) -> dict:
    return traffic.hex_ids(json_format.MessageToDict(traffic.MESSAGES[unit.signal].FromString(unit.message)))


@pytest.fixture(scope="module")
def units():
    return [unit for unit in traffic.generate(5, traces=40) if unit.project is None]


@pytest.fixture(scope="module")
def expected(units, tmp_path_factory):
    """The answers of a server that was sent the same over HTTP."""
    with Steno(tmp_path_factory.mktemp("expected") / "steno.db") as server:
        for unit in units:
            traffic.deliver(server, (unit,), as_json=False)
        return crawl(server)


def as_lines(units) -> bytes:
    return b"".join(json.dumps(otlp_json(unit)).encode() + b"\n" for unit in units)


def as_document(units) -> bytes:
    whole = {}
    for unit in units:
        for key, elements in otlp_json(unit).items():
            whole.setdefault(key, []).extend(elements)
    return json.dumps(whole, indent=2).encode()


def as_frames(units, pack=lambda message: message, text=False) -> bytes:
    messages = [pack(json.dumps(otlp_json(unit)).encode() if text else unit.message) for unit in units]
    return b"".join(struct.pack(">I", len(message)) + message for message in messages)


FORMS = {
    "lines": as_lines,
    "a document": as_document,
    "protobuf": lambda units: b"".join(unit.message for unit in units),
    "lines in gzip": lambda units: gzip.compress(as_lines(units)),
    "protobuf in two members of gzip": lambda units: b"".join(
        gzip.compress(b"".join(unit.message for unit in part)) for part in (units[::2], units[1::2])),
    "lines in zstd": lambda units: zstd(as_lines(units)),
    "framed protobuf": as_frames,
    "framed protobuf in zstd": lambda units: as_frames(units, zstd),
    "framed JSON in zstd": lambda units: as_frames(units, zstd, text=True),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_gives_the_same_answers_as_requests(form, units, expected, data, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(FORMS[form](units))
    spans = sum(unit.signal == "traces" for unit in units)
    done = run("import", str(file), "--data", str(data))
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout == f"Imported {spans} spans, {len(units) - spans} log records.\n"
    # A second time it changes nothing.
    assert run("import", str(file), "--data", str(data)).returncode == 0
    with Steno(data) as server:
        assert not difference(expected, crawl(server))


def test_into_a_running_server_and_from_standard_input(units, expected, steno, data, tmp_path):
    half = len(units) // 2
    file = tmp_path / "file.jsonl"
    file.write_bytes(as_lines(units[:half]))
    assert run("import", str(file), "--url", steno.url).returncode == 0
    done = subprocess.run(
        [binary(), "import", "-"], input=as_frames(units[half:]), capture_output=True, timeout=60, check=False,
        env=clean_environment(STENO_URL=steno.url))
    assert done.returncode == 0, done.stderr
    assert not difference(expected, crawl(steno))
    held = run("import", str(file), "--data", str(data))
    assert held.returncode == 1 and "in use" in held.stderr


def test_captures_of_real_exporters(data, tmp_path):
    files = []
    with Steno(tmp_path / "sent.db") as server:
        for number, request in enumerate(captures.telemetry()):
            if {"x-project-name", "langsmith-project", "projectname"} & request.headers.keys():
                continue
            assert request.send(server).status == 200
            files.append(tmp_path / f"{number}")
            files[-1].write_bytes(request.plain_body)
        expected = crawl(server)
    done = run("import", *map(str, files), "--data", str(data), timeout=300)
    assert done.returncode == 0, done.stderr
    with Steno(data) as server:
        assert not difference(expected, crawl(server))


def test_a_project_that_a_header_named_is_taken_back(data, tmp_path):
    message = span(1, session__id="s")
    message["resourceSpans"][0]["resource"] = {
        "attributes": [{"key": "steno.request.project", "value": {"stringValue": "from a header"}}]}
    (tmp_path / "file").write_text(json.dumps(message))
    assert run("import", str(tmp_path / "file"), "--data", str(data)).returncode == 0
    with Steno(data) as server:
        [row] = server.walk("/api/v1/traces")
        assert row["project"] == "from a header"
        [one] = server.ok(f"/api/v1/traces/{row['trace_id']}")["spans"]
        detail = server.ok(f"/api/v1/traces/{row['trace_id']}/spans/{one['span_id']}")
        assert not detail["resource"].get("attributes")


GOOD = json.dumps(span(1)).encode()


@pytest.mark.parametrize("content,named", [
    (b"PK\x03\x04", "neither OTLP JSON"),
    (GOOD + b"\n" + GOOD[:40], "line 2"),
    (GOOD + b"\n[]", "line 2"),
    (GOOD + b'\n{"resourceSpans": [{"scopeSpans": [{"spans": 3}]}]}', "line 2"),
    (GOOD + b'\n{"resourceSpans": [7]}', "line 2"),
    (struct.pack(">I", 1_000) + b"\x0a\x02", "amid the message at byte 0"),
    (struct.pack(">I", 4) + b"\x0a\x7f\x01\x01", "amid a message"),
    (b"\x0a\x05\x01\x02", "amid a message"),
    (b"\x0a\x02\x12\x7f", "byte 0"),
    (gzip.compress(GOOD)[:-9], "file"),
    (b"\x28\xb5\x2f\xfd junk", "file"),
    (zstd(b"\x0a\xff\xff\xff\xff\x7f"), "longer than"),
])
def test_a_bad_file_is_named_with_the_place(data, tmp_path, content, named):
    file = tmp_path / "file"
    file.write_bytes(content)
    done = run("import", str(file), "--data", str(data))
    assert done.returncode == 1 and str(file) in done.stderr and named in done.stderr, done.stderr


def test_nothing_to_import(data, tmp_path):
    file = tmp_path / "file"
    for content in (b"", b"\r\n", b"\n{\n}", b'{"resourceMetrics": [{}]}', b"{}"):
        file.write_bytes(content)
        done = run("import", str(file), "--data", str(data))
        assert done.returncode == 0 and "0 spans" in done.stdout, done.stderr
    missing = run("import", str(tmp_path / "none"), "--data", str(data))
    assert missing.returncode == 1 and "none" in missing.stderr
    folder = run("import", str(tmp_path), "--data", str(data))
    assert folder.returncode == 1 and "folder" in folder.stderr


LARGE_MEGABYTES = int(os.environ.get("IMPORT_MEGABYTES", "24" if hostile.IS_DEBUG else "120"))


#: Runs a command and prints its peak in KiB. A small process of its own starts it, because a fork counts what its parent
#: has resident.
MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


@pytest.mark.parametrize("form", ["lines", "document", "frames", "gzip"])
def test_a_large_file_takes_little_memory(tmp_path, form):
    """Of what is imported little more than a batch is in memory. A larger file takes more only until caches are full."""
    peaks = []
    for megabytes in (LARGE_MEGABYTES // 4, LARGE_MEGABYTES):
        file = tmp_path / f"file-{megabytes}"
        spans = write_large(file, form, megabytes << 20)
        data = tmp_path / f"{megabytes}.db"
        done = subprocess.run(
            [sys.executable, "-S", "-c", MEASURED, binary(), "import", str(file), "--data", str(data)],
            capture_output=True, text=True, env=clean_environment())
        assert done.returncode == 0 and f"Imported {spans} spans" in done.stdout
        peaks.append(int(done.stdout.splitlines()[-1]) * 1024)
        file.unlink()
    print(f"{form}: {LARGE_MEGABYTES // 4} MB took {peaks[0] / 1e6:.0f} MB, {LARGE_MEGABYTES} MB took {peaks[1] / 1e6:.0f} MB")
    grown = (LARGE_MEGABYTES - LARGE_MEGABYTES // 4) * hostile.MIB
    assert peaks[1] - peaks[0] < grown // 2 and peaks[1] < 192 * hostile.MIB


def write_large(path, form: str, size: int) -> int:
    """A file of about that size of many traces; how many spans."""
    chance, count, written = random.Random(form), 0, 0
    words = [f"word{n}" for n in range(3_000)]
    with gzip.open(path, "wb", 1) if form == "gzip" else open(path, "wb") as file:
        if form == "document":
            file.write(b'{"resourceSpans":[')
        while written < size:
            spans = []
            for _ in range(50):
                count += 1
                text = " ".join(chance.choices(words, k=150))
                if form == "frames":
                    spans.append(hostile.span(chance.randbytes(16), chance.randbytes(8), hostile.attribute(
                        b"session.id", hostile.text(b"s-%d" % (count // 100))),
                        hostile.attribute(b"input.value", hostile.text(text.encode()))))
                else:
                    spans.append({
                        "traceId": chance.randbytes(16).hex(), "spanId": chance.randbytes(8).hex(), "name": "call",
                        "startTimeUnixNano": str(traffic.T0), "endTimeUnixNano": str(traffic.T0 + 1), "attributes": [
                            {"key": "session.id", "value": {"stringValue": f"s-{count // 100}"}},
                            {"key": "input.value", "value": {"stringValue": text}}]})
            if form == "frames":
                message = hostile.request(*spans)
                piece = struct.pack(">I", len(message)) + message
            else:
                one = json.dumps({"scopeSpans": [{"spans": spans}]}).encode()
                piece = (b"," if written else b"") + one if form == "document" else b'{"resourceSpans":[' + one + b"]}\n"
            file.write(piece)
            written += len(piece)
        if form == "document":
            file.write(b"]}")
    return count
