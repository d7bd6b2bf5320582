"""The message table: a scroll area that paints its rows itself (MEASUREMENTS-window).

It asks for the words of the rows that are seen and for no others; rows only ever come in at
the end, so nothing that is seen moves while Follow is off (rule 5).
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from workbench.gui.look.theme import mono, px, theme
from workbench.gui.timeline.columns import Columns
from workbench.gui.timeline.header import Header
from workbench.gui.timeline.table_keys import press_key
from workbench.gui.timeline.table_paint import RowPainter
from workbench.panels.rows import Row
from workbench.panels.workspace import Workspace

ROW, HEADER = 24, 27


class MessageTable(QAbstractScrollArea):
    """Rows of the workspace.  ``current`` is the place of the selected row, or -1."""

    selected = Signal(object)  # Row, or None
    entered = Signal()  # Enter on a row
    explain = Signal(object)  # Row whose outage is to be explained
    follow_changed = Signal()

    def __init__(self, space: Workspace) -> None:
        super().__init__()
        self.space = space
        self.columns = Columns()
        self.current = -1
        self.key = -1
        self.following = True
        self.behind = 0  # rows that came while Follow is off
        self._count = 0
        self._epoch = -1
        self._version = -1
        self._settling = False
        self._filling = True
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Messages")
        self.header = Header(self.columns, self)
        self.header.resized.connect(self.viewport().update)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().setAccessibleName("Scroll the messages")
        theme().changed.connect(self._restyled)
        self._restyled()

    # --- measures -------------------------------------------------------------------------

    @property
    def row_height(self) -> int:
        """Pixels of one row."""
        return px(ROW)

    @property
    def page(self) -> int:
        """Rows that are wholly seen."""
        return max(1, self.viewport().height() // self.row_height)

    @property
    def top(self) -> int:
        """The place of the first row seen."""
        return self.verticalScrollBar().value()

    def sizeHint(self) -> QSize:
        return QSize(px(600), px(300))

    def _restyled(self) -> None:
        self.setViewportMargins(0, px(HEADER), 0, 0)
        self.viewport().setFont(mono(12))
        self._place_header()
        self._version = -1
        self.refresh()

    def _place_header(self) -> None:
        self.header.setGeometry(QRect(0, 0, self.viewport().width(), px(HEADER)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_header()
        self._range()

    # --- the beat -------------------------------------------------------------------------

    def refresh(self) -> None:
        """Take new rows in; what is seen stays where it is unless Follow is on."""
        rows = self.space.messages
        if (rows.epoch, self.space.version) == (self._epoch, self._version):
            return
        if rows.epoch != self._epoch:
            self._begin()
        self._version = self.space.version
        more, self._count = len(rows) - self._count, len(rows)
        if self.current < 0 and self.key >= 0:
            self._find_again()
        if self._filling:  # rows of another filter come in: they are not new
            self._filling = rows.next < self.space.walked
        elif not self.following and more > 0:
            self.behind += more
            self.follow_changed.emit()
        self.columns.named("connection").hidden = bool(rows.filter.single)
        self._range()
        self.viewport().update()

    def _begin(self) -> None:
        self._epoch = self.space.messages.epoch
        self._count = self.behind = 0
        self._filling = True
        self.current = -1
        self.follow_changed.emit()

    def _find_again(self) -> None:
        """Another filter: the selected row, if it is shown too, keeps its place in the middle."""
        keys = self.space.messages.keys
        at = keys.find(self.key)
        if at < len(keys) and keys[at] == self.key:
            self.current = at
            self._settle(max(0, at - self.page // 2))

    def _range(self) -> None:
        bar = self.verticalScrollBar()
        last = max(0, self._count - self.page)
        self._settling = True
        bar.setPageStep(self.page)
        bar.setRange(0, last)
        if self.following:
            bar.setValue(last)
        self._settling = False

    def _settle(self, value: int) -> None:
        """Scroll without taking it for the user's doing."""
        self._settling = True
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._count - self.page))
        bar.setValue(value)
        self._settling = False

    # --- following ------------------------------------------------------------------------

    def follow(self, on: bool) -> None:
        """Keep the newest row in view, or stay."""
        if on:
            self.behind = 0
        self.following = on
        self._range()
        self.viewport().update()
        self.follow_changed.emit()

    def _scrolled(self, value: int) -> None:
        self.viewport().update()
        if self._settling:
            return
        if self.following and value < self.verticalScrollBar().maximum():
            self.follow(False)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120 * 3
        bar = self.verticalScrollBar()
        if steps > 0 and self.following and bar.maximum() > 0:
            self.follow(False)
        bar.setValue(bar.value() - round(steps))
        event.accept()

    # --- selecting ------------------------------------------------------------------------

    def row(self, i: int) -> Row:
        """The row at a place."""
        return self.space.rows.row(self.space.messages.keys[i])

    def current_row(self) -> Row | None:
        """The selected row."""
        return self.row(self.current) if 0 <= self.current < self._count else None

    def select(self, i: int, *, centre: bool = False, follow: bool = False) -> None:
        """Select a row and bring it into view; Follow goes off unless ``follow``."""
        if not self._count:
            return
        i = min(max(0, i), self._count - 1)
        if self.following and not follow:
            self.follow(False)
        self.current, self.key = i, self.space.messages.keys[i]
        self._reveal(i, centre=centre)
        row = self.row(i)
        self.space.clock.set_cursor(row.moment)
        self._announce(row)
        self.viewport().update()
        self.selected.emit(row)

    def select_key(self, key: int, *, centre: bool = True) -> bool:
        """Select a row by its key; False where it is not shown."""
        keys = self.space.messages.keys
        at = keys.find(key)
        if at >= len(keys) or keys[at] != key:
            return False
        self._count = max(self._count, len(keys))
        self.select(at, centre=centre)
        return True

    def _reveal(self, i: int, *, centre: bool) -> None:
        if self.top <= i < self.top + self.page:
            return
        if centre:
            self._settle(max(0, i - self.page // 2))
        else:
            self._settle(i if i < self.top else i - self.page + 1)

    def _announce(self, row: Row) -> None:
        """A screen reader reads the row as one sentence (UX section 18)."""
        self.setAccessibleDescription(row.spoken)
        if QAccessible.isActive():
            event = QAccessibleEvent(self, QAccessible.Event.Focus)
            event.setChild(self.current - self.top)
            QAccessible.updateAccessibility(event)

    # --- events ---------------------------------------------------------------------------

    def row_at(self, y: float) -> int:
        """The place of the row at a height of the viewport (past the end: the count)."""
        return min(self._count, self.top + int(y) // self.row_height)

    def row_rect(self, i: int) -> QRect:
        """Where a row is drawn, in the viewport."""
        y = (i - self.top) * self.row_height
        return QRect(0, y, self.viewport().width(), self.row_height)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        i = self.row_at(event.position().y())
        if event.button() != Qt.MouseButton.LeftButton or i >= self._count:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.select(i)
        row = self.row(i)
        on_link = event.position().x() > self.viewport().width() - px(70)
        if row.event is not None and row.event.action and on_link:
            self.explain.emit(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.current_row() is not None:
            self.entered.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_key(self, event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.current < 0 and self._count:  # always a current row (UX section 2)
            self.current = min(self._count - 1, self.top + self.page - 1)
            self.key = self.space.messages.keys[self.current]
            self._announce(self.row(self.current))
            self.selected.emit(self.row(self.current))
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def copy(self) -> None:
        """The payload of the selected message, or the words of an event, to the clipboard."""
        row = self.current_row()
        if row is None:
            return
        text = row.event.text if row.event is not None else self._payload(row)
        QGuiApplication.clipboard().setText(text)

    def _payload(self, row: Row) -> str:
        return self.space.source.reader.payload(row.record).decode("utf-8", "replace")

    # --- painting -------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme().color("window"))
        width, height = self.viewport().width(), self.row_height
        drawer = RowPainter(painter, self.columns, width, height)
        last = min(self._count, self.top + self.page + 2)
        for i in range(self.top, last):
            y = (i - self.top) * height
            row, chosen = self.row(i), i == self.current
            drawer.ground(y, row, selected=chosen, odd=bool(i % 2))
            drawer.draw(y, row, selected=chosen)
