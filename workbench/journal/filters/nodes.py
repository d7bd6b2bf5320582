"""Parts of plans that look at headers, readings and links: whole columns at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.journal.filters.chunk import Chunk, Node
from workbench.journal.filters.values import Mask

HEADER, READING, TEXT, PATTERN, JSON = range(5)


@dataclass(frozen=True, slots=True)
class OfHeaders:
    """A test on header columns."""

    test: Callable[[Any], Mask]
    cost: int = HEADER

    def rows(self, chunk: Chunk, wanted: Mask) -> Mask:
        return np.asarray(self.test(chunk.headers), np.bool_)


@dataclass(frozen=True, slots=True)
class OfChunk:
    """A test that needs more than headers: links, readings, notes, outages."""

    test: Callable[[Chunk], Mask]
    cost: int = READING

    def rows(self, chunk: Chunk, wanted: Mask) -> Mask:
        return self.test(chunk)


@dataclass(frozen=True, slots=True)
class AllOf:
    """The cheapest part first, each on what the ones before have left."""

    parts: Sequence[Node]

    @property
    def cost(self) -> int:
        return max((part.cost for part in self.parts), default=HEADER)

    def rows(self, chunk: Chunk, wanted: Mask) -> Mask:
        left = wanted.copy()
        for part in sorted(self.parts, key=lambda p: p.cost):
            if not left.any():
                break
            left &= part.rows(chunk, left)
        return left


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The cheapest part first, each on what the ones before have not taken."""

    parts: Sequence[Node]

    @property
    def cost(self) -> int:
        return max((part.cost for part in self.parts), default=HEADER)

    def rows(self, chunk: Chunk, wanted: Mask) -> Mask:
        found = np.zeros(len(wanted), np.bool_)
        for part in sorted(self.parts, key=lambda p: p.cost):
            left = wanted & ~found
            if not left.any():
                break
            found |= part.rows(chunk, left) & left
        return found


@dataclass(frozen=True, slots=True)
class NotOf:
    """Everything else."""

    part: Node

    @property
    def cost(self) -> int:
        return self.part.cost

    def rows(self, chunk: Chunk, wanted: Mask) -> Mask:
        return wanted & ~self.part.rows(chunk, wanted)
