"""Truncate: a message loses its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import chance, goes, nothing, strikes, way, window
from workbench.model.action import Forward, MessageAction
from workbench.model.passing import Message
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Truncate"
CLIENT_SEES = "client sees messages that end in the middle"


@dataclass(frozen=True, slots=True)
class Settings:
    """What stays, how likely, which way."""

    size: int = setting(16, help="Bytes of the payload that stay.", unit="B", low=0)
    probability: float = chance()
    direction: str = way("in")
    seconds: float | None = window()


inject = heal = nothing


def on_message(settings: Settings, message: Message, luck: Luck) -> Sequence[MessageAction]:
    """The frame itself is whole and says the new length."""
    if message.control or not goes(settings.direction, message.direction):
        return ()
    if len(message.payload) <= settings.size or not strikes(settings.probability, luck):
        return ()
    return (Forward(_kept(message, settings.size)),)


def _kept(message: Message, size: int) -> bytes:
    kept = message.payload[:size]
    if message.event:
        return kept.rstrip(b"\r\n") + b"\n\n"  # still an event of its own
    # Never within a character: a text message stays UTF-8 (RFC 6455 section 5.6).
    return kept if message.opcode == 2 else kept.decode("utf-8", "ignore").encode()
