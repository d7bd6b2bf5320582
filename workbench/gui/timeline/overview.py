"""The overview: lanes of all connections over the shared time window (UX section 6)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from workbench.gui.look.theme import px, theme
from workbench.gui.timeline import overview_paint as draw
from workbench.gui.timeline.geometry import Geometry
from workbench.gui.timeline.overview_keys import press_key
from workbench.gui.timeline.overview_marks import Mark, mark_near, marks_of, tip_at
from workbench.gui.timeline.scene import Scene, lane_height, make_scene, strip_marks
from workbench.panels import lanes
from workbench.panels.lanes import Scale
from workbench.panels.workspace import Workspace

MOST_LANES = 12  # more of them scroll


class Overview(QWidget):
    """Draws the lanes; ``chosen`` says which moment of which client was clicked or entered."""

    chosen = Signal(object, str)  # moment, client
    lane_entered = Signal(str)
    told = Signal(str)  # what the cursor is on, in words

    def __init__(self, space: Workspace) -> None:
        super().__init__()
        self.space = space
        self.pinned: list[str] = []
        self.top = 0
        self.current = 0
        self.scene: Scene | None = None
        self.mark: Mark | None = None
        self._seen: tuple[object, ...] = ()
        self._drag: tuple[str, QPointF, int, int] | None = None
        self._band: tuple[float, float] | None = None
        self._hover: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring_inside", True)
        self.setMouseTracking(True)
        self.setAccessibleName("Overview")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._restyled)

    # --- what is shown --------------------------------------------------------------------

    @property
    def names(self) -> list[str]:
        """All lanes in their order."""
        return lanes.order(self.space.clients(), self.pinned, self.space.selected)

    def geometry_now(self) -> Geometry:
        """Where things lie at this size."""
        clock, label = self.space.clock, px(100 if self.width() >= px(900) else 96)
        pixels = max(1.0, self.width() - label - px(10))
        return Geometry(
            width=self.width(),
            height=self.height(),
            label=label,
            axis=px(22),
            service=px(34) if self.space.story.replicas else 0,
            lane=lane_height(self.width()),
            strip=px(24),
            lanes=len(self.space.clients()),
            top=self.top,
            scale=Scale(clock.start, clock.end, pixels),
        )

    def sizeHint(self) -> QSize:
        lane, service = lane_height(self.width()), px(34) if self.space.story.replicas else 0
        parent = self.parentWidget()
        room = round(parent.height() * 0.42) // lane if parent is not None else MOST_LANES
        rows = min(max(len(self.space.clients()), 3), MOST_LANES, max(3, room))
        return QSize(px(600), px(22) + service + rows * lane + px(24))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(300), self.sizeHint().height())

    def refresh(self) -> None:
        """Draw again if anything has changed."""
        space = self.space
        selected, size = space.selected, (self.width(), self.height(), self.devicePixelRatioF())
        seen = (space.generation, space.version, space.clock.version, size, selected, self.top)
        if seen == self._seen:
            return
        self._seen = seen
        if self.sizeHint().height() != self.height():
            self.updateGeometry()
        self.top = min(self.top, max(0, len(space.clients()) - self.geometry_now().room))
        self.scene = make_scene(space, self.geometry_now(), self.names, self.devicePixelRatioF())
        self.setAccessibleDescription(self.summary())
        self.update()

    def summary(self) -> str:
        """The overview in one sentence."""
        clock = self.space.clock
        return lanes.summary(
            self.space.story, self.space.clients(), clock.start, clock.end, self.space.zone
        )

    def _restyled(self) -> None:
        self._seen = ()
        self.updateGeometry()
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._seen = ()
        self.refresh()

    # --- painting -------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("window"))
        scene = self.scene
        if scene is None:
            return
        g = scene.geometry
        kept = [rect for rect, _, _ in scene.flags]
        if self.space.clock.cursor is not None:
            kept.append(draw.cursor_rect(g, self.space.clock.cursor, self.space.zone))
        draw.paint_axis(painter, g, self.space.zone, kept)
        self._lane_grounds(painter, scene)
        painter.drawImage(QPointF(g.left, g.lanes_y), scene.ticks)
        clip = QRectF(g.left, 0, g.right - g.left + 1, g.strip_y)
        painter.setClipRect(clip)
        for i, lane in enumerate(scene.lanes):
            draw.paint_lane(painter, g, g.top + i, lane, self.space.last)
        painter.setClipping(False)
        if g.service:
            draw.paint_service(painter, g, scene.versions, scene.bars)
            painter.fillRect(QRectF(px(14), g.axis, g.width, 1), theme().color("border"))
            painter.fillRect(QRectF(px(14), g.lanes_y - 1, g.width, 1), theme().color("border"))
        for rect, text, x in scene.flags:
            draw.paint_flag(painter, g, rect, text, x)
        self._strip(painter, scene)
        self._over(painter, g)

    def _lane_grounds(self, painter: QPainter, scene: Scene) -> None:
        g = scene.geometry
        for i, name in enumerate(scene.shown):
            at = g.top + i
            current = self.hasFocus() and at == self.current
            state = (name == self.space.selected, current, name in self.pinned)
            draw.paint_name(painter, g, at, name, state)

    def _strip(self, painter: QPainter, scene: Scene) -> None:
        scale, clock = scene.strip_scale, self.space.clock
        x0 = min(max(0.0, scale.x(clock.start)), scale.pixels)
        x1 = min(max(0.0, scale.x(clock.end)), scale.pixels)
        marks = strip_marks(self.space, scale)
        draw.paint_strip(painter, scene.geometry, scene.strip, (x0, x1), marks)

    def _over(self, painter: QPainter, g: Geometry) -> None:
        if self._band is not None:
            x0, x1 = sorted(self._band)
            tint = QColor(theme().color("accent"))
            tint.setAlpha(60)
            painter.fillRect(QRectF(x0, g.axis, x1 - x0, g.strip_y - g.axis), tint)
        elif self._hover is not None and g.left <= self._hover <= g.right:
            painter.setPen(QPen(theme().color("border_strong"), 1))
            painter.drawLine(QPointF(self._hover, g.axis), QPointF(self._hover, g.strip_y))
        if self.space.clock.cursor is not None:
            draw.paint_cursor(painter, g, self.space.clock.cursor, self.space.zone)

    # --- mouse ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        g, at = self.geometry_now(), event.position()
        clock = self.space.clock
        kind = "select"
        if at.y() >= g.strip_y:
            kind = "strip"
            self._move_by_strip(at.x())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            kind = "pan"
        self._drag = (kind, at, clock.start, clock.end)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        self._hover = at.x()
        if self._drag is not None:
            self._dragged(at)
        self.update()

    def _dragged(self, at: QPointF) -> None:
        assert self._drag is not None
        kind, begin, start, end = self._drag
        g = self.geometry_now()
        if kind == "strip":
            self._move_by_strip(at.x())
        elif kind == "pan":
            by = round((begin.x() - at.x()) / g.scale.pixels * (end - start))
            self.space.clock.pan(start + by - self.space.clock.start)
        elif abs(at.x() - begin.x()) > 4:
            self._band = (max(g.left, begin.x()), min(max(g.left, at.x()), g.right))
        self.refresh()

    def _move_by_strip(self, x: float) -> None:
        if self.scene is not None:
            moment = self.scene.strip_scale.moment(x - self.scene.geometry.left)
            self.space.clock.pan(moment - (self.space.clock.start + self.space.clock.end) // 2)
            self.refresh()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        band, self._band = self._band, None
        if drag is None or drag[0] != "select":
            return
        g = self.geometry_now()
        if band is not None:
            self.space.clock.select(g.moment(min(band)), g.moment(max(band)))
            self.refresh()
            return
        self._click(g, event.position())

    def _click(self, g: Geometry, at: QPointF) -> None:
        lane = g.lane_at(at.y())
        name = self.names[lane] if lane is not None else ""
        if lane is not None:
            self.current = lane
        if at.x() < g.left:
            if name:
                self.lane_entered.emit(name)
            return
        moment = g.moment(at.x())
        mark = mark_near(marks_of(self.space, name), moment, g, px(6)) if name else None
        self.go(mark.moment if mark is not None else moment, name, mark)

    def go(self, moment: int, client: str, mark: Mark | None = None) -> None:
        """Put the cursor at a moment and ask for its row."""
        self.mark = mark
        self.space.clock.set_cursor(moment, reveal=True)
        self.refresh()
        if mark is not None:
            self.told.emit(mark.words)
        self.chosen.emit(moment, client)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        self.space.clock.fit()
        self.refresh()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            about = self.geometry_now().moment(event.position().x())
            self.space.clock.zoom(0.8**turns, about)
        elif turns:
            self.scroll_lanes(-1 if turns > 0 else 1)
        self.refresh()
        event.accept()

    def scroll_lanes(self, by: int) -> None:
        """Show lanes further down (or up)."""
        g = self.geometry_now()
        self.top = min(max(0, self.top + by), max(0, g.lanes - g.room))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = tip_at(self, event.pos())
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    # --- keys -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_key(self, event):
            super().keyPressEvent(event)
        self.refresh()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def place_of(self, i: int, moment: int) -> QPoint:
        """Where a moment of lane ``i`` is drawn."""
        g = self.geometry_now()
        return QPoint(round(g.x(moment)), g.lane_y(i) + g.lane // 2)
