"""JSON messages of any protocol: places for id, stream and epoch are given by the user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.model.chunk import Opening
from workbench.model.pointer import MISSING, find, parse
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode
from workbench.protocols.dialects._guess import Candidate, guess_fields
from workbench.protocols.dialects._places import places
from workbench.protocols.dialects._values import (
    by_content,
    load,
    means_of,
    offset_of,
    text_of,
    unreadable,
)
from workbench.units.settings import setting

TITLE = "JSON"

#: Where a message usually says what it is.
TYPES = (("type",), ("op",), ("event",), ("action",), ("command",), ("kind",))


@dataclass(frozen=True, slots=True)
class Settings:
    """Places are written json.a.b, /a/b or $.a.b[0]; an empty one is not looked for."""

    stream: str = setting("", help="Where the stream's name is.")
    epoch: str = setting("", help="Where the epoch (generation of the stream) is.")
    offset: str = setting("", help="Where the offset is: a whole number, or its digits as text.")
    id: str = setting("", help="Where the id is; a whole number is taken for the offset too.")
    key: str = setting("", help="Where the key of what is updated is.")
    type: str = setting("", help="Where the type is; empty: type, op, event, action or kind.")
    time: str = setting("", help="Where the time of publishing is (s, ms, µs, ns or ISO 8601).")
    ids: str = setting("", help="What ids prove.", choices=("", "contiguous", "ordered", "opaque"))
    subscribe: str = setting("subscribe", help="Type of the message with which clients subscribe.")
    resume_offset: str = setting("", help="Where a subscribe message has the position to resume.")
    resume_epoch: str = setting("", help="Where a subscribe message has that position's epoch.")
    resume_stream: str = setting("", help="Where it has the stream; empty: as in other messages.")


def recognise(opening: Opening, first: Sequence[tuple[int, int, bytes]]) -> float:
    """Half sure when all first messages are JSON objects or arrays."""
    if opening.protocol == "sse" or not first:
        return 0.0
    values = [load(opcode, payload) for _, opcode, payload in first]
    return 0.5 * sum(isinstance(v, dict | list) for v in values) / len(values)


def decoder(settings: Settings, opening: Opening) -> JsonDecoder:
    """A fresh decoder for one link.  Raises WorkbenchError (user) for a place that cannot be."""
    return JsonDecoder(settings)


def guess(messages: Sequence[tuple[int, int, bytes]]) -> list[Candidate]:
    """Fields that could be the id or offset, best first, with examples and evidence.

    To be offered to a person: nothing is ever read by a guess alone.
    """
    inward = [m for m in messages if m[0] == Direction.IN]
    return guess_fields([load(opcode, payload) for _, opcode, payload in inward[:500]])


class JsonDecoder:
    """Holds the places; remembers nothing between messages."""

    def __init__(self, settings: Settings) -> None:
        self._places = places(settings)
        self._types = (parse(settings.type),) if settings.type else TYPES
        self._subscribe = settings.subscribe
        self._resume_offset = parse(settings.resume_offset) if settings.resume_offset else None
        self._resume_epoch = parse(settings.resume_epoch) if settings.resume_epoch else None
        stream = settings.resume_stream or settings.stream
        self._resume_stream = parse(stream) if stream else None

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What one message means."""
        if opcode == 0:
            return ()
        value = load(opcode, payload)
        if value is MISSING:
            # A bare word (`ping`) is no JSON, and no loss either.
            means = means_of(payload[:40].decode("utf-8", "replace").strip())
            return (Reading(means, label="text"),) if means else unreadable(_shown(opcode))
        word = self._type(value)
        if direction == Direction.OUT:
            return (self._client(value, word),)
        return (self._server(value, word, opcode, payload),)

    def _type(self, value: Any) -> str:
        found = (find(value, steps) for steps in self._types)
        return next((text for text in map(text_of, found) if text), "")

    def _client(self, value: Any, word: str) -> Reading:
        if word and word == self._subscribe:
            return self._asked(value, word)
        means = means_of(word)
        return Reading(means if means == Means.HEARTBEAT else Means.OTHER, label=word)

    def _asked(self, value: Any, word: str) -> Reading:
        def there(steps: Any) -> Any:
            return MISSING if steps is None else find(value, steps)

        stream, epoch = text_of(there(self._resume_stream)), text_of(there(self._resume_epoch))
        given = there(self._resume_offset)
        offset = None if self._places.ids == "opaque" else offset_of(given)
        own = "" if offset is not None else text_of(given)
        means = Means.RESUME if offset is not None or own else Means.SUBSCRIBE
        return Reading(means, stream, epoch, offset, own, label=word)

    def _server(self, value: Any, word: str, opcode: int, payload: bytes) -> Reading:
        means = means_of(word)
        if means is None or (self._places.numbered and means == Means.OTHER):
            means = Means.UPDATE
        reading = self._places.read(means, value, word)
        if reading.means == Means.UPDATE and reading.offset is None and not reading.id:
            return by_content(reading, payload)
        return reading


def _shown(opcode: int) -> str:
    return "binary" if opcode == Opcode.BINARY else "text"
