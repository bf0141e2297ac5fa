"""The watched disk of disk.c: a server on it, the record of what it wrote, and what a power cut may leave of that."""

import ctypes
import dataclasses
import errno
import mmap
import os
import pathlib
import random
import struct
import subprocess

from server import Steno, clean_environment

SOURCE = pathlib.Path(__file__).with_name("disk.c")
HEAD = struct.Struct("<cBQI")
SECTOR = 512
FOLDER = 255
WRITE, SYNC, TRUNCATE, OPEN = 1, 2, 4, 8
OPERATIONS = {"write": WRITE, "sync": SYNC, "truncate": TRUNCATE, "open": OPEN}


def build(folder: pathlib.Path) -> pathlib.Path:
    library = folder / "disk.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-o", library, SOURCE, "-ldl", "-lpthread"], check=True)
    return library


class Control(ctypes.Structure):
    """`struct control` of disk.c."""
    _fields_ = [(name, ctypes.c_int32) for name in (
        "ops", "countdown", "error", "persists", "delay_us", "hits", "seen", "half", "holds", "held")]
    _fields_ += [("clock_s", ctypes.c_int64)]


class Disk:
    """A folder whose files a server is given through disk.c."""

    def __init__(self, folder: pathlib.Path, library: pathlib.Path, recording: bool = False):
        self.folder, self.library = folder / "disk", library
        self.folder.mkdir()
        self.data = self.folder / "steno.db"
        self.log = folder / "disk.log" if recording else None
        self._control_path = folder / "disk.control"
        self._control_path.write_bytes(bytes(ctypes.sizeof(Control)))
        with open(self._control_path, "r+b") as file:
            self.control = Control.from_buffer(mmap.mmap(file.fileno(), 0))

    def environment(self) -> dict[str, str]:
        named = {"LD_PRELOAD": str(self.library), "DISK_PATH": str(self.data), "DISK_CONTROL": str(self._control_path)}
        return clean_environment(**named, **({"DISK_LOG": str(self.log)} if self.log else {}))

    def serve(self, *arguments: str) -> Steno:
        return Steno(self.data, *arguments, environment=self.environment())

    def fail(self, operation: int, nth: int, error: int, persists: bool = False, half: bool = False) -> None:
        control = self.control
        control.ops = 0
        control.countdown, control.error, control.persists, control.half = nth, error, persists, half
        control.hits = control.seen = 0
        control.ops = operation

    def heal(self) -> int:
        """Ends the failures and returns how many calls failed."""
        self.control.ops = 0
        return self.control.hits


class Marks:
    """Writes the test's own marks into the record: a mark stands behind everything that was done before it."""

    def __init__(self, log: pathlib.Path):
        self._descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, number: int) -> None:
        os.write(self._descriptor, HEAD.pack(b"a", 0, number, 0))

    def close(self) -> None:
        os.close(self._descriptor)


@dataclasses.dataclass
class Change:
    """A write or cut that no sync has covered yet."""
    offset: int
    bytes: memoryview | None  # None: the file was made `offset` bytes long
    syncs: frozenset = frozenset()


class File:
    def __init__(self, name: str):
        self.name = name
        self.durable = bytearray()
        self.pending: list[Change] = []
        self.before_sync: dict[int, int] = {}  # by sync under way: how many of `pending` it covers

    def settle(self, count: int) -> None:
        for change in self.pending[:count]:
            apply(self.durable, change)
        del self.pending[:count]
        self.before_sync = {number: max(0, covered - count) for number, covered in self.before_sync.items()}


def apply(content: bytearray, change: Change, sectors: list[bool] | None = None) -> None:
    """`sectors`: which of the sectors it touches reached the disk; None: all."""
    if change.bytes is None:
        if change.offset < len(content):
            del content[change.offset:]
        else:
            content.extend(bytes(change.offset - len(content)))
        return
    at, data, number = change.offset, change.bytes, 0
    while data:
        length = min(len(data), SECTOR - at % SECTOR)
        if sectors is None or sectors[number]:
            if len(content) < at:
                content.extend(bytes(at - len(content)))
            content[at:at + length] = data[:length]
        at, data, number = at + length, data[length:], number + 1


def sector_count(change: Change) -> int:
    if change.bytes is None:
        return 1
    return (change.offset + len(change.bytes) - 1) // SECTOR - change.offset // SECTOR + 1


class Replay:
    """Walks a record and says, at any place of it, what the disk may hold if the power fails there: all that was synced,
    and of the rest any part, each sector by itself, in any order."""

    def __init__(self, log: pathlib.Path, syncs_hold: bool = True):
        """`syncs_hold`: False for a disk whose syncs are worth nothing."""
        self._syncs_hold = syncs_hold
        self._record = memoryview(log.read_bytes())
        self._at = 0
        self.files: dict[int, File] = {}
        self.linked: set[int] = set()  # names that are on the disk for certain
        self._unsynced_names: dict[int, bool] = {}  # created (True) or removed (False) since the folder was synced
        self._folder_syncs: dict[int, dict[int, bool]] = {}
        self.marks: set[int] = set()

    def __len__(self) -> int:
        return len(self._record)

    def advance(self, position: int) -> None:
        """Goes on to the last whole entry before `position`."""
        while self._at + HEAD.size <= len(self._record):
            kind, number, value, length = HEAD.unpack_from(self._record, self._at)
            end = self._at + HEAD.size + length
            if end > position or end > len(self._record):
                return
            self._take(kind, number, value, self._record[self._at + HEAD.size:end])
            self._at = end

    def _take(self, kind: bytes, number: int, value: int, data: memoryview) -> None:
        file = self.files.get(number)
        if kind == b"a":
            self.marks.add(value)
        elif kind == b"o":
            if file is None or value:
                self.files[number] = File(bytes(data).decode())
                if value:
                    self._unsynced_names[number] = True
        elif kind == b"w":
            file.pending.append(Change(value, data))
        elif kind == b"t":
            file.pending.append(Change(value, None))
        elif kind == b"s":
            file.before_sync[value] = len(file.pending)
        elif kind == b"S":
            covered = file.before_sync.pop(value, 0)
            if self._syncs_hold:
                file.settle(covered)
        elif kind == b"u":
            self._unsynced_names[number] = False
        elif kind == b"d":
            self._folder_syncs[value] = dict(self._unsynced_names)
        elif kind == b"D":
            for name, exists in self._folder_syncs.pop(value, {}).items():
                (self.linked.add if exists else self.linked.discard)(name)
                if self._unsynced_names.get(name) == exists:
                    del self._unsynced_names[name]

    def cut(self, folder: pathlib.Path, chance: random.Random) -> None:
        """Writes to `folder` what one power cut here might leave."""
        for number, file in self.files.items():
            exists = number in self.linked
            if number in self._unsynced_names and chance.random() < 0.5:
                exists = self._unsynced_names[number]
            if not exists:
                continue
            content = bytearray(file.durable)
            # Some cuts lose everything unsynced, some nearly nothing, most something.
            share = chance.choice([0, 0.1, 0.5, 0.9, 1])
            changes = list(file.pending)
            # A file system orders a change of length with the writes around it; writes among themselves it does not.
            if chance.random() < 0.5 and all(change.bytes is not None for change in changes):
                chance.shuffle(changes)
            for change in changes:
                torn = chance.random() < 0.3
                whole = chance.random() < share
                sectors = [chance.random() < share if torn else whole for _ in range(sector_count(change))]
                if any(sectors):
                    apply(content, change, sectors)
            (folder / pathlib.Path(file.name).name).write_bytes(content)


ERRORS = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC}
