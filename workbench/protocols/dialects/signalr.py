"""SignalR's JSON hub protocol, plain and with stateful reconnect (ASP.NET Core)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

from workbench.model.chunk import Opening
from workbench.model.position import Position
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects._first import First, objects
from workbench.protocols.dialects._flow import Delimited, Flow, drain
from workbench.protocols.dialects._payload import Payload, PayloadSettings
from workbench.protocols.dialects._values import load, offset_of, short, text_of, unreadable
from workbench.units.settings import setting

TITLE = "SignalR"
#: With stateful reconnect every message counts, from 1, within a connection token.
IDS = "contiguous"

MARK = b"\x1e"
#: The largest whole number that a client in JavaScript can count to.
MAX_SEQUENCE = 2**53 - 1

INVOCATION, STREAM_ITEM, COMPLETION, STREAM_INVOCATION, CANCEL = range(1, 6)
PING, CLOSE, ACK, SEQUENCE = range(6, 10)
NAMES = (
    "", "invocation", "stream item", "completion", "stream invocation", "cancel invocation",
    "ping", "close", "ack", "sequence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings(PayloadSettings):
    """Places count within an invocation's arguments: /0/seq is in the first of them."""

    target: str = setting("", help="Only invocations of this target are updates; empty: all.")
    numbers: str = setting(
        "",
        help="Stateful connections: count messages as the protocol does, or know them by content.",
        choices=("", "content"),
    )


def recognise(opening: Opening, first: First) -> float:
    """Sure by the handshake, nearly sure by the first messages of a resumed connection."""
    if opening.protocol == "sse" or not any(p.endswith(MARK) for _, _, p in first):
        return 0.0
    sent = list(objects(first, Direction.OUT, MARK))
    if any(v.get("protocol") == "json" and "version" in v for v in sent):
        return 0.97
    types = [v.get("type") for v in (*sent, *objects(first, Direction.IN, MARK))]
    return 0.9 if any(type(t) is int and t in range(1, 10) for t in types) else 0.0


def decoder(settings: Settings, opening: Opening) -> SignalrDecoder:
    """A fresh decoder for one link.  Raises WorkbenchError (user) for a place that cannot be."""
    return SignalrDecoder(settings, opening)


class SignalrDecoder:
    """Counts the messages that carry a sequence id without saying it, from the server."""

    def __init__(self, settings: Settings, opening: Opening) -> None:
        parts = urlsplit(opening.path[:4096])
        self._hub = short(parts.path)
        self._token = short(parse_qs(parts.query).get("id", [""])[0])
        self._payload = Payload(settings)
        self._target = settings.target
        self._counts = settings.numbers != "content" and not self._payload.numbered
        self._flows = {Direction.IN: Flow(), Direction.OUT: Flow()}
        self._marks = {way: Delimited(flow, MARK) for way, flow in self._flows.items()}
        self._shaken = {Direction.IN: False, Direction.OUT: False}
        self._stateful = False
        self._next = 1
        self._named = not self._token

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What the messages that end in this frame mean."""
        if opcode not in (Opcode.TEXT, Opcode.BINARY):
            return unreadable() if opcode == Opcode.EVENT else ()
        if direction not in self._flows:
            return ()
        way = Direction(direction)
        readings = drain(self._flows[way], payload, partial(self._step, way))
        if self._named:
            return readings
        self._named = True
        # A connection token outlives its link only where the connection is resumed.
        return (Reading(Means.IDENTITY, id=self._token, label="connection token"), *readings)

    def _step(self, direction: Direction) -> Sequence[Reading] | None:
        marks = self._marks[direction]
        message = marks.next()
        if message is None:
            return None
        value = None if marks.too_long else load(Opcode.TEXT, message)
        if not isinstance(value, dict):
            return unreadable()
        if not self._shaken[direction]:
            self._shaken[direction] = True
            if "type" not in value:
                return (self._handshake(direction, value),)
        kind = value.get("type")
        if type(kind) is not int or not 1 <= kind <= SEQUENCE:
            return unreadable()
        if direction == Direction.OUT:
            return (self._client(kind, value),)
        return self._server(kind, value)

    def _handshake(self, direction: Direction, value: dict[str, Any]) -> Reading:
        """The first message each way, which a resumed connection leaves out."""
        if direction == Direction.OUT:
            version = value.get("version")
            self._stateful = type(version) is int and version >= 2
            return Reading(Means.SUBSCRIBE, self._hub, label="handshake")
        if value.get("error"):
            return Reading(Means.ERROR, self._hub, label="handshake")
        return Reading(Means.SUBSCRIBED, self._hub, label="handshake")

    def _client(self, kind: int, value: dict[str, Any]) -> Reading:
        own, label = text_of(value.get("invocationId")), NAMES[kind]
        if kind in (INVOCATION, STREAM_INVOCATION):
            label = text_of(value.get("target")) or label
            means = Means.SEND if own and kind == INVOCATION else Means.OTHER
            return Reading(means, self._hub, id=own, label=label)
        if kind == ACK:
            offset = offset_of(value.get("sequenceId"))
            return Reading(Means.ACK, self._hub, self._token, offset, label=label)
        if kind == SEQUENCE:
            # A resumed connection: it says where it goes on itself; where the server is to
            # go on is said by what was acknowledged before.
            self._stateful = True
            return Reading(Means.RESUME, self._hub, self._token, label=label)
        if kind == PING:
            return Reading(Means.HEARTBEAT, label=label)
        return Reading(Means.OTHER, self._hub, id=own, label=label)

    def _server(self, kind: int, value: dict[str, Any]) -> Sequence[Reading]:
        label = NAMES[kind]
        if kind <= CANCEL:
            return self._numbered(kind, value)
        if kind == PING:
            return (Reading(Means.HEARTBEAT, label=label),)
        if kind == CLOSE:
            again = value.get("allowReconnect") is True
            failed = Means.ERROR if value.get("error") else Means.OTHER
            return (Reading(Means.ADVICE if again else failed, self._hub, label=label),)
        if kind == SEQUENCE:
            return self._resumed(offset_of(value.get("sequenceId")), label)
        return (Reading(Means.OTHER, self._hub, label=label),)

    def _resumed(self, start: int | None, label: str) -> Sequence[Reading]:
        """The server goes on with this number: it claims to have kept all from there."""
        if start is None or start > MAX_SEQUENCE:
            return unreadable(label)
        self._stateful, self._next = True, start
        place = (self._hub, self._token)
        flags = int(ReadFlag.CLAIMED_YES)
        return (
            Reading(Means.SUBSCRIBED, *place, label=label),
            Reading(Means.CLAIM, *place, label=label, flags=flags),
        )

    def _numbered(self, kind: int, value: dict[str, Any]) -> Sequence[Reading]:
        """Invocations and results of the server: each takes the next number."""
        number, self._next = self._next, self._next + 1
        label, own = text_of(value.get("target")) or NAMES[kind], text_of(value.get("invocationId"))
        reply = Reading(Means.REPLY, self._hub, id=own, label=label)
        counted = self._stateful and self._counts
        if not counted and (kind > STREAM_ITEM or (self._target and label != self._target)):
            return (reply,) if kind == COMPLETION else (reply._replace(means=Means.OTHER),)
        # The arguments of an invocation; of results the whole message is the content.
        data = value.get("arguments") if kind == INVOCATION else value
        # Results count too: without them the numbers would have holes.
        place = Position(self._hub, self._token, number) if counted else Position(self._hub)
        update = self._payload.of_value(data, place, label)
        return (update, reply) if kind == COMPLETION else (update,)
