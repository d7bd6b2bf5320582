"""Whole events of an event stream while faults on messages are on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.model.errors import Whose
from workbench.model.words import Direction, Flag, Opcode
from workbench.protocols.event_stream import EVENT_LIMIT, Comment, Event, EventStream
from workbench.protocols.http_stream import BodyPart, Fact
from workbench.wire.leg import Leg
from workbench.wire.stage import Parcel, Stage

if TYPE_CHECKING:
    from workbench.wire.breakable import Breakable

ARRIVED, PASSED = int(Flag.ARRIVED), int(Flag.PASSED)
CHANGED, INJECTED = int(Flag.CHANGED), int(Flag.INJECTED)
#: An empty line (WHATWG HTML section 9.2.5); an LF that may still follow a CR is waited for.
BLOCK_END = re.compile(rb"\r\n\r\n|\n\r?\n|\r\r(?!\n|\Z)|\r\n\n")


@dataclass(slots=True)
class Told:
    """A block of lines as it was read, and whether it was told already."""

    events: list[Event | Comment]
    done: bool = False


class EventStage(Stage):
    """Towards the client.  What is chunked is chunked anew; a compressed stream, or one whose
    length was announced, can't be changed and passes as it is."""

    def __init__(self, link: Breakable, leg: Leg, direction: Direction) -> None:
        super().__init__(link, leg, direction)
        scribe = link.scribe
        self._rest = bytearray()
        self._chunked = scribe.stream_framing == "chunked"
        self._whole = not scribe.within_event  # False: the block at hand has been passed in part
        self._between = scribe.between_chunks  # the next byte would begin a chunk
        self._begun = self._between  # chunks are made anew from here on
        self.useless = ""  #: why this stream can't be changed
        if scribe.stream_coding:
            self.useless = f"it is compressed ({scribe.stream_coding})"
        elif scribe.stream_framing == "length":
            self.useless = "its length was announced"
        if self.useless:
            link.story.note(
                f"Faults on messages leave this event stream alone: {self.useless}.", Whose.OURS
            )

    @property
    def done(self) -> bool:
        return super().done and self._between

    def feed(self, data: bytes) -> None:
        scribe = self._link.scribe
        for fact in scribe.stream_facts(data):
            if self._stopped or self.useless:
                passed = not self._stopped and self._link.pass_on(self._leg, fact.raw)
                scribe.stream_fact(fact, passed)
            elif not isinstance(fact, BodyPart):
                self._over(fact)
            else:
                self._part(fact)

    def _part(self, fact: BodyPart) -> None:
        self._between = not self._chunked or (not fact.data and not fact.raw.strip(b"\r\n"))
        if self._begun:
            self._body(fact.data)
        else:
            self._link.scribe.stream_fact(fact, self._link.pass_on(self._leg, fact.raw))
            self._begun = self._between

    def _over(self, fact: Fact) -> None:
        """The stream has ended: everything leaves, then its end."""
        self._all_come_back()
        for parcel in self._queue:
            parcel.until = 0.0
        self.run()
        self._pass_rest()
        self._between = True
        if self._chunked:
            self._link.pass_on(self._leg, b"0\r\n\r\n")
        self._link.scribe.stream_fact(fact, True)

    def _body(self, data: bytes) -> None:
        self._rest += data
        ends = [match.end() for match in BLOCK_END.finditer(self._rest)]
        blocks = [bytes(self._rest[a:b]) for a, b in zip([0, *ends], ends, strict=False)]
        del self._rest[: ends[-1] if ends else 0]
        for block in blocks:
            self._block(block)
        if len(self._rest) > EVENT_LIMIT:
            self._whole = False
            self._pass_rest()

    def _block(self, block: bytes) -> None:
        if self._stopped:
            self._link.scribe.stream_bytes(block, False)
            return
        events = self._link.scribe.events_of(block)
        loose, self._whole = not self._whole, True
        heartbeat = all(isinstance(each, Comment) for each in events)
        opcode = Opcode.PING if heartbeat else Opcode.EVENT
        self.take(Parcel(int(opcode), block, block, Told(events), loose=loose))

    def _pass_rest(self) -> None:
        if self._rest:
            rest = self.rest()
            passed = self._link.pass_on(self._leg, self._framed(rest))
            self._link.scribe.stream_bytes(rest, passed)

    def _framed(self, data: bytes) -> bytes:
        return b"%x\r\n%b\r\n" % (len(data), data) if self._chunked and data else data

    def encoded(self, parcel: Parcel) -> bytes:
        if parcel.only >= 0:
            part = parcel.payload[: parcel.only]
            parcel.only = len(self._framed(part))
            return self._framed(part)
        return self._framed(parcel.payload)

    def tell(self, parcel: Parcel, *, arrived: bool, passed: bool) -> None:
        story, told = self._link.story, parcel.told
        own = PASSED if passed else 0
        if parcel.copy:
            if passed:
                story.events(EventStream().feed(parcel.payload), own | INJECTED)
        elif parcel.changed and passed:
            story.events(told.events, ARRIVED | CHANGED)
            story.events(EventStream().feed(parcel.payload), own | CHANGED)
        else:
            story.events(told.events, ARRIVED | own | (CHANGED if parcel.moved else 0))
        if passed:
            self._link.wrote(self._direction, self._leg, len(parcel.raw), 0)

    def rest(self) -> bytes:
        rest = bytes(self._rest)
        self._rest.clear()
        return rest

    def leave(self) -> bytes:
        """No fault is on any more; what has come of an event is passed on as it is."""
        self._pass_rest()
        return b""
