"""Wrong content type: an event stream says it is something else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import nothing, window
from workbench.model.action import AnswerAction, Headers
from workbench.model.passing import Answer
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Wrong content type"
CLIENT_SEES = (
    "client sees an answer that is no event stream, and gives up (WHATWG HTML section 9.2.2)"
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The type it says."""

    type: str = setting("text/html", help="The Content-Type that is passed on.")
    seconds: float | None = window()


inject = heal = nothing


def on_answer(settings: Settings, answer: Answer, luck: Luck) -> Sequence[AnswerAction]:
    """The body is the same."""
    if answer.protocol != "sse" or answer.status != 200:
        return ()
    return (Headers((("Content-Type", settings.type.replace("\r", "").replace("\n", "")),)),)
