"""The scribe for what passes message by message while a fault is on (wire/stage.py).

What has come is read here and told later, when it is known what became of it.
"""

from __future__ import annotations

from workbench.model.words import Direction
from workbench.protocols.event_stream import Comment, Event
from workbench.protocols.http_body import Framing
from workbench.protocols.http_stream import Fact
from workbench.protocols.websocket import Item, Walker
from workbench.wire.scribe import Scribe
from workbench.wire.story import ARRIVED, PASSED


class PiecewiseScribe(Scribe):
    """A scribe that can also be handed messages and events one by one."""

    def walker(self, direction: Direction) -> Walker | None:
        """What reads this direction of a WebSocket."""
        return self._walkers[direction]

    def take(self, direction: Direction, raw: bytes) -> list[Item]:
        """The items in these bytes, read but not told."""
        walker = self._walkers[direction]
        assert walker is not None
        items = walker.feed(raw)
        self._closing(direction, walker, items)
        if walker.problems:
            self._problems(direction, walker)
        return items

    def wrote(self, direction: Direction, size: int, seq: int, left: int) -> None:
        """A message (0: a control frame or event) was written; how many bytes still wait."""
        wires, tail = ([size], 0) if seq else ([], size)
        self._backlogs[direction].passed(size, seq, wires, tail, left)

    @property
    def streaming(self) -> bool:
        """True while an event stream is being read."""
        return self._events is not None

    @property
    def within_event(self) -> bool:
        """True where an event has begun and is not whole."""
        return self._events is not None and self._events.within

    @property
    def stream_framing(self) -> str:
        """What ends the event stream: chunked, close or length."""
        return self._framing.value

    @property
    def between_chunks(self) -> bool:
        """True where the next byte of an event stream begins a chunk (or there are none)."""
        return self._framing is not Framing.CHUNKED or self._answers.between_chunks

    def stream_facts(self, data: bytes) -> list[Fact]:
        """What an event stream's bytes are, read but not told."""
        return self._answers.feed(data)

    def stream_fact(self, fact: Fact, passed: bool) -> None:
        """Tell one of them."""
        self._answer_fact(fact, passed)

    def events_of(self, data: bytes) -> list[Event | Comment]:
        """The events in a part of the body, read but not told."""
        return self._events.feed(data) if self._events is not None else []

    def stream_bytes(self, data: bytes, passed: bool) -> None:
        """Tell a part of the body."""
        if self._events is not None:
            self._read_events(data, ARRIVED | PASSED if passed else ARRIVED)
