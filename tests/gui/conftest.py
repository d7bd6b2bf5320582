"""Tests of the window run off screen, dressed as the program is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["workbench"]


@pytest.fixture
def dressed(qapp) -> Iterator[object]:  # type: ignore[no-untyped-def]
    """The theme, applied; put back to the dark one at 100 % afterwards."""
    from workbench.gui.look.theme import apply, theme

    if not qapp.styleSheet():
        apply(qapp)
    theme().choose("dark")
    yield theme()
    theme().choose("dark")
    theme().resize(1.0)


class Asked:
    """A bridge's ``ask`` that writes down what was asked, and can answer."""

    def __init__(self) -> None:
        self.commands: list[Any] = []
        self.done: list[Callable[[dict[str, Any]], object] | None] = []
        self.wrong: list[Callable[[Any], object] | None] = []

    def __call__(self, command: Any, done: Any = None, wrong: Any = None) -> None:
        self.commands.append(command)
        self.done.append(done)
        self.wrong.append(wrong)

    @property
    def last(self) -> Any:
        return self.commands[-1]


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def window(dressed, asked, qtbot):  # type: ignore[no-untyped-def]
    """A window with an engine behind which nothing happens; the clock stands at the sample's."""
    from workbench.gui import sample
    from workbench.gui.bridge import Bridge
    from workbench.gui.window import Window

    bridge = Bridge(clock=lambda: sample.NOW)
    bridge.attach(sample.StillDoor())
    bridge.ask = asked  # type: ignore[method-assign]
    made = Window(bridge, folder="~/Workbench")
    made.resize(1440, 900)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def filled(window):  # type: ignore[no-untyped-def]
    """The session of the wireframes."""
    from workbench.gui import sample
    from workbench.gui.screenshots import settle, tell_all

    sample.fill(window.bridge.mirror)
    tell_all(window)
    settle()
    return window
