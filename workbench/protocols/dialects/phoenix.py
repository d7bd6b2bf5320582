"""Phoenix channels: arrays of serializer version 2, objects of version 1, and binary frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from workbench.model.chunk import Opening
from workbench.model.pointer import MISSING, parse
from workbench.model.position import Position
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode
from workbench.protocols.dialects._first import First, values
from workbench.protocols.dialects._payload import Payload, PayloadSettings
from workbench.protocols.dialects._places import at
from workbench.protocols.dialects._values import MAX_PAYLOAD, load, offset_of, text_of, unreadable
from workbench.units.settings import setting

TITLE = "Phoenix channels"

#: Events of the protocol itself; all others are the application's.
OWN = ("phx_join", "phx_leave", "phx_reply", "phx_error", "phx_close")
#: Joins without a reply that are remembered; more is an attack.
MANY = 1000


@dataclass(frozen=True, slots=True)
class Settings(PayloadSettings):
    """The protocol has no positions: places count within an event's payload."""

    resume: str = setting("", help="Where a join's payload has the position: json.last_seen.")
    event: str = setting("", help="Only events of this name are updates; empty: all.")


class Message(NamedTuple):
    """One message; ``payload`` MISSING: binary data, which is ``raw``."""

    join_ref: str
    ref: str
    topic: str
    event: str
    payload: Any
    raw: bytes = b""


def recognise(opening: Opening, first: First) -> float:
    """Sure when a first message is a join or a heartbeat, nearly sure by the usual path."""
    if opening.protocol == "sse":
        return 0.0
    for direction in (Direction.OUT, Direction.IN):
        messages = (message_of(v) for v in values(first, direction))
        if any(m and (m.event in OWN or m.topic == "phoenix") for m in messages):
            return 0.97
    path, _, query = opening.path.partition("?")
    return 0.85 if path.endswith("/websocket") and "vsn=" in query else 0.0


def decoder(settings: Settings, opening: Opening) -> PhoenixDecoder:
    """A fresh decoder for one link.  Raises WorkbenchError (user) for a place that cannot be."""
    return PhoenixDecoder(settings)


class PhoenixDecoder:
    """Remembers the references of joins: version 1 does not repeat them in the reply."""

    def __init__(self, settings: Settings) -> None:
        self._payload = Payload(settings)
        self._resume = parse(settings.resume) if settings.resume else None
        self._event = settings.event
        self._joins: set[str] = set()

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What one message means; each has a frame of its own."""
        if opcode not in (Opcode.TEXT, Opcode.BINARY) or direction == Direction.NONE:
            return unreadable() if opcode == Opcode.EVENT else ()
        if opcode == Opcode.BINARY:
            message = binary_message(direction, payload)
        else:
            message = message_of(load(opcode, payload))
        if message is None:
            return unreadable()
        if message.topic == "phoenix":
            return (Reading(Means.HEARTBEAT, label=message.event),)
        if direction == Direction.OUT:
            return (self._client(message),)
        return (self._server(message),)

    def _client(self, message: Message) -> Reading:
        label, topic = message.event, message.topic
        if label == "phx_join":
            if len(self._joins) < MANY:
                self._joins.add(message.ref)
            given = at(message.payload, self._resume)
            offset = offset_of(given)
            own = text_of(given) if offset is None else ""
            means = Means.RESUME if offset is not None or own else Means.SUBSCRIBE
            return Reading(means, topic, offset=offset, id=own, label=label)
        if label in OWN or not message.ref:
            return Reading(Means.OTHER, topic, label=label)
        return Reading(Means.SEND, topic, id=message.ref, label=label)

    def _server(self, message: Message) -> Reading:
        label, topic = message.event, message.topic
        if label == "phx_reply":
            return self._reply(message)
        if label == "phx_error":
            # The channel's process has crashed: the client joins again, blind in between.
            return Reading(Means.ERROR, topic, label=label)
        other = label in OWN or label in ("presence_state", "presence_diff")
        if other or (self._event and label != self._event):
            return Reading(Means.OTHER, topic, label=label)
        if message.payload is MISSING:
            return self._payload.of_bytes(message.raw, Position(topic), label)
        return self._payload.of_value(message.payload, Position(topic), label)

    def _reply(self, message: Message) -> Reading:
        """A join's reply bears the join's own reference; others acknowledge a push."""
        status = message.payload.get("status") if isinstance(message.payload, dict) else None
        label = f"{message.event} {text_of(status)}".rstrip()
        joined = message.ref in self._joins or message.ref == message.join_ref
        if not joined:
            return Reading(Means.REPLY, message.topic, id=message.ref, label=label)
        self._joins.discard(message.ref)
        means = Means.SUBSCRIBED if status == "ok" else Means.ERROR
        return Reading(means, message.topic, label=label)


def message_of(value: Any) -> Message | None:
    """``[join_ref, ref, topic, event, payload]``, or the object of version 1; None: neither."""
    if isinstance(value, dict):
        value = [value.get(n) for n in ("join_ref", "ref", "topic", "event", "payload")]
    if not isinstance(value, list) or len(value) != 5:
        return None
    join_ref, ref, topic, event, payload = value
    if not isinstance(topic, str) or not isinstance(event, str):
        return None
    if not all(r is None or isinstance(r, str | int) for r in (join_ref, ref)):
        return None
    return Message(text_of(join_ref), text_of(ref), text_of(topic), text_of(event), payload)


def binary_message(direction: int, frame: bytes) -> Message | None:
    """A binary frame: kind, lengths of its texts (a byte each), the texts, the data.

    Kinds: 0 push, 1 reply, 2 broadcast.  A push of a client alone has a ref; in a reply
    the status stands in the event's place.
    """
    kind = frame[0] if frame and len(frame) <= MAX_PAYLOAD else -1
    names = {
        0: ("join_ref", "ref", "topic", "event")
        if direction == Direction.OUT
        else ("join_ref", "topic", "event"),
        1: ("join_ref", "ref", "topic", "event"),
        2: ("topic", "event"),
    }.get(kind)
    if names is None or len(frame) <= len(names):
        return None
    lengths, texts = frame[1 : 1 + len(names)], {}
    start = 1 + len(names)
    if start + sum(lengths) > len(frame):
        return None
    for name, length in zip(names, lengths, strict=True):
        texts[name] = frame[start : start + length].decode("utf-8", "replace")
        start += length
    join_ref, ref, topic = (text_of(texts.get(n, "")) for n in ("join_ref", "ref", "topic"))
    if kind == 1:
        return Message(join_ref, ref, topic, "phx_reply", {"status": texts["event"]})
    return Message(join_ref, ref, topic, text_of(texts["event"]), MISSING, frame[start:])
