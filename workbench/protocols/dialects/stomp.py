"""STOMP 1.0 to 1.2 over WebSocket, with the positions of RabbitMQ's streams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from workbench.model.chunk import Opening
from workbench.model.position import Position
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects._first import First, begins
from workbench.protocols.dialects._flow import Flow, drain
from workbench.protocols.dialects._payload import Payload, PayloadSettings
from workbench.protocols.dialects._stomp_wire import Frame, Reader
from workbench.protocols.dialects._values import offset_of, short, time_of, unreadable
from workbench.units.settings import setting

TITLE = "STOMP"
#: Offsets of a stream rise, and leave holes where a consumer filters or chunks have markers.
IDS = "ordered"
ALONE = int(ReadFlag.ALONE)

SUBPROTOCOLS = ("v10.stomp", "v11.stomp", "v12.stomp")
#: Messages without an acknowledgement that are remembered; more are forgotten.
MANY = 10_000


@dataclass(frozen=True, slots=True)
class Settings(PayloadSettings):
    """Places count within a message's body (JSON); without any a stream's offset counts."""

    message_id: str = setting(
        "",
        help="message-id: unique to a message, or to the session only (empty: seen from it).",
        choices=("", "unique", "session"),
    )


def recognise(opening: Opening, first: First) -> float:
    """Sure by the subprotocol or by a client's first frame."""
    if opening.protocol == "sse":
        return 0.0
    if begins(first, Direction.OUT).startswith((b"CONNECT\n", b"STOMP\n", b"CONNECT\r\n")):
        return 0.97
    return 0.96 if opening.subprotocol in SUBPROTOCOLS else 0.0


def decoder(settings: Settings, opening: Opening) -> StompDecoder:
    """A fresh decoder for one link.  Raises WorkbenchError (user) for a place that cannot be."""
    return StompDecoder(settings)


class StompDecoder:
    """Remembers messages that wait for an acknowledgement."""

    def __init__(self, settings: Settings) -> None:
        self._payload = Payload(settings)
        self._message_id = settings.message_id
        self._flows = {Direction.IN: Flow(), Direction.OUT: Flow()}
        self._readers = {way: Reader(flow) for way, flow in self._flows.items()}
        self._held: dict[str, Reading] = {}
        self._individual: set[str] = set()  # subscriptions that acknowledge each message

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What the frames of STOMP that end in this frame of WebSocket mean."""
        if opcode not in (Opcode.TEXT, Opcode.BINARY):
            return unreadable() if opcode == Opcode.EVENT else ()
        if direction not in self._flows:
            return ()
        way = Direction(direction)
        return drain(self._flows[way], payload, partial(self._step, way))

    def _step(self, direction: Direction) -> Sequence[Reading] | None:
        frame = self._readers[direction].next()
        if frame is None:
            return None
        if frame.command == "\n":
            return (Reading(Means.HEARTBEAT, label="heart-beat"),)
        if not frame.command:
            return unreadable()
        reading = self._client(frame) if direction == Direction.OUT else self._server(frame)
        return (reading,)

    def _client(self, frame: Frame) -> Reading:
        command, headers = frame.command, frame.headers
        destination, receipt = short(headers.get("destination", "")), headers.get("receipt", "")
        match command:
            case "SUBSCRIBE":
                self._subscribed(headers)
                return _asks(destination, headers.get("x-stream-offset", ""))
            case "SEND":
                means = Means.SEND if receipt else Means.OTHER
                return Reading(means, destination, id=short(receipt), label=command)
            case "ACK":
                return self._ack(headers)
        return Reading(Means.OTHER, destination, label=command)

    def _subscribed(self, headers: dict[str, str]) -> None:
        """Section SUBSCRIBE: with ``client`` an ACK is for all before it too, with
        ``client-individual`` for one message."""
        name = short(headers.get("id", ""))
        if headers.get("ack") != "client-individual":
            self._individual.discard(name)
        elif len(self._individual) < MANY:
            self._individual.add(name)

    def _ack(self, headers: dict[str, str]) -> Reading:
        """Version 1.2 names the message's ``ack``, the others its ``message-id``."""
        name = headers.get("id") or headers.get("message-id", "")
        held = self._held.pop(short(name), None)
        if held is None:
            return Reading(Means.ACK, id=short(name), label="ACK", flags=ALONE)
        place = (held.stream, held.epoch, held.offset, held.id)
        return Reading(Means.ACK, *place, label="ACK", flags=held.flags & ALONE)

    def _server(self, frame: Frame) -> Reading:
        command, headers = frame.command, frame.headers
        match command:
            case "MESSAGE":
                return self._message(frame)
            case "RECEIPT":
                return Reading(Means.REPLY, id=short(headers.get("receipt-id", "")), label=command)
            case "ERROR":
                label = short(f"ERROR {headers.get('message', '')}".rstrip())
                return Reading(Means.ERROR, id=short(headers.get("receipt-id", "")), label=label)
        return Reading(Means.OTHER, label=command)

    def _message(self, frame: Frame) -> Reading:
        headers = frame.headers
        again = int(ReadFlag.REPLAYED) if headers.get("redelivered") == "true" else 0
        destination = short(headers.get("destination", ""))
        offset = offset_of(headers.get("x-stream-offset"))
        own = short(headers.get("message-id", "")) if self._unique(headers) else ""
        place = Position(destination, "", offset, own)
        reading = self._payload.of_bytes(frame.body, place, "MESSAGE", again)
        if not reading.time and headers.get("timestamp", "").isdecimal():
            reading = reading._replace(time=time_of(int(headers["timestamp"][:20])))
        name = short(headers.get("ack") or headers.get("message-id", ""))
        if name:
            if len(self._held) >= MANY:
                self._held.pop(next(iter(self._held)))
            alone = short(headers.get("subscription", "")) in self._individual
            self._held[name] = reading._replace(flags=ALONE if alone else 0)
        return reading

    def _unique(self, headers: dict[str, str]) -> bool:
        """Whether a message keeps its id when it is delivered again.

        ActiveMQ's ids do; those of RabbitMQ and Spring count within a session.
        """
        if "x-stream-offset" in headers or self._message_id == "session":
            return False
        return self._message_id == "unique" or headers.get("message-id", "").startswith("ID:")


def _asks(destination: str, place: str) -> Reading:
    """``x-stream-offset`` of RabbitMQ's streams: ``offset=n`` asks from n on, other words
    (first, last, next, timestamp=...) name no position."""
    offset = offset_of(place.removeprefix("offset=")) if place.startswith("offset=") else None
    if offset is None:
        return Reading(Means.SUBSCRIBE, destination, label="SUBSCRIBE")
    if offset == 0:
        flags = int(ReadFlag.INCLUSIVE)
        return Reading(Means.RESUME, destination, "", 0, label="SUBSCRIBE", flags=flags)
    # Its position is the one before.
    return Reading(Means.RESUME, destination, "", offset - 1, label="SUBSCRIBE")
