"""A tap in memory, and waiting for a condition."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import Any

from workbench.model.record import Record
from workbench.model.words import Direction, Flag, Kind, LinkEvent


class Kept:
    """Keeps every record in a list; its clock counts calls."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._clock = itertools.count(1)
        self._links = itertools.count(1)

    def put(self, record: Record) -> int:
        self.records.append(record)
        return len(self.records) - 1

    def now(self) -> int:
        return next(self._clock)

    def new_link(self) -> int:
        return next(self._links)

    # --- looking at it --------------------------------------------------------------------

    def of(self, kind: Kind, link: int | None = None) -> list[Record]:
        return [r for r in self.records if r.kind == kind and link in (None, r.link)]

    def events(self, link: int | None = None) -> list[LinkEvent]:
        return [LinkEvent(r.opcode) for r in self.of(Kind.LINK, link)]

    def told(self, event: LinkEvent, link: int | None = None) -> list[dict[str, Any]]:
        return [json.loads(r.payload) for r in self.of(Kind.LINK, link) if r.opcode == event]

    def closed(self, link: int | None = None) -> list[dict[str, Any]]:
        return self.told(LinkEvent.CLOSED, link)

    def notes(self) -> list[str]:
        return [json.loads(r.payload)["what"] for r in self.of(Kind.NOTE)]

    def messages(self, direction: Direction, link: int | None = None) -> list[Record]:
        return [r for r in self.of(Kind.MESSAGE, link) if r.direction == direction]

    def passed(self, direction: Direction, link: int | None = None) -> list[bytes]:
        return [r.payload for r in self.messages(direction, link) if r.flags & Flag.PASSED]

    def arrived_only(self, direction: Direction) -> list[bytes]:
        return [
            r.payload
            for r in self.messages(direction)
            if r.flags & Flag.ARRIVED and not r.flags & Flag.PASSED
        ]


async def until(condition: Callable[[], object], limit: float = 20.0) -> None:
    """Wait until it holds; fails after ``limit`` seconds."""
    end = asyncio.get_running_loop().time() + limit
    while not condition():
        assert asyncio.get_running_loop().time() < end, "it never came to hold"
        await asyncio.sleep(0.002)
