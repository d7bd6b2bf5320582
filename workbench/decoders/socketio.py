"""Socket.IO over Engine.IO: the packet's digits in words, then its JSON (protocols 5 and 4)."""

from __future__ import annotations

import re

from workbench.units.shapes import Decoded, DecodeError, Limits

TITLE = "Socket.IO"
ENGINE = ("open", "close", "ping", "pong", "message", "upgrade", "noop")
SOCKET = ("connect", "disconnect", "event", "ack", "connect error", "binary event", "binary ack")
#: Types, number of attachments, namespace, number of the acknowledgement, JSON.
PACKET = re.compile(
    rb"\s*([0-6])(?:(?<=4)([0-6])(?:(\d{1,9})-)?(/[^,\[{\s]{0,200},)?(\d{0,10}))?(?=[\[{])"
)


def recognise(payload: bytes, opcode: int) -> float:
    """Digits of packet types before an object or an array."""
    return 0.95 if PACKET.match(payload[:512]) else 0.0


def decode(payload: bytes, limits: Limits) -> Decoded:
    """``Socket.IO event in /chat, ack 17``, and the JSON."""
    match = PACKET.match(payload[:512])
    if match is None:
        raise DecodeError("no packet type")
    engine, kind, attached, place, ack = match.groups()
    facts = f"Engine.IO {ENGINE[int(engine)]}"
    if kind is not None:
        facts = f"Socket.IO {SOCKET[int(kind)]}"
        facts += f" in {place[:-1].decode('utf-8', 'replace')}" if place else ""
        facts += f", ack {ack.decode()}" if ack else ""
        facts += f", {attached.decode()} attached" if attached else ""
    return Decoded(facts, inner=payload[match.end() :])
