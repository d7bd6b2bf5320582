"""A record: one row of the journal, as values and as the numpy layout it is stored in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

#: A moment: nanoseconds since the Unix epoch on the recorder's monotonic clock.
#: (The wall clock is read once, at start; after that only monotonic time is added.)
Moment = int

#: One record header, 48 bytes, little endian.  ``offset`` counts from the start of
#: the payload of the record's own segment.  ``ref`` is the number of another record + 1
#: (0: none); ``seq`` counts messages per link and direction from 1 (0: not a message).
RECORD = np.dtype(
    [
        ("time", "<i8"),
        ("offset", "<u8"),
        ("size", "<u4"),  # payload bytes kept (unmasked, inflated)
        ("wire", "<u4"),  # bytes on the wire, frame headers included
        ("link", "<u4"),
        ("seq", "<u4"),
        ("ref", "<u8"),
        ("kind", "u1"),
        ("direction", "u1"),
        ("opcode", "u1"),
        ("spare", "u1"),
        ("flags", "<u2"),
        ("code", "<u2"),  # close code, HTTP status, or as the kind says
    ]
)
assert RECORD.itemsize == 48


class Record(NamedTuple):
    """What is handed to the journal.  ``number`` is given by it (-1 before)."""

    time: Moment
    link: int
    kind: int
    direction: int = 0
    opcode: int = 0
    flags: int = 3
    code: int = 0
    wire: int = 0
    seq: int = 0
    ref: int = 0
    payload: bytes = b""
    number: int = -1


#: What a dialect read in one record: an interpreted column file holds rows of this,
#: in order of ``row``; a record may give none, one or many.  ``stream``, ``epoch``,
#: ``key``, ``label`` and ``text`` are numbers of interned strings (0: none).
READING = np.dtype(
    [
        ("row", "<u8"),
        ("offset", "<i8"),  # -1: none
        ("id", "<u8"),  # hash of the id or content, 0: none
        ("time", "<i8"),  # when the service says it was published (ns), 0: unknown
        ("stream", "<u4"),
        ("epoch", "<u4"),
        ("key", "<u4"),
        ("label", "<u4"),  # the type shown in the message table
        ("text", "<u4"),  # the id as text, where it is not a number
        ("means", "u1"),
        ("spare", "u1"),
        ("flags", "<u2"),
    ]
)
assert READING.itemsize == 56


class Reading(NamedTuple):
    """What a dialect reads in a message, before it is interned."""

    means: int
    stream: str = ""
    epoch: str = ""
    offset: int | None = None
    id: str = ""
    key: str = ""
    label: str = ""
    time: int = 0
    flags: int = 0
