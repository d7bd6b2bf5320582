"""Corrupt: bytes of a message's payload are changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import chance, goes, nothing, strikes, way, window
from workbench.model.action import Forward, MessageAction
from workbench.model.passing import Message
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Corrupt"
CLIENT_SEES = "client sees messages it can't read, or reads wrongly"


@dataclass(frozen=True, slots=True)
class Settings:
    """How many bytes, how likely, which way."""

    count: int = setting(1, help="Bytes changed in each one.", unit="B", low=1, high=1_000_000)
    probability: float = chance()
    direction: str = way("in")
    seconds: float | None = window()


inject = heal = nothing


def on_message(settings: Settings, message: Message, luck: Luck) -> Sequence[MessageAction]:
    """Never a byte to itself; the frame stays a good one."""
    if message.control or not message.payload or not goes(settings.direction, message.direction):
        return ()
    if not strikes(settings.probability, luck):
        return ()
    data = bytearray(message.payload)
    for _ in range(settings.count):
        at = luck.randint(0, len(data) - 1)
        # Printable stays printable: a text frame stays UTF-8 where it was ASCII (section 8.1).
        data[at] = 0x21 + (data[at] - 0x21 + luck.randint(1, 93)) % 94
    return (Forward(bytes(data)),)
