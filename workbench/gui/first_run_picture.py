"""What the demo will show, painted: its four steps, the lanes, the verdicts."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from workbench.gui.dock_delegate import LEFT, text
from workbench.gui.look import icons
from workbench.gui.look.shapes import chip, chip_width, edge, hatch
from workbench.gui.look.theme import px, theme, ui
from workbench.panels import first_run
from workbench.panels.first_run import LANES, REPLICAS, SPAN, STEPS, VERDICT_STATES, Lane

NARROW = 600
CHIP_ICONS = {"ok": "check", "error": "error", "warn": "warn"}


class Steps(QWidget):
    """Start, Deploy, Gap, Verdict: one row, or two where it is narrow."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("The demo: " + ", ".join(f"{n} at {w}: {t}" for n, w, t in STEPS))
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        return px(68 if width >= px(NARROW) else 120)

    def sizeHint(self) -> QSize:
        return QSize(px(500), self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(300), px(68))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns = 4 if self.width() >= px(NARROW) else 2
        wide, tall = (self.width() - px(20)) / columns, px(52)
        for n, step in enumerate(STEPS):
            left = px(16) + round(n % columns * wide)
            self._step(painter, left, px(11) + n // columns * tall, round(wide), n, step)
        painter.end()

    def _step(
        self, painter: QPainter, left: int, top: int, wide: int, n: int, step: tuple[str, str, str]
    ) -> None:
        p, side = theme().palette, px(19)
        painter.setPen(QPen(QColor(p.border_strong), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        circle = QRect(left, top + px(3), side, side)
        painter.drawEllipse(QRectF(circle).adjusted(0.5, 0.5, -0.5, -0.5))
        centred = Qt.AlignmentFlag.AlignCenter
        text(painter, circle, str(n + 1), ui(600, 11), p.text2, centred)
        first = QRect(left + px(27), top + px(3), wide - px(30), px(19))
        used = text(painter, first, step[0], ui(600), p.text, LEFT)
        text(painter, first.adjusted(used + px(7), 0, 0, 0), step[1], ui(), p.text3, LEFT)
        under = first.translated(0, px(20))
        text(painter, under, step[2], ui(400, 12), p.text2, LEFT)


class Lanes(QWidget):
    """The overview as the demo fills it: replicas, three clients, gaps, the deploy."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(
            "Picture: during a deploy each client is away for a moment. "
            + " ".join(f"{lane.name}: {lane.chip}." for lane in LANES)
        )

    def sizeHint(self) -> QSize:
        return QSize(px(500), px(236))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(300), px(236))

    def _x(self, seconds: float) -> float:
        start, end = px(108), self.width() - px(26)
        return start + (seconds - SPAN[0]) / (SPAN[1] - SPAN[0]) * (end - start)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._axis(painter)
        self._service(painter)
        for n, lane in enumerate(LANES):
            self._lane(painter, px(59) + n * px(58), lane)
        self._deploy(painter)
        painter.end()

    def _axis(self, painter: QPainter) -> None:
        p = theme().palette
        painter.setFont(ui(400, 11))
        for second in range(1, 12, 2):
            x = round(self._x(second))
            painter.fillRect(QRect(x, px(26), 1, px(209)), QColor(p.border))
            if second >= 3:
                painter.setPen(QColor(p.text3))
                area = QRect(x + px(6), px(4), px(40), px(20))
                painter.drawText(area, LEFT, f"{second}\u00a0s")
        for y in (px(26), px(59), px(117), px(175)):
            painter.fillRect(QRect(px(16), y, self.width() - px(32), 1), QColor(p.border))

    def _service(self, painter: QPainter) -> None:
        p = theme().palette
        name = QRect(px(30), px(28), px(76), px(16))
        text(painter, name, "service", ui(600, 12), p.text, LEFT)
        text(painter, name.translated(0, px(14)), "v42 → v43", ui(400, 11), p.text3, LEFT)
        for n, (old, drained, new) in enumerate(REPLICAS):
            y = px(32) + n * px(9)
            self._bar(painter, SPAN[0], old, y, p.border_strong)
            box = QRectF(self._x(old), y, self._x(drained) - self._x(old), px(5))
            hatch(painter, box, QColor(p.warn_mark), 3)
            line = QRectF(self._x(drained), y + px(2), self._x(new) - self._x(drained), 1)
            painter.fillRect(line, QColor(p.border_strong))
            self._bar(painter, new, SPAN[1], y, p.accent_fill)

    def _bar(self, painter: QPainter, start: float, end: float, y: int, colour: str) -> None:
        box = QRectF(self._x(start), y, self._x(end) - self._x(start), px(5))
        painter.fillRect(box, QColor(colour))

    def _lane(self, painter: QPainter, top: int, lane: Lane) -> None:
        p, middle = theme().palette, top + px(29)
        name = QRect(px(30), middle - px(9), px(76), px(18))
        text(painter, name, lane.name, ui(600, 12), p.text, LEFT)
        covered = self._after(painter, middle, lane)
        self._ticks(painter, middle, covered)
        box = QRectF(self._x(lane.away[0]), top + px(4), 0, px(50))
        box.setRight(self._x(lane.away[1]))
        painter.fillRect(box, QColor(p.tint_error))
        hatch(painter, box, QColor(p.error_mark), 6)
        painter.setPen(QPen(QColor(p.error_mark), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        if lane.length:
            wide = px(40)
            tag = QRect(round(box.center().x()) - wide // 2, middle - px(8), wide, px(17))
            painter.fillRect(tag, QColor(p.tint_error))
            text(painter, tag, lane.length, ui(600, 11), p.error, Qt.AlignmentFlag.AlignCenter)

    def _ticks(self, painter: QPainter, middle: int, covered: tuple[float, float]) -> None:
        """Received above the line, sent below; none while away or under the chip."""
        p = theme().palette
        for n in range(round((SPAN[1] - SPAN[0]) * 6.5)):
            second = SPAN[0] + 0.05 + n / 6.5
            x = self._x(second)
            if covered[0] <= x <= covered[1]:
                continue
            tall = px(9) if n % 3 else px(7)
            painter.fillRect(QRectF(x, middle - tall + px(2), 2, tall), QColor(p.info_mark))
        for second in (2.0, 4.5, 7.0, 9.5, 12.0):
            x = self._x(second)
            if not covered[0] - 2 <= x <= covered[1]:
                painter.fillRect(QRectF(x, middle + px(4), 2, px(5)), QColor(p.text2))

    def _after(self, painter: QPainter, middle: int, lane: Lane) -> tuple[float, float]:
        """Replayed diamonds and the chip, left of the gap where the right has no room;
        returns what gap, diamonds and chip cover."""
        p, left = theme().palette, self._x(lane.away[1]) + px(4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(p.replay_mark))
        for _ in range(lane.replayed):
            painter.drawPolygon(_diamond(left + px(3), middle - px(2), px(4)))
            left += px(6)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        mark = {"error": "✕ ", "warn": "▲ "}.get(lane.state, "")
        words = mark + lane.chip
        first, wide = self._x(lane.away[0]), chip_width(words)
        if left + px(5) + wide <= self.width() - px(16):
            chip(painter, round(left) + px(5), middle, words, lane.state)
            return first, left + px(5) + wide
        chip(painter, round(first) - px(5) - wide, middle, words, lane.state)
        return first - px(5) - wide, left

    def _deploy(self, painter: QPainter) -> None:
        p, x = theme().palette, round(self._x(first_run.DEPLOY_AT))
        painter.fillRect(QRect(x - 1, px(8), 2, px(227)), QColor(p.text))
        flag = QRect(x - px(86), px(8), px(87), px(15))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(p.text))
        box = QRectF(flag)
        notch = QPointF(box.left() + px(5), box.center().y())
        corners = [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft(), notch]
        painter.drawPolygon(QPolygonF(corners))
        text(
            painter, flag.adjusted(px(6), 0, 0, 0), "Deploy v43", ui(600, 11), p.window,
            Qt.AlignmentFlag.AlignCenter,
        )  # fmt: skip


def _diamond(x: float, y: float, half: float) -> QPolygonF:
    around = ((0, -half), (half, 0), (0, half), (-half, 0))
    return QPolygonF([QPointF(x + dx, y + dy) for dx, dy in around])


class Verdicts(QWidget):
    """What will be said of each client."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(
            "Expected: " + " ".join(f"{lane.name}: {lane.verdict}." for lane in LANES)
        )

    def sizeHint(self) -> QSize:
        return QSize(px(500), px(138))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(300), px(138))

    def paintEvent(self, event: QPaintEvent) -> None:
        p, painter = theme().palette, QPainter(self)
        for n, (lane, state) in enumerate(zip(LANES, VERDICT_STATES, strict=True)):
            middle = px(23) + n * px(46)
            name = QRect(px(16), middle - px(10), px(100), px(20))
            text(painter, name, lane.name, ui(600), p.text, LEFT)
            wide = chip_width(lane.verdict, 12) + px(18)
            right = self.width() - px(16)
            self._chip(painter, QRect(right - wide, middle - px(11), wide, px(22)), lane, state)
            narrow = self.width() < px(NARROW)
            start = px(96 if narrow else 120)
            story = QRect(start, middle - px(10), right - wide - px(8) - start, px(20))
            text(painter, story, lane.story, ui(400, 12 if narrow else 13), p.text2, LEFT)
        painter.end()

    def _chip(self, painter: QPainter, area: QRect, lane: Lane, state: str) -> None:
        p = theme().palette
        ink = getattr(p, state)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(edge(ink))
        painter.setBrush(QColor(getattr(p, f"tint_{state}")))
        painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        mark = QRect(area.left() + px(7), area.center().y() - px(6), px(13), px(13))
        icons.paint(painter, CHIP_ICONS[state], mark, ink)
        words = area.adjusted(px(24), 0, 0, 0)
        text(painter, words, lane.verdict, ui(500, 12), ink, LEFT)
