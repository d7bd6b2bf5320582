"""How one row of the message table is drawn."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from workbench.gui.look.theme import mono, px, theme, ui
from workbench.gui.marks import draw_icon, words
from workbench.gui.timeline.columns import Columns
from workbench.gui.timeline.header import PAD
from workbench.model.words import Direction
from workbench.panels.rows import MARKS, Row

GROUNDS = {"error": "tint_error", "warn": "tint_warn", "info": "raised", "plain": ""}
TONES = {"": "text", "strong": "text", "error": "error", "warn": "warn", "mono": "text"}
ICON_TONES = {"error": "error", "warn": "warn", "info": "text", "plain": "text2"}
MARK_TONES = {"replayed": "replay", "twice": "warn", "order": "error", "changed": "warn"}
RIGHT = Qt.AlignmentFlag.AlignRight


class RowPainter:
    """Draws rows of one width; fonts are made once a frame."""

    def __init__(self, painter: QPainter, columns: Columns, width: int, height: int) -> None:
        self._painter = painter
        self._places = columns.places(width)
        self._starts = {column.key: x for column, x, _ in self._places}
        self._width = width
        self._height = height
        self._mono, self._bold = mono(12), mono(12, 600)
        self._plain, self._strong = ui(400, 12.5), ui(500, 12.5)
        self._small = ui(400, 12)
        self.action_edge = 0.0

    def ground(self, y: int, row: Row, *, selected: bool, odd: bool) -> None:
        """What lies under the words."""
        token = "panel" if odd else "window"
        if row.event is not None:
            token = GROUNDS.get(row.event.tone, "") or token
        if selected:
            token = "selection"
        area = QRectF(0, y, self._width, self._height)
        self._painter.fillRect(area, theme().color(token))
        if selected:
            self._painter.fillRect(QRectF(0, y, px(3), self._height), theme().color("accent"))
        elif row.event is not None and row.event.tone in ("error", "warn"):
            line = QRectF(0, y + self._height - 1, self._width, 1)
            self._painter.fillRect(line, theme().color("window"))

    def draw(self, y: int, row: Row, *, selected: bool) -> None:
        """The words of a row."""
        if row.event is not None:
            self._event(y, row, selected=selected)
        else:
            self._message(y, row, selected=selected)

    def _message(self, y: int, row: Row, *, selected: bool) -> None:
        quiet = "text2" if selected else "text3"
        values = {
            "number": (row.number, "text2" if selected else "text3"),
            "time": (row.time, "text"),
            "connection": (row.connection, "text2"),
            "type": (row.type, "text"),
            "id": (row.id, quiet if row.id == "–" else "text"),
            "size": (row.size, "text2"),
            "lag": (row.lag, self._lag_tone(row, quiet)),
            "preview": (row.preview, "text2"),
        }
        painter = self._painter
        for column, x, wide in self._places:
            area = QRectF(x + px(PAD), y, wide - 2 * px(PAD), self._height)
            if column.key == "direction":
                self._direction(y, x, row)
                continue
            text, token = values[column.key]
            painter.setFont(self._small if column.key == "connection" else self._mono)
            if column.key == "preview" and row.marks:
                area = self._marks(area, row)
                painter.setFont(self._mono)
            words(painter, area, text, token, column.align)

    def _lag_tone(self, row: Row, quiet: str) -> str:
        if row.lag == "–":
            return quiet
        return "warn" if row.slow and "replayed" not in row.marks else "text2"

    def _direction(self, y: int, x: int, row: Row) -> None:
        sent = row.direction == Direction.OUT
        top = y + (self._height - px(14)) / 2
        name, token = ("up", "text2") if sent else ("down", "info")
        draw_icon(self._painter, name, token, x + px(8), top, 14)

    def _marks(self, area: QRectF, row: Row) -> QRectF:
        x = area.left()
        for mark in row.marks:
            text = MARKS[mark][0]
            self._painter.setFont(self._strong)
            wide = QFontMetricsF(self._painter.font()).horizontalAdvance(text)
            place = QRectF(x, area.top(), wide + 1, area.height())
            words(self._painter, place, text, MARK_TONES[mark])
            x += wide + px(7)
        return QRectF(x, area.top(), area.right() - x, area.height())

    # --- events ---------------------------------------------------------------------------

    def _event(self, y: int, row: Row, *, selected: bool) -> None:
        event, painter = row.event, self._painter
        assert event is not None
        starts, height = self._starts, self._height
        painter.setFont(self._mono)
        time = QRectF(starts["time"] + px(PAD), y, px(112), height)
        words(painter, time, row.time, "text2")
        top = y + (height - px(14)) / 2
        icon = ICON_TONES.get(event.tone, "text2")
        draw_icon(painter, event.icon, icon, starts["direction"] + px(8), top, 14)
        if "connection" in starts and event.client:
            painter.setFont(self._small)
            area = QRectF(starts["connection"] + px(PAD), y, px(90 - 10), height)
            words(painter, area, event.client, "text2")
        end = self._aside(y, row, selected=selected)
        key = "type" if event.client or "connection" not in starts else "connection"
        x = float(starts[key] + px(PAD))
        for part in event.parts:
            painter.setFont(self._font(part.tone))
            wide = min(QFontMetricsF(painter.font()).horizontalAdvance(part.text) + 1, end - x)
            if wide <= px(8):
                break
            words(painter, QRectF(x, y, wide, height), part.text, TONES.get(part.tone, "text"))
            x += wide

    def _font(self, tone: str) -> QFont:
        if tone == "mono":
            return self._mono
        return self._strong if tone in ("strong", "error", "warn") else self._plain

    def _aside(self, y: int, row: Row, *, selected: bool) -> float:
        event = row.event
        assert event is not None
        text, token = event.aside, "text2" if selected or event.tone != "plain" else "text3"
        if event.action:
            text, token = event.action, "accent"
        self._painter.setFont(self._small)
        wide = QFontMetricsF(self._small).horizontalAdvance(text)
        right = self._width - px(10)
        if text:
            area = QRectF(right - wide - 1, y, wide + 2, self._height)
            words(self._painter, area, text, token, RIGHT)
        return right - wide - px(14)
