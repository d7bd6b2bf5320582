"""Recorded runs of real servers and clients, and what every test of a dialect does with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode

CAPTURES = Path(__file__).resolve().parents[2] / "data" / "captures"
IN, OUT = Direction.IN, Direction.OUT
TEXT, BINARY = Opcode.TEXT, Opcode.BINARY
ESCAPES = (("\\n", "\n"), ("\\r", "\r"), ("\\0", "\0"), ("\\x1e", "\x1e"))

Messages = list[tuple[int, bytes]]


def frames(name: str, kind: str = "text") -> dict[int, Messages]:
    """Data frames by connection as (direction, payload), in the order of the run.

    Escapes of the capture are undone outside of JSON texts only: none of the recorded
    JSON texts holds one.
    """
    found: dict[int, Messages] = {}
    # Heads of requests hold carriage returns of their own.
    for line in (CAPTURES / name).read_bytes().decode().rstrip("\n").split("\n"):
        _, connection, way, *rest = line.split(None, 4)
        if rest and rest[0] == kind:
            text = rest[1]
            for escape, letter in ESCAPES:
                text = text.replace(escape, letter)
            direction = OUT if way == "c>s" else IN
            found.setdefault(int(connection[1:]), []).append((direction, text.encode()))
    return found


def read_all(
    unit: Any,
    messages: Iterable[tuple[int, bytes]],
    opcode: int = TEXT,
    path: str = "",
    **given: str,
) -> list[Reading]:
    """Everything that a fresh decoder reads in the messages."""
    decoder = unit.decoder(unit.Settings(**given), Opening("ws", path))
    return [r for d, p in messages for r in decoder.read(d, opcode, p)]


def of(readings: Sequence[Reading], means: Means) -> list[Reading]:
    """The readings of one kind."""
    return [r for r in readings if r.means == means]


def cuts(size: int) -> st.SearchStrategy[list[int]]:
    """Where a stream of so many bytes is cut: anywhere, and often."""
    inner = st.lists(st.integers(0, size), max_size=12)
    return inner.map(lambda places: [0, *sorted(places), size])


def cut(direction: int, data: bytes, places: Sequence[int]) -> Messages:
    """The stream in pieces, some of them empty."""
    return [(direction, data[a:b]) for a, b in pairwise(places)]
