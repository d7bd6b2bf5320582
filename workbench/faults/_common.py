"""Settings and sentences that several faults share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.model.action import FaultAction
from workbench.model.words import Direction
from workbench.units.applied import Luck
from workbench.units.settings import setting

WAYS = ("both", "in", "out")
DIRECTIONS = {"both": Direction.NONE, "in": Direction.IN, "out": Direction.OUT}


def way(default: str = "both") -> Any:
    """Which way a fault strikes."""
    return setting(default, help="Which way; in is towards the client.", choices=WAYS)


def window() -> Any:
    """When a fault ends by itself."""
    return setting(None, help="How long; empty: until healed.", unit="s", low=0.0)


def chance(default: float = 1.0) -> Any:
    """How often a fault strikes."""
    return setting(default, help="How likely each one is struck.", low=0.0, high=1.0)


def goes(way: str, direction: Direction) -> bool:
    """True where a fault that strikes this way meets what goes in this direction."""
    return way == "both" or DIRECTIONS[way] == direction


def strikes(probability: float, luck: Luck) -> bool:
    """Draws once, also where it is certain: the luck of a run does not hang on a setting."""
    return luck.random() < probability


def nothing(settings: object) -> Sequence[FaultAction]:
    """A fault that works by its hooks alone does nothing to the link as a whole."""
    return ()
