"""SignalR's JSON hub protocol: records that end with 0x1E, their types in words."""

from __future__ import annotations

from typing import Any

from workbench.decoders import json
from workbench.model.tree import Figure, Pairs
from workbench.units.shapes import Decoded, DecodeError, Limits

TITLE = "SignalR"
END = b"\x1e"
TYPES = {
    "1": "Invocation", "2": "StreamItem", "3": "Completion", "4": "StreamInvocation",
    "5": "CancelInvocation", "6": "Ping", "7": "Close", "8": "Ack", "9": "Sequence",
}  # fmt: skip


def recognise(payload: bytes, opcode: int) -> float:
    """JSON that ends with the separator."""
    return 0.96 if payload.endswith(END) and payload[:1] == b"{" else 0.0


def decode(payload: bytes, limits: Limits) -> Decoded:
    """One record as it is, several as a list."""
    if len(payload) > limits.read:
        raise DecodeError(f"longer than {limits.read} bytes")
    parts = payload.split(END, limits.nodes)[:-1]
    records = [json.parse(part, limits) for part in parts if part]
    if not records:
        raise DecodeError("no record in it")
    words = [_word(record) for record in records]
    shown = ", ".join(words[:3]) + (f" and {len(words) - 3} more" if len(words) > 3 else "")
    return Decoded(f"SignalR {shown}", tree=records[0] if len(records) == 1 else records)


def _word(record: Any) -> str:
    if not isinstance(record, Pairs):
        raise DecodeError("a record that is no object")
    kind = next((value for name, value in record if name == "type"), None)
    return TYPES.get(kind, f"type {kind}") if isinstance(kind, Figure) else "handshake"
