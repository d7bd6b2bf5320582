"""CBOR (RFC 8949).

Read here and not by a library: those carry tags out (regular expressions, mails, references),
and keep one of two members of the same name.  A tag is shown, never followed.
"""

from __future__ import annotations

import struct
from typing import Any

from workbench.decoders._cursor import Cursor
from workbench.model.tree import Figure, Note, Pairs, octets
from workbench.model.words import Opcode
from workbench.units.shapes import Decoded, DecodeError, Limits

TITLE = "CBOR"
FLOATS = {25: ">e", 26: ">f", 27: ">d"}
SIMPLE = {20: False, 21: True, 22: None, 23: Note("undefined")}
SELF_DESCRIBED = b"\xd9\xd9\xf7"  # section 3.4.6
BREAK = object()


def recognise(payload: bytes, opcode: int) -> float:
    """Its own magic is rare: else a map or an array that ends where the payload does."""
    if payload.startswith(SELF_DESCRIBED):
        return 0.98
    if opcode != Opcode.BINARY or len(payload) < 2:
        return 0.0
    major, info = payload[0] >> 5, payload[0] & 31
    if major == 5:
        return 0.7 if info < 24 or info == 31 else 0.6
    return 0.55 if major in (4, 6) else 0.0


def decode(payload: bytes, limits: Limits) -> Decoded:
    """The one data item that the payload is."""
    cursor = Cursor(payload, limits)
    tree = _item(cursor)
    if tree is BREAK:
        raise DecodeError("a break outside of anything")
    cursor.end()
    return Decoded(tree=tree)


def _item(c: Cursor) -> Any:
    """One data item, or BREAK."""
    c.count()
    first = c.byte()
    major, info = first >> 5, first & 31
    if major == 7:
        return _simple(c, info)
    length = _length(c, info)
    if length is None:
        return _indefinite(c, major)
    if major <= 1:
        return Figure(length if major == 0 else -1 - length)
    if major == 2:
        return octets(c.take(length))
    if major == 3:
        return _text(c.take(length))
    return _holder(c, major, length)


def _holder(c: Cursor, major: int, length: int) -> Any:
    c.enter({4: length, 5: 2 * length}.get(major, 1))
    found: Any
    if major == 4:
        found = [_inside(c) for _ in range(length)]
    elif major == 5:
        found = Pairs((_key(_inside(c)), _inside(c)) for _ in range(length))
    else:
        inner = _inside(c)
        found = inner if length == 55799 else Pairs([(f"tag {length}", inner)])
    c.leave()
    return found


def _length(c: Cursor, info: int) -> int | None:
    """The argument (section 3); None: an indefinite length."""
    if info < 24:
        return info
    if info < 28:
        return c.number(1 << (info - 24))
    if info == 31:
        return None
    raise DecodeError("a reserved length")


def _simple(c: Cursor, info: int) -> Any:
    if info in SIMPLE:
        return SIMPLE[info]
    if info in FLOATS:
        return Figure(struct.unpack(FLOATS[info], c.take(1 << (info - 24)))[0])
    if info == 31:
        return BREAK
    if info > 27:
        raise DecodeError("a reserved value")
    return Note(f"simple {c.byte() if info == 24 else info}")


def _indefinite(c: Cursor, major: int) -> Any:
    """Section 3.2: parts until a break."""
    if major not in (2, 3, 4, 5):
        raise DecodeError("an indefinite length that cannot be")
    if major in (2, 3):
        data = b"".join(_chunks(c, major))
        return octets(data) if major == 2 else _text(data)
    c.enter()
    found: list[Any] = []
    while (item := _item(c)) is not BREAK:
        found.append((_key(item), _inside(c)) if major == 5 else item)
    c.leave()
    return Pairs(found) if major == 5 else found


def _chunks(c: Cursor, major: int) -> list[bytes]:
    parts = []
    while (first := c.byte()) != 0xFF:
        c.count()
        length = _length(c, first & 31)
        if first >> 5 != major or length is None:
            raise DecodeError("a chunk of another kind")
        parts.append(c.take(length))
    return parts


def _inside(c: Cursor) -> Any:
    item = _item(c)
    if item is BREAK:
        raise DecodeError("a break where a value belongs")
    return item


def _key(value: Any) -> str:
    if isinstance(value, list):
        raise DecodeError("a map or array as a name")
    return value if isinstance(value, str) else str(value).lower()


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise DecodeError("text that is no UTF-8") from None
