"""What the painted views have in common: hatching, chips, boxes, clipped words."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from workbench.gui.look.icons import pixmap
from workbench.gui.look.theme import px, theme, ui

TONES = ("error", "warn", "replay", "ok", "info")


@cache
def _stripes(colour: str, ground: str, ratio: float) -> QPixmap:
    side = 8
    tile = QPixmap(round(side * ratio), round(side * ratio))
    tile.setDevicePixelRatio(ratio)
    tile.fill(QColor(ground) if ground else Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 1.6))
    for shift in (-side, 0, side):
        painter.drawLine(QPointF(shift - 1, side + 1), QPointF(shift + side + 1, -1))
    painter.end()
    return tile


def hatch(
    painter: QPainter, rect: QRectF, mark: str, tint: str, *, edge: bool = True, alpha: int = 150
) -> None:
    """A hatched box in the colours of two tokens, on its tint."""
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    colour, ground = theme().color(mark), theme().color(tint)
    dim = QColor(colour)
    dim.setAlpha(alpha)
    tile = _stripes(dim.name(QColor.NameFormat.HexArgb), ground.name(), ratio)
    painter.drawTiledPixmap(rect, tile)
    if edge:
        box(painter, rect, mark)


def box(painter: QPainter, rect: QRectF, token: str, width: float = 1.0) -> None:
    """The outline of a rectangle, inside its own edge."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme().color(token), width))
    half = width / 2
    painter.drawRect(rect.adjusted(half, half, -half, -half))


def words(
    painter: QPainter,
    rect: QRectF,
    text: str,
    token: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """One line of plain text, in the middle of a rectangle's height, cut with … where too long."""
    painter.setPen(theme().color(token))
    metrics = QFontMetricsF(painter.font())
    if metrics.horizontalAdvance(text) > rect.width():
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    flags = int(align | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
    painter.drawText(rect, flags, text)


def chip(painter: QPainter, rect: QRectF, text: str, tone: str, icon: str = "") -> None:
    """A rounded chip with words in a state's colours; ``icon`` names its drawing."""
    colour = theme().color(tone if tone in TONES else "border")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1))
    painter.setBrush(theme().color(f"tint_{tone}" if tone in TONES else "raised"))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), px(4), px(4))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    inner = rect.adjusted(px(6), 0, -px(4), 0)
    if icon:
        side = px(12)
        y = rect.center().y() - side / 2
        drawn = pixmap(icon, tone if tone in TONES else "text2", side, ratio_of(painter))
        painter.drawPixmap(QPointF(inner.left(), y), drawn)
        inner.setLeft(inner.left() + side + px(3))
    words(painter, inner, text, tone if tone in TONES else "text2")


def chip_width(text: str, icon: str = "", size: float = 12, weight: int = 500) -> float:
    """How wide ``chip`` will be, drawn in this font."""
    width = QFontMetricsF(ui(weight, size)).horizontalAdvance(text) + px(12)
    return width + (px(15) if icon else 0)


def ratio_of(painter: QPainter) -> float:
    """Device pixels per pixel of what is painted on."""
    device = painter.device()
    return device.devicePixelRatioF() if device is not None else 1.0


def draw_icon(painter: QPainter, name: str, token: str, x: float, y: float, side: int = 16) -> None:
    """One of the project's drawings, its upper left corner at a point."""
    painter.drawPixmap(QPointF(x, y), pixmap(name, token, px(side), ratio_of(painter)))


def diamond(painter: QPainter, x: float, y: float, half: float) -> None:
    """A filled diamond about a point, in the brush's colour."""
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(x, y - half),
                QPointF(x + half, y),
                QPointF(x, y + half),
                QPointF(x - half, y),
            ]
        )
    )
