"""A plain HTTP/2 client that sends what a gRPC library would not."""

import dataclasses
import socket
import struct

import h2.config
import h2.connection
import h2.events
import h2.settings

SECONDS_MAX = 30
EXPORT_TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"


def framed(message: bytes, flag: int = 0, length: int | None = None) -> bytes:
    """A message behind gRPC's prefix, which may lie about it."""
    return struct.pack(">BI", flag, len(message) if length is None else length) + message


@dataclasses.dataclass
class Answer:
    headers: dict[str, str] = dataclasses.field(default_factory=dict)  # trailers included
    body: bytes = b""
    reset: int | None = None  # the code of RST_STREAM

    @property
    def grpc_status(self) -> int:
        return int(self.headers["grpc-status"])


class HTTP2:
    """One connection."""

    def __init__(self, target: str, window: int | None = None):
        """`window`: bytes that the server may send of an answer before more are asked for."""
        host, _, port = target.rpartition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=SECONDS_MAX)
        self._h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self._h2.initiate_connection()
        if window is not None:
            self._h2.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: window})
        self._flush()
        self._answers: dict[int, Answer] = {}
        self._ended: set[int] = set()

    def _flush(self) -> None:
        self._socket.sendall(self._h2.data_to_send())

    def open(self, path: str = EXPORT_TRACES, method: str = "POST", end: bool = False, **headers: str) -> int:
        """Sends the headers of a call; returns its stream."""
        stream = self._h2.get_next_available_stream_id()
        named = {"content-type": "application/grpc", "te": "trailers"} | {
            name.replace("_", "-"): value for name, value in headers.items()}
        self._h2.send_headers(stream, [
            (":method", method), (":path", path), (":scheme", "http"), (":authority", "steno"), *named.items()],
            end_stream=end)
        self._answers[stream] = Answer()
        self._flush()
        return stream

    def send(self, stream: int, data: bytes, end: bool = False) -> None:
        while data or end:
            while not (room := self._h2.local_flow_control_window(stream)) and data:
                self._receive()
            size = min(room, len(data), self._h2.max_outbound_frame_size)
            self._h2.send_data(stream, data[:size], end_stream=end and size == len(data))
            self._flush()
            data = data[size:]
            if not data:
                return

    @property
    def calls_max(self) -> int:
        """How many calls the server lets this connection have open."""
        return self._h2.remote_settings.max_concurrent_streams

    def reset(self, stream: int) -> None:
        self._h2.reset_stream(stream)
        self._flush()

    def answer(self, stream: int) -> Answer:
        """The whole answer of a call."""
        while stream not in self._ended:
            self._receive()
        return self._answers[stream]

    def _receive(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the connection ended")
        for event in self._h2.receive_data(data):
            stream = getattr(event, "stream_id", None)
            if isinstance(event, h2.events.ResponseReceived | h2.events.TrailersReceived):
                self._answers[stream].headers |= dict(event.headers)
            elif isinstance(event, h2.events.DataReceived):
                self._answers[stream].body += event.data
                self._h2.acknowledge_received_data(event.flow_controlled_length, stream)
            elif isinstance(event, h2.events.StreamReset):
                self._answers[stream].reset = event.error_code
                self._ended.add(stream)
            elif isinstance(event, h2.events.StreamEnded):
                self._ended.add(stream)
        self._flush()

    def close(self) -> None:
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
