"""MessagePack (specification of 2017, with its timestamp extension).

Read here and not by the library: that one makes a list as long as an array claims to be, and
keeps one of two members of the same name.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.decoders._cursor import Cursor
from workbench.model.tree import Figure, Note, Pairs, octets
from workbench.model.words import Opcode
from workbench.units.shapes import Decoded, DecodeError, Limits

TITLE = "MessagePack"
SIZES = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xC7: 1, 0xC8: 2, 0xC9: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4,
         0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4}  # fmt: skip
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def recognise(payload: bytes, opcode: int) -> float:
    """There is no magic: a map or an array that ends where the payload does."""
    if opcode != Opcode.BINARY or len(payload) < 2:
        return 0.0
    first = payload[0]
    if not (0x80 <= first <= 0x9F or 0xDC <= first <= 0xDF):
        return 0.0
    return 0.75 if 0x80 <= first <= 0x8F or first >= 0xDE else 0.6


def decode(payload: bytes, limits: Limits) -> Decoded:
    """The one value that the payload is."""
    cursor = Cursor(payload, limits)
    tree = _value(cursor)
    cursor.end()
    return Decoded(tree=tree)


def _value(c: Cursor) -> Any:
    c.count()
    first = c.byte()
    if first <= 0x7F or first >= 0xE0:
        return Figure(first if first <= 0x7F else first - 0x100)
    if first <= 0x8F:
        return _map(c, first & 0x0F)
    if first <= 0x9F:
        return _array(c, first & 0x0F)
    if first <= 0xBF:
        return _text(c.take(first & 0x1F))
    return _typed(c, first)


def _typed(c: Cursor, first: int) -> Any:
    if first in (0xC0, 0xC2, 0xC3):
        return {0xC0: None, 0xC2: False, 0xC3: True}[first]
    if first in SIZES:
        return _sized(c, first, c.number(SIZES[first]))
    if first in (0xCA, 0xCB):
        form, size = (">f", 4) if first == 0xCA else (">d", 8)
        return Figure(struct.unpack(form, c.take(size))[0])
    if 0xCC <= first <= 0xCF:
        return Figure(c.number(1 << (first - 0xCC)))
    if 0xD0 <= first <= 0xD3:
        return Figure(int.from_bytes(c.take(1 << (first - 0xD0)), "big", signed=True))
    if 0xD4 <= first <= 0xD8:
        return _extension(c, 1 << (first - 0xD4))
    raise DecodeError("0xc1 is never used")


def _sized(c: Cursor, first: int, size: int) -> Any:
    if first <= 0xC6:
        return octets(c.take(size))
    if first <= 0xC9:
        return _extension(c, size)
    if first <= 0xDB:
        return _text(c.take(size))
    return _array(c, size) if first <= 0xDD else _map(c, size)


def _array(c: Cursor, size: int) -> list[Any]:
    c.enter(size)
    found = [_value(c) for _ in range(size)]
    c.leave()
    return found


def _map(c: Cursor, size: int) -> Pairs:
    c.enter(2 * size)
    found = Pairs((_key(_value(c)), _value(c)) for _ in range(size))
    c.leave()
    return found


def _key(value: Any) -> str:
    if isinstance(value, list):
        raise DecodeError("a map or array as a name")
    return value if isinstance(value, str) else str(value).lower()


def _text(data: bytes) -> Any:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return octets(data)


def _extension(c: Cursor, size: int) -> Note:
    kind = int.from_bytes(c.take(1), "big", signed=True)
    data = c.take(size)
    moment = _timestamp(data) if kind == -1 else None
    return Note(moment or f"extension {kind}, {octets(data)}")


def _timestamp(data: bytes) -> str | None:
    """The timestamp extension: 32, 64 or 96 bits."""
    if len(data) == 4:
        seconds, ns = int.from_bytes(data, "big"), 0
    elif len(data) == 8:
        both = int.from_bytes(data, "big")
        seconds, ns = both & ((1 << 34) - 1), both >> 34
    elif len(data) == 12:
        seconds, ns = int.from_bytes(data[4:], "big", signed=True), int.from_bytes(data[:4], "big")
    else:
        return None
    try:
        return f"{EPOCH + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}.{ns:09} UTC"
    except OverflowError:
        return None
