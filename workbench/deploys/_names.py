"""Names of replicas, in order and in sentences."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from workbench.units.shapes import ReplicaFacts


def names_of(replicas: Sequence[ReplicaFacts]) -> list[str]:
    """Their names, in order."""
    return [replica.name for replica in replicas]


def fresh_names(taken: Sequence[str], count: int) -> list[str]:
    """So many names that nobody has: the lowest free numbers after ``r``."""
    free = (f"r{n}" for n in itertools.count(1) if f"r{n}" not in set(taken))
    return list(itertools.islice(free, count))


def listed(names: Sequence[str]) -> str:
    """``r1``, ``r1 and r2``, ``r1, r2 and r3``."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
