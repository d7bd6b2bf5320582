"""Cut within an event: an event stream ends in the middle of an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import nothing, window
from workbench.model.action import Finish, MessageAction, Only, Reset
from workbench.model.passing import Message
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Cut within an event"
CLIENT_SEES = "client sees half an event, which it must discard, and then the end"


@dataclass(frozen=True, slots=True)
class Settings:
    """How much of the event still comes, how it ends."""

    part: float = setting(0.5, help="Which part of the event still passes.", low=0.0, high=1.0)
    end: str = setting("fin", help="How the link ends.", choices=("fin", "rst"))
    skip: int = setting(0, help="How many events pass first.", low=0)
    seconds: float | None = window()


inject = heal = nothing


def on_message(settings: Settings, message: Message, luck: Luck) -> Sequence[MessageAction]:
    """Its empty line never comes (WHATWG HTML section 9.2.6: it is discarded)."""
    if not message.event or message.before < settings.skip:
        return ()
    size = min(len(message.payload) - 2, max(1, int(len(message.payload) * settings.part)))
    return (Only(max(1, size)), Finish() if settings.end == "fin" else Reset())
