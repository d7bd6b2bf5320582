"""MQTT control packets in a stream of bytes (MQTT 3.1.1 and 5.0, sections 2 and 3)."""

from __future__ import annotations

from typing import NamedTuple

from workbench.protocols.dialects._flow import Flow
from workbench.protocols.dialects._values import MAX_PAYLOAD

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE = range(1, 9)
SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT, AUTH = range(9, 16)
NAMES = (
    "", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE",
    "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH",
)  # fmt: skip

ASSIGNED_CLIENT_ID, TOPIC_ALIAS = 0x12, 0x23

#: What follows a property's number: bytes of a whole number, or "v" variable byte integer,
#: "s" text or binary data, "p" a pair of texts (MQTT 5.0 section 2.2.2.2).
PROPERTIES: dict[int, int | str] = {
    **dict.fromkeys((0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A), 1),
    **dict.fromkeys((0x13, 0x21, 0x22, 0x23), 2),
    **dict.fromkeys((0x02, 0x11, 0x18, 0x27), 4),
    **dict.fromkeys((0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F), "s"),
    0x0B: "v",
    0x26: "p",
}


class MalformedError(ValueError):
    """Bytes that are no control packet."""


class Packet(NamedTuple):
    """One control packet; ``body`` None: too long to be kept."""

    type: int
    flags: int
    body: Body | None


class Body:
    """What stands behind a packet's fixed header, read from front to back.

    Every reader raises MalformedError where too little is left.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __len__(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        """So many bytes."""
        if count > len(self):
            raise MalformedError
        self._at += count
        return self._data[self._at - count : self._at]

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(len(self))

    def number(self, count: int) -> int:
        """A whole number of so many bytes, most significant first (section 1.5.2)."""
        return int.from_bytes(self.take(count), "big")

    def text(self) -> str:
        """UTF-8 behind its length (section 1.5.4)."""
        try:
            return self.take(self.number(2)).decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedError from error

    def variable(self) -> int:
        """A variable byte integer (MQTT 5.0 section 1.5.5)."""
        found = shift = 0
        while shift < 28:
            byte = self.number(1)
            found |= (byte & 127) << shift
            if byte < 128:
                return found
            shift += 7
        raise MalformedError

    def properties(self) -> dict[int, int | bytes]:
        """Properties by number, the last of equals (MQTT 5.0 section 2.2.2)."""
        inner = Body(self.take(self.variable()))
        found: dict[int, int | bytes] = {}
        while len(inner):
            number = inner.variable()
            kind = PROPERTIES.get(number)
            if isinstance(kind, int):
                found[number] = inner.number(kind)
            elif kind == "v":
                found[number] = inner.variable()
            elif kind is None:
                raise MalformedError
            else:
                for _ in kind if kind == "s" else "kv":
                    found[number] = inner.take(inner.number(2))
        return found


def next_packet(flow: Flow) -> Packet | None:
    """The next packet of a direction; None: the rest of it is still to come.

    Raises MalformedError for a fixed header that cannot be (section 2.2): lengths that follow
    it mean nothing, and the flow is out of step.
    """
    head = flow.peek(5)
    length = shift = 0
    for place, byte in enumerate(head[1:], 2):
        length |= (byte & 127) << shift
        if byte < 128:
            return _packet(flow, head[0], place, length)
        shift += 7
    if len(head) == 5:
        raise MalformedError
    return None


def _packet(flow: Flow, first: int, header: int, length: int) -> Packet | None:
    kind, flags = first >> 4, first & 15
    # Section 2.2.2: reserved flags; PUBLISH alone may choose, but not a QoS of 3.
    reserved = 2 if kind in (PUBREL, SUBSCRIBE, UNSUBSCRIBE) else 0
    if kind == 0 or (flags & 6 == 6 if kind == PUBLISH else flags != reserved):
        raise MalformedError
    if length > MAX_PAYLOAD:
        flow.skip(header + length)
        return Packet(kind, flags, None)
    if len(flow) < header + length:
        return None
    flow.skip(header)
    return Packet(kind, flags, Body(flow.take(length)))
