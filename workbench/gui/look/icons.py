"""The project's own icons, drawn in any token's colour at any size (UX section 16)."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from workbench.gui.look.theme import theme
from workbench.resources import resources_dir


@cache
def _source(name: str) -> str:
    return (resources_dir() / "icons" / f"{name}.svg").read_text("utf-8")


@cache
def _drawing(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))


def paint(painter: QPainter, name: str, rect: QRect | QRectF, colour: str) -> None:
    """Draw an icon into a rectangle; ``colour`` is ``#RRGGBB``.  KeyError-free by test: every
    name used in the window has a file."""
    _drawing(name, colour).render(painter, QRectF(rect))


@cache
def _pixmap(name: str, colour: str, width: int, height: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(QSize(round(width * ratio), round(height * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    side = min(width, height)
    paint(painter, name, QRectF(0, (height - side) / 2, side, side), colour)  # room at the right
    painter.end()
    return pixmap


def pixmap(name: str, token: str = "text2", size: int = 16, ratio: float = 1.0) -> QPixmap:
    """An icon as a picture in the colour that the token has now."""
    return _pixmap(name, getattr(theme().palette, token), size, size, ratio)


class _Tinted(QIconEngine):
    """Looks the colour up whenever it is drawn, so icons follow the theme by themselves."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name = name
        self._token = token

    def clone(self) -> QIconEngine:
        return _Tinted(self._name, self._token)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.drawPixmap(rect.topLeft(), self._drawn(rect.size(), mode, painter))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return _pixmap(self._name, self._colour(mode), size.width(), size.height(), 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        plain = _pixmap(self._name, self._colour(mode), size.width(), size.height(), 1.0)
        if scale == 1.0:
            return plain
        w, h = round(size.width() / scale), round(size.height() / scale)
        return _pixmap(self._name, self._colour(mode), w, h, scale)

    def _drawn(self, size: QSize, mode: QIcon.Mode, painter: QPainter) -> QPixmap:
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        return _pixmap(self._name, self._colour(mode), size.width(), size.height(), ratio)

    def _colour(self, mode: QIcon.Mode) -> str:
        palette = theme().palette
        colour = QColor(getattr(palette, self._token))
        if mode == QIcon.Mode.Disabled:
            colour = QColor(palette.text3)
        return colour.name()


@cache
def icon(name: str, token: str = "text2") -> QIcon:
    """An icon in a token's colour; it changes with the theme.  Raises FileNotFoundError for
    a name without a drawing."""
    _source(name)
    return QIcon(_Tinted(name, token))
