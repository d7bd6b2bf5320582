"""Hold: whole messages wait; pings and pongs still pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import goes, nothing, way, window
from workbench.model.action import Hold, MessageAction
from workbench.model.passing import Message
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Hold messages"
CLIENT_SEES = "client sees a live connection (pings are answered) on which nothing comes"


@dataclass(frozen=True, slots=True)
class Settings:
    """How long each one waits, which way."""

    delay: float | None = setting(
        None, help="How long each one waits; empty: until healed.", unit="s", low=0.0
    )
    direction: str = way("in")
    seconds: float | None = window()


inject = heal = nothing


def on_message(settings: Settings, message: Message, luck: Luck) -> Sequence[MessageAction]:
    """In their order."""
    if message.control or not goes(settings.direction, message.direction):
        return ()
    return (Hold(settings.delay),)
