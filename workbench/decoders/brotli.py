"""Brotli (RFC 7932), where the library of that name is installed (extra ``decoders``)."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from workbench.decoders._inflate import outcome
from workbench.decoders._text import begins_readable
from workbench.model.words import Opcode
from workbench.units.shapes import Decoded, DecodeError, Limits

TITLE = "Brotli"
LEAST = 8


def recognise(payload: bytes, opcode: int) -> float:
    """There is no magic: it must begin as readable text."""
    if opcode != Opcode.BINARY or len(payload) < 4 or find_spec("brotli") is None:
        return 0.0
    try:
        head, _ = _begin(payload[:4096], 64)
    except DecodeError:
        return 0.0
    return 0.5 if len(head) >= LEAST and begins_readable(head) else 0.0


def decode(payload: bytes, limits: Limits) -> Decoded:
    """What was compressed."""
    if len(payload) > limits.read:
        raise DecodeError(f"longer than {limits.read} bytes")
    data, whole = _begin(payload, limits.inflated)
    if not data:
        raise DecodeError("nothing in it")
    return outcome(TITLE, payload, data, whole=whole)


def _begin(payload: bytes, most: int) -> tuple[bytes, bool]:
    """The first bytes, and whether they are all."""
    try:
        import brotli
    except ImportError:
        raise DecodeError("the package brotli is not installed") from None
    stream: Any = brotli.Decompressor()
    try:
        data: bytes = stream.process(payload, output_buffer_limit=most)
    except brotli.error as bad:
        raise DecodeError(str(bad)) from None
    return data[:most], bool(stream.is_finished()) and len(data) <= most
