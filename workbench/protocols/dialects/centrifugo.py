"""Centrifugo and Centrifuge: JSON protocol version 2, and version 1 put into its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from workbench.model.chunk import Opening
from workbench.model.position import Position
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects._first import First, objects
from workbench.protocols.dialects._flow import MAX_READINGS
from workbench.protocols.dialects._payload import Payload, PayloadSettings
from workbench.protocols.dialects._values import (
    MAX_PAYLOAD,
    load,
    offset_of,
    text_of,
    time_of,
    unreadable,
)

TITLE = "Centrifugo"
#: Offsets rise by one within an epoch of a channel.
IDS = "contiguous"

Message = dict[str, Any]

#: Methods of version 1 by number, and its kinds of push.
METHODS = (
    "connect", "subscribe", "unsubscribe", "publish", "presence", "presence_stats", "history",
    "ping", "send", "rpc", "refresh", "sub_refresh",
)  # fmt: skip
PUSHES = (
    "pub", "join", "leave", "unsubscribe", "message", "subscribe", "connect", "disconnect",
    "refresh",
)  # fmt: skip

#: Commands and channels remembered of one link; more is an attack.
MANY = 10_000
UNRECOVERABLE = 112


@dataclass(frozen=True, slots=True)
class Settings(PayloadSettings):
    """Places count within a publication's data; without any the protocol's offset counts."""


class Asked(NamedTuple):
    """A command that waits for its reply, and the position that it asked to recover from."""

    method: str
    channel: str = ""
    recovering: bool = False
    epoch: str = ""
    offset: int | None = None


def recognise(opening: Opening, first: First) -> float:
    """Sure by the first command or reply, nearly sure by the usual path."""
    if opening.protocol == "sse" or opening.subprotocol == "centrifuge-protobuf":
        return 0.0
    if any(_connects(v) for v in objects(first, Direction.OUT, b"\n")):
        return 0.97
    if any(_welcomes(v) for v in objects(first, Direction.IN, b"\n")):
        return 0.96
    path = opening.path.partition("?")[0]
    return 0.8 if path.endswith(("/connection/websocket", "/connection/uni_websocket")) else 0.0


def _connects(value: Message) -> bool:
    return isinstance(value.get("id"), int) and isinstance(value.get("connect"), dict)


def _welcomes(value: Message) -> bool:
    reply = value.get("result") or value.get("connect")
    if not isinstance(reply, dict) or not isinstance(reply.get("client"), str):
        return False
    return "version" in reply or "ping" in reply


def decoder(settings: Settings, opening: Opening) -> CentrifugoDecoder:
    """A fresh decoder for one link.  Raises WorkbenchError (user) for a place that cannot be."""
    return CentrifugoDecoder(settings)


class CentrifugoDecoder:
    """Remembers commands without a reply, the epoch of each channel, and numbered channels."""

    def __init__(self, settings: Settings) -> None:
        self._payload = Payload(settings)
        self._asked: dict[str, Asked] = {}
        self._subs: dict[str, Asked] = {}
        self._epochs: dict[str, str] = {}
        self._numbers: dict[int, str] = {}

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What the objects of one frame, which LF parts, mean."""
        if opcode != Opcode.TEXT or direction == Direction.NONE:
            return unreadable() if opcode in (Opcode.BINARY, Opcode.EVENT) else ()
        if len(payload) > MAX_PAYLOAD or not payload.strip():
            return unreadable()
        readings: list[Reading] = []
        for line in _lines(payload):
            value = load(opcode, line)
            if not isinstance(value, dict):
                readings.extend(unreadable())
            elif direction == Direction.OUT:
                readings.extend(self._command(value))
            else:
                readings.extend(self._reply(value))
            if len(readings) > MAX_READINGS:
                return (*readings, *unreadable("too many"))
        return readings

    # --- what clients send ----------------------------------------------------------------

    def _command(self, value: Message) -> Sequence[Reading]:
        if not value:
            return (Reading(Means.HEARTBEAT, label="pong"),)
        method, body = _method(value)
        number = text_of(value.get("id"))
        asked = Asked(method, text_of(body.get("channel")))
        readings: Sequence[Reading] = (Reading(Means.OTHER, asked.channel, label=method),)
        if method == "subscribe":
            asked = _recovering(asked.channel, body)
            readings = (_asks(asked, method),)
        elif method == "connect":
            readings = self._connect(body)
        elif method == "ping":
            readings = (Reading(Means.HEARTBEAT, label=method),)
        elif method in ("publish", "rpc"):
            readings = (Reading(Means.SEND, asked.channel, id=number, label=method),)
        if number and len(self._asked) < MANY:
            self._asked[number] = asked
        return readings

    def _connect(self, body: Message) -> Sequence[Reading]:
        """Server-side subscriptions are recovered by the connect command itself."""
        readings = [Reading(Means.OTHER, label="connect")]
        for channel, each in list(_object(body.get("subs")).items())[:MANY]:
            asked = _recovering(text_of(channel), _object(each))
            self._subs[asked.channel] = asked
            readings.append(_asks(asked, "connect"))
        return readings

    # --- what servers send ----------------------------------------------------------------

    def _reply(self, value: Message) -> Sequence[Reading]:
        if not value:
            return (Reading(Means.HEARTBEAT, label="ping"),)
        number = text_of(value.get("id"))
        if not number or number == "0":
            return self._push(_push(value))
        asked = self._asked.pop(number, None) or Asked(next((m for m in METHODS if m in value), ""))
        if "error" in value:
            return _failed(asked, number, _object(value["error"]))
        body = _object(value.get(asked.method, value.get("result")))
        if asked.method == "subscribe":
            return self._subscribed(asked.channel, body, asked)
        if asked.method == "connect":
            return self._connected(body)
        if asked.method in ("publish", "rpc"):
            return (Reading(Means.REPLY, asked.channel, id=number, label=asked.method),)
        means = Means.HEARTBEAT if asked.method == "ping" else Means.OTHER
        return (Reading(means, asked.channel, label=asked.method or "reply"),)

    def _connected(self, body: Message) -> Sequence[Reading]:
        readings = [Reading(Means.OTHER, label="connect")]
        for name, each in list(_object(body.get("subs")).items())[:MANY]:
            channel = text_of(name)
            asked = self._subs.pop(channel, Asked("connect", channel))
            readings.extend(self._subscribed(channel, _object(each), asked))
        return readings

    def _subscribed(self, channel: str, body: Message, asked: Asked) -> Sequence[Reading]:
        """The server's answer, its claim where a position was asked for, and what it replays."""
        epoch, offset = text_of(body.get("epoch")), offset_of(body.get("offset", 0))
        number = body.get("id")
        if len(self._epochs) < MANY:
            self._epochs[channel] = epoch
            if isinstance(number, int):
                self._numbers[number] = channel
        place = offset if epoch else None
        readings = [Reading(Means.SUBSCRIBED, channel, epoch, place, label="subscribe")]
        recovered = body.get("recovered") is True
        if asked.recovering or body.get("was_recovering") is True or recovered:
            flags = int(ReadFlag.CLAIMED_YES) if recovered else 0
            readings.append(Reading(Means.CLAIM, channel, epoch, label="recovered", flags=flags))
        if asked.recovering and not recovered and asked.epoch in ("", epoch):
            # The epoch is the same: what was asked for is no longer kept.
            readings.append(_too_old(asked))
        for each in _list(body.get("publications")):
            readings.append(self._publication(channel, each, int(ReadFlag.REPLAYED)))
        return readings

    def _push(self, push: Message) -> Sequence[Reading]:
        channel = text_of(push.get("channel")) or self._numbered(push.get("id"))
        kind = next((k for k in PUSHES if k in push), "")
        body = _object(push.get(kind))
        if kind == "pub":
            return (self._publication(channel, body, 0),)
        if kind == "subscribe":
            return self._subscribed(channel, body, Asked("subscribe", channel))
        if kind == "disconnect":
            return (_told(body.get("code"), "disconnect"),)
        if kind == "unsubscribe":
            # From 2500 on the client is to subscribe again: 2500 is "insufficient state".
            code = body.get("code")
            again = isinstance(code, int) and code >= 2500
            label = f"unsubscribe {text_of(code)}".rstrip()
            return (Reading(Means.ADVICE if again else Means.OTHER, channel, label=label),)
        return (Reading(Means.OTHER, channel, label=kind or "push"),)

    def _numbered(self, number: Any) -> str:
        return self._numbers.get(number, "") if isinstance(number, int) else ""

    def _publication(self, channel: str, body: Any, flags: int) -> Reading:
        if not isinstance(body, dict):
            return Reading(Means.UNREADABLE, channel, label="pub")
        # Offsets count from 1; a channel without positions leaves them out.
        offset = offset_of(body.get("offset")) or None
        place = Position(channel, self._epochs.get(channel, ""), offset)
        reading = self._payload.of_value(body.get("data"), place, "pub", flags)
        return reading if reading.time else reading._replace(time=time_of(body.get("time")))


def _lines(payload: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(payload):
        end = payload.find(b"\n", start)
        end = end if end >= 0 else len(payload)
        if line := payload[start:end].strip():
            yield line
        start = end + 1


def _method(value: Message) -> tuple[str, Message]:
    """Method and parameters of a command of either version (version 1 leaves out a 0)."""
    for name in METHODS:
        if isinstance(value.get(name), dict):
            return name, value[name]
    number = value.get("method", 0)
    known = type(number) is int and 0 <= number < len(METHODS)
    return METHODS[number] if known else "", _object(value.get("params"))


def _push(value: Message) -> Message:
    """A push of either version, or of a link in one direction, in the words of version 2."""
    if isinstance(value.get("push"), dict):
        return _object(value["push"])
    result = value.get("result")
    if not isinstance(result, dict):
        return value
    kind = result.get("type", 0)
    known = type(kind) is int and 0 <= kind < len(PUSHES)
    name = PUSHES[kind] if known else "unknown"
    return {"channel": result.get("channel"), name: result.get("data")}


def _recovering(channel: str, body: Message) -> Asked:
    epoch, offset = text_of(body.get("epoch")), offset_of(body.get("offset", 0))
    return Asked("subscribe", channel, body.get("recover") is True, epoch, offset)


def _asks(asked: Asked, label: str) -> Reading:
    if not asked.recovering:
        return Reading(Means.SUBSCRIBE, asked.channel, label=label)
    return Reading(Means.RESUME, asked.channel, asked.epoch, asked.offset, label=label)


def _too_old(asked: Asked) -> Reading:
    return Reading(Means.TOO_OLD, asked.channel, asked.epoch, asked.offset, label="not recovered")


def _failed(asked: Asked, number: str, error: Message) -> Sequence[Reading]:
    label = f"error {text_of(error.get('code'))}".rstrip()
    failed = Reading(Means.ERROR, asked.channel, id=number, label=label)
    if error.get("code") != UNRECOVERABLE:
        return (failed,)
    return (failed, Reading(Means.CLAIM, asked.channel, label="recovered"), _too_old(asked))


def _told(code: Any, label: str) -> Reading:
    """Codes from 3500 to 3999 and from 4500 on are final."""
    final = isinstance(code, int) and (3500 <= code < 4000 or code >= 4500)
    return Reading(
        Means.ERROR if final else Means.ADVICE, label=f"{label} {text_of(code)}".rstrip()
    )


def _object(value: Any) -> Message:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value[:MAX_READINGS] if isinstance(value, list) else []
