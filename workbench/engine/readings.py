"""The readings of a recording beside the headers of their records."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.engine.lives import LinkLife
from workbench.journal.columns import Columns
from workbench.journal.recording import Recording
from workbench.model.position import Position
from workbench.model.words import Direction, Flag

Array = npt.NDArray[Any]


class Readings:
    """One entry in each column for each reading.  ``link`` is the number of the record's link
    until sessions are made links of their own; ``passed`` says whether it was passed on."""

    def __init__(self, recording: Recording, columns: Columns) -> None:
        columns.refresh()
        rows = np.asarray(columns.rows)
        self.rows: Array = rows[rows["row"] < recording.refresh()]
        self.names: list[str] = list(columns.names)
        self._recording = recording
        self._numbers: Array = self.rows["row"].astype(np.int64) - recording.first
        self.time = self._field("time")
        self.link = self._field("link")
        self.direction = self._field("direction")
        self.flags = self._field("flags")
        self.kind = self._field("kind")
        self.code = self._field("code")
        self.seq = self._field("seq")
        self.passed: Array = (self.flags & Flag.PASSED) != 0

    def _field(self, name: str) -> Array:
        column = np.asarray(self._recording.field(name, self._recording.first, self._count))
        picked: Array = column[self._numbers]
        return picked

    @property
    def _count(self) -> int:
        return self._recording.count

    def thrown_away(self, life: LinkLife) -> None:
        """Messages that a reset took back from the sending queue were not passed on."""
        pair = life.facts.get("unpassed_in")
        if not isinstance(pair, list) or [type(n) for n in pair] != [int, int]:
            return
        mine = (self.link == life.number) & (self.direction == Direction.IN)
        self.passed &= ~(mine & (self.seq >= pair[0]) & (self.seq <= pair[1]))

    def position(self, i: int) -> Position:
        """The position of reading ``i`` in words."""
        r = self.rows[i]
        offset = int(r["offset"])
        return Position(
            self.names[r["stream"]],
            self.names[r["epoch"]],
            None if offset < 0 else offset,
            self.names[r["text"]],
        )
