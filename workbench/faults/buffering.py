"""Buffering proxy: what the server sends waits until enough is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import goes, nothing, way, window
from workbench.model.action import ByteAction, Gather
from workbench.model.passing import Bytes
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Buffering proxy"
CLIENT_SEES = "client sees nothing for long, then many at once (event streams behind a proxy)"


@dataclass(frozen=True, slots=True)
class Settings:
    """How much must be there, which way."""

    size: float = setting(8.0, help="Passed on once so much is there.", unit="KiB", low=0.001)
    direction: str = way("in")
    seconds: float | None = window()


inject = heal = nothing


def on_bytes(settings: Settings, piece: Bytes, luck: Luck) -> Sequence[ByteAction]:
    """The end of the connection lets go of the rest."""
    if not goes(settings.direction, piece.direction):
        return ()
    return (Gather(max(1, int(settings.size * 1024))),)
