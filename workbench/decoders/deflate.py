"""Raw DEFLATE (RFC 1951), also as permessage-deflate leaves it (RFC 7692 section 7.2.1)."""

from __future__ import annotations

import zlib

from workbench.decoders._inflate import inflated
from workbench.decoders._text import begins_readable
from workbench.model.words import Opcode
from workbench.units.shapes import Decoded, Limits

TITLE = "deflate"
LEAST = 8  # bytes of readable text that bytes without a magic must give to be believed


def recognise(payload: bytes, opcode: int) -> float:
    """There is no magic: it must begin as readable text."""
    if opcode != Opcode.BINARY or len(payload) < 4:
        return 0.0
    try:
        head = zlib.decompressobj(-15).decompress(payload[:4096], 64)
    except zlib.error:
        return 0.0
    return 0.5 if len(head) >= LEAST and begins_readable(head) else 0.0


def decode(payload: bytes, limits: Limits) -> Decoded:
    """What was compressed."""
    return inflated(payload, -15, TITLE, limits)
