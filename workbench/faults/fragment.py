"""Fragment: messages are passed on in many frames (RFC 6455 section 5.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import chance, goes, nothing, strikes, way, window
from workbench.model.action import Fragment, MessageAction
from workbench.model.passing import Message
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Split into fragments"
CLIENT_SEES = "client sees each message in fragments"


@dataclass(frozen=True, slots=True)
class Settings:
    """How small, how likely, which way."""

    size: int = setting(1, help="Payload bytes a frame.", unit="B", low=1)
    probability: float = chance()
    direction: str = way("in")
    seconds: float | None = window()


inject = heal = nothing


def on_message(settings: Settings, message: Message, luck: Luck) -> Sequence[MessageAction]:
    """The message is the same."""
    if message.control or message.event or not goes(settings.direction, message.direction):
        return ()
    return (Fragment(settings.size),) if strikes(settings.probability, luck) else ()
