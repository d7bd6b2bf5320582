"""NATS over WebSocket: core messages, and JetStream with its positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from workbench.model.chunk import Opening
from workbench.model.position import Position
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects._first import First, begins
from workbench.protocols.dialects._flow import Flow, drain
from workbench.protocols.dialects._nats_wire import (
    Delivery,
    Operation,
    OutOfStepError,
    Reader,
    delivery_of,
    headers_of,
)
from workbench.protocols.dialects._payload import Payload, PayloadSettings
from workbench.protocols.dialects._values import load, offset_of, short, text_of, unreadable
from workbench.units.settings import setting

TITLE = "NATS"
#: Stream sequences leave holes where a consumer filters; consumer sequences leave none.
IDS = "ordered"

REPLAYED, ALONE = int(ReadFlag.REPLAYED), int(ReadFlag.ALONE)
#: Inboxes and subscriptions remembered of one link; more is an attack.
MANY = 10_000


@dataclass(frozen=True, slots=True)
class Settings(PayloadSettings):
    """Places count within a message's data (JSON); JetStream messages have positions of
    their own."""

    position: str = setting(
        "",
        help="JetStream: sequence in the stream (empty), or in the consumer, without holes.",
        choices=("", "stream", "consumer"),
    )


def recognise(opening: Opening, first: First) -> float:
    """Sure by the server's INFO, nearly sure by a client's CONNECT."""
    if opening.protocol == "sse":
        return 0.0
    info = begins(first, Direction.IN)
    if info[:6].upper() == b"INFO {" and b'"server_id"' in info[:4096]:
        return 0.98
    return 0.9 if begins(first, Direction.OUT)[:9].upper() == b"CONNECT {" else 0.0


def decoder(settings: Settings, opening: Opening) -> NatsDecoder:
    """A fresh decoder for one link.  Raises WorkbenchError (user) for a place that cannot be."""
    return NatsDecoder(settings)


class NatsDecoder:
    """Remembers inboxes that wait for an answer, and which stream a subscription brings."""

    def __init__(self, settings: Settings) -> None:
        self._payload = Payload(settings)
        self._by_consumer = settings.position == "consumer"
        self._flows = {Direction.IN: Flow(), Direction.OUT: Flow()}
        self._readers = {way: Reader(flow) for way, flow in self._flows.items()}
        self._asked: dict[str, bool] = {}  # inbox: whether JetStream's API is to answer
        self._streams: dict[str, str] = {}  # subscription id: stream
        self._held: dict[str, Position] = {}  # reply subject: what was read at the user's places

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What the operations that end in this frame mean."""
        if opcode not in (Opcode.TEXT, Opcode.BINARY):
            return unreadable() if opcode == Opcode.EVENT else ()
        if direction not in self._flows:
            return ()
        way = Direction(direction)
        return drain(self._flows[way], payload, partial(self._step, way))

    def _step(self, direction: Direction) -> Sequence[Reading] | None:
        try:
            operation = self._readers[direction].next()
        except OutOfStepError:
            self._flows[direction].broken = True
            return unreadable()
        if operation is None:
            return None
        if operation.data is None:
            return unreadable(operation.name)
        if operation.name in ("PING", "PONG"):
            return (Reading(Means.HEARTBEAT, label=operation.name),)
        if direction == Direction.OUT:
            return self._client(operation, operation.data)
        return self._server(operation, operation.data)

    # --- what clients send ----------------------------------------------------------------

    def _client(self, operation: Operation, data: bytes) -> Sequence[Reading]:
        name, words = operation.name, operation.words
        if name == "SUB" and words:
            return self._sub(words[0])
        if name not in ("PUB", "HPUB"):
            known = name in ("CONNECT", "UNSUB", "SUB")
            return (Reading(Means.OTHER, label=name),) if known else unreadable(short(name))
        subject, inbox = words[0], words[1] if len(words) > 1 else ""
        if subject.startswith("$JS.ACK."):
            return (self._ack(subject, data),)
        api = subject.startswith("$JS.API.")
        if inbox and len(self._asked) < MANY:
            self._asked[inbox] = api
        if api:
            return (_api(subject, data),)
        means = Means.SEND if inbox else Means.OTHER
        return (Reading(means, short(subject), id=short(inbox), label=name),)

    def _sub(self, subject: str) -> Sequence[Reading]:
        """An inbox stays the same when its client subscribes to it again on another link."""
        if not subject.startswith("_INBOX."):
            return (Reading(Means.SUBSCRIBE, short(subject), label="SUB"),)
        inbox = short(subject.removesuffix(".*"))
        # Answers to requests come to an inbox with a wildcard, messages to one without.
        means = Means.OTHER if subject.endswith("*") else Means.SUBSCRIBE
        return (
            Reading(means, inbox, label="SUB"),
            Reading(Means.IDENTITY, id=inbox, label="inbox"),
        )

    def _ack(self, subject: str, data: bytes) -> Reading:
        """An empty payload, ``+ACK`` and ``+NXT`` acknowledge; ``-NAK`` and others do not."""
        delivery = delivery_of(subject)
        if delivery is None or not (not data or data.startswith((b"+ACK", b"+NXT"))):
            return Reading(Means.OTHER, label=short(data[:40].decode("utf-8", "replace")))
        place = self._place(delivery)
        if self._payload.numbered:
            place = self._held.pop(short(subject), Position(id=short(subject)))
        # A consumer may also take an acknowledgement for all before it (AckPolicy all): that is
        # not seen here, and the less is believed.
        return Reading(Means.ACK, *place, label="ack", flags=ALONE)

    # --- what servers send ----------------------------------------------------------------

    def _server(self, operation: Operation, data: bytes) -> Sequence[Reading]:
        name, words = operation.name, operation.words
        if name in ("MSG", "HMSG"):
            return (self._message(operation, data),)
        if name == "INFO":
            info = load(Opcode.TEXT, data)
            if not isinstance(info, dict):
                return unreadable(name)
            if info.get("ldm") is True:
                return (Reading(Means.ADVICE, label="lame duck"),)
            return (Reading(Means.OTHER, label=name),)
        if name == "-ERR":
            return (Reading(Means.ERROR, label=short(" ".join((name, *words)))),)
        return (Reading(Means.OTHER, label=name),) if name == "+OK" else unreadable(short(name))

    def _message(self, operation: Operation, data: bytes) -> Reading:
        subject, subscription = operation.words[:2]
        reply = operation.words[2] if len(operation.words) > 2 else ""
        headers = headers_of(operation.headers) if operation.headers else None
        delivery = delivery_of(reply)
        if headers is not None and headers.status:
            return self._status(headers.status, headers.text, headers.fields, operation.words)
        if delivery is None:
            if subject in self._asked:
                return _answer(subject, data, api=self._asked.pop(subject))
            return self._payload.of_bytes(data, Position(short(subject)), operation.name)
        stream = short(delivery.stream)
        if len(self._streams) < MANY:
            self._streams[subscription] = stream
        own = short(headers.fields.get("nats-msg-id", "")) if headers else ""
        again = REPLAYED if delivery.delivered > 1 else 0
        place = self._place(delivery)._replace(id=own)
        reading = self._payload.of_bytes(data, place, operation.name, again)
        if self._payload.numbered:
            self._hold(reply, reading)
        return reading._replace(key=reading.key or short(subject), time=delivery.time)

    def _place(self, delivery: Delivery) -> Position:
        stream = short(delivery.stream)
        if self._by_consumer:
            return Position(stream, short(delivery.consumer), delivery.consumer_sequence)
        return Position(stream, "", delivery.stream_sequence)

    def _hold(self, reply: str, reading: Reading) -> None:
        """With places of the user an acknowledgement must name what was read there."""
        if len(self._held) >= MANY:
            self._held.pop(next(iter(self._held)))
        self._held[short(reply)] = Position(*reading[1:5])

    def _status(
        self, status: int, text: str, fields: dict[str, str], words: tuple[str, ...]
    ) -> Reading:
        """Messages of the server itself: a heartbeat says what was sent last."""
        subject, subscription = words[:2]
        stream = self._streams.get(subscription, "")
        label = short(f"{status} {text}".rstrip())
        if status == 100:
            which = "nats-last-consumer" if self._by_consumer else "nats-last-stream"
            return Reading(Means.HEARTBEAT, stream, "", offset_of(fields.get(which)), label=label)
        asked = subject in self._asked
        self._asked.pop(subject, None)
        # 404 and 408 end a pull that found nothing (or nothing more).
        means = Means.OTHER if status in (404, 408) and not asked else Means.ERROR
        return Reading(means, stream, id=short(subject) if asked else "", label=label)


def _api(subject: str, data: bytes) -> Reading:
    """A request to JetStream; a consumer that is made says where it is to start."""
    tokens = subject.split(".")
    if tokens[2:4] not in (["CONSUMER", "CREATE"], ["CONSUMER", "DURABLE"]) or len(tokens) < 5:
        return Reading(Means.OTHER, label=short(subject))
    # CONSUMER.DURABLE.CREATE is the older way to make one with a name.
    stream = short(tokens[5] if tokens[3] == "DURABLE" and len(tokens) > 5 else tokens[4])
    value = load(Opcode.TEXT, data)
    config = value.get("config") if isinstance(value, dict) else None
    start = offset_of(config.get("opt_start_seq")) if isinstance(config, dict) else None
    if not start:
        return Reading(Means.SUBSCRIBE, stream, label="create consumer")
    # It asks from this sequence on: its position is the one before.
    return Reading(Means.RESUME, stream, "", start - 1, label="create consumer")


def _answer(inbox: str, data: bytes, *, api: bool) -> Reading:
    if not api:
        return Reading(Means.REPLY, id=short(inbox), label="reply")
    value: Any = load(Opcode.TEXT, data)
    if not isinstance(value, dict):
        return Reading(Means.UNREADABLE, label="reply")
    kind = text_of(value.get("type")).rpartition(".")[2] or "reply"
    if isinstance(value.get("error"), dict):
        return Reading(Means.ERROR, label=f"{kind} {text_of(value['error'].get('code'))}")
    means = Means.SUBSCRIBED if kind == "consumer_create_response" else Means.OTHER
    return Reading(means, text_of(value.get("stream_name")), label=kind)
