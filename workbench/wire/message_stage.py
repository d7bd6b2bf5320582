"""Whole WebSocket messages of one direction while faults on messages are on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.model.action import Reset
from workbench.model.errors import Whose
from workbench.model.words import Direction, Flag
from workbench.protocols.deflate import INFLATE_LIMIT
from workbench.protocols.websocket import Item
from workbench.protocols.ws_cutter import MESSAGE_LIMIT, Cutter, Loose, Whole
from workbench.protocols.ws_writer import Writer
from workbench.wire.leg import Leg
from workbench.wire.stage import Parcel, Stage
from workbench.wire.story import Story

if TYPE_CHECKING:
    from workbench.wire.breakable import Breakable

COMPRESSED, INVALID, CUT_SHORT = int(Flag.COMPRESSED), int(Flag.INVALID), int(Flag.CUT_SHORT)
ARRIVED, PASSED = int(Flag.ARRIVED), int(Flag.PASSED)
CHANGED, INJECTED = int(Flag.CHANGED), int(Flag.INJECTED)
FRAGMENTED = int(Flag.FRAGMENTED)


@dataclass(slots=True)
class Told:
    """A message as it arrived, its number in this direction, and its record once it has one."""

    story: Story
    item: Item
    seq: int
    record: int = -1


class MessageStage(Stage):
    """From a boundary between two messages.

    Where the direction is compressed with context takeover (RFC 7692 section 7.1.1), the first
    change makes all later messages refer to something the receiver never got: from there on
    they are compressed anew, for the rest of the link's life."""

    def __init__(
        self, link: Breakable, leg: Leg, direction: Direction, limit: int = MESSAGE_LIMIT
    ) -> None:
        super().__init__(link, leg, direction)
        walker = link.scribe.walker(direction)
        assert walker is not None
        self._walker = walker
        self._cutter = Cutter(limit)
        mask = (lambda: os.urandom(4)) if direction == Direction.OUT else None
        self._writer = Writer(walker.deflate, mask)
        self._takeover = walker.deflate is not None and walker.deflate.takeover
        self._keep = link.scribe.keep
        self.large = 0  #: messages that were too large for a fault
        self.recoding = False
        # A compressed message can be much larger than its bytes on the wire.
        walker.keep(INFLATE_LIMIT if walker.deflate else limit)

    @property
    def done(self) -> bool:
        return super().done and not self.recoding

    def feed(self, data: bytes) -> None:
        for piece in self._cutter.feed(data):
            if self._stopped:
                # A fault has just ended the link: nothing is passed any more.
                self._link.read_along(self._direction, piece.raw, False)
            elif isinstance(piece, Whole):
                self._whole(piece)
            else:
                self._loose(piece)

    def _whole(self, piece: Whole) -> None:
        told = self._told(piece.raw)
        good = len(told) == 1 and not told[0].item.flags & INVALID
        if not good:
            self.take(Parcel(piece.opcode, piece.raw, b"", told, loose=True))
            return
        item = told[0].item
        if item.flags & CUT_SHORT:
            self._too_large(bool(item.flags & COMPRESSED))
            self.take(Parcel(piece.opcode, piece.raw, b"", told, loose=True))
            return
        self.take(Parcel(item.opcode, piece.raw, item.payload, told))

    def _loose(self, piece: Loose) -> None:
        if piece.begins:
            self._too_large(self._takeover)
        if piece.raw:
            self.take(Parcel(0, piece.raw, b"", self._told(piece.raw), loose=True))

    def _too_large(self, compressed: bool) -> None:
        self.large += 1
        story = self._link.story
        if self.recoding and compressed:
            story.note("A message is too large to be compressed anew: the link is cut.", Whose.OURS)
            self._link.carry_out(Reset())
        elif self.large == 1:
            story.note("A message is too large for a fault and passes as it is.", Whose.OURS)

    def _told(self, raw: bytes) -> list[Told]:
        story = self._link.story
        items = self._link.scribe.take(self._direction, raw)
        return [Told(story, each, story.count(self._direction, each)) for each in items]

    def touched(self, parcel: Parcel) -> None:
        told: list[Told] = parcel.told
        if self.recoding or not self._takeover or not told[0].item.flags & COMPRESSED:
            return
        self.recoding = True
        way = "client" if self._direction == Direction.IN else "server"
        self._link.story.note(
            f"From here on messages towards the {way} are compressed anew, "
            "since a fault has changed one.",
            Whose.OURS,
        )

    def encoded(self, parcel: Parcel) -> bytes:
        changed = parcel.changed or parcel.fragment
        if parcel.loose:
            return parcel.raw
        told: list[Told] = parcel.told
        compressed = bool(told[0].item.flags & COMPRESSED)
        if not changed and not (self.recoding and compressed):
            return parcel.raw
        return self._writer.message(
            parcel.opcode, parcel.payload, compress=compressed, fragment=parcel.fragment
        )

    def tell(self, parcel: Parcel, *, arrived: bool, passed: bool) -> None:
        flags = PASSED if passed else 0
        told: list[Told] = parcel.told
        for each in told:
            if parcel.copy:
                if passed:
                    self._put(each, parcel.payload, flags | INJECTED, each.record)
            elif parcel.changed and passed:
                each.record = self._put(each, each.item.payload, ARRIVED | CHANGED, -1)
                self._put(each, parcel.payload, flags | CHANGED, each.record)
            else:
                own = CHANGED if parcel.moved or parcel.fragment else 0
                own |= FRAGMENTED if parcel.fragment else 0
                each.record = self._put(each, each.item.payload, flags | own | ARRIVED, -1)
        if passed:
            seq = told[-1].seq if told else 0
            self._link.wrote(self._direction, self._leg, len(parcel.raw), seq)

    def _put(self, told: Told, payload: bytes, flags: int, ref: int) -> int:
        item = told.item
        if 0 <= self._keep < len(payload) and not item.control:
            payload, flags = payload[: self._keep], flags | CUT_SHORT
        told_of = item._replace(payload=payload, code=_code(item, payload))
        return told.story.tell(self._direction, told_of, flags, told.seq, ref)

    def rest(self) -> bytes:
        rest = self._cutter.held
        self._cutter = Cutter()
        return rest

    def leave(self) -> bytes:
        """No fault is on any more: what has come of a message, to be passed on as it is."""
        self._walker.keep(self._keep)
        return self.rest()


def _code(item: Item, payload: bytes) -> int:
    return int.from_bytes(payload[:2], "big") if item.opcode == 8 and len(payload) > 1 else 0
