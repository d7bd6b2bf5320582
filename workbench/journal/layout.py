"""The recording format, byte by byte (docs/recording-format.md says the same in prose).

Everything is little endian.  A segment is three files of one number: record headers,
payload bytes, and one commit entry per block.  Only what a commit entry covers exists.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import NamedTuple

import numpy as np

#: Version of the format that is written, and the newest one that can be read.
FORMAT = 1

INFO = "recording.json"
NOTES = "notes.sqlite"
COLUMNS = "columns"
LOCK = "writer.lock"
SUFFIX = ".wbrec"

#: A commit entry: ``count`` records from number ``first``, which is header ``row`` of the
#: segment's .idx; their payload is ``size`` bytes from ``start`` of its .pay.  ``crc`` is the
#: CRC-32 of the 60 bytes before it: the commit mark.
ENTRY = np.dtype(
    [
        ("magic", "<u4"),
        ("count", "<u4"),
        ("first", "<u8"),
        ("row", "<u8"),
        ("start", "<u8"),
        ("size", "<u8"),
        ("crc_headers", "<u4"),
        ("crc_payload", "<u4"),
        ("moment", "<i8"),  # when it was committed
        ("flags", "<u4"),  # 0; readers ignore what they do not know
        ("crc", "<u4"),
    ]
)
assert ENTRY.itemsize == 64
MAGIC = int.from_bytes(b"WBc1", "little")

#: The same as a struct.
ENTRY_STRUCT = struct.Struct("<IIQQQQIIqII")

#: What a writer aims at, so that checking one block at first touch stays short.
BLOCK_BYTES = 256 * 1024
BLOCK_RECORDS = 2048
SEGMENT_BYTES = 64 * 1024 * 1024
SEGMENT_RECORDS = 1 << 20
#: What a reader accepts: beyond it an entry is damaged, whatever its checksum says.
MAX_BLOCK_RECORDS = 1 << 22
MAX_SEGMENT_RECORDS = 1 << 24
MAX_GAP_RECORDS = 1 << 26
MAX_NUMBER = 1 << 62
#: The longest payload kept of one message; the rest is cut (Flag.CUT_SHORT).
MAX_PAYLOAD = 1 << 30

_SEGMENT = re.compile(r"(\d{6})\.(idx|pay|commit)")


class Entry(NamedTuple):
    """A commit entry before it is written."""

    records: int
    first: int
    row: int
    start: int
    size: int
    crc_headers: int
    crc_payload: int
    moment: int

    def pack(self) -> bytes:
        """The 64 bytes of the entry."""
        body = ENTRY_STRUCT.pack(MAGIC, *self, 0, 0)[:-4]
        return body + zlib.crc32(body).to_bytes(4, "little")


def segment_file(number: int, part: str) -> str:
    """The name of one of the three files of a segment (``part``: idx, pay or commit)."""
    return f"{number:06}.{part}"


def segment_number(name: str) -> int:
    """The number of the segment whose commit file is so named; 0 for any other file."""
    match = _SEGMENT.fullmatch(name)
    return int(match[1]) if match and match[2] == "commit" else 0
