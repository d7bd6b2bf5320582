"""JSON (RFC 8259), numbers as they were sent, members that come twice kept twice."""

from __future__ import annotations

import json
from typing import Any

from workbench.model.tree import Figure, Pairs
from workbench.units.shapes import Decoded, DecodeError, Limits

TITLE = "JSON"


def recognise(payload: bytes, opcode: int) -> float:
    """An object or an array, by its first and last bytes."""
    head, tail = payload[:64].lstrip()[:1], payload[-64:].rstrip()[-1:]
    return 0.85 if (head, tail) in ((b"{", b"}"), (b"[", b"]")) else 0.0


def decode(payload: bytes, limits: Limits) -> Decoded:
    """The value; its size is bounded by the payload's, its depth by the parser."""
    return Decoded(tree=parse(payload, limits))


def parse(payload: bytes, limits: Limits) -> Any:
    """The tree; raises DecodeError."""
    if len(payload) > limits.read:
        raise DecodeError(f"longer than {limits.read} bytes")
    try:
        return json.loads(
            payload.decode("utf-8"),
            parse_float=Figure,
            parse_int=Figure,
            parse_constant=Figure,  # NaN and Infinity are no JSON, but are sent
            object_pairs_hook=Pairs,
        )
    except (ValueError, RecursionError) as bad:
        raise DecodeError(str(bad)) from None
