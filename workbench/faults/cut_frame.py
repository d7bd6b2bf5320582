"""Cut within a frame: the next message is passed in part, then the link ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import goes, nothing, way, window
from workbench.model.action import Finish, MessageAction, Only, Reset
from workbench.model.passing import Message
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Cut within a frame"
CLIENT_SEES = "client sees half a frame and then the end (close code 1006)"


@dataclass(frozen=True, slots=True)
class Settings:
    """Which way, how it ends, how much of the frame still comes."""

    direction: str = way("in")
    end: str = setting("rst", help="How the link ends.", choices=("rst", "fin"))
    part: float = setting(0.5, help="Which part of the frame still passes.", low=0.0, high=1.0)
    seconds: float | None = window()


inject = heal = nothing


def on_message(settings: Settings, message: Message, luck: Luck) -> Sequence[MessageAction]:
    """At least its first byte, and never its last."""
    if message.control or not goes(settings.direction, message.direction):
        return ()
    size = min(message.wire - 1, max(1, int(message.wire * settings.part)))
    return (Only(size), Reset() if settings.end == "rst" else Finish())
