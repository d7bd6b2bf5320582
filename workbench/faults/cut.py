"""Cut: both legs end with a TCP reset, at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.model.action import LinkAction, Reset
from workbench.units.settings import setting

TITLE = "Cut"
CLIENT_SEES = "client sees the connection reset (close code 1006)"


@dataclass(frozen=True, slots=True)
class Settings:
    """Which leg is reset."""

    leg: str = setting(
        "both",
        help="Which leg is reset; of one alone the other side learns nothing.",
        choices=("both", "client", "server"),
    )


def inject(settings: Settings) -> Sequence[LinkAction]:
    """RST, without a close frame."""
    return (Reset(client_leg=settings.leg != "server", server_leg=settings.leg != "client"),)


def heal(settings: Settings) -> Sequence[LinkAction]:
    """Nothing: a client that wants to comes back by itself."""
    return ()
