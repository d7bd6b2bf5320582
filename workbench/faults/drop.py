"""Drop: whole messages are swallowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import chance, goes, nothing, strikes, way, window
from workbench.model.action import Drop, MessageAction
from workbench.model.passing import Message
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Drop"
CLIENT_SEES = "client sees a gap: messages that never come"


@dataclass(frozen=True, slots=True)
class Settings:
    """How likely, which way, after how many."""

    probability: float = chance()
    direction: str = way("in")
    count: int | None = setting(None, help="How many at most; empty: no limit.", low=1)
    skip: int = setting(0, help="How many pass first.", low=0)
    seconds: float | None = window()


inject = heal = nothing


def on_message(settings: Settings, message: Message, luck: Luck) -> Sequence[MessageAction]:
    """Pings, pongs and close frames pass."""
    if message.control or not goes(settings.direction, message.direction):
        return ()
    last = None if settings.count is None else settings.skip + settings.count
    if message.before < settings.skip or (last is not None and message.before >= last):
        return ()
    return (Drop(),) if strikes(settings.probability, luck) else ()
