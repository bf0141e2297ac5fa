"""A reader of server-sent events over a socket of its own."""

import json
import socket

SECONDS_MAX = 20


class EventReader:
    """Connects at once; the head of the answer is read before the first event."""

    def __init__(self, server, path: str = "/api/v1/events", last_event_id: str | int | None = None,
                 receive_bytes: int | None = None, headers: dict[str, str] | None = None):
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(SECONDS_MAX)
        self.socket.connect((server.host, server.port))
        head = [f"GET {path} HTTP/1.1", f"Host: {server.host}"]
        head += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if last_event_id is not None:
            head.append(f"Last-Event-ID: {last_event_id}")
        self.socket.sendall("\r\n".join(head + ["", ""]).encode())
        self._received = b""
        self._text = ""
        self.is_ended = False
        head, self._received = self._until(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
        #: As a browser keeps it.
        self.last_id: str | None = None

    def _until(self, mark: bytes) -> tuple[bytes, bytes]:
        while mark not in self._received:
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("closed")
            self._received += data
        before, _, after = self._received.partition(mark)
        return before, after

    def _chunk(self) -> None:
        size, self._received = self._until(b"\r\n")
        count = int(size, 16)
        while len(self._received) < count + 2:
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("closed")
            self._received += data
        self._text += self._received[:count].decode()
        self._received = self._received[count + 2:]
        self.is_ended = count == 0

    def block(self) -> dict[str, str] | None:
        """The fields of the next block, comments as ''; nil at the end of the stream."""
        while "\n\n" not in self._text:
            if self.is_ended:
                return None
            self._chunk()
        block, _, self._text = self._text.partition("\n\n")
        fields = dict(line.split(":", 1) for line in block.split("\n"))
        fields = {name: value.removeprefix(" ") for name, value in fields.items()}
        self.last_id = fields.get("id", self.last_id)
        return fields

    def event(self) -> tuple[str, dict] | None:
        """The next block that is an event: its name and its data."""
        while (fields := self.block()) is not None:
            if "data" in fields:
                return fields["event"], json.loads(fields["data"])
        return None

    def close(self) -> None:
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
