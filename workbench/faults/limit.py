"""Limit: the link ends once so many bytes have gone one way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import goes, nothing, way, window
from workbench.model.action import ByteAction, Finish, Only, Reset
from workbench.model.passing import Bytes
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Limit"
CLIENT_SEES = "client sees the connection end in the middle of something"


@dataclass(frozen=True, slots=True)
class Settings:
    """After how many bytes, which way, how it ends."""

    size: int = setting(4096, help="Bytes that still pass.", unit="B", low=0)
    direction: str = way("in")
    end: str = setting("rst", help="How the link ends.", choices=("rst", "fin"))
    seconds: float | None = window()


inject = heal = nothing


def on_bytes(settings: Settings, piece: Bytes, luck: Luck) -> Sequence[ByteAction]:
    """The piece that reaches the limit is passed up to it, and is the last."""
    if not goes(settings.direction, piece.direction) or piece.before > settings.size:
        return ()
    if piece.before + piece.size < settings.size:
        return ()
    return (Only(settings.size - piece.before), Reset() if settings.end == "rst" else Finish())
