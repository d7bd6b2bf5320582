"""WAMP version 2 over WebSocket, JSON serialisation (wamp-proto.org, basic profile)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.model.chunk import Opening
from workbench.model.position import Position
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode
from workbench.protocols.dialects._first import First, values
from workbench.protocols.dialects._payload import Payload, PayloadSettings
from workbench.protocols.dialects._values import load, text_of, unreadable

TITLE = "WAMP"
#: Publications have random numbers, the same for all subscribers.
IDS = "opaque"

#: Message codes (section 6.5), and what each is called.
NAMES = {
    1: "HELLO", 2: "WELCOME", 3: "ABORT", 4: "CHALLENGE", 5: "AUTHENTICATE", 6: "GOODBYE",
    8: "ERROR", 16: "PUBLISH", 17: "PUBLISHED", 32: "SUBSCRIBE", 33: "SUBSCRIBED",
    34: "UNSUBSCRIBE", 35: "UNSUBSCRIBED", 36: "EVENT", 48: "CALL", 49: "CANCEL", 50: "RESULT",
    64: "REGISTER", 65: "REGISTERED", 66: "UNREGISTER", 67: "UNREGISTERED", 68: "INVOCATION",
    69: "INTERRUPT", 70: "YIELD",
}  # fmt: skip

#: Subscriptions of one link that are remembered; more is an attack.
MANY = 10_000


@dataclass(frozen=True, slots=True)
class Settings(PayloadSettings):
    """Places count within {"args": [...], "kwargs": {...}}: /args/0/seq, json.kwargs.seq."""


def recognise(opening: Opening, first: First) -> float:
    """Sure by the subprotocol or by the first message, HELLO."""
    if opening.protocol == "sse":
        return 0.0
    if opening.subprotocol == "wamp.2.json":
        return 0.97
    return 0.95 if any(_hello(v) for v in values(first, Direction.OUT)) else 0.0


def _hello(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 3 or value[0] != 1:
        return False
    return isinstance(value[1], str) and isinstance(value[2], dict) and "roles" in value[2]


def decoder(settings: Settings, opening: Opening) -> WampDecoder:
    """A fresh decoder for one link.  Raises WorkbenchError (user) for a place that cannot be."""
    return WampDecoder(settings)


class WampDecoder:
    """Remembers the session's number and the topic of each subscription."""

    def __init__(self, settings: Settings) -> None:
        self._payload = Payload(settings)
        self._session = ""
        self._asked: dict[str, str] = {}  # request: topic
        self._topics: dict[str, str] = {}  # subscription: topic

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What one message means; each has a frame of its own (section 5.3)."""
        if opcode != Opcode.TEXT or direction == Direction.NONE:
            return unreadable() if opcode in (Opcode.BINARY, Opcode.EVENT) else ()
        value = load(opcode, payload)
        if not isinstance(value, list) or not value:
            return unreadable()
        # Fields that are left out read as nothing.
        code, fields = value[0], [*value[1:7], *[None] * 6]
        if type(code) is not int or code not in NAMES:
            return unreadable()
        if direction == Direction.OUT:
            return (self._client(NAMES[code], fields),)
        return (self._server(NAMES[code], fields),)

    def _client(self, name: str, fields: list[Any]) -> Reading:
        request, topic = text_of(fields[0]), text_of(fields[2])
        if name == "SUBSCRIBE":
            if len(self._asked) < MANY:
                self._asked[request] = topic
            return Reading(Means.SUBSCRIBE, topic, label=name)
        options = fields[1] if isinstance(fields[1], dict) else {}
        wants = name == "CALL" or (name == "PUBLISH" and options.get("acknowledge") is True)
        if wants:
            return Reading(Means.SEND, topic, id=self._request(request), label=name)
        return Reading(Means.OTHER, topic if name == "PUBLISH" else "", label=name)

    def _request(self, number: str) -> str:
        """Requests are numbered from 1 in every session (section 2.1.2): alone they would
        name other messages after a reconnect."""
        return f"{self._session}/{number}"

    def _server(self, name: str, fields: list[Any]) -> Reading:
        first = text_of(fields[0])
        match name:
            case "WELCOME":
                self._session = first
            case "SUBSCRIBED":
                return self._subscribed(first, text_of(fields[1]))
            case "EVENT":
                return self._event(fields)
            case "PUBLISHED" | "RESULT":
                return Reading(Means.REPLY, id=self._request(first), label=name)
            case "ERROR":
                return self._error(first, fields)
            case "ABORT" | "GOODBYE":
                return _ended(name, text_of(fields[1]))
        return Reading(Means.OTHER, label=name)

    def _subscribed(self, request: str, subscription: str) -> Reading:
        topic = self._asked.pop(request, "")
        if len(self._topics) < MANY:
            self._topics[subscription] = topic
        return Reading(Means.SUBSCRIBED, topic, label="SUBSCRIBED")

    def _event(self, fields: list[Any]) -> Reading:
        """``[36, subscription, publication, details, args, kwargs]``."""
        details = fields[2] if isinstance(fields[2], dict) else {}
        # A subscription by pattern has the event's own topic in its details.
        topic = text_of(details.get("topic")) or self._topics.get(text_of(fields[0]), "")
        data = {"args": fields[3], "kwargs": fields[4]}
        return self._payload.of_value(data, Position(topic, id=text_of(fields[1])), "EVENT")

    def _error(self, kind: str, fields: list[Any]) -> Reading:
        """``[8, type of the request, request, details, error]``."""
        request = text_of(fields[1])
        topic = self._asked.pop(request, "") if kind == "32" else ""
        label = f"ERROR {text_of(fields[3])}".rstrip()
        return Reading(Means.ERROR, topic, id=self._request(request), label=label)


def _ended(name: str, reason: str) -> Reading:
    """The router ends the session; after a shutdown clients are to come back."""
    again = reason in ("wamp.close.system_shutdown", "wamp.close.close_realm")
    failed = Means.ERROR if name == "ABORT" else Means.OTHER
    return Reading(Means.ADVICE if again else failed, label=f"{name} {reason}".rstrip())
