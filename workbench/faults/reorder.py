"""Reorder: messages are passed on behind later ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import chance, goes, nothing, strikes, way, window
from workbench.model.action import Behind, MessageAction
from workbench.model.passing import Message
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Reorder"
CLIENT_SEES = "client sees messages out of order"


@dataclass(frozen=True, slots=True)
class Settings:
    """How far, how likely, which way."""

    within: int = setting(3, help="At most so many later ones come first.", low=1, high=1000)
    probability: float = chance(0.5)
    direction: str = way("in")
    patience: float = setting(
        1.0, help="How long one waits for later ones at most.", unit="s", low=0.0, high=600.0
    )
    seconds: float | None = window()


inject = heal = nothing


def on_message(settings: Settings, message: Message, luck: Luck) -> Sequence[MessageAction]:
    """Nothing is lost: one that waits in vain is passed on when its patience is over."""
    if message.control or not goes(settings.direction, message.direction):
        return ()
    if not strikes(settings.probability, luck):
        return ()
    return (Behind(luck.randint(1, settings.within), settings.patience),)
