"""Protocol Buffers without a descriptor: field numbers and raw values (wire format)."""

from __future__ import annotations

import struct
from typing import Any

from workbench.decoders._cursor import Cursor
from workbench.decoders._text import readable
from workbench.model.tree import Figure, Note, Pairs, octets
from workbench.model.words import Opcode
from workbench.units.shapes import Decoded, DecodeError, Limits

TITLE = "Protobuf, raw fields"
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
HIGHEST = (1 << 29) - 1  # field numbers
WITHIN = 12  # levels tried: bytes look like a message by chance
TRIED = Limits(read=65536, nodes=2000, depth=WITHIN)


def recognise(payload: bytes, opcode: int) -> float:
    """There is no magic: fields, all known, up to the last byte; nothing else is less sure."""
    if opcode != Opcode.BINARY or len(payload) < 2 or len(payload) > TRIED.read:
        return 0.0
    try:
        fields = _message(Cursor(payload, TRIED), len(payload), 0)
    except DecodeError:
        return 0.0
    return 0.3 if all(int(name) < 1000 for name, _ in fields) else 0.1


def decode(payload: bytes, limits: Limits) -> Decoded:
    """Fields by number, in the order sent."""
    return Decoded(tree=_message(Cursor(payload, limits), len(payload), 0))


def _message(c: Cursor, end: int, depth: int) -> Pairs:
    c.enter()
    found = Pairs()
    while c.at < end:
        c.count()
        tag = c.varint()
        number, kind = tag >> 3, tag & 7
        if not 0 < number <= HIGHEST:
            raise DecodeError(f"field {number}")
        found.append((str(number), _field(c, kind, depth)))
    if c.at != end:
        raise DecodeError("a field that reaches beyond its message")
    c.leave()
    return found


def _field(c: Cursor, kind: int, depth: int) -> Any:
    if kind == VARINT:
        return Figure(c.varint())
    if kind == BYTES:
        return _bytes(c, c.varint(5), depth)
    if kind in (FIXED64, FIXED32):
        data = c.take(8 if kind == FIXED64 else 4)
        whole = int.from_bytes(data, "little", signed=True)
        number = struct.unpack("<d" if kind == FIXED64 else "<f", data)[0]
        return Note(f"{whole} or {number:g}")
    raise DecodeError(f"wire type {kind}")


def _bytes(c: Cursor, size: int, depth: int) -> Any:
    """Text, else a message within, else octets."""
    data = c.take(size)
    text = readable(data)
    if text is not None:
        return text
    if depth < WITHIN:
        try:
            return _inner(c, data, depth)
        except DecodeError:
            pass
    return octets(data)


def _inner(c: Cursor, data: bytes, depth: int) -> Pairs:
    """A message within is read by a cursor of its own, which counts on the outer one's account."""
    inner = c.within(data)
    found = _message(inner, len(data), depth + 1)
    c.count(inner.nodes)
    return found
