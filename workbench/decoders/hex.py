"""Bytes that nothing reads: shown in rows of sixteen."""

from __future__ import annotations

from workbench.units.shapes import Decoded, Limits

TITLE = "Hex"
ROW, ROWS = 16, 4_096


def recognise(payload: bytes, opcode: int) -> float:
    """Always, and least of all."""
    return 0.01


def decode(payload: bytes, limits: Limits) -> Decoded:
    """Rows of the beginning; never refuses."""
    rows = range(0, min(len(payload), ROW * ROWS), ROW)
    lines = tuple(_row(at, payload[at : at + ROW]) for at in rows)
    return Decoded(lines=lines, cut=len(payload) > ROW * ROWS)


def _row(at: int, part: bytes) -> str:
    shown = "".join(chr(b) if 0x20 <= b < 0x7F else "·" for b in part)
    return f"{at:08x}  {part.hex(' '):<{3 * ROW}} {shown}"
