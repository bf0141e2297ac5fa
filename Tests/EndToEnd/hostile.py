"""What no exporter sends, against a real Steno: a row for each kind, with status, growth of memory, and time.

    .venv-test/bin/python Tests/EndToEnd/hostile.py     prints the table
"""

import contextlib
import dataclasses
import gzip
import json
import os
import pathlib
import random
import socket
import statistics
import struct
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable

from server import Steno, binary

T0 = 1_795_354_394_000_000_000
MIB = 1 << 20
PROTOBUF, JSON = "application/x-protobuf", "application/json"
LORIS_COUNT = 300
GOOD_REQUESTS = 200
# A debug build is many times slower; what is asserted is what is shipped.
# How much slower than alone on the machine: `make hostile` runs alone, the tests do not.
SLOWNESS = float(os.environ.get("HOSTILE_SLOWNESS", "1"))
IS_DEBUG = "/debug/" in str(pathlib.Path(binary()).resolve())


# OTLP protobuf, by hand: what is sent here no encoder writes.

def varint(value: int) -> bytes:
    out = bytearray()
    while True:
        value, low = value >> 7, value & 127
        out.append(low | (128 if value else 0))
        if not value:
            return bytes(out)


def field(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def attribute(key: bytes, value: bytes) -> bytes:
    return field(1, key) + field(2, value)


def text(value: bytes) -> bytes:
    return field(1, value)


def span(trace: bytes, identifier: bytes, *attributes: bytes, start: int = T0, end: int = T0 + 1,
         name: bytes = b"call") -> bytes:
    return (field(1, trace) + field(2, identifier) + field(5, name) + b"\x39" + struct.pack("<Q", start)
            + b"\x41" + struct.pack("<Q", end) + b"".join(field(9, one) for one in attributes))


def request(*spans: bytes) -> bytes:
    return field(1, field(2, b"".join(field(2, one) for one in spans)))


def good(number: int, *attributes: bytes, **more) -> bytes:
    return request(span(number.to_bytes(16), number.to_bytes(8), *attributes, **more))


def nested(depth: int) -> bytes:
    value = text(b"deep")
    for _ in range(depth):
        value = field(5, field(1, value))
    return value


def sized(size: int, number: int = 7) -> bytes:
    """A request of exactly so many bytes, most of them one attribute."""
    body = good(number, attribute(b"k", text(b"x" * (size - 200))))
    return good(number, attribute(b"k", text(b"x" * (size - 200 + size - len(body)))))


def bomb(size: int, wbits: int = 31) -> bytes:
    compressor = zlib.compressobj(9, wbits=wbits)
    zeros = bytes(MIB)
    return b"".join(compressor.compress(zeros) for _ in range(size // MIB)) + compressor.flush()


def as_json(**members) -> bytes:
    whole = {"traceId": "1" * 32, "spanId": "2" * 16, "name": "call", "startTimeUnixNano": str(T0),
             "endTimeUnixNano": str(T0 + 1)} | members
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [whole]}]}]}).encode()


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    body: Callable[[], bytes]
    status: int
    media: str = PROTOBUF
    headers: dict = dataclasses.field(default_factory=dict)
    #: How many of the sent spans are rejected alone.
    rejected: int = 0
    growth_max: int = 64 * MIB
    seconds_max: float = 5


GZIP = {"Content-Encoding": "gzip"}
ROWS = [
    Row("empty body, protobuf", lambda: b"", 200),
    Row("empty body, JSON", lambda: b"", 400, JSON),
    Row("random bytes", lambda: random.Random(1).randbytes(100_000), 400),
    Row("random bytes as JSON", lambda: random.Random(2).randbytes(100_000), 400, JSON),
    Row("truncated protobuf", lambda: good(1)[:-3], 400),
    Row("truncated gzip", lambda: gzip.compress(good(1))[:-9], 400, headers=GZIP),
    Row("two gzip members", lambda: gzip.compress(good(2)[:20]) + gzip.compress(good(2)[20:]), 200, headers=GZIP),
    Row("1 GB of zeros in gzip", lambda: bomb(1 << 30), 413, headers=GZIP, growth_max=16 * MIB, seconds_max=0.1),
    # What a content does not say of its size is found out by unpacking it, as far as the limit.
    Row("1 GB of zeros, trailer lies", lambda: bomb(1 << 30)[:-4] + (1_000).to_bytes(4, "little"), 413, headers=GZIP,
        growth_max=16 * MIB, seconds_max=0.25),
    Row("1 GB of zeros in deflate", lambda: bomb(1 << 30, wbits=15), 413, headers={"Content-Encoding": "deflate"},
        growth_max=16 * MIB, seconds_max=0.25),
    Row("64 MiB in gzip", lambda: gzip.compress(sized(64 * MIB, 8), 1), 200, headers=GZIP, growth_max=320 * MIB,
        seconds_max=20),
    Row("64 MiB body", lambda: sized(64 * MIB), 200, growth_max=320 * MIB, seconds_max=20),
    # Compared with what is stored, byte for byte.
    Row("64 MiB body, sent again", lambda: sized(64 * MIB), 200, growth_max=448 * MIB, seconds_max=20),
    Row("64 MiB and a byte", lambda: sized(64 * MIB + 1), 413),
    Row("65 MiB body", lambda: sized(65 * MIB), 413),
    Row("JSON labelled protobuf", as_json, 400),
    Row("protobuf labelled JSON", lambda: good(3), 400, JSON),
    Row("unknown encoding", lambda: good(4), 415, headers={"Content-Encoding": "br"}),
    Row("unknown media type", lambda: good(4), 415, "text/plain"),
    Row("all-zero trace ID", lambda: request(span(bytes(16), b"12345678")), 200, rejected=1),
    Row("all-zero span ID", lambda: request(span(b"1" * 16, bytes(8))), 200, rejected=1),
    Row("3-byte IDs", lambda: request(span(b"abc", b"abc")), 200, rejected=1),
    Row("3-byte IDs, JSON", lambda: as_json(traceId="abcdef", spanId="abcdef"), 200, JSON, rejected=1),
    Row("invalid UTF-8", lambda: good(5, attribute(b"\xff\xfe", text(b"\xc3\x28\xed\xa0\x80")), name=b"\xf0\x28"), 200),
    Row("NUL in strings", lambda: good(6, attribute(b"session.id", text(b"a\0b")), name=b"a\0b"), 200),
    Row("NUL in strings, JSON", lambda: as_json(name="a\0b"), 200, JSON),
    Row("5,000-deep values", lambda: good(8, attribute(b"k", nested(5_000))), 400),
    Row("5,000-deep JSON", lambda: b'{"resourceSpans":' + b"[" * 5_000 + b"]" * 5_000 + b"}", 400, JSON),
    Row("5,000-deep JSON in a text", lambda: good(9, attribute(b"input.value", text(b"[" * 5_000 + b"]" * 5_000))), 200),
    Row("10,000 attributes",
        lambda: good(10, *(attribute(b"k%d" % at, text(b"v")) for at in range(10_000))), 200),
    Row("100,001 attributes", lambda: good(11, *(attribute(b"k", b"") for _ in range(100_001))), 200, rejected=1),
    Row("30 million empty attributes", lambda: good(12) + field(1, field(2, field(
        2, field(1, b"1" * 16) + field(2, b"1" * 8) + b"\x4a\x00" * 30_000_000))), 200, rejected=1,
        growth_max=128 * MIB, seconds_max=20),
    Row("300,000 spans", lambda: request(*(span(b"1" * 16, at.to_bytes(8)) for at in range(1, 300_001))), 413,
        growth_max=256 * MIB, seconds_max=20),
    Row("30 million empty spans", lambda: field(1, field(2, b"\x12\x00" * 30_000_000)), 413, growth_max=400 * MIB,
        seconds_max=20),
    Row("int64 and double extremes", lambda: good(
        13, attribute(b"min", b"\x18" + varint(1 << 63)), attribute(b"max", b"\x18" + varint((1 << 63) - 1)),
        *(attribute(b"gen_ai.usage.input_tokens", b"\x21" + struct.pack("<d", value))
          for value in (1.8e308, -1.8e308, 5e-324, float("inf"), float("nan")))), 200),
    Row("int64 tokens beyond any sum", lambda: request(*(
        span(b"2" * 16, at.to_bytes(8), attribute(b"gen_ai.usage.input_tokens", b"\x18" + varint((1 << 63) - 1)),
             attribute(b"gen_ai.span.kind", text(b"LLM")), attribute(b"session.id", text(b"sum"))) for at in (1, 2, 3))),
        200),
    Row("times of 1970", lambda: good(14, start=0, end=0), 200),
    Row("times of the year 2500", lambda: good(15, start=16_725_225_600_000_000_000, end=(1 << 64) - 1), 200),
    Row("end before start", lambda: good(16, start=T0, end=T0 - 10**9), 200),
]


def memory(steno: Steno, what: str) -> int:
    with open(f"/proc/{steno.process.pid}/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(what))


@dataclasses.dataclass
class Outcome:
    name: str
    wanted: str
    status: str
    growth: int
    seconds: float
    growth_max: int
    seconds_max: float

    @property
    def is_well(self) -> bool:
        slow = 20 if IS_DEBUG else SLOWNESS
        return self.status == self.wanted and self.growth <= self.growth_max and self.seconds <= slow * self.seconds_max

    def __str__(self) -> str:
        mark = "" if self.is_well else f"  <- wanted {self.wanted}, {self.growth_max / MIB:.0f} MiB, {self.seconds_max} s"
        return f"{self.name:32} {self.status:>22} {self.growth / MIB:8.1f} MiB {self.seconds:8.3f} s{mark}"


def send(steno: Steno, row: Row) -> Outcome:
    body = row.body()
    with open(f"/proc/{steno.process.pid}/clear_refs", "w") as file:
        file.write("5")  # the peak is counted anew
    before = memory(steno, "VmRSS")
    begin = time.perf_counter()
    answer = steno.request("POST", "/v1/traces", body, {"Content-Type": row.media} | row.headers)
    seconds = time.perf_counter() - begin
    status = str(answer.status)
    wanted = str(row.status)
    if answer.status == 200:
        rejected = rejections(answer)
        status += f", {rejected} rejected" if rejected else ""
        wanted += f", {row.rejected} rejected" if row.rejected else ""
    elif answer.content_type != (row.media if row.media in (PROTOBUF, JSON) else JSON):
        status += f" as {answer.content_type}"
    return Outcome(row.name, wanted, status, memory(steno, "VmHWM") - before, seconds, row.growth_max, row.seconds_max)


def rejections(answer) -> int:
    """`partial_success.rejected_spans` in either encoding; here it is below 128."""
    if answer.content_type == JSON:
        return int(answer.json.get("partialSuccess", {}).get("rejectedSpans", 0))
    return answer.body[3] if answer.body[:1] == b"\x0a" and answer.body[2:3] == b"\x08" else 0


def durations(steno: Steno) -> list[float]:
    taken = []
    for number in range(GOOD_REQUESTS):
        begin = time.perf_counter()
        if number % 2:
            answer = steno.request("POST", "/v1/traces", good(1_000 + number), {"Content-Type": PROTOBUF})
        else:
            answer = steno.get("/api/v1/sessions")
        taken.append(time.perf_counter() - begin)
        assert answer.status == 200
    return taken


@contextlib.contextmanager
def loris(steno: Steno):
    """Connections that send a request byte by byte: a third in its line, a third in its fields, a third in its body."""
    parts = [b"GET /api/v1/se", b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
             b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\n"
             b"Content-Length: 100000\r\n\r\n"]
    sockets = [socket.create_connection((steno.host, steno.port), timeout=60) for _ in range(LORIS_COUNT)]
    stop = threading.Event()

    def dribble() -> None:
        while not stop.wait(0.5):
            for one in sockets:
                with contextlib.suppress(OSError):
                    one.send(b"x")

    for index, one in enumerate(sockets):
        one.sendall(parts[index % 3])
    thread = threading.Thread(target=dribble)
    thread.start()
    try:
        yield sockets
    finally:
        stop.set()
        thread.join()
        for one in sockets:
            one.close()


def slow_loris(steno: Steno) -> Outcome:
    calm = sorted(durations(steno))[int(GOOD_REQUESTS * 0.99)]
    before = memory(steno, "VmRSS")
    with loris(steno):
        taken = sorted(durations(steno))
    p99 = taken[int(GOOD_REQUESTS * 0.99)]
    outcome = Outcome(
        f"{LORIS_COUNT} slow-loris connections", "200", "200", memory(steno, "VmHWM") - before, p99, 64 * MIB,
        max(0.05, 3 * calm))
    outcome.name += f" (p50 {statistics.median(taken) * 1000:.0f} ms, p99 without {calm * 1000:.0f})"
    return outcome


def table() -> list[Outcome]:
    """Every row, in the order of the table; after each the server must be well."""
    with tempfile.TemporaryDirectory() as folder:
        with Steno(pathlib.Path(folder) / "steno.db") as steno:
            steno.request("POST", "/v1/traces", good(999), {"Content-Type": PROTOBUF})  # what is made once is there
            outcomes = [send(steno, row) for row in sorted(ROWS, key=lambda row: "zeros" not in row.name)]
            outcomes.append(slow_loris(steno))
            assert steno.get("/readyz").status == 200
            steno.walk("/api/v1/traces")
            assert steno.stop() == 0
        order = [row.name for row in ROWS]
        return sorted(outcomes, key=lambda one: order.index(one.name) if one.name in order else len(order))


if __name__ == "__main__":
    print(f"{'what is sent':32} {'status':>22} {'peak growth':>12} {'time':>10}")
    result = table()
    print(*result, sep="\n")
    sys.exit(not all(one.is_well for one in result))
