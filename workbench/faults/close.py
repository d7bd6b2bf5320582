"""Close: the link ends politely, with a close frame (RFC 6455 section 7.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.model.action import Close, LinkAction
from workbench.units.settings import setting

TITLE = "Close politely"
CLIENT_SEES = "client sees a clean close with the code (an event stream: its end)"


@dataclass(frozen=True, slots=True)
class Settings:
    """Code, reason, and who is told."""

    code: int = setting(1012, help="Close code; 1012 is service restart.", low=0, high=65535)
    reason: str = setting("", help="Close reason, at most 123 bytes of UTF-8.")
    to: str = setting(
        "client",
        help="Who gets the close frame; the other side gets a FIN.",
        choices=("client", "server", "both"),
    )


def inject(settings: Settings) -> Sequence[LinkAction]:
    """A close frame between two frames, then the end of both legs."""
    sides = {"client": (True,), "server": (False,), "both": (True, False)}[settings.to]
    return tuple(Close(settings.code, settings.reason, to_client) for to_client in sides)


def heal(settings: Settings) -> Sequence[LinkAction]:
    """Nothing: a client that wants to comes back by itself."""
    return ()
