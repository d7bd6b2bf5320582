"""Accept then close: the connection stands and ends at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import chance, nothing, strikes, window
from workbench.model.action import Finish, OpeningAction, Reset
from workbench.model.passing import Opening
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Accept, then close"
CLIENT_SEES = "client sees the connection end before anything was said"


@dataclass(frozen=True, slots=True)
class Settings:
    """How it ends, how likely."""

    end: str = setting("fin", help="How it ends.", choices=("fin", "rst"))
    probability: float = chance()
    seconds: float | None = window()


inject = heal = nothing


def on_opening(settings: Settings, opening: Opening, luck: Luck) -> Sequence[OpeningAction]:
    """Before its request is read."""
    if opening.protocol or not strikes(settings.probability, luck):
        return ()
    return (Finish() if settings.end == "fin" else Reset(),)
