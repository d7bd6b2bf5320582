"""Slow handshake: the request waits before the server sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import chance, nothing, strikes, window
from workbench.model.action import Hold, OpeningAction
from workbench.model.passing import Opening
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Slow handshake"
CLIENT_SEES = "client sees a connection that opens late, or runs into its own time-out"


@dataclass(frozen=True, slots=True)
class Settings:
    """How long, how likely."""

    delay: float | None = setting(
        5.0, help="How long it waits; empty: until healed.", unit="s", low=0.0
    )
    probability: float = chance()
    seconds: float | None = window()


inject = heal = nothing


def on_opening(settings: Settings, opening: Opening, luck: Luck) -> Sequence[OpeningAction]:
    """Opening handshakes alone."""
    if opening.protocol not in ("ws", "sse") or not strikes(settings.probability, luck):
        return ()
    return (Hold(settings.delay),)
