"""Refuse connections: nobody listens any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import window
from workbench.model.action import FaultAction, OpenDoor, ShutDoor

TITLE = "Refuse connections (TCP)"
CLIENT_SEES = "client sees its connection attempts refused"


@dataclass(frozen=True, slots=True)
class Settings:
    """When it ends."""

    seconds: float | None = window()


def inject(settings: Settings) -> Sequence[FaultAction]:
    """Listen no more; links that are there stay."""
    return (ShutDoor(),)


def heal(settings: Settings) -> Sequence[FaultAction]:
    """Listen again."""
    return (OpenDoor(),)
