"""States of Recovery worth a picture; a workspace with a recording is handed in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from workbench.gui.recovery.view import Bridge, RecoveryView
from workbench.panels.workspace import Workspace

SETTLE = 60  # beats until a small recording is read


def scenes(bridge: Bridge, space: Workspace) -> dict[str, Callable[[], QWidget]]:
    """Name → what makes the widget."""
    return {
        "recovery": lambda: settled(bridge, space, 0),
        "recovery-last": lambda: last(bridge, space),
    }


def settled(bridge: Bridge, space: Workspace, place: int) -> RecoveryView:
    """The view with the client at a place of the matrix chosen, everything read."""
    view = RecoveryView(bridge, space)
    for _ in range(SETTLE):
        view.refresh()
    if place:
        view.matrix.select(place)
    return view


def last(bridge: Bridge, space: Workspace) -> RecoveryView:
    """The client that did best."""
    return settled(bridge, space, 10**6)
