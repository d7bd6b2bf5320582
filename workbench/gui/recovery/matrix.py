"""The client matrix: painted rows, chosen by mouse or keys (UX section 12)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from workbench.door.told import MATRIX as COLUMNS
from workbench.gui.look.theme import px, theme, ui
from workbench.gui.marks import chip, chip_width, draw_icon, words
from workbench.panels.recovery import Cell, MatrixRow

ROW, HEAD = 29, 27
LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
#: Width of each column in the design, and which take the room that is left.
WIDTHS = (158, 76, 172, 78, 74, 66, 100, 132, 178)
NARROW = (120, 62, 104, 70, 60, 52, 56, 86, 168)  # in a narrow window
GROWS = (3, 0, 2, 0, 0, 0, 1, 1, 2)
ALIGN = (LEFT, RIGHT, LEFT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, LEFT)
SHORT = {1: "Away", 2: "Asked from", 6: "Order", 7: "Recovered"}
VERDICT_ICONS = {"ok": "check", "warn": "warn", "error": "error", "info": "reconnect"}
CELLS = {"": "text", "grey": "text3", "error": "error", "warn": "warn", "replay": "replay"}
MOST = 8  # rows shown before it scrolls


class Matrix(QAbstractScrollArea):
    """Rows of clients, the worst first; ``chosen`` gives the name of the selected one."""

    chosen = Signal(str)
    toggled = Signal(str)  # a group was opened or closed

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[MatrixRow] = []
        self.current = -1
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Clients")
        self.verticalScrollBar().setAccessibleName("Scroll the clients")
        self.verticalScrollBar().valueChanged.connect(lambda: self.viewport().update())
        theme().changed.connect(self._restyled)

    def show_rows(self, rows: list[MatrixRow], client: str) -> None:
        """Show these rows; ``client`` is the selected one."""
        names = [row.name for row in rows]
        current = names.index(client) if client in names else -1
        if (rows, current) == (self.rows, self.current):
            return
        fresh = len(rows) != len(self.rows)
        self.rows, self.current = rows, current
        if fresh:
            self._restyled()
        self._describe()
        self.viewport().update()

    def _restyled(self) -> None:
        shown = min(len(self.rows), MOST)
        self.setFixedHeight(px(HEAD) + shown * px(ROW) + px(6))
        self._range()
        self.viewport().update()

    def _range(self) -> None:
        page = max(1, (self.viewport().height() - px(HEAD)) // px(ROW))
        self.verticalScrollBar().setPageStep(page)
        self.verticalScrollBar().setRange(0, max(0, len(self.rows) - page))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._range()

    def sizeHint(self) -> QSize:
        return QSize(px(700), px(HEAD) + 3 * px(ROW) + px(6))

    def _describe(self) -> None:
        if 0 <= self.current < len(self.rows):
            self.setAccessibleDescription(self.rows[self.current].spoken)

    # --- choosing -------------------------------------------------------------------------

    def select(self, i: int) -> None:
        """Choose a row."""
        if not self.rows:
            return
        self.current = min(max(0, i), len(self.rows) - 1)
        bar = self.verticalScrollBar()
        if self.current < bar.value():
            bar.setValue(self.current)
        elif self.current >= bar.value() + bar.pageStep():
            bar.setValue(self.current - bar.pageStep() + 1)
        self._describe()
        self.viewport().update()
        row = self.rows[self.current]
        if not row.members:
            self.chosen.emit(row.name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = self.verticalScrollBar().pageStep()
        steps = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -len(self.rows),
            Qt.Key.Key_End: len(self.rows),
        }
        if event.key() in steps:
            self.select(self.current + steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._toggle(self.current)
        else:
            super().keyPressEvent(event)

    def _toggle(self, i: int) -> None:
        if 0 <= i < len(self.rows) and self.rows[i].members:
            self.toggled.emit(self.rows[i].word)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        i = self.verticalScrollBar().value() + int(event.position().y() - px(HEAD)) // px(ROW)
        if event.position().y() >= px(HEAD) and 0 <= i < len(self.rows):
            self.select(i)
            self._toggle(i)

    # --- painting -------------------------------------------------------------------------

    def _places(self) -> list[tuple[float, float]]:
        widths = [px(w) for w in WIDTHS]
        spare = self.viewport().width() - sum(widths)
        if spare >= 0:
            widths = [w + spare * g // sum(GROWS) for w, g in zip(widths, GROWS, strict=True)]
        else:
            least = [px(w) for w in NARROW]
            room = max(0, self.viewport().width() - sum(least))
            share = room / max(1, sum(widths) - sum(least))
            widths = [low + int((w - low) * share) for w, low in zip(widths, least, strict=True)]
        places, x = [], 0.0
        for wide in widths:
            places.append((x, float(wide)))
            x += wide
        return places

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().color("border"), 1))
        painter.setBrush(theme().color("panel"))
        edge = QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(edge, px(6), px(6))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        places = self._places()
        self._head(painter, places)
        first = self.verticalScrollBar().value()
        for i in range(first, min(len(self.rows), first + self.verticalScrollBar().pageStep() + 1)):
            self._row(painter, places, px(HEAD) + (i - first) * px(ROW), i)

    def _head(self, painter: QPainter, places: list[tuple[float, float]]) -> None:
        painter.setFont(ui(500, 12))
        metrics = QFontMetricsF(painter.font())
        for i, (title, (x, wide)) in enumerate(zip(COLUMNS, places, strict=True)):
            area = QRectF(x + px(9), 0, wide - px(12), px(HEAD))
            if metrics.horizontalAdvance(title) > area.width():
                title = SHORT.get(i, title)
            words(painter, area, title, "text2", ALIGN[i])
        line = QRectF(1, px(HEAD) - 1, self.viewport().width() - 2, 1)
        painter.fillRect(line, theme().color("border"))

    def _row(self, painter: QPainter, places: list[tuple[float, float]], y: int, i: int) -> None:
        row, width = self.rows[i], self.viewport().width()
        if i == self.current:
            painter.fillRect(QRectF(1, y, width - 2, px(ROW)), theme().color("selection"))
            if self.hasFocus():
                painter.fillRect(QRectF(1, y, px(3), px(ROW)), theme().color("accent"))
        if row.members:
            self._group(painter, y, row)
            return
        x, wide = places[0]
        painter.setFont(ui(600, 13))
        name = QRectF(x + px(9), y, wide - px(56), px(ROW))
        words(painter, name, row.name, "text")
        if row.protocol:
            painter.setFont(ui(500, 11))
            text = row.protocol.upper()
            area = QRectF(x + wide - px(42), y + px(6), chip_width(text, size=11), px(17))
            chip(painter, area, text, "")
        for cell, place, align in zip(row.cells, places[1:8], ALIGN[1:8], strict=True):
            area = QRectF(place[0] + px(9), y, place[1] - px(12), px(ROW))
            self._cell(painter, area, cell, align, selected=i == self.current)
        self._verdict(painter, QRectF(places[8][0] + px(9), y, places[8][1] - px(14), px(ROW)), row)

    def _cell(
        self,
        painter: QPainter,
        area: QRectF,
        cell: Cell,
        align: Qt.AlignmentFlag,
        *,
        selected: bool,
    ) -> None:
        heavy = cell.tone in ("error", "warn") and cell.text.replace("\u202f", "").isdigit()
        painter.setFont(ui(600 if heavy else 400, 13))
        token = CELLS.get(cell.tone, "text")
        if token == "text3" and selected:
            token = "text2"
        words(painter, area, cell.text, token, align)

    def _verdict(self, painter: QPainter, area: QRectF, row: MatrixRow) -> None:
        painter.setFont(ui(500, 12))
        if not row.tone:
            words(painter, area, row.word, "text3")
            return
        icon = VERDICT_ICONS[row.tone]
        wide = min(chip_width(row.word, icon) + px(4), area.width())
        place = QRectF(area.left(), area.top() + (px(ROW) - px(21)) / 2, wide, px(21))
        chip(painter, place, row.word, row.tone, icon)

    def _group(self, painter: QPainter, y: int, row: MatrixRow) -> None:
        index = self.rows.index(row)
        opened = index + 1 < len(self.rows) and not self.rows[index + 1].members
        draw_icon(painter, "chev-down" if opened else "chev-right", "text2", px(9), y + px(7), 14)
        painter.setFont(ui(600, 13))
        area = QRectF(px(30), y, self.viewport().width() - px(220), px(ROW))
        words(painter, area, f"{row.members} × {row.word}", "text")
        places = self._places()
        self._verdict(painter, QRectF(places[8][0] + px(9), y, places[8][1] - px(14), px(ROW)), row)
