"""zlib (RFC 1950)."""

from __future__ import annotations

from workbench.decoders._inflate import inflated
from workbench.units.shapes import Decoded, Limits

TITLE = "zlib"


def recognise(payload: bytes, opcode: int) -> float:
    """Method 8, a window of at most 32 KiB, and the check over both bytes (section 2.2)."""
    if len(payload) < 8 or payload[0] & 0x8F != 0x08:
        return 0.0
    return 0.9 if (payload[0] << 8 | payload[1]) % 31 == 0 else 0.0


def decode(payload: bytes, limits: Limits) -> Decoded:
    """What was compressed."""
    return inflated(payload, 15, TITLE, limits)
