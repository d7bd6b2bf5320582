"""Records into bytes, many at a time."""

from __future__ import annotations

import struct
from itertools import chain
from typing import NamedTuple

import numpy as np

from workbench.journal.layout import MAX_PAYLOAD
from workbench.model.record import RECORD, Record
from workbench.model.words import Flag

#: The fields of a Record in its own order; "0s" takes the payload and writes nothing,
#: "?" takes the number, which is not known yet.
_FORMAT = "qIBBBHHIIQ0s?"
_RAW = np.dtype(
    [
        ("time", "<i8"),
        ("link", "<u4"),
        ("kind", "u1"),
        ("direction", "u1"),
        ("opcode", "u1"),
        ("flags", "<u2"),
        ("code", "<u2"),
        ("wire", "<u4"),
        ("seq", "<u4"),
        ("ref", "<u8"),
        ("number", "?"),
    ]
)
_ONE = struct.Struct("<" + _FORMAT)
_MANY = 128  # one call for so many records: nearly half the time of as many calls
_pack_one = _ONE.pack
_pack_many = struct.Struct("<" + _FORMAT * _MANY).pack


class Batch(NamedTuple):
    """What is written in one go: headers and payload, and when it was put together."""

    heads: bytes
    payload: bytes
    moment: int

    @property
    def rows(self) -> int:
        """The number of records."""
        return len(self.heads) // RECORD.itemsize

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.heads) + len(self.payload)


def batch_of(records: list[Record], at: int, moment: int) -> Batch:
    """The bytes of some records whose payload will start at ``at`` in its segment."""
    try:
        raw = packed(records)
    except struct.error:
        records = [fitted(record) for record in records]
        raw = packed(records)
    payloads = [record[10] for record in records]
    sizes = np.fromiter(map(len, payloads), np.uint64, len(payloads))
    if int(sizes.max(initial=0)) > MAX_PAYLOAD:
        return batch_of([cut_short(record) for record in records], at, moment)
    fields = np.frombuffer(raw, _RAW)
    rows = np.zeros(len(records), RECORD)
    for name in _RAW.names[:-1] if _RAW.names else ():
        rows[name] = fields[name]
    rows["size"] = sizes
    ends = np.cumsum(sizes + np.uint64(1))  # a newline behind each payload
    rows["offset"] = ends - sizes - np.uint64(1) + np.uint64(at)
    payloads.append(b"")
    return Batch(rows.tobytes(), b"\n".join(payloads), moment)


def cut_short(record: Record) -> Record:
    """The record with no more payload than a recording keeps, marked CUT_SHORT where cut."""
    if len(record.payload) <= MAX_PAYLOAD:
        return record
    flags = record.flags | Flag.CUT_SHORT
    return record._replace(payload=record.payload[:MAX_PAYLOAD], flags=flags)


def packed(records: list[Record]) -> bytes:
    """The fixed fields of records, one after another.  struct.error: one is out of range."""
    whole = len(records) - len(records) % _MANY
    flat = chain.from_iterable
    parts = [_pack_many(*flat(records[i : i + _MANY])) for i in range(0, whole, _MANY)]
    parts += [_pack_one(*record) for record in records[whole:]]
    return b"".join(parts)


def fitted(record: Record) -> Record:
    """The record with every field inside its range, marked INVALID where one was not."""
    names = [name for name in _RAW.names or () if name != "number"]
    given = {name: int(getattr(record, name)) for name in names}
    limits = {name: np.iinfo(_RAW[name]) for name in names}
    fields = {n: min(max(v, int(limits[n].min)), int(limits[n].max)) for n, v in given.items()}
    if fields != given:
        fields["flags"] |= Flag.INVALID
    return Record(**fields, payload=record.payload)
