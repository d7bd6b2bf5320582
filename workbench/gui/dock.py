"""The connections dock: heading, list, and the two ways to get a connection."""

from __future__ import annotations

from collections.abc import Set

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.gui.actions import Commands
from workbench.gui.bridge import Bridge
from workbench.gui.dock_delegate import ConnectionDelegate, StripDelegate
from workbench.gui.dock_list import ConnectionList
from workbench.gui.dock_model import ConnectionModel
from workbench.gui.look.dress import button, frame, label, set_icon
from workbench.gui.look.theme import px, theme
from workbench.panels import connections
from workbench.panels.connections import ConnectionRow, GroupRow
from workbench.panels.pulse import Pulse

WIDTH, STRIP = 264, 52
TICK_MS = 500  # words such as "Silent for 12 s" go on by themselves
OFFERS = ("connect", "add-proxy", "run-demo")


class ConnectionsDock(QWidget):
    """264 px wide, or a strip of 52 px.  ``only`` asks to show one connection alone."""

    only = Signal(str)
    chosen = Signal(str)
    widened = Signal(bool)  # the user asked for the wide (True) or the narrow dock

    def __init__(self, bridge: Bridge, commands: Commands) -> None:
        super().__init__()
        self._bridge, self._commands = bridge, commands
        self._folded: set[str] = set()
        self._memo: connections.Memo = {}
        self.pulse = Pulse()
        self.model = ConnectionModel(lambda name: self.pulse.of(name, bridge.clock()), self)
        self.list = ConnectionList(self.model)
        self._wide = ConnectionDelegate(self.model, self)
        self._narrow = StripDelegate(self)
        self.list.setItemDelegate(self._wide)
        self._build()
        self._connect()
        self._dress()
        self.refresh()

    # -- parts ------------------------------------------------------------------------------------
    def _build(self) -> None:
        self._ground = frame("panel")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._ground)
        column = QVBoxLayout(self._ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._heading())
        self.finder = QLineEdit()
        self.finder.setPlaceholderText("Find a connection")
        self.finder.setAccessibleName("Find a connection")
        self.finder.hide()
        column.addWidget(self.finder)
        self._middle = QStackedLayout()
        self._middle.addWidget(self.list)
        self._middle.addWidget(self._empty())
        column.addLayout(self._middle, 1)
        column.addWidget(self._footer())

    def _heading(self) -> QWidget:
        self._head = QWidget()
        row = QHBoxLayout(self._head)
        row.setSpacing(px(6))
        self._title = label("Connections", "strong")
        self._count = label("", "small")
        self._search = self._tool("search", "Find a connection")
        self._search.setCheckable(True)
        self._plus = self._tool("plus", "Connect…")
        self._unfold = self._tool("chev-right", "Show the connections in full")
        for part in (self._unfold, self._title, self._count):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self._search)
        row.addWidget(self._plus)
        return self._head

    def _tool(self, drawing: str, name: str) -> QToolButton:
        made = QToolButton()
        made.setProperty("look", "quiet")
        made.setProperty("square", True)
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_icon(made, drawing)
        return made

    def _empty(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(px(14), px(12), px(14), px(12))
        column.setSpacing(px(8))
        self._nothing = label("No connections yet.", "second", wrap=True)
        column.addWidget(self._nothing)
        self._offers = [button(self._commands[n].text, self._commands[n].icon) for n in OFFERS]
        for made, name in zip(self._offers, OFFERS, strict=True):
            made.clicked.connect(lambda _=False, n=name: self._commands.run(n))
            column.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return page

    def _footer(self) -> QWidget:
        self._foot = frame("foot")
        row = QHBoxLayout(self._foot)
        row.setContentsMargins(px(14), px(10), px(14), px(10))
        row.setSpacing(px(8))
        self._connect_button = button("Connect…", "plus", small=True)
        self._proxy_button = button("Add proxy…", "proxy", small=True)
        self._strip_plus = self._tool("plus", "Connect… ")
        for part in (self._connect_button, self._proxy_button, self._strip_plus):
            row.addWidget(part)
        row.addStretch(1)
        return self._foot

    def _connect(self) -> None:
        run = self._commands.run
        for made in (self._connect_button, self._plus, self._strip_plus):
            made.clicked.connect(lambda: run("connect"))
        self._proxy_button.clicked.connect(lambda: run("add-proxy"))
        self._unfold.clicked.connect(lambda: self.widened.emit(True))
        self._search.toggled.connect(self._show_find)
        self.finder.textChanged.connect(lambda _: self.refresh())
        self.finder.installEventFilter(self)
        self.list.chosen.connect(self.chosen)
        self.list.only.connect(self.only)
        self.list.folded.connect(self._fold)
        self.list.customContextMenuRequested.connect(self._menu)
        self._bridge.changed.connect(self._changed)
        theme().changed.connect(self._dress)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._ticked)
        self._tick.start()

    # -- what it shows ----------------------------------------------------------------------------
    def _changed(self, keys: frozenset[tuple[str, str]]) -> None:
        if any(topic in ("connection", "proxy", "service") for topic, _ in keys):
            self._note({key for topic, key in keys if topic == "connection"})
            self.refresh()

    def _ticked(self) -> None:
        self._note(self._bridge.mirror["connection"].keys())
        self.pulse.keep(self._bridge.mirror["connection"])
        if self.isVisible():
            self.refresh()
            self.list.viewport().update()

    def _note(self, names: Set[str]) -> None:
        now, values = self._bridge.clock(), self._bridge.mirror["connection"]
        for name in names & values.keys():
            value = values[name]
            self.pulse.note(name, value["rate"], value["state"] in ("open", "silent"), now)

    def refresh(self) -> None:
        """Read the mirror again."""
        mirror, find = self._bridge.mirror, self.finder.text()
        now = self._bridge.clock()
        rows = connections.rows(mirror, now, self._folded, find, self._memo)
        self.model.show_rows(rows)
        self._count.setText(connections.open_count(mirror))
        self.list.setAccessibleName(connections.summary(mirror))
        hidden = find and not any(isinstance(row, ConnectionRow) for row in rows)
        self._nothing.setText("No connection has this name." if hidden else "No connections yet.")
        for made in self._offers:
            made.setVisible(not hidden)
        self._middle.setCurrentIndex(1 if (not rows or hidden) and not self.strip else 0)

    def _fold(self, key: str) -> None:
        self._folded ^= {key}
        self.refresh()

    def _show_find(self, on: bool) -> None:
        self.finder.setVisible(on)
        if on:
            self.finder.setFocus()
        else:
            self.finder.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self._search.setChecked(False)
            self.list.setFocus()
            return True
        return False

    # -- the current connection ---------------------------------------------------------------
    @property
    def current(self) -> str:
        """Name of the selected connection, or ""."""
        row = self.model.row(self.list.currentIndex().row())
        return row.key if isinstance(row, ConnectionRow) else ""

    def select(self, name: str) -> None:
        """Select a connection, if it is shown."""
        place = self.model.place_of(name)
        if place >= 0:
            self.list.setCurrentIndex(self.model.index(place, 0))

    def _menu(self, at: QPoint) -> None:
        menu = self.menu_for(self.list.indexAt(at))
        if menu is not None:
            menu.popup(self.list.viewport().mapToGlobal(at))

    def menu_for(self, index: QModelIndex) -> QMenu | None:
        """What can be done with a row: the commands of the menu Connection and more."""
        row = self.model.row(index.row())
        if row is None:
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self._choices(row):
            menu.addAction(action)
        return menu

    def _choices(self, row: connections.Row) -> list[QAction]:
        if isinstance(row, GroupRow):
            names = ["copy-proxy-address", "stop-proxy"] if row.kind == "proxy" else []
        else:
            names = ["show-only-this", "cut-selected", "close-selected", "stall-selected"]
            ours = ["connect-again", "disconnect"] if row.ours else []
            names += [*ours, "copy-address", "remove"]
        return [self._commands.action(name) for name in names if name in self._commands]

    @property
    def current_group(self) -> GroupRow | None:
        """The selected heading, if a heading is selected."""
        row = self.model.row(self.list.currentIndex().row())
        return row if isinstance(row, GroupRow) else None

    # -- wide and narrow ------------------------------------------------------------------------
    @property
    def strip(self) -> bool:
        """Whether it is folded to a strip."""
        return self.model.strip

    def fold_to_strip(self, on: bool) -> None:
        """Fold to 52 px or unfold; what is selected stays selected."""
        if on == self.model.strip:
            return
        self.model.strip = on
        self._search.setChecked(False)
        self.list.setItemDelegate(self._narrow if on else self._wide)
        self.refresh()
        self._dress()

    def _dress(self) -> None:
        on, proxy = self.model.strip, self._foot.layout()
        for part in (self._title, self._count, self._search, self._plus):
            part.setVisible(not on)
        self._connect_button.setVisible(not on)
        self._proxy_button.setVisible(not on)
        self._strip_plus.setVisible(on)
        self._unfold.setVisible(on)
        self._head.setFixedHeight(px(38))
        margins = (px(11), px(4)) if on else (px(14), px(8))
        head = self._head.layout()
        if head is not None and proxy is not None:
            head.setContentsMargins(margins[0], px(4), margins[1], px(2))
            proxy.setContentsMargins(margins[0], px(9), margins[1], px(9))
        if on:
            self.setFixedWidth(px(STRIP))
        else:
            self.setMinimumWidth(px(200))
            self.setMaximumWidth(px(420))
        self.list.doItemsLayout()

    def sizeHint(self) -> QSize:
        return QSize(px(STRIP if self.strip else WIDTH), px(400))
