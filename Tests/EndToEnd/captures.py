"""The recorded requests of real exporters: Tests/Fixtures/captures (its README says what each file is)."""

import dataclasses
import gzip
import json
import pathlib

from server import ROOT, Answer, Client

FOLDER = ROOT / "Tests" / "Fixtures" / "captures"
# What a connection of its own sets anew.
CONNECTION_HEADERS = {"host", "content-length", "connection", "transfer-encoding", "accept-encoding", "expect"}


@dataclasses.dataclass(frozen=True)
class Request:
    name: str  # folder/file stem
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    expect: dict  # what a synthetic capture expects; empty for the others
    rendering: pathlib.Path | None  # the same message as OTLP JSON

    @property
    def signal(self) -> str:
        """traces, logs, metrics, or another path's last part."""
        return self.path.rstrip("/").rsplit("/", 1)[-1]

    def send(self, client: Client) -> Answer:
        return client.request(self.method, self.path, self.body, self.headers)

    @property
    def plain_body(self) -> bytes:
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body

    @property
    def as_protobuf(self) -> bytes | None:
        """The message as protobuf, uncompressed; None where it was sent as JSON."""
        return self.plain_body if "protobuf" in self.headers.get("content-type", "") else None

    def as_json(self) -> "Request":
        """The same message as OTLP JSON."""
        assert self.rendering is not None, self.name
        message = json.dumps(json.loads(self.rendering.read_bytes()), ensure_ascii=False).encode()
        headers = {name: value for name, value in self.headers.items() if name != "content-encoding"}
        headers["content-type"] = "application/json"
        return dataclasses.replace(self, headers=headers, body=message)


def _headers(pairs) -> dict[str, str]:
    return {name.lower(): value for name, value in pairs if name.lower() not in CONNECTION_HEADERS}


def folder(name: str, root: pathlib.Path = FOLDER) -> list[Request]:
    """The requests of one capture folder in the order in which they were sent."""
    requests = []
    for meta_file in sorted((root / name).glob("*.meta.json")):
        meta = json.loads(meta_file.read_bytes())
        stem = meta_file.name.removesuffix(".meta.json")
        rendering = meta_file.with_name(f"{stem}.json")
        requests.append(Request(
            f"{name}/{stem}", meta["method"], meta["path"], _headers(meta["headers"]),
            meta_file.with_name(f"{stem}.body.bin").read_bytes(), meta.get("expect", {}),
            rendering if rendering.exists() else None))
    for http_file in sorted((root / name).glob("*.http.json")):
        stem = http_file.name.removesuffix(".http.json")
        body, rendering = http_file.with_name(f"{stem}.bin"), http_file.with_name(f"{stem}.otlp.json")
        if not rendering.exists():
            continue  # a call that is not OTLP
        meta = json.loads(http_file.read_bytes())
        # What came by gRPC is the same message; it is sent the way HTTP exporters do.
        over_http = str(meta.get("path", "")).endswith("/v1/traces")
        requests.append(Request(
            f"{name}/{stem}", "POST", meta["path"] if over_http else "/v1/traces",
            _headers(meta["headers"]) if over_http else {"content-type": "application/x-protobuf"},
            body.read_bytes(), {}, rendering))
    assert requests, f"no capture in {name}"
    return requests


def folders() -> list[str]:
    found = {path.parent for pattern in ("*.meta.json", "*.http.json") for path in FOLDER.rglob(pattern)}
    return sorted(str(path.relative_to(FOLDER)) for path in found)


def expected() -> dict:
    return json.loads((FOLDER / "expected.json").read_bytes())


def telemetry() -> list[Request]:
    """Every captured request of spans or logs that is not a protocol edge."""
    return [
        request for name in folders() if not name.startswith("synthetic") or "vercel" in name
        for request in folder(name) if request.signal in ("traces", "logs")]
