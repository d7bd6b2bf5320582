"""The words beside a point: what it is, how long it took, and how to get to it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from workbench.gui.look.theme import px, theme, ui
from workbench.gui.marks import diamond, words

ACTION = "Enter or click: show in timeline"


@dataclass(frozen=True, slots=True)
class Tip:
    """A heading, ``replayed`` or "", lines, and the action ("": none)."""

    title: str
    again: str
    lines: tuple[str, ...]
    action: str = ACTION

    @property
    def text(self) -> str:
        """All of it as one sentence."""
        return ", ".join(part for part in (self.title, self.again, *self.lines) if part)


def paint_tip(
    painter: QPainter, whole: QRectF, at: QPointF, tip: Tip, area: QRectF, ring: bool = True
) -> None:
    """Draw it beside a point, inside the widget; the point gets a ring."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if ring and area.adjusted(-2, -2, 2, 2).contains(at):
        painter.setPen(QPen(theme().color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, px(7), px(7))
    bold, plain = QFontMetricsF(ui(600, 12)), QFontMetricsF(ui(400, 12))
    mark = px(16) + plain.horizontalAdvance(tip.again) if tip.again else 0
    lines = [*tip.lines, tip.action] if tip.action else list(tip.lines)
    wide = max([bold.horizontalAdvance(tip.title) + mark, *map(plain.horizontalAdvance, lines)])
    high = px(18)
    frame = QRectF(0, 0, wide + px(26), high * (1 + len(lines)) + px(14))
    frame.moveTopLeft(QPointF(at.x() + px(16), at.y() - px(14)))
    if frame.right() > whole.right() - 2:
        frame.moveRight(at.x() - px(16))
    frame.moveLeft(max(frame.left(), 2))
    frame.moveBottom(min(frame.bottom(), whole.bottom() - 2))
    frame.moveTop(max(frame.top(), 2))
    painter.setPen(QPen(theme().color("border_strong"), 1))
    painter.setBrush(theme().color("raised"))
    painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), px(5), px(5))
    _written(painter, frame, tip, lines, bold.horizontalAdvance(tip.title))
    painter.restore()


def _written(painter: QPainter, frame: QRectF, tip: Tip, lines: list[str], title: float) -> None:
    high = px(18)
    line = QRectF(frame.left() + px(12), frame.top() + px(7), frame.width() - px(14), high)
    painter.setFont(ui(600, 12))
    words(painter, line, tip.title, "text")
    if tip.again:
        x = line.left() + title + px(9)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("replay_mark"))
        diamond(painter, x, line.center().y(), px(4))
        painter.setFont(ui(400, 12))
        words(painter, line.adjusted(title + px(18), 0, 0, 0), tip.again, "replay")
    painter.setFont(ui(400, 12))
    for text in lines:
        line.translate(0, high)
        words(painter, line, text, "accent" if text == tip.action else "text2")
