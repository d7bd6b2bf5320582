"""The protocol of the reference service: JSON over WebSocket, or as events of a stream."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from workbench.model.chunk import Opening
from workbench.model.pointer import MISSING
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects._head import request_facts
from workbench.protocols.dialects._values import load, offset_of, text_of, time_of, unreadable

TITLE = "Workbench service"

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """Nothing to set: the protocol says everything."""


def recognise(opening: Opening, first: Sequence[tuple[int, int, bytes]]) -> float:
    """Sure when a first message is one that only this service or its clients send."""
    values = (load(opcode, payload) for _, opcode, payload in first)
    return 0.95 if any(isinstance(v, dict) and _ours(v) for v in values) else 0.0


def _ours(value: Message) -> bool:
    if value.get("op") == "subscribe":
        return isinstance(value.get("stream"), str)
    known = value.get("type") in ("subscribed", "update", "snapshot", "too_old")
    return known and {"stream", "epoch"} <= value.keys() and ("offset" in value or "top" in value)


def decoder(settings: Settings, opening: Opening) -> ServiceDecoder:
    """A fresh decoder for one link."""
    return ServiceDecoder(opening)


class ServiceDecoder:
    """Remembers which streams were asked for with a position: only those can be recovered."""

    def __init__(self, opening: Opening) -> None:
        self._resumed: set[str] = set()

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What one message, one event or one request head (opcode 0) means."""
        if opcode == 0:
            return self._asked_by_head(payload) if direction == Direction.OUT else ()
        if opcode == Opcode.EVENT and b"\ndata:" not in b"\n" + payload:
            return (Reading(Means.OTHER, label="retry"),)
        value = load(opcode, payload)
        if not isinstance(value, dict):
            return unreadable()
        if direction == Direction.OUT:
            return self._client(value)
        read = SERVER.get(text_of(value.get("type")))
        return read(self, value) if read else (Reading(Means.OTHER, label=_label(value)),)

    def _asked_by_head(self, head: bytes) -> Sequence[Reading]:
        """``GET /events``: the header wins over the query, which a browser repeats."""
        path, headers = request_facts(head)
        query = parse_qs(urlsplit(path).query[:2000])
        if "upgrade" in headers or "stream" not in query:
            return ()
        stream = text_of(query["stream"][0])
        given = headers.get("last-event-id") or query.get("last_event_id", [""])[0]
        epoch, colon, place = given.rpartition(":")
        if not colon or offset_of(place) is None:
            return (Reading(Means.SUBSCRIBE, stream, label="subscribe"),)
        self._resumed.add(stream)
        return (Reading(Means.RESUME, stream, text_of(epoch), offset_of(place), label="resume"),)

    def _client(self, value: Message) -> Sequence[Reading]:
        match value.get("op"):
            case "subscribe":
                return (self._subscribe(value),)
            case "publish":
                sent = text_of(value.get("id"))
                return (
                    Reading(Means.SEND, text_of(value.get("stream")), id=sent, label="publish"),
                )
            case "ping":
                return (Reading(Means.HEARTBEAT, label="ping"),)
            case _:
                return (Reading(Means.OTHER, label=_label(value)),)

    def _subscribe(self, value: Message) -> Reading:
        stream, after = text_of(value.get("stream")), value.get("after")
        offset = offset_of(after.get("offset")) if isinstance(after, dict) else None
        if not isinstance(after, dict) or offset is None:
            self._resumed.discard(stream)
            return Reading(Means.SUBSCRIBE, stream, label="subscribe")
        self._resumed.add(stream)
        return Reading(Means.RESUME, stream, text_of(after.get("epoch")), offset, label="resume")

    def _subscribed(self, value: Message) -> Sequence[Reading]:
        place = _placed(Means.SUBSCRIBED, value)
        claimed = value.get("recovered") is True
        if not claimed and place.stream not in self._resumed:
            return (place,)
        flags = int(ReadFlag.CLAIMED_YES) if claimed else 0
        return (place, place._replace(means=Means.CLAIM, flags=flags))

    def _update(self, value: Message) -> Sequence[Reading]:
        reading = _placed(Means.UPDATE, value)
        if reading.offset is None:
            return unreadable("update")
        flags = int(ReadFlag.REPLAYED) if value.get("replayed") is True else 0
        return (reading._replace(flags=flags, key=text_of(value.get("key"))),)

    def _snapshot(self, value: Message) -> Sequence[Reading]:
        return (_placed(Means.SNAPSHOT, value),)

    def _too_old(self, value: Message) -> Sequence[Reading]:
        asked = value.get("asked")
        asked = asked if isinstance(asked, dict) else {}
        stream, epoch = text_of(value.get("stream")), text_of(asked.get("epoch"))
        offset = offset_of(asked.get("offset"))
        return (Reading(Means.TOO_OLD, stream, epoch, offset, label="too_old"),)

    def _ack(self, value: Message) -> Sequence[Reading]:
        reading = _placed(Means.REPLY, value)
        return (reading._replace(id=text_of(value.get("id"))),)

    def _error(self, value: Message) -> Sequence[Reading]:
        label = f"error {text_of(value.get('code'))}".rstrip()
        return (Reading(Means.ERROR, text_of(value.get("stream")), label=label),)

    def _pong(self, value: Message) -> Sequence[Reading]:
        return (Reading(Means.HEARTBEAT, label="pong"),)


SERVER: dict[str, Callable[[ServiceDecoder, Message], Sequence[Reading]]] = {
    "subscribed": ServiceDecoder._subscribed,
    "update": ServiceDecoder._update,
    "snapshot": ServiceDecoder._snapshot,
    "too_old": ServiceDecoder._too_old,
    "ack": ServiceDecoder._ack,
    "error": ServiceDecoder._error,
    "pong": ServiceDecoder._pong,
}


def _placed(means: Means, value: Message) -> Reading:
    return Reading(
        means,
        text_of(value.get("stream")),
        text_of(value.get("epoch")),
        offset_of(value.get("offset", MISSING)),
        label=_label(value),
        time=time_of(value.get("ts")),
    )


def _label(value: Message) -> str:
    return text_of(value.get("type") or value.get("op"))
