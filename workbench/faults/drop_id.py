"""Drop ids: events lose their `id:` lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import chance, nothing, strikes, window
from workbench.model.action import Forward, MessageAction
from workbench.model.passing import Message
from workbench.units.applied import Luck

TITLE = "Drop event ids"
CLIENT_SEES = "client sees events without ids, and resumes from an old one"

#: A line whose field name is id (WHATWG HTML section 9.2.6), with its end.
ID_LINE = re.compile(rb"(?m)^id(?::[^\r\n]*)?(?:\r\n|\n|\r)")


@dataclass(frozen=True, slots=True)
class Settings:
    """How likely."""

    probability: float = chance()
    seconds: float | None = window()


inject = heal = nothing


def on_message(settings: Settings, message: Message, luck: Luck) -> Sequence[MessageAction]:
    """The event is the same; its last event ID is that of an earlier one."""
    if not message.event or not ID_LINE.search(message.payload):
        return ()
    return (
        (Forward(ID_LINE.sub(b"", message.payload)),) if strikes(settings.probability, luck) else ()
    )
