"""zlib's three wrappings, read no further than the limit."""

from __future__ import annotations

import zlib

from workbench.units.shapes import Decoded, DecodeError, Limits


def inflated(payload: bytes, wbits: int, title: str, limits: Limits) -> Decoded:
    """What was compressed; ``cut`` where it is longer than the limit, or its end is missing."""
    if len(payload) > limits.read:
        raise DecodeError(f"longer than {limits.read} bytes")
    stream = zlib.decompressobj(wbits)
    try:
        data = stream.decompress(payload, limits.inflated)
    except zlib.error as bad:
        raise DecodeError(str(bad)) from None
    if not data:
        raise DecodeError("nothing in it")
    if stream.eof and stream.unused_data:
        raise DecodeError(f"{len(stream.unused_data)} bytes left over")
    # A WebSocket message ends with a flush, not with a last block (RFC 7692 section 7.2.1).
    flushed = wbits < 0 and not stream.unconsumed_tail
    return outcome(title, payload, data, whole=stream.eof or flushed)


def outcome(title: str, payload: bytes, data: bytes, *, whole: bool) -> Decoded:
    """Facts in words, and the data for the next decoder."""
    more = "" if whole else ", only its beginning"
    return Decoded(f"{title} ({len(payload)} B for {len(data)} B{more})", inner=data, cut=not whole)
