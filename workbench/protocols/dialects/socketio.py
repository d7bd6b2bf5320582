"""Socket.IO 4 (protocol 5) over Engine.IO 4: on a WebSocket, or by HTTP long polling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from workbench.model.chunk import Opening
from workbench.model.pointer import MISSING
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects._engineio import Polling, session_key
from workbench.protocols.dialects._places import Places, places
from workbench.protocols.dialects._recovery_id import recovery_id
from workbench.protocols.dialects._values import MAX_PAYLOAD, by_content, short, text_of, unreadable
from workbench.units.settings import setting

TITLE = "Socket.IO"

#: Attachments of one packet that are waited for; more is taken for garbage.
MAX_ATTACHMENTS = 1000

#: Packet of protocol 5: type, number of attachments, namespace, acknowledgement id, data.
PACKET = re.compile(r"([0-6])(?:(\d{1,6})-)?(?:(/[^,]{0,200})(?:,|$))?(\d{1,18})?", re.DOTALL)
CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR, BINARY_EVENT, BINARY_ACK = "0123456"


@dataclass(frozen=True, slots=True)
class Settings:
    """Places count within the packet's array: /0 is the event's name, /1 its first argument."""

    id: str = setting("", help="Where the id or offset is, for example /1/seq or json.1.seq.")
    epoch: str = setting("", help="Where the epoch is.")
    stream: str = setting("", help="Where the stream's name is; empty: the namespace.")
    key: str = setting("", help="Where the key of what is updated is.")
    time: str = setting("", help="Where the time of publishing is.")
    ids: str = setting("", help="What ids prove.", choices=("", "contiguous", "ordered", "opaque"))
    event: str = setting("", help="Only events of this name are updates; empty: all.")


@dataclass(frozen=True, slots=True)
class Packet:
    """A parsed packet; ``ack`` "": none is asked for."""

    type: str
    attachments: int
    namespace: str
    ack: str
    data: Any


@dataclass(slots=True)
class Namespace:
    """What is remembered of a namespace: the private ids, whether recovery is on, and whether
    what comes is still replay (the server sends it before its CONNECT)."""

    asked: str = ""
    resumed: bool = False
    replaying: bool = False  # what was missed comes before the answer to CONNECT
    recovery: bool = False
    wanted: dict[str, Reading] = field(default_factory=dict)  # events that want an answer


def recognise(opening: Opening, first: Sequence[tuple[int, int, bytes]]) -> float:
    """Sure of a link whose server opens it as Engine.IO 4 does, nearly sure by its path."""
    for direction, _, payload in first:
        if direction == Direction.IN and payload.startswith(b'0{"sid":'):
            return 0.97
    by_path = "EIO=4" in opening.path and "transport=websocket" in opening.path
    return 0.9 if by_path else 0.0


def decoder(settings: Settings, opening: Opening) -> SocketioDecoder:
    """A fresh decoder for one link.  Raises WorkbenchError (user) for a place that cannot be."""
    return SocketioDecoder(settings)


def exchanges(settings: Settings) -> Polling:
    """Reads what comes by long polling, and the WebSockets that sessions move to."""
    return Polling(lambda: SocketioDecoder(settings))


class SocketioDecoder:
    """Remembers the namespaces, and a binary packet whose attachments are still to come."""

    def __init__(self, settings: Settings) -> None:
        self._places: Places = places(settings)
        self._event_name = settings.event
        self._namespaces: dict[str, Namespace] = {}
        self._waiting: dict[int, tuple[int, Sequence[Reading]]] = {}

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What one Engine.IO packet means."""
        if opcode == 0:
            return ()
        if opcode == Opcode.BINARY:
            return self._attachment(direction)
        if opcode != Opcode.TEXT or not payload or len(payload) > MAX_PAYLOAD:
            return unreadable()
        kind, rest = payload[:1], payload[1:]
        if kind == b"4":
            return self._socketio(direction, rest)
        return (*engine_packet(kind), *(opened(rest) if kind == b"0" else ()))

    def _attachment(self, direction: int) -> Sequence[Reading]:
        """The packet is whole, and counts as delivered, with its last attachment."""
        left, readings = self._waiting.pop(direction, (0, ()))
        if left == 0:
            return unreadable("binary")
        if left == 1:
            return readings
        self._waiting[direction] = (left - 1, readings)
        return (Reading(Means.OTHER, label="attachment"),)

    def _socketio(self, direction: int, rest: bytes) -> Sequence[Reading]:
        packet = parse(rest)
        if packet is None:
            return unreadable()
        readings = self._packet(direction, packet, rest)
        if packet.attachments and packet.type in (BINARY_EVENT, BINARY_ACK):
            if packet.attachments > MAX_ATTACHMENTS:
                return unreadable("too many attachments")
            self._waiting[direction] = (packet.attachments, readings)
            return (Reading(Means.OTHER, packet.namespace, label="binary"),)
        return readings

    def _packet(self, direction: int, packet: Packet, rest: bytes) -> Sequence[Reading]:
        outward = direction == Direction.OUT
        match packet.type:
            case "0":
                return self._asks(packet) if outward else self._connected(packet)
            case "1":
                return (Reading(Means.OTHER, packet.namespace, label="disconnect"),)
            case "2" | "5":
                return self._sent(packet) if outward else self._event(packet, rest)
            case "3" | "6":
                return (self._ack(packet) if outward else _reply(packet),)
            case _:
                return (Reading(Means.ERROR, packet.namespace, label="connect_error"),)

    def _space(self, name: str) -> Namespace:
        if len(self._namespaces) >= 1000 and name not in self._namespaces:
            return Namespace()
        return self._namespaces.setdefault(name, Namespace())

    def _asks(self, packet: Packet) -> Sequence[Reading]:
        """CONNECT of a client: with pid and offset it asks for recovery."""
        data = packet.data if isinstance(packet.data, dict) else {}
        space, pid, last = self._space(packet.namespace), data.get("pid"), data.get("offset")
        space.asked = text_of(pid)
        space.recovery = space.resumed = bool(space.asked and text_of(last))
        space.replaying = space.resumed
        if not space.resumed:
            return (Reading(Means.SUBSCRIBE, packet.namespace, label="connect"),)
        resume = Reading(Means.RESUME, packet.namespace, id=text_of(last), label="connect")
        return (resume, _identity("pid", space.asked))

    def _connected(self, packet: Packet) -> Sequence[Reading]:
        """CONNECT of the server: the same pid again is its claim that the client recovered."""
        data = packet.data if isinstance(packet.data, dict) else {}
        space, pid = self._space(packet.namespace), text_of(data.get("pid"))
        space.recovery, space.replaying = bool(pid), False
        readings = [Reading(Means.SUBSCRIBED, packet.namespace, label="connected")]
        if space.resumed:
            flags = int(ReadFlag.CLAIMED_YES) if pid == space.asked else 0
            readings.append(Reading(Means.CLAIM, packet.namespace, label="connected", flags=flags))
        if text_of(data.get("sid")):
            readings.append(_identity("sid", text_of(data.get("sid"))))
        if pid:
            readings.append(_identity("pid", pid))
        return readings

    def _sent(self, packet: Packet) -> Sequence[Reading]:
        means = Means.SEND if packet.ack else Means.OTHER
        return (Reading(means, packet.namespace, id=packet.ack, label=_name(packet)),)

    def _ack(self, packet: Packet) -> Reading:
        """The client's answer to one event: it has handled this one."""
        held = self._space(packet.namespace).wanted.pop(packet.ack, None)
        if held is None:
            return Reading(Means.OTHER, packet.namespace, id=packet.ack, label="ack")
        flags = int(ReadFlag.ALONE)
        return Reading(Means.ACK, *held[1:5], label="ack", flags=flags)

    def _event(self, packet: Packet, rest: bytes) -> Sequence[Reading]:
        readings = self._update(packet, rest)
        wanted = self._space(packet.namespace).wanted
        if packet.ack and readings[0].means == Means.UPDATE:
            if len(wanted) >= MAX_ATTACHMENTS:
                wanted.pop(next(iter(wanted)))
            wanted[packet.ack] = readings[0]
        return readings

    def _update(self, packet: Packet, rest: bytes) -> Sequence[Reading]:
        name = _name(packet)
        if not isinstance(packet.data, list) or not packet.data:
            return unreadable("event")
        if self._event_name and name != self._event_name:
            return (Reading(Means.OTHER, packet.namespace, label=name),)
        reading = self._places.read(Means.UPDATE, packet.data, name)
        stream = reading.stream or packet.namespace
        if reading.means != Means.UPDATE:
            return (reading._replace(stream=stream),)
        space = self._space(packet.namespace)
        flags = reading.flags | (int(ReadFlag.REPLAYED) if space.replaying else 0)
        # Events that want an acknowledgement are not kept, and carry no id.
        recovering = space.recovery and not packet.ack
        own = recovery_id(packet.data) if recovering else ""
        if reading.offset is None and not reading.id and not own:
            found = by_content(reading._replace(stream=stream), rest)
            return (found._replace(flags=found.flags | flags),)
        return (reading._replace(stream=stream, id=reading.id or own, flags=flags),)


def parse(rest: bytes) -> Packet | None:
    """The packet after Engine.IO's ``4``, or None where it is none."""
    try:
        text = rest.decode("utf-8")
    except UnicodeDecodeError:
        return None
    match = PACKET.match(text)
    if match is None:
        return None
    tail, data = text[match.end() :], MISSING
    if tail:
        try:
            data = orjson.loads(tail)
        except orjson.JSONDecodeError:
            return None
    return Packet(
        match[1], int(match[2] or 0), match[3] or "/", match[4] or "", None if not tail else data
    )


def engine_packet(kind: bytes) -> Sequence[Reading]:
    """Packets of Engine.IO alone: open, close, ping, pong, upgrade, noop."""
    names = {b"0": "open", b"1": "close", b"5": "upgrade", b"6": "noop"}
    if kind in (b"2", b"3"):
        return (Reading(Means.HEARTBEAT, label="ping" if kind == b"2" else "pong"),)
    if kind not in names:
        return unreadable()
    return (Reading(Means.OTHER, label=names[kind]),)


def opened(rest: bytes) -> Sequence[Reading]:
    """The session's key in Engine.IO's open packet."""
    try:
        value = orjson.loads(rest)
    except orjson.JSONDecodeError:
        return ()
    sid = text_of(value.get("sid")) if isinstance(value, dict) else ""
    return (session_key(sid),) if sid else ()


def _identity(name: str, value: str) -> Reading:
    """A key that joins the links of one client (label: its name, id: its value)."""
    return Reading(Means.IDENTITY, id=value, label=name)


def _reply(packet: Packet) -> Reading:
    return Reading(Means.REPLY, packet.namespace, id=packet.ack, label="ack")


def _name(packet: Packet) -> str:
    first = packet.data[0] if isinstance(packet.data, list) and packet.data else ""
    return short(first) if isinstance(first, str) else text_of(first)
