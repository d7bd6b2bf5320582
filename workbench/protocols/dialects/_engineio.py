"""Engine.IO 4 over HTTP long polling, and sessions that move from there to a WebSocket."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs

from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode, ReadFlag
from workbench.protocols.dialects._flow import MAX_READINGS
from workbench.protocols.dialects._values import short, unreadable
from workbench.units.shapes import Decoder

#: Packets of one body are joined by the record separator; binary ones are ``b`` and base64.
MARK = b"\x1e"
#: The name of an Engine.IO session's key.
SESSION = "eio"
#: Sessions remembered; the oldest is forgotten first.
MANY_SESSIONS = 10_000


def query_of(path: str) -> tuple[str, str]:
    """(transport, session) that a request's target names; ("", "") where it is not Engine.IO 4."""
    values = parse_qs(path.partition("?")[2][:4096])
    if values.get("EIO") != ["4"]:
        return "", ""
    return values.get("transport", [""])[0], short(values.get("sid", [""])[0])


def session_key(sid: str) -> Reading:
    """The key that joins all parts of a session."""
    return Reading(Means.IDENTITY, id=sid, label=SESSION, flags=int(ReadFlag.SESSION))


class Polling:
    """All sessions of a recording that are polled; ``make`` makes a decoder for a new one."""

    def __init__(self, make: Callable[[], Decoder]) -> None:
        self._make = make
        self._sessions: dict[str, Decoder] = {}

    def of(self, path: str) -> bool:
        """Whether a request with this target is a poll or a post of a session."""
        return query_of(path)[0] == "polling"

    def asks(self, path: str) -> Sequence[Reading]:
        """What the head of a request says: its session, which the first one has none of."""
        sid = query_of(path)[1]
        return (session_key(sid),) if sid else ()

    def read(self, path: str, direction: int, status: int, payload: bytes) -> Sequence[Reading]:
        """What one body means: of a post, or of an answer with its status."""
        sid = query_of(path)[1]
        key = (session_key(sid),) if sid else ()
        if direction == Direction.IN and status != 200:
            return (*key, Reading(Means.ERROR, label=f"status {status}"))
        if direction == Direction.IN and payload == b"ok":  # the answer to every post
            return (*key, Reading(Means.OTHER, label="ok"))
        if not payload:
            return (*key, *unreadable("too large"))
        decoder = self._sessions.get(sid) or self._make()
        readings = read_packets(decoder, direction, payload)
        sid = sid or _opened(readings)
        if sid:
            self._remember(sid, decoder)
        return (*key, *readings)

    def decoder(self, opening: Opening) -> Decoder:
        """The decoder of a WebSocket: that of the session which moves there, else a fresh one."""
        sid = query_of(opening.path)[1]
        if not sid:
            return self._make()
        inner = self._sessions.get(sid) or self._make()
        self._remember(sid, inner)
        return Moved(sid, inner)

    def _remember(self, sid: str, decoder: Decoder) -> None:
        if sid not in self._sessions and len(self._sessions) >= MANY_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[sid] = decoder


class Moved:
    """The WebSocket of a session that began with polling: its key first, then what it says."""

    def __init__(self, sid: str, inner: Decoder) -> None:
        self._first: tuple[Reading, ...] = (session_key(sid),)
        self._inner = inner

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What one message means."""
        first, self._first = self._first, ()
        moves = direction == Direction.OUT and opcode == Opcode.TEXT and payload == b"5"
        if moves:
            return (*first, Reading(Means.MOVED, label="upgrade"))
        return (*first, *self._inner.read(direction, opcode, payload))


def read_packets(decoder: Decoder, direction: int, payload: bytes) -> list[Reading]:
    """The packets of one body, in order."""
    readings: list[Reading] = []
    for packet in payload.split(MARK, MAX_READINGS):
        if packet == b"1":
            readings.append(Reading(Means.ENDED, label="close"))
        elif packet[:1] == b"b":
            readings += _binary(decoder, direction, packet[1:])
        else:
            readings += decoder.read(direction, Opcode.TEXT, packet)
    return readings


def _binary(decoder: Decoder, direction: int, text: bytes) -> Sequence[Reading]:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return unreadable("binary")
    return decoder.read(direction, Opcode.BINARY, data)


def _opened(readings: Sequence[Reading]) -> str:
    keys = [r.id for r in readings if r.means == Means.IDENTITY and r.flags & ReadFlag.SESSION]
    return keys[0] if keys else ""
