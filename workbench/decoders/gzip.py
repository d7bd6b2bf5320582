"""gzip (RFC 1952)."""

from __future__ import annotations

from workbench.decoders._inflate import inflated
from workbench.units.shapes import Decoded, Limits

TITLE = "gzip"


def recognise(payload: bytes, opcode: int) -> float:
    """Its magic and its only method."""
    return 0.98 if payload.startswith(b"\x1f\x8b\x08") else 0.0


def decode(payload: bytes, limits: Limits) -> Decoded:
    """What was compressed."""
    return inflated(payload, 31, TITLE, limits)
