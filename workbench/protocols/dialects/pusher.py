"""Pusher Channels, protocol 7: events whose data is JSON within a JSON text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.model.chunk import Opening
from workbench.model.pointer import MISSING
from workbench.model.position import Position
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects._first import First, objects
from workbench.protocols.dialects._payload import Payload, PayloadSettings
from workbench.protocols.dialects._values import load, text_of, unreadable
from workbench.units.settings import setting

TITLE = "Pusher"

#: Channels that send their last event to whoever subscribes.
CACHES = ("cache-", "private-cache-", "private-encrypted-cache-", "presence-cache-")
#: Cache channels whose last event is waited for; more is an attack.
MANY = 1000


@dataclass(frozen=True, slots=True)
class Settings(PayloadSettings):
    """The protocol has no positions: places count within an event's decoded data."""

    event: str = setting("", help="Only events of this name are updates; empty: all.")


def recognise(opening: Opening, first: First) -> float:
    """Sure by an event of the protocol itself, nearly sure by the usual path."""
    if opening.protocol == "sse":
        return 0.0
    for direction in (Direction.IN, Direction.OUT):
        if any(text_of(v.get("event")).startswith("pusher:") for v in objects(first, direction)):
            return 0.97
    path, _, query = opening.path.partition("?")
    return 0.85 if path.startswith("/app/") and "protocol=" in query else 0.0


def decoder(settings: Settings, opening: Opening) -> PusherDecoder:
    """A fresh decoder for one link.  Raises WorkbenchError (user) for a place that cannot be."""
    return PusherDecoder(settings)


class PusherDecoder:
    """Remembers cache channels that were just subscribed to: they repeat their last event."""

    def __init__(self, settings: Settings) -> None:
        self._payload = Payload(settings)
        self._event = settings.event
        self._cached: set[str] = set()

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What one event means; each has a frame of its own."""
        if opcode != Opcode.TEXT or direction == Direction.NONE:
            return unreadable() if opcode in (Opcode.BINARY, Opcode.EVENT) else ()
        value = load(opcode, payload)
        if not isinstance(value, dict) or not isinstance(value.get("event"), str):
            return unreadable()
        event, data = text_of(value["event"]), _data(value.get("data"))
        kind = event.removeprefix("pusher:").removeprefix("pusher_internal:")
        if kind == event:
            return (self._message(direction, event, text_of(value.get("channel")), data),)
        if kind in ("ping", "pong"):
            return (Reading(Means.HEARTBEAT, label=kind),)
        inner = data if isinstance(data, dict) else {}
        if direction == Direction.OUT:
            means = Means.SUBSCRIBE if kind == "subscribe" else Means.OTHER
            return (Reading(means, text_of(inner.get("channel")), label=kind),)
        return (self._server(kind, text_of(value.get("channel")), inner),)

    def _message(self, direction: int, event: str, channel: str, data: Any) -> Reading:
        if direction == Direction.OUT or (self._event and event != self._event):
            # Client events are not acknowledged.
            return Reading(Means.OTHER, channel, label=event)
        again = int(ReadFlag.REPLAYED) if channel in self._cached else 0
        self._cached.discard(channel)
        return self._payload.of_value(data, Position(channel), event, again)

    def _server(self, kind: str, channel: str, data: dict[str, Any]) -> Reading:
        if kind == "subscription_succeeded":
            if channel.startswith(CACHES) and len(self._cached) < MANY:
                self._cached.add(channel)
            return Reading(Means.SUBSCRIBED, channel, label=kind)
        if kind == "cache_miss":
            self._cached.discard(channel)
        if kind == "subscription_error":
            return Reading(Means.ERROR, channel, label=kind)
        if kind != "error":
            return Reading(Means.OTHER, channel, label=kind)
        # 4100 to 4199: come back after a while; 4200 to 4299: at once; others are final.
        code = data.get("code")
        again = isinstance(code, int) and 4100 <= code < 4300
        label = f"error {text_of(code)}".rstrip()
        return Reading(Means.ADVICE if again else Means.ERROR, channel, label=label)


def _data(value: Any) -> Any:
    """The data of an event: JSON within a text, or text that is none, or no text at all."""
    if not isinstance(value, str):
        return value
    inner = load(Opcode.TEXT, value.encode("utf-8", "surrogatepass"))
    return value if inner is MISSING else inner
