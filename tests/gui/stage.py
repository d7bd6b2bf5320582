"""The two central views with the demo's recording, for tests."""

from __future__ import annotations

import datetime
from typing import Any

from tests.panels.sample import Sample
from workbench.door.state import Mirror
from workbench.panels.source import Source
from workbench.panels.workspace import Workspace


class StageBridge:
    """Remembers what was asked for."""

    def __init__(self, mirror: Mirror) -> None:
        self.mirror = mirror
        self.asked: list[Any] = []

    def ask(self, command: Any) -> None:
        self.asked.append(command)


class Stage:
    """A sample, a workspace over it, and a bridge; ``grow`` lets the recording come in."""

    def __init__(self, *, judged: bool = True, shown: int = -1) -> None:
        self.sample = Sample()
        self.reader = self.sample.reader()
        self.reader.shown = shown
        columns = self.sample.columns()
        self.mirror = self.sample.mirror(judged=judged)
        self.space = Workspace(
            self.mirror, lambda folder: Source(self.reader, lambda: columns), datetime.UTC
        )
        self.bridge = StageBridge(self.mirror)

    def settle(self, view: Any, beats: int = 60) -> None:
        for _ in range(beats):
            view.refresh()

    def grow(self, view: Any, by: int) -> None:
        self.reader.shown += by
        self.settle(view, 30)
