"""Repeat: messages are passed on more than once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import chance, goes, nothing, strikes, way, window
from workbench.model.action import MessageAction, Repeat
from workbench.model.passing import Message
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Repeat"
CLIENT_SEES = "client sees the same message again"


@dataclass(frozen=True, slots=True)
class Settings:
    """How often, how likely, which way."""

    times: int = setting(2, help="How often each one comes.", low=2, high=1000)
    probability: float = chance()
    direction: str = way("in")
    seconds: float | None = window()


inject = heal = nothing


def on_message(settings: Settings, message: Message, luck: Luck) -> Sequence[MessageAction]:
    """One behind the other."""
    if message.control or not goes(settings.direction, message.direction):
        return ()
    return (Repeat(settings.times),) if strikes(settings.probability, luck) else ()
