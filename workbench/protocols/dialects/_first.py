"""What the first messages of a link say about its dialect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from workbench.model.pointer import MISSING
from workbench.model.words import Opcode
from workbench.protocols.dialects._values import load

#: Enough of each first message to know a protocol by (bytes), and so many values of it.
ENOUGH = 64 * 1024
FEW = 16

First = Sequence[tuple[int, int, bytes]]


def values(first: First, direction: int, mark: bytes = b"") -> Iterator[Any]:
    """The JSON values of the first text messages of a direction, several in each where a
    mark parts them."""
    for way, opcode, payload in first:
        if way == direction and opcode == Opcode.TEXT and len(payload) <= ENOUGH:
            for part in payload.split(mark, FEW)[:FEW] if mark else (payload,):
                value = load(Opcode.TEXT, part)
                if value is not MISSING:
                    yield value


def objects(first: First, direction: int, mark: bytes = b"") -> Iterator[dict[str, Any]]:
    """Those of the values that are objects."""
    return (v for v in values(first, direction, mark) if isinstance(v, dict))


def begins(first: First, direction: int) -> bytes:
    """The first bytes of a direction, whatever the frames that they came in."""
    found = b""
    for way, opcode, payload in first:
        if way == direction and opcode in (Opcode.TEXT, Opcode.BINARY):
            found += payload[: ENOUGH - len(found)]
    return found
