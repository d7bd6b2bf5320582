"""State as a shape (UX section 5): readable without colour.  And chips, badges, small bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF

from workbench.gui.look.theme import px, theme, ui


def shape(painter: QPainter, kind: str, box: QRectF, colour: QColor) -> None:
    """Draw a state's shape into a square: dashed, disc, triangle, half, gap or cross."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    _DRAWN.get(kind, _gap)(painter, box, colour)
    painter.restore()


def _disc(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.drawEllipse(box)


def _triangle(painter: QPainter, box: QRectF, colour: QColor) -> None:
    wide = box.adjusted(-1, -1, 1, 0)
    points = [QPointF(wide.center().x(), wide.top()), wide.bottomRight(), wide.bottomLeft()]
    painter.drawPolygon(QPolygonF(points))


def _line(colour: QColor, box: QRectF, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(colour, max(1.5, box.width() / 6), style)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _ring(painter: QPainter, box: QRectF, colour: QColor, parts: Sequence[tuple[int, int]]) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_line(colour, box))
    inner = box.adjusted(1, 1, -1, -1)
    for start, length in parts:
        painter.drawArc(inner, start * 16, length * 16)


def _dashed(painter: QPainter, box: QRectF, colour: QColor) -> None:
    _ring(painter, box, colour, [(start, 38) for start in range(0, 360, 60)])


def _gap(painter: QPainter, box: QRectF, colour: QColor) -> None:
    _ring(painter, box, colour, [(80, 280)])


def _half(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.drawPie(box, 90 * 16, 180 * 16)
    _ring(painter, box, colour, [(0, 360)])


def _cross(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.setPen(_line(colour, box.adjusted(0, 0, 2, 2)))
    inner = box.adjusted(1, 1, -1, -1)
    painter.drawLine(inner.topLeft(), inner.bottomRight())
    painter.drawLine(inner.topRight(), inner.bottomLeft())


_DRAWN: dict[str, Callable[[QPainter, QRectF, QColor], None]] = {
    "disc": _disc,
    "triangle": _triangle,
    "dashed": _dashed,
    "gap": _gap,
    "half": _half,
    "cross": _cross,
}


def edge(colour: str) -> QColor:
    """The quieter edge of a chip: the words in it carry the contrast."""
    quiet = QColor(colour)
    quiet.setAlphaF(0.55)
    return quiet


def chip_width(text: str, size: float = 11) -> int:
    """How wide ``chip`` will be."""
    return QFontMetrics(ui(500, size)).horizontalAdvance(text) + px(12)


def chip(
    painter: QPainter, left: int, middle: int, text: str, state: str, size: float = 11
) -> QRect:
    """Draw a chip in a state's colours (ok, warn, error, info, replay; "" is neutral), centred
    on a line ``middle``; returns where it is."""
    p = theme().palette
    font = ui(500, size)
    height = px(18)
    area = QRect(left, middle - height // 2, chip_width(text, size), height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    painter.setPen(edge(getattr(p, state)) if state else QColor(p.border))
    painter.setBrush(QColor(getattr(p, f"tint_{state}") if state else p.raised))
    painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setPen(QColor(getattr(p, state) if state else p.text2))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return area


def badge(painter: QPainter, left: int, middle: int, text: str, selected: bool) -> QRect:
    """A small outlined word such as WS."""
    p = theme().palette
    font = ui(500, 10)
    wide = QFontMetrics(font).horizontalAdvance(text) + px(10)
    area = QRect(left, middle - px(16) // 2, wide, px(16))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    painter.setPen(QColor(p.border_strong if selected else p.border))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setPen(QColor(p.text2))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return area


def pulse(painter: QPainter, area: QRect, bars: Sequence[tuple[float, str]]) -> None:
    """The small curve of the last minute; a red foot where there was no connection."""
    if not bars:
        return
    p = theme().palette
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    step = area.width() / len(bars)
    wide = max(1.0, step - 0.5)
    for place, (height, state) in enumerate(bars):
        left = area.left() + place * step
        if state == "off":
            foot = QRectF(left, area.bottom() - 1, step, 2)
            painter.fillRect(foot, QColor(p.error_mark))
        elif state == "on":
            tall = max(1.0, height * area.height())
            bar = QRectF(left, area.bottom() + 1 - tall, wide, tall)
            painter.fillRect(bar, QColor(p.info_mark))
    painter.restore()


def hatch(painter: QPainter, box: QRectF, colour: QColor, step: float) -> None:
    """Slanted lines inside a box: something is missing, or on its way out."""
    painter.save()
    painter.setClipRect(box)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.2))
    tall, x = box.height(), box.left() - box.height()
    while x < box.right():
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x + tall, box.top()))
        x += step
    painter.restore()
