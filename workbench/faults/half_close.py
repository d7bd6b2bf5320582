"""Half-close: FIN one way (RFC 9293 section 3.6), the other way goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import DIRECTIONS
from workbench.model.action import HalfClose, LinkAction
from workbench.units.settings import setting

TITLE = "Half-close"
CLIENT_SEES = (
    "client sees the end of what the server sends, and can still send (or the other way round)"
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Which way ends."""

    direction: str = setting(
        "in", help="Which way ends; in is towards the client.", choices=("in", "out")
    )


def inject(settings: Settings) -> Sequence[LinkAction]:
    """FIN behind what was passed."""
    return (HalfClose(DIRECTIONS[settings.direction]),)


def heal(settings: Settings) -> Sequence[LinkAction]:
    """Nothing: a FIN can't be taken back."""
    return ()
