"""The service over the shared window: one bar a replica, deploys flagged, times above."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.gui.look.theme import px, theme
from workbench.gui.timeline import overview_paint as draw
from workbench.gui.timeline.geometry import Geometry
from workbench.panels import lanes
from workbench.panels.lanes import Scale
from workbench.panels.workspace import Workspace


class ServiceStrip(QWidget):
    """Only looked at; the overview of the Timeline is where it is worked with."""

    def __init__(self, space: Workspace) -> None:
        super().__init__()
        self.space = space
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Service")
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(px(400), px(60))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(60))

    def refresh(self) -> None:
        """Draw the shared window as it is now; without a service there is nothing to show."""
        story = self.space.story
        self.setVisible(bool(story.replicas or story.deploys))
        said = [lanes.versions_words(story), f"{len(story.deploys)} deploys" * bool(story.deploys)]
        self.setAccessibleDescription(", ".join(part for part in said if part))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, space = QPainter(self), self.space
        label = px(90)
        scale = Scale(space.clock.start, space.clock.end, max(1, self.width() - label - px(10)))
        g = Geometry(self.width(), self.height(), label, px(22), px(36), 1, 0, 0, 0, scale)
        painter.fillRect(self.rect(), theme().color("window"))
        marks = [m for m in space.story.deploys if scale.start <= m.start <= scale.end]
        flags = [(*draw.flag_rect(g, mark), g.x(mark.start)) for mark in marks]
        draw.paint_axis(painter, g, space.zone, [rect for rect, _, _ in flags])
        painter.fillRect(QRectF(px(14), g.axis, g.width, 1), theme().color("border"))
        bars = [row for _, row in lanes.bars_of(space.story, scale, space.last)]
        draw.paint_service(painter, g, lanes.versions_words(space.story), bars)
        for rect, text, x in flags:
            draw.paint_flag(painter, g, rect, text, x)
        painter.fillRect(QRectF(0, g.height - 1, g.width, 1), theme().color("border"))
