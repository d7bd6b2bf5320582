"""Text that no other decoder reads."""

from __future__ import annotations

from workbench.decoders._text import readable
from workbench.units.shapes import Decoded, DecodeError, Limits

TITLE = "Text"
LINES = 10_000


def recognise(payload: bytes, opcode: int) -> float:
    """Whatever is readable; nothing is less sure but Hex."""
    return 0.05 if readable(payload) is not None else 0.0


def decode(payload: bytes, limits: Limits) -> Decoded:
    """The lines."""
    text = readable(payload[: limits.read])
    if text is None:
        raise DecodeError("not readable as text")
    lines = text.splitlines()
    cut = len(payload) > limits.read or len(lines) > LINES
    return Decoded(lines=tuple(lines[:LINES]), cut=cut)
