"""Positions: a place in a stream (house rule 10)."""

from __future__ import annotations

from collections.abc import Iterable
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


def ranges(positions: Iterable[Position]) -> str:
    """Positions as a person writes them: ``4482–4493, 4501``.

    Offsets that follow each other within one epoch of one stream are drawn together; where
    there are several streams or epochs each range says its own (``f:1–2``).
    """
    found = list(dict.fromkeys(positions))
    plain = len({(p.stream, p.epoch) for p in found}) == 1
    numbered = sorted((p for p in found if p.offset is not None), key=_place)
    parts: list[list[Position]] = []
    for p in numbered:
        last = parts[-1][-1] if parts else None
        if last is not None and _place(p) == (last.stream, last.epoch, (last.offset or 0) + 1):
            parts[-1].append(p)
        else:
            parts.append([p])
    words = [_range(part[0], part[-1], plain) for part in parts]
    words += [p.id if plain else str(p) for p in found if p.offset is None]
    return ", ".join(words)


def _place(p: Position) -> tuple[str, str, int]:
    return (p.stream, p.epoch, p.offset or 0)


def _range(first: Position, last: Position, plain: bool) -> str:
    text = str(first.offset) if plain else str(first)
    return text if first == last else f"{text}–{last.offset}"
