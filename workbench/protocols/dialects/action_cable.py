"""Action Cable (Rails), and AnyCable's extension that keeps a history with positions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from workbench.model.chunk import Opening
from workbench.model.position import Position
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects._first import First, objects
from workbench.protocols.dialects._payload import Payload, PayloadSettings
from workbench.protocols.dialects._values import load, offset_of, short, text_of, unreadable

TITLE = "Action Cable"
#: Offsets of AnyCable's extension rise by one within an epoch of a stream.
IDS = "contiguous"

Message = dict[str, Any]

SUBPROTOCOLS = ("actioncable-v1-json", "actioncable-v1-ext-json")
#: Subscriptions, and streams of one of them, that are remembered; more is an attack.
MANY = 1000


@dataclass(frozen=True, slots=True)
class Settings(PayloadSettings):
    """Places count within ``message``; with AnyCable's extension the protocol's own positions
    count where no place is given."""


def recognise(opening: Opening, first: First) -> float:
    """Sure by the subprotocol, or by a first message that only this protocol has."""
    if opening.protocol == "sse":
        return 0.0
    if opening.subprotocol in SUBPROTOCOLS:
        return 0.97
    for value in objects(first, Direction.OUT):
        if "command" in value and isinstance(value.get("identifier"), str):
            return 0.96
    return 0.7 if any(v == {"type": "welcome"} for v in objects(first, Direction.IN)) else 0.0


def decoder(settings: Settings, opening: Opening) -> CableDecoder:
    """A fresh decoder for one link.  Raises WorkbenchError (user) for a place that cannot be."""
    return CableDecoder(settings, opening)


class CableDecoder:
    """Remembers the session that was asked for, and histories without an answer yet."""

    def __init__(self, settings: Settings, opening: Opening) -> None:
        self._payload = Payload(settings)
        given = dict(opening.request).get("x-anycable-restore-sid", "")
        query = parse_qs(urlsplit(opening.path[:4096]).query)
        self._sid = short(given or query.get("sid", [""])[0])
        self._history: dict[str, list[str]] = {}  # identifier: streams asked for

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What one message means; each has a frame of its own."""
        if opcode != Opcode.TEXT or direction == Direction.NONE:
            return unreadable() if opcode in (Opcode.BINARY, Opcode.EVENT) else ()
        value = load(opcode, payload)
        if not isinstance(value, dict):
            return unreadable()
        if direction == Direction.OUT:
            return self._client(value)
        kind = value.get("type")
        if kind is None and "identifier" in value:
            return (self._data(value),)
        read = SERVER.get(text_of(kind))
        return read(self, value) if read else (Reading(Means.OTHER, label=text_of(kind)),)

    # --- what clients send ----------------------------------------------------------------

    def _client(self, value: Message) -> Sequence[Reading]:
        command, identifier = text_of(value.get("command")), text_of(value.get("identifier"))
        if command == "pong":
            return (Reading(Means.HEARTBEAT, label=command),)
        if command not in ("subscribe", "history"):
            return (Reading(Means.OTHER, identifier, label=command),)
        history = value.get("history")
        asked = self._asked(identifier, history) if isinstance(history, dict) else []
        if command == "subscribe" and not asked:
            return (Reading(Means.SUBSCRIBE, identifier, label=command),)
        return asked or (Reading(Means.OTHER, identifier, label=command),)

    def _asked(self, identifier: str, history: Message) -> list[Reading]:
        """The positions asked from; ``since`` alone names a time, and is no position."""
        streams = history.get("streams")
        places = list(streams.items())[:MANY] if isinstance(streams, dict) else []
        if len(self._history) < MANY:
            self._history[identifier] = [text_of(name) for name, _ in places]
        return [
            Reading(
                Means.RESUME,
                text_of(name),
                text_of(place.get("epoch")),
                offset_of(place.get("offset")),
                label="history",
            )
            for name, place in places
            if isinstance(place, dict)
        ]

    # --- what servers send ----------------------------------------------------------------

    def _data(self, value: Message) -> Reading:
        """A broadcast.  With the extension it says where it stands in its stream."""
        identifier, named = text_of(value.get("identifier")), text_of(value.get("stream_id"))
        # Between a request for history and its answer comes what was asked for.
        again = int(ReadFlag.REPLAYED) if identifier in self._history else 0
        epoch, offset = text_of(value.get("epoch")), offset_of(value.get("offset"))
        place = Position(named or identifier, epoch, offset)
        return self._payload.of_value(value.get("message"), place, "message", again)

    def _welcome(self, value: Message) -> Sequence[Reading]:
        readings = [Reading(Means.OTHER, label="welcome")]
        sid = text_of(value.get("sid"))
        if self._sid:
            flags = int(ReadFlag.CLAIMED_YES) if value.get("restored") is True else 0
            readings.append(Reading(Means.CLAIM, label="restored", flags=flags))
            readings.append(Reading(Means.IDENTITY, id=self._sid, label="sid"))
        if sid and sid != self._sid:
            readings.append(Reading(Means.IDENTITY, id=sid, label="sid"))
        return readings

    def _confirmed(self, value: Message) -> Sequence[Reading]:
        identifier = text_of(value.get("identifier"))
        return (Reading(Means.SUBSCRIBED, identifier, label="confirm_subscription"),)

    def _rejected(self, value: Message) -> Sequence[Reading]:
        identifier = text_of(value.get("identifier"))
        return (Reading(Means.ERROR, identifier, label="reject_subscription"),)

    def _answered(self, value: Message) -> Sequence[Reading]:
        """The history is complete, or there is none; the answer names the subscription only."""
        identifier, kind = text_of(value.get("identifier")), text_of(value.get("type"))
        flags = int(ReadFlag.CLAIMED_YES) if kind == "confirm_history" else 0
        streams = self._history.pop(identifier, None) or [identifier]
        return [Reading(Means.CLAIM, each, label=kind, flags=flags) for each in streams]

    def _disconnect(self, value: Message) -> Sequence[Reading]:
        means = Means.ADVICE if value.get("reconnect") is True else Means.ERROR
        return (Reading(means, label=f"disconnect {text_of(value.get('reason'))}".rstrip()),)

    def _ping(self, value: Message) -> Sequence[Reading]:
        return (Reading(Means.HEARTBEAT, label="ping"),)


SERVER: dict[str, Callable[[CableDecoder, Message], Sequence[Reading]]] = {
    "welcome": CableDecoder._welcome,
    "confirm_subscription": CableDecoder._confirmed,
    "reject_subscription": CableDecoder._rejected,
    "confirm_history": CableDecoder._answered,
    "reject_history": CableDecoder._answered,
    "disconnect": CableDecoder._disconnect,
    "ping": CableDecoder._ping,
}
