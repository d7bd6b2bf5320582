"""MQTT control packets (3.1.1, and 5.0 without its properties)."""

from __future__ import annotations

from workbench.decoders._cursor import Cursor
from workbench.decoders._text import readable
from workbench.model.tree import Figure, Pairs, octets
from workbench.model.words import Opcode
from workbench.units.shapes import Decoded, DecodeError, Limits

TITLE = "MQTT"
NAMES = (
    "", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE",
    "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH",
)  # fmt: skip
CONNECT, PUBLISH = 1, 3
#: Flags that a packet must have (3.1.1 section 2.2.2); PUBLISH has its own.
FLAGS = {6: 2, 8: 2, 10: 2}
EMPTY = (12, 13)
GLANCE = Limits(nodes=64)


def recognise(payload: bytes, opcode: int) -> float:
    """Packets whose lengths end where the payload does; CONNECT names the protocol."""
    if opcode != Opcode.BINARY or len(payload) < 2 or len(payload) > GLANCE.read:
        return 0.0
    try:
        kind, _, body = _packet(Cursor(payload, GLANCE))
        if kind == PUBLISH:
            _topic(Cursor(body, GLANCE))
    except DecodeError:
        return 0.0
    if kind == CONNECT:
        return 0.97 if body[:6] in (b"\0\4MQTT", b"\0\6MQIs") else 0.0
    return 0.72 if kind == PUBLISH else 0.65


def decode(payload: bytes, limits: Limits) -> Decoded:
    """One packet with what is in it, or a list of several."""
    cursor = Cursor(payload, limits)
    packets = []
    while cursor.left:
        cursor.count()
        packets.append(_packet(cursor))
    if not packets:
        raise DecodeError("nothing in it")
    kind, flags, body = packets[0]
    if len(packets) == 1 and kind == PUBLISH:
        return _publish(flags, body, limits)
    trees = [_tree(*packet, limits) for packet in packets]
    names = ", ".join(NAMES[kind] for kind, _, _ in packets[:4])
    return Decoded(f"MQTT {names}", tree=trees[0] if len(trees) == 1 else trees)


def _packet(c: Cursor) -> tuple[int, int, bytes]:
    """Type, flags and the rest (section 2.2)."""
    first = c.byte()
    kind, flags = first >> 4, first & 15
    size = c.varint(4)
    if not kind or (kind != PUBLISH and flags != FLAGS.get(kind, 0)) or flags & 6 == 6:
        raise DecodeError("flags that cannot be")
    if kind in EMPTY and size:
        raise DecodeError("a ping with a body")
    return kind, flags, c.take(size)


def _topic(c: Cursor) -> str:
    topic = readable(c.take(c.number(2)))
    if topic is None:
        raise DecodeError("a topic that is no text")
    return topic


def _publish(flags: int, body: bytes, limits: Limits) -> Decoded:
    """Section 3.3; the application's message goes to the next decoder."""
    c = Cursor(body, limits)
    facts = f"MQTT PUBLISH to {_topic(c)}, QoS {flags >> 1 & 3}"
    if flags >> 1 & 3:
        facts += f", packet {c.number(2)}"
    facts += ", retained" if flags & 1 else ""
    facts += ", sent again" if flags & 8 else ""
    return Decoded(facts, inner=_without_properties(c.take(c.left)))


def _without_properties(rest: bytes) -> bytes:
    """5.0 puts a length of properties first, mostly 0; text never begins with that byte."""
    return rest[1:] if rest[:1] == b"\0" else rest


def _tree(kind: int, flags: int, body: bytes, limits: Limits) -> Pairs:
    found = Pairs([("packet", NAMES[kind])])
    c = Cursor(body, limits)
    if kind == CONNECT:
        found += _connect(c)
    elif kind == PUBLISH:
        found += [("topic", _topic(c)), ("qos", Figure(flags >> 1 & 3))]
    elif kind not in (2, 14, 15) and c.left >= 2:
        found.append(("id", Figure(c.number(2))))
    if c.left:
        found.append(("rest", octets(c.take(c.left))))
    return found


def _connect(c: Cursor) -> Pairs:
    """Section 3.1.2, and the client's id; a password is never shown."""
    c.take(c.number(2))
    level, flags, alive = c.byte(), c.byte(), c.number(2)
    if level == 5:
        c.take(c.varint(4))
    found = Pairs(
        [
            ("version", {3: "3.1", 4: "3.1.1", 5: "5.0"}.get(level, str(level))),
            ("clean", bool(flags & 2)),
            ("keep alive", Figure(alive)),
            ("client", _topic(c)),
        ]
    )
    if flags & 0xC0:
        found.append(("credentials", "given, not shown here"))
    c.take(c.left)
    return found
