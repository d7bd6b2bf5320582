"""MQTT 3.1.1 and 5 over WebSocket: a stream of bytes, whatever the frames (section 6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from workbench.model.chunk import Opening
from workbench.model.hashing import id_hash
from workbench.model.position import Position
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects import _mqtt_wire as wire
from workbench.protocols.dialects._first import First, begins
from workbench.protocols.dialects._flow import Flow, drain
from workbench.protocols.dialects._mqtt_wire import NAMES, Body, MalformedError, Packet
from workbench.protocols.dialects._payload import Payload, PayloadSettings
from workbench.protocols.dialects._values import short, unreadable

TITLE = "MQTT"

REPLAYED, CLAIMED_YES = int(ReadFlag.REPLAYED), int(ReadFlag.CLAIMED_YES)
ALONE = int(ReadFlag.ALONE)
DUP, RETAIN = 8, 1
#: Topic filters of one SUBSCRIBE; more is taken for garbage.
MAX_FILTERS = 10_000

#: Reasons of a DISCONNECT after which a client is to come back (MQTT 5.0 section 3.14.2.1).
COME_BACK = {
    0x89: "server busy", 0x8B: "server shutting down", 0x8D: "keep alive timeout",
    0x93: "receive maximum exceeded", 0x96: "message rate too high", 0x97: "quota exceeded",
    0x98: "administrative action", 0x9C: "use another server", 0x9D: "server moved",
    0x9F: "connection rate exceeded", 0xA0: "maximum connect time",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings(PayloadSettings):
    """The protocol has no positions: places count within the application message (JSON)."""


def recognise(opening: Opening, first: First) -> float:
    """Sure by the subprotocol, or by a CONNECT packet in the first frames."""
    if opening.protocol == "sse":
        return 0.0
    head = begins(first, Direction.OUT)[:16]
    if head[:1] == b"\x10" and (b"\0\4MQTT" in head or b"\0\6MQIsdp" in head):
        return 0.97
    return 0.96 if opening.subprotocol in ("mqtt", "mqttv3.1") else 0.0


def decoder(settings: Settings, opening: Opening) -> MqttDecoder:
    """A fresh decoder for one link.  Raises WorkbenchError (user) for a place that cannot be."""
    return MqttDecoder(settings)


class MqttDecoder:
    """Remembers the version, topic aliases, and what waits for its acknowledgement."""

    def __init__(self, settings: Settings) -> None:
        self._payload = Payload(settings)
        self._flows = {Direction.IN: Flow(), Direction.OUT: Flow()}
        self._aliases: dict[int, dict[int, str]] = {Direction.IN: {}, Direction.OUT: {}}
        self._v5 = False
        self._keeps = False
        # By packet identifier, of which there are 65,535 (section 2.3.1).
        self._held: dict[int, Reading] = {}
        self._sent: dict[int, str] = {}
        self._filters: dict[int, list[str]] = {}

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What the packets that end in this frame mean."""
        if opcode not in (Opcode.TEXT, Opcode.BINARY):
            return unreadable() if opcode == Opcode.EVENT else ()
        if direction not in self._flows:
            return ()
        # Section 6 asks for binary frames; what came in others is read all the same.
        flow = self._flows[Direction(direction)]
        return drain(flow, payload, partial(self._step, Direction(direction), flow))

    def _step(self, direction: Direction, flow: Flow) -> Sequence[Reading] | None:
        try:
            packet = wire.next_packet(flow)
        except MalformedError:
            flow.broken = True
            return unreadable()
        if packet is None:
            return None
        if packet.body is None:
            return unreadable(NAMES[packet.type])
        try:
            return self._packet(direction, packet, packet.body)
        except MalformedError:
            return unreadable(NAMES[packet.type])

    def _packet(self, direction: Direction, packet: Packet, body: Body) -> Sequence[Reading]:
        label = NAMES[packet.type]
        if packet.type == wire.PUBLISH:
            return (self._publish(direction, packet.flags, body),)
        if packet.type in (wire.PINGREQ, wire.PINGRESP):
            return (Reading(Means.HEARTBEAT, label=label),)
        read = READERS.get((packet.type, direction))
        return read(self, body, label) if read else (Reading(Means.OTHER, label=label),)

    # --- sessions -------------------------------------------------------------------------

    def _connect(self, body: Body, label: str) -> Sequence[Reading]:
        """Section 3.1: a client that keeps its session asks for what it missed by its name."""
        if body.text() not in ("MQTT", "MQIsdp"):
            raise MalformedError
        self._v5 = body.number(1) == 5
        self._keeps = not body.number(1) & 2
        body.number(2)
        if self._v5:
            body.properties()
        name = short(body.text())
        asked = Reading(Means.RESUME if self._keeps else Means.OTHER, label=label)
        return (asked, _named(name)) if name else (asked,)

    def _connack(self, body: Body, label: str) -> Sequence[Reading]:
        """Section 3.2: session present is the server's claim that nothing was forgotten."""
        present, code = body.number(1) & 1, body.number(1)
        if code:
            return (Reading(Means.ERROR, label=f"{label} {code}"),)
        readings = [Reading(Means.SUBSCRIBED if present else Means.OTHER, label=label)]
        if self._keeps:
            flags = CLAIMED_YES if present else 0
            readings.append(Reading(Means.CLAIM, label=label, flags=flags))
        assigned = body.properties().get(wire.ASSIGNED_CLIENT_ID) if self._v5 else None
        if isinstance(assigned, bytes):
            readings.append(_named(short(assigned.decode("utf-8", "replace"))))
        return readings

    def _disconnect(self, body: Body, label: str) -> Sequence[Reading]:
        code = body.number(1) if len(body) else 0
        if code in COME_BACK:
            return (Reading(Means.ADVICE, label=f"{label} {COME_BACK[code]}"),)
        return (Reading(Means.ERROR if code >= 128 else Means.OTHER, label=f"{label} {code}"),)

    # --- messages -------------------------------------------------------------------------

    def _publish(self, direction: Direction, flags: int, body: Body) -> Reading:
        topic, quality = body.text(), flags >> 1 & 3
        number = body.number(2) if quality else 0
        if self._v5:
            topic = self._aliased(direction, topic, body.properties().get(wire.TOPIC_ALIAS))
        topic, message = short(topic), body.rest()
        if direction == Direction.OUT:
            return self._publish_out(topic, number, message)
        # A retained message was published before the subscription that it answers.
        again = REPLAYED if flags & (DUP | RETAIN) else 0
        reading = self._payload.of_bytes(message, Position(topic), "PUBLISH", again)
        if number:
            self._held[number] = reading
        return reading

    def _aliased(self, direction: Direction, topic: str, alias: int | bytes | None) -> str:
        """MQTT 5.0 section 3.3.2.3.4: an alias stands for the topic it came with before."""
        if not isinstance(alias, int):
            return topic
        if topic:
            self._aliases[direction][alias] = short(topic)
        return self._aliases[direction].get(alias, "")

    def _publish_out(self, topic: str, number: int, message: bytes) -> Reading:
        if not number:
            return Reading(Means.OTHER, topic, label="PUBLISH")
        # A packet identifier is used again once it is free (section 2.3.1), so that alone
        # it would name two messages; with the content it names one, also when sent again.
        name = f"{number}:{id_hash(message):016x}"
        self._sent[number] = name
        return Reading(Means.SEND, topic, id=name, label="PUBLISH")

    def _acknowledges(self, body: Body, label: str) -> Sequence[Reading]:
        """PUBACK and PUBREC of a client: it has taken the message over (section 4.3)."""
        number = body.number(2)
        held = self._held.pop(number, None)
        if self._v5 and len(body) and body.number(1) >= 128:
            return (Reading(Means.OTHER, id=str(number), label=label),)
        if held is None:
            return (Reading(Means.ACK, id=str(number), label=label, flags=ALONE),)
        place = (held.stream, held.epoch, held.offset, held.id)
        return (Reading(Means.ACK, *place, label=label, flags=ALONE),)

    def _acknowledged(self, body: Body, label: str) -> Sequence[Reading]:
        number = body.number(2)
        name = self._sent.pop(number, str(number))
        refused = self._v5 and len(body) and body.number(1) >= 128
        return (Reading(Means.ERROR if refused else Means.REPLY, id=name, label=label),)

    # --- subscriptions --------------------------------------------------------------------

    def _subscribe(self, body: Body, label: str) -> Sequence[Reading]:
        number = body.number(2)
        if self._v5:
            body.properties()
        filters = []
        while len(body):
            filters.append(short(body.text()))
            body.number(1)
            if len(filters) > MAX_FILTERS:
                raise MalformedError
        if not filters:
            raise MalformedError
        if len(self._filters) < 100:
            self._filters[number] = filters
        return [Reading(Means.SUBSCRIBE, each, label=label) for each in filters]

    def _suback(self, body: Body, label: str) -> Sequence[Reading]:
        filters = self._filters.pop(body.number(2), [])
        if self._v5:
            body.properties()
        if len(body) > MAX_FILTERS:
            raise MalformedError
        filters += [""] * (len(body) - len(filters))
        return [
            Reading(Means.ERROR if code >= 128 else Means.SUBSCRIBED, each, label=label)
            for code, each in zip(body.rest(), filters, strict=False)
        ]


READERS: dict[tuple[int, int], Callable[[MqttDecoder, Body, str], Sequence[Reading]]] = {
    (wire.CONNECT, Direction.OUT): MqttDecoder._connect,
    (wire.CONNACK, Direction.IN): MqttDecoder._connack,
    (wire.PUBACK, Direction.OUT): MqttDecoder._acknowledges,
    (wire.PUBACK, Direction.IN): MqttDecoder._acknowledged,
    (wire.PUBREC, Direction.OUT): MqttDecoder._acknowledges,
    (wire.PUBREC, Direction.IN): MqttDecoder._acknowledged,
    (wire.SUBSCRIBE, Direction.OUT): MqttDecoder._subscribe,
    (wire.SUBACK, Direction.IN): MqttDecoder._suback,
    (wire.DISCONNECT, Direction.IN): MqttDecoder._disconnect,
    (wire.DISCONNECT, Direction.OUT): MqttDecoder._disconnect,
}


def _named(name: str) -> Reading:
    """A client identifier joins the links of one client (section 3.1.3.1)."""
    return Reading(Means.IDENTITY, id=name, label="client id")
