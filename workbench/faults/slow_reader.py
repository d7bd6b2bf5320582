"""Slow reader: one side takes what is sent to it slowly, and the sender feels it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import goes, nothing, way, window
from workbench.model.action import ByteAction, Pace, Room
from workbench.model.passing import Bytes
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Slow reader"
CLIENT_SEES = (
    "client sees everything late, and the server sees its buffers fill (or the other way round)"
)


@dataclass(frozen=True, slots=True)
class Settings:
    """How slowly, how much may wait, which side."""

    rate: float = setting(1024.0, help="Bytes taken a second.", unit="B/s", low=1.0)
    room: int = setting(4096, help="Bytes that may wait before nothing is read.", unit="B", low=1)
    direction: str = way("in")
    seconds: float | None = window()


inject = heal = nothing


def on_bytes(settings: Settings, piece: Bytes, luck: Luck) -> Sequence[ByteAction]:
    """Few at a time, with little room before it."""
    return (
        (Pace(settings.rate), Room(settings.room))
        if goes(settings.direction, piece.direction)
        else ()
    )
