"""Bandwidth: at most so many bytes a second each way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import goes, nothing, way, window
from workbench.model.action import ByteAction, Pace
from workbench.model.passing import Bytes
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Bandwidth"
CLIENT_SEES = "client sees large messages late, and a growing lag"


@dataclass(frozen=True, slots=True)
class Settings:
    """How many, which way."""

    rate: float = setting(16.0, help="At most so much a second.", unit="KiB/s", low=0.01)
    direction: str = way()
    seconds: float | None = window()


inject = heal = nothing


def on_bytes(settings: Settings, piece: Bytes, luck: Luck) -> Sequence[ByteAction]:
    """The sender is slowed once enough waits."""
    return (Pace(settings.rate * 1024),) if goes(settings.direction, piece.direction) else ()
