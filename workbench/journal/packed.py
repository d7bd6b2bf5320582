"""A packed recording (.wbrec): a ZIP file of uncompressed members, mapped in place.

The members are found by walking their local headers from the start (APPNOTE.TXT 4.3.7), so
that a file cut in the middle opens up to the cut.  Nothing is extracted, hence nothing can
be written outside or grow; names are checked all the same, because ``unpack`` uses them.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

from workbench.journal.blobs import EMPTY, map_file
from workbench.model.errors import Whose, WorkbenchError

LOCAL = struct.Struct("<4s5H3I2H")
LOCAL_SIGNATURE = b"PK\x03\x04"
CENTRAL_SIGNATURE = b"PK\x01\x02"
ZIP64 = 0xFFFFFFFF
MAX_MEMBERS = 100_000
MAX_NAME = 200
_PART = r"[A-Za-z0-9_@+-][A-Za-z0-9_@+.-]*"
_SAFE = re.compile(rf"{_PART}(/{_PART}){{0,3}}")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def is_safe(name: str) -> bool:
    """Whether a file name stays inside its folder on every system."""
    return (
        len(name) <= MAX_NAME
        and _SAFE.fullmatch(name) is not None
        and not any(part.endswith(".") or _DEVICE.fullmatch(part) for part in name.split("/"))
    )


class PackedBlob:
    """A member; it never grows."""

    def __init__(self, view: memoryview) -> None:
        self._view = view

    def upto(self, stop: int) -> memoryview:
        return self._view


class PackedSource:
    """The members of a packed file.  ``cut`` says that its end is missing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data = map_file(path)
        self._members: dict[str, memoryview] = {}
        self._folded: set[str] = set()  # two names may differ by case alone: not everywhere
        self.cut = False
        at = 0
        while at >= 0:
            at = self._walk(at)

    def _walk(self, at: int) -> int:
        """Take in the member whose header is here; where the next is, -1: no more."""
        raw = self._data[at : at + LOCAL.size]
        if raw[:4] == CENTRAL_SIGNATURE and self._members:
            return -1
        if len(raw) < LOCAL.size or raw[:4] != LOCAL_SIGNATURE:
            if not self._members:
                raise self._refused("It is no packed recording.")
            self.cut = True
            return -1
        _, _, flags, method, _, _, _, packed, size, n, m = LOCAL.unpack(raw)
        name = bytes(self._data[at + LOCAL.size :][:n]).decode("utf-8", "replace")
        extra = bytes(self._data[at + LOCAL.size + n :][:m])
        if packed == size == ZIP64:
            packed = size = zip64_size(extra)
        if method or flags & 0b1001 or packed != size:
            raise self._refused("Another program has packed it again.")
        start = at + LOCAL.size + n + m
        self._admit(name, start, size)
        return int(start + size)

    def _admit(self, name: str, start: int, size: int) -> None:
        if not is_safe(name):
            raise self._refused(f"It holds a file named {name[:MAX_NAME]!r}.")
        if name.lower() in self._folded:
            raise self._refused(f"It holds {name} twice.")
        if len(self._members) >= MAX_MEMBERS:
            raise self._refused(f"It holds more than {MAX_MEMBERS} files.")
        self._folded.add(name.lower())
        self._members[name] = self._data[start : start + size]

    def _refused(self, why: str) -> WorkbenchError:
        return WorkbenchError(
            f"This file cannot be opened as a recording: {self._path}.",
            whose=Whose.USER,
            why=why,
            to_do="Ask for the .wbrec file as the workbench saved it.",
        )

    # --- as a source ----------------------------------------------------------------------

    def names(self, under: str = "") -> list[str]:
        prefix = f"{under}/" if under else ""
        return sorted(name for name in self._members if name.startswith(prefix))

    def top_names(self) -> list[str]:
        return [name for name in self._members if "/" not in name]

    def exists(self, name: str) -> bool:
        return name in self._members

    def size(self, name: str) -> int:
        return len(self._members.get(name, EMPTY))

    def blob(self, name: str) -> PackedBlob:
        return PackedBlob(self._members.get(name, EMPTY))

    def read(self, name: str, start: int, limit: int) -> bytes:
        return bytes(self._members.get(name, EMPTY)[start : start + limit])


def zip64_size(extra: bytes) -> int:
    """The size in the ZIP64 extra field (APPNOTE.TXT 4.5.3); 0 where there is none."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == 1 and size >= 16 and len(extra) >= 20:
            whole, packed = struct.unpack_from("<QQ", extra, 4)
            return int(whole) if whole == packed else 0
        extra = extra[4 + size :]
    return 0
