"""Ignore pings: pings (or the pongs that answer them) are swallowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import goes, nothing, way, window
from workbench.model.action import Drop, MessageAction
from workbench.model.passing import Message
from workbench.model.words import Opcode
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Ignore pings"
CLIENT_SEES = "client sees its heartbeat go unanswered on a connection that still brings data"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is swallowed, which way."""

    what: str = setting("pings", help="What is swallowed.", choices=("pings", "pongs", "both"))
    direction: str = way()
    seconds: float | None = window()


inject = heal = nothing


def on_message(settings: Settings, message: Message, luck: Luck) -> Sequence[MessageAction]:
    """Messages pass."""
    wanted = {"pings": (Opcode.PING,), "pongs": (Opcode.PONG,), "both": (Opcode.PING, Opcode.PONG)}
    if message.opcode in wanted[settings.what] and goes(settings.direction, message.direction):
        return (Drop(),)
    return ()
