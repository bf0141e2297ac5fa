"""A proxy that keeps what a producer sends, byte for byte, in the form of Tests/Fixtures/captures."""

import http.server
import json
import pathlib
import subprocess
import threading


class Recorder(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, steno, folder: pathlib.Path):
        super().__init__(("127.0.0.1", 0), Handler)
        self.steno, self.folder, self.count, self.lock = steno, folder, 0, threading.Lock()
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.iterdir():
            old.unlink()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def keep(self, meta: dict, body: bytes) -> None:
        with self.lock:
            stem, self.count = f"{self.count:03d}", self.count + 1
            (self.folder / f"{stem}.body.bin").write_bytes(body)
            (self.folder / f"{stem}.meta.json").write_text(json.dumps(meta, indent=1) + "\n")

    def provenance(self, producer, python: pathlib.Path) -> None:
        """The versions of all that was installed beside the producer."""
        frozen = subprocess.run(
            [python, "-m", "pip", "freeze", "--disable-pip-version-check"], capture_output=True, text=True, check=True)
        kept = [line for line in frozen.stdout.splitlines() if "opentelemetry" in line or line in producer.requires]
        (self.folder / "provenance.json").write_text(json.dumps({
            "producer": producer.name, "script": producer.script, "recorded": "2026-11", "packages": kept,
            "environment": producer.environment, "project": producer.project,
            "metadata_as_text": producer.metadata_as_text, "cannot": sorted(producer.cannot)}, indent=1) + "\n")

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        answer = self.server.steno.request("POST", self.path, body, headers)
        if self.path.rstrip("/").endswith(("/v1/traces", "/v1/logs")):
            meta = {"method": "POST", "path": self.path, "headers": list(headers.items()),
                    "body_bytes": len(body), "answer": {"status": answer.status}}
            self.server.keep(meta, body)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers.get("content-type", "application/json"))
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def do_GET(self):
        answer = self.server.steno.request("GET", self.path)
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
