"""Positions: a place in a stream (house rule 10)."""

from __future__ import annotations

from typing import NamedTuple


class Position(NamedTuple):
    """(stream, epoch, offset).  Offsets are compared only within one epoch of one stream.

    ``id`` is the update's own id where there is one beside the offset, or the
    only thing there is (then ``offset`` is None).
    """

    stream: str = ""
    epoch: str = ""
    offset: int | None = None
    id: str = ""

    def __str__(self) -> str:
        place = self.id if self.offset is None else str(self.offset)
        return ":".join(part for part in (self.stream, self.epoch, place) if part)
