"""Zstandard (RFC 8878): Python 3.14 reads it, before that ``backports.zstd`` (extra
``decoders``)."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from workbench.decoders._inflate import outcome
from workbench.units.shapes import Decoded, DecodeError, Limits

TITLE = "Zstandard"
LIBRARIES = ("compression.zstd", "backports.zstd")
WINDOW = 23  # log2 of the memory that a frame may ask for: 8 MiB (section 3.1.1.1.2)


def recognise(payload: bytes, opcode: int) -> float:
    """Its magic."""
    return 0.98 if payload.startswith(b"\x28\xb5\x2f\xfd") else 0.0


def decode(payload: bytes, limits: Limits) -> Decoded:
    """What was compressed."""
    if len(payload) > limits.read:
        raise DecodeError(f"longer than {limits.read} bytes")
    zstd = _library()
    window = zstd.DecompressionParameter.window_log_max
    stream = zstd.ZstdDecompressor(options={window: WINDOW})
    try:
        data: bytes = stream.decompress(payload, limits.inflated)
    except zstd.ZstdError as bad:
        raise DecodeError(str(bad)) from None
    if not data:
        raise DecodeError("nothing in it")
    return outcome(TITLE, payload, data, whole=bool(stream.eof))


def _library() -> Any:
    for name in LIBRARIES:
        try:
            return import_module(name)
        except ImportError:
            continue
    raise DecodeError("the package backports.zstd is not installed")
