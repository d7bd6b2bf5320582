"""The inspector: one message looked at closely (UX section 7)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from workbench.gui.look.dress import button, frame, label, set_look
from workbench.gui.look.icons import pixmap
from workbench.gui.look.theme import px, theme, ui
from workbench.gui.timeline import inspector_lines as lines
from workbench.gui.timeline.lines_view import LinesView, Shown
from workbench.gui.timeline.picture import Picture
from workbench.model.words import Direction
from workbench.panels.diff import in_short
from workbench.panels.inspector import Elsewhere, Inspected
from workbench.panels.rows import Row
from workbench.panels.tree import Tree
from workbench.panels.wording import plain
from workbench.panels.workspace import Workspace

TABS = ("Pretty", "Raw", "Hex", "Frame", "Diff")
MOST = 6  # other connections listed
NOTHING = "Select a message to look into it."


class Inspector(QFrame):
    """Shows the message of a row; ``wanted`` asks for the row of another record."""

    wanted = Signal(int)
    left = Signal()

    def __init__(self, space: Workspace) -> None:
        super().__init__()
        self.space = space
        self.it: Inspected | None = None
        self._tree: Tree | None = None
        self.setAccessibleName("Inspector")
        set_look(self, look="panel")
        self.head = _Head()
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Ways to show the message")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for name in TABS:
            self.tabs.addTab(name)
        self.body = LinesView("Message")
        self.note = label("", "third", wrap=True)
        self.picture = Picture()
        self.changes = _Changes()
        self.others = _Others()
        self.brief = label("", "second", wrap=True)
        self.brief.setContentsMargins(px(14), 0, px(14), px(8))
        self.head.copy.clicked.connect(self.copy)
        self.tabs.currentChanged.connect(self._show_tab)
        self.body.toggled.connect(self._toggle)
        self.others.wanted.connect(self.wanted)
        self._lay_out()
        theme().changed.connect(self._restyled)
        self.show_row(None)

    def _lay_out(self) -> None:
        self._left, self._right, self._divide = QWidget(), QWidget(), frame("rise")
        left, right = QVBoxLayout(self._left), QVBoxLayout(self._right)
        for box in (left, right):
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(0)
        self._order = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._order.setContentsMargins(0, 0, 0, 0)
        self._order.setSpacing(0)
        self.note.setContentsMargins(px(14), px(8), px(14), px(4))
        left.addWidget(self.tabs)
        left.addWidget(frame("rule"))
        left.addWidget(self.note)
        left.addWidget(self.picture)
        left.addWidget(self.body, 1)
        right.addWidget(self.head)
        self._below = QVBoxLayout()
        right.addLayout(self._below)
        self._below.setSpacing(0)
        self._below.addWidget(self.brief)
        self._below.addWidget(self.changes)
        self._below.addWidget(self.others)
        self._wide: bool | None = None
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("Facts of the message")
        self._area.viewport().setAutoFillBackground(False)
        self.arrange(beside=True)

    def arrange(self, *, beside: bool) -> None:
        """Beside the table (one column), or below it (two columns)."""
        if beside == self._wide:
            return
        self._divide.setVisible(not beside)
        self._wide = beside
        self._area.takeWidget()
        for part in (self.head, self._left, self._right, self._divide, self._area):
            self._order.removeWidget(part)
        self._area.setVisible(not beside)
        if beside:
            self._order.setDirection(QBoxLayout.Direction.TopToBottom)
            for part, stretch in ((self.head, 0), (self._left, 1), (self._right, 0)):
                self._order.addWidget(part, stretch)
                part.show()
        else:
            self._order.setDirection(QBoxLayout.Direction.LeftToRight)
            right = self._right.layout()
            assert isinstance(right, QVBoxLayout)
            right.insertWidget(0, self.head)
            self._order.addWidget(self._left, 13)
            self._order.addWidget(self._divide)
            self._area.setWidget(self._right)
            self._right.setAutoFillBackground(False)
            self._order.addWidget(self._area, 12)
            right.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._right.show()
        self._show_below()

    def _restyled(self) -> None:
        self.head.restyle()
        self.update()

    # --- what is shown --------------------------------------------------------------------

    def show_row(self, row: Row | None) -> None:
        """Show the message of a row; an event row or None shows how to use the inspector."""
        self.it = None
        if row is not None and row.event is None:
            self.it = Inspected(self.space, row)
        self._tree = self.it.pretty() if self.it is not None else None
        self.head.show_it(self.it, row)
        self.tabs.setVisible(self.it is not None)
        self._show_below()
        self._show_tab()

    def _show_below(self) -> None:
        heading, found = self.it.diff() if self.it is not None else ("", [])
        self.changes.show_changes(heading, lines.diff_lines(found))
        self.changes.setVisible(self.changes.filled and bool(self._wide))
        since = heading.removeprefix("Changes s").removesuffix(" on this connection")
        self.brief.setText(f"S{since}: {in_short(found)}" if found else "")
        self.brief.setVisible(bool(found) and not self._wide)
        others = self.it.elsewhere() if self.it is not None and self._wide else []
        self.others.show_others(others)

    def _show_tab(self) -> None:
        name = TABS[self.tabs.currentIndex()]
        self.body.setAccessibleName(f"Message, {name}")
        it = self.it
        self.note.setText("")
        shown: lines.Lines = (0, lambda i: Shown(()))
        if it is not None:
            shown = self._lines(name, it)
        self.note.setVisible(bool(self.note.text()))
        image = it.image if it is not None and name == "Pretty" else b""
        self.picture.show_file(image, self.note.text())
        self.body.show_lines(*shown)

    def _lines(self, name: str, it: Inspected) -> lines.Lines:
        if name == "Hex":
            return lines.hex_lines(it)
        if name == "Frame":
            return lines.frame_lines(it)
        if name == "Diff":
            heading, found = it.diff()
            self.note.setText(heading if found else f"{heading} Nothing else differs.")
            return lines.diff_lines(found)
        self.note.setText(it.large)
        if name != "Pretty" or it.large:
            return lines.raw_lines(it)
        self.note.setText(it.how or "Text: shown as it came.")
        if self._tree is not None:
            return lines.pretty_lines(self._tree)
        return lines.decoded_lines(it)

    def _toggle(self, i: int) -> None:
        if self._tree is None or TABS[self.tabs.currentIndex()] != "Pretty":
            return
        if i < len(self._tree.lines):
            self._tree.toggle(self._tree.lines[i].path)
            self.body.show_lines(*lines.pretty_lines(self._tree), keep=True)

    def show_tab(self, name: str) -> None:
        """Bring a tab to the front."""
        self.tabs.setCurrentIndex(TABS.index(name))

    def copy(self) -> None:
        """The payload to the clipboard, as text."""
        if self.it is not None:
            QGuiApplication.clipboard().setText(self.it.payload.decode("utf-8", "replace"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class _Head(QWidget):
    """Direction, type and id, connection, facts, chips."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(px(14), px(10), px(14), px(8))
        column.setSpacing(px(7))
        line = QHBoxLayout()
        line.setSpacing(px(7))
        self._way, self.title, self.where = QLabel(), label(look="heading"), label(look="second")
        self.copy = button("Copy", "copy", small=True)
        self.copy.setToolTip("Copy the payload (Ctrl+C)")
        for part in (self._way, self.title, self.where):
            line.addWidget(part)
        line.addStretch(1)
        line.addWidget(self.copy)
        self.facts = label("", "small", wrap=True)
        self.chips = QHBoxLayout()
        self.chips.setSpacing(px(6))
        column.addLayout(line)
        column.addWidget(self.facts)
        column.addLayout(self.chips)
        self.restyle()

    def restyle(self) -> None:
        """Fonts at the present text size."""
        self.title.setFont(ui(600, 14))

    def show_it(self, it: Inspected | None, row: Row | None) -> None:
        """The facts of a message; of an event row its words."""
        while (item := self.chips.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.copy.setVisible(it is not None)
        self._way.setVisible(it is not None)
        if it is None:
            self.title.setText("" if row is None else "Event")
            self.where.setText("" if row is None or row.event is None else row.event.client)
            told = NOTHING if row is None or row.event is None else f"{row.time} · {row.event.text}"
            self.facts.setText(told)
            return
        sent = int(it.header["direction"]) == Direction.OUT
        drawing, token = ("up", "text2") if sent else ("down", "info")
        self._way.setPixmap(pixmap(drawing, token, px(16), self.devicePixelRatioF()))
        self._way.setAccessibleName("sent" if sent else "received")
        self.title.setText(it.title)
        self.where.setText(f"on {plain(it.row.connection, 60)}")
        self.facts.setText(it.facts)
        for text, tone in it.chips:
            chip = label(text, "chip")
            set_look(chip, state=tone)
            self.chips.addWidget(chip)
        self.chips.addStretch(1)


class _Changes(QWidget):
    """What changed since the message before of the same type."""

    def __init__(self) -> None:
        super().__init__()
        self.filled = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(frame("rule"))
        self.heading = label(look="second")
        self.heading.setContentsMargins(px(14), px(10), px(14), px(6))
        self.lines = LinesView("Changes since the message before")
        column.addWidget(self.heading)
        column.addWidget(self.lines)

    def show_changes(self, heading: str, shown: lines.Lines) -> None:
        """Show them; with none the part is empty."""
        self.heading.setText(heading)
        self.filled = shown[0] > 0
        self.lines.show_lines(*shown)
        self.lines.setFixedHeight(min(self.lines.content_height(), px(8 * 18 + 8)))


class _Others(QWidget):
    """The same update on other connections."""

    wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(frame("rule"))
        heading = label("The same update on other connections", "second")
        heading.setContentsMargins(px(14), px(10), px(14), px(4))
        column.addWidget(heading)
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(px(28), 0, px(8), px(8))
        self._rows.setSpacing(0)
        column.addLayout(self._rows)

    def show_others(self, others: list[Elsewhere]) -> None:
        """A line for each, at most six."""
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.setVisible(bool(others))
        for each in others[:MOST]:
            self._rows.addWidget(self._line(each))
        if len(others) > MOST:
            self._rows.addWidget(label(f"and {len(others) - MOST} more", "third"))

    def _line(self, each: Elsewhere) -> QWidget:
        made = QWidget()
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        name, lag = label(plain(each.client, 40)), label(each.lag, "second")
        name.setMinimumWidth(px(100))
        if each.record < 0:
            set_look(lag, look="error")
        line.addWidget(name)
        line.addWidget(lag)
        line.addStretch(1)
        if each.record >= 0:
            go = button("Go to", look="link")
            go.setAccessibleName(f"Go to it on {each.client}")
            go.clicked.connect(partial(self.wanted.emit, each.record))
            line.addWidget(go)
        return made
