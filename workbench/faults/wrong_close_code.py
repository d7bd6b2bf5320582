"""Wrong close code: the close frame that passes says something else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import goes, nothing, way, window
from workbench.model.action import Forward, MessageAction
from workbench.model.passing import Message
from workbench.model.words import Opcode
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Wrong close code"
CLIENT_SEES = "client sees another close code than the server sent"


@dataclass(frozen=True, slots=True)
class Settings:
    """Which code and reason, which way."""

    code: int = setting(
        1005, help="The code that is passed on, also an illegal one.", low=0, high=65535
    )
    reason: str = setting("", help="The reason, at most 123 bytes of UTF-8.")
    direction: str = way("in")
    seconds: float | None = window()


inject = heal = nothing


def on_message(settings: Settings, message: Message, luck: Luck) -> Sequence[MessageAction]:
    """The link ends as the peers have decided."""
    if message.opcode != Opcode.CLOSE or not goes(settings.direction, message.direction):
        return ()
    reason = settings.reason.encode()[:123].decode("utf-8", "ignore").encode()
    return (Forward(settings.code.to_bytes(2, "big") + reason),)
