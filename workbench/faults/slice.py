"""Slice: what is passed on is written in small pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import goes, nothing, way, window
from workbench.model.action import ByteAction, Slice
from workbench.model.passing import Bytes
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Slice"
CLIENT_SEES = "client sees its reads end within frames, headers and characters"


@dataclass(frozen=True, slots=True)
class Settings:
    """How small, how far apart, which way."""

    size: int = setting(1, help="Bytes a write.", unit="B", low=1)
    gap: float = setting(0.0, help="Time between writes.", unit="ms", low=0.0, high=60_000.0)
    direction: str = way()
    seconds: float | None = window()


inject = heal = nothing


def on_bytes(settings: Settings, piece: Bytes, luck: Luck) -> Sequence[ByteAction]:
    """Nothing is lost or changed; only the writes are small."""
    if not goes(settings.direction, piece.direction):
        return ()
    return (Slice(settings.size, settings.gap / 1000),)
