"""Stall: nothing is read any more, the connections stay up; what waits is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.model.action import LinkAction, Release, Stall
from workbench.model.words import Direction
from workbench.units.settings import setting

TITLE = "Stall"
CLIENT_SEES = "client sees silence, then everything held at once"

DIRECTIONS = {"both": Direction.NONE, "in": Direction.IN, "out": Direction.OUT}


@dataclass(frozen=True, slots=True)
class Settings:
    """How long and which way."""

    seconds: float | None = setting(None, help="How long; empty: until healed.", unit="s", low=0.0)
    direction: str = setting(
        "both",
        help="Which way is held; in is towards the client.",
        choices=("both", "in", "out"),
    )


def inject(settings: Settings) -> Sequence[LinkAction]:
    """Hold."""
    return (Stall(DIRECTIONS[settings.direction], settings.seconds),)


def heal(settings: Settings) -> Sequence[LinkAction]:
    """Let go."""
    return (Release(),)
