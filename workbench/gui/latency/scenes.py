"""States of the Latency view worth a picture; a workspace with a recording is handed in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from workbench.gui.latency.view import Bridge, LatencyView
from workbench.gui.scrolled import Scrolled
from workbench.panels.workspace import Workspace

SETTLE = 60  # beats until a small recording is read
LEAST = (720, 560)


def scenes(bridge: Bridge, space: Workspace) -> dict[str, Callable[[], QWidget]]:
    """Name → what makes the widget."""
    return {
        "latency": lambda: settled(bridge, space),
        "latency-hover": lambda: hovered(bridge, space),
        "latency-spacing": lambda: settled(bridge, space, "spacing"),
        "latency-instead": lambda: settled(bridge, space, "reply"),
        "latency-table": lambda: as_table(bridge, space),
    }


class LatencyScene(Scrolled):
    """The view as it is in the window."""

    def __init__(self, view: LatencyView) -> None:
        super().__init__(view, LEAST)
        self.view = view

    def refresh(self) -> None:
        """One beat."""
        self.view.refresh()


def settled(bridge: Bridge, space: Workspace, metric: str = "lag") -> LatencyScene:
    """The view on a metric, everything read, the whole recording shown."""
    return LatencyScene(shown(bridge, space, metric))


def shown(bridge: Bridge, space: Workspace, metric: str = "lag") -> LatencyView:
    """The view of ``settled``."""
    view = LatencyView(bridge, space)
    view.bar.kind.setCurrentIndex(view.bar.kind.findData(metric))
    for _ in range(SETTLE):
        view.refresh()
    space.clock.fit()
    for _ in range(SETTLE):
        view.refresh()
    return view


class Hovered(LatencyScene):
    """The pointer stays on the slowest replayed message."""

    def refresh(self) -> None:
        super().refresh()
        charts = self.view.charts
        assert charts is not None
        if charts.bands.dots is not None and len(charts.bands.dots):
            n = int(charts.bands.dots.value.argmax())
            dots = charts.bands.dots
            at = QPointF(charts.bands.x(int(dots.time[n])), charts.bands.y(float(dots.value[n])))
            charts.bands.point_at(charts.bands.near(at))


def hovered(bridge: Bridge, space: Workspace) -> LatencyScene:
    """What a replayed message says."""
    return Hovered(shown(bridge, space))


def as_table(bridge: Bridge, space: Workspace) -> LatencyScene:
    """Words instead of the bands."""
    scene = settled(bridge, space)
    scene.view.toggle_table()
    return scene
