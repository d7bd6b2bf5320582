"""Finish: both legs end with FIN, without a close frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.model.action import Finish, LinkAction

TITLE = "Finish"
CLIENT_SEES = "client sees the connection end without a close frame (close code 1006)"


@dataclass(frozen=True, slots=True)
class Settings:
    """None."""


def inject(settings: Settings) -> Sequence[LinkAction]:
    """FIN to both sides."""
    return (Finish(),)


def heal(settings: Settings) -> Sequence[LinkAction]:
    """Nothing: a client that wants to comes back by itself."""
    return ()
