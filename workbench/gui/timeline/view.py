"""The Timeline view: lanes above, messages beside or above the inspector, the composer."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import Any, Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from workbench.door.state import Mirror
from workbench.gui.look.dress import frame
from workbench.gui.look.theme import px, theme
from workbench.gui.timeline import access
from workbench.gui.timeline.bars import MessagesBar, OverviewBar
from workbench.gui.timeline.composer import Composer
from workbench.gui.timeline.empty import EmptyMessages
from workbench.gui.timeline.inspector import Inspector
from workbench.gui.timeline.overview import Overview
from workbench.gui.timeline.table import MessageTable
from workbench.panels.filtering import FilterError, Query, counted, read_filter
from workbench.panels.messages import RowFilter
from workbench.panels.rows import Row
from workbench.panels.workspace import Workspace

BEAT_MS = 33
PROGRESS_AFTER = 0.2  # seconds until it is said how far the filter is
BESIDE = 980  # narrower: the inspector goes below the table (UX section 3)
INSPECTOR = 352


class Bridge(Protocol):
    """What a view needs of the window's bridge."""

    mirror: Mirror

    def ask(self, command: Any) -> object:
        """Have a command carried out."""
        ...


class TimelineView(QWidget):
    """Give it the window's bridge and the shared workspace.

    ``refresh()`` is the beat; the view beats by itself while it is shown.  ``explain`` asks
    for the Recovery view on an outage and a client; ``told`` is for a screen reader.
    """

    explain = Signal(int, str)
    connection_chosen = Signal(str)
    filter_wanted = Signal(str)
    told = Signal(str)
    counted = Signal(str)  # for the filter bar: 187 of 18 420

    def __init__(self, bridge: Bridge, space: Workspace) -> None:
        super().__init__()
        access.install()
        self.space = space
        self.overview = Overview(space)
        self.table = MessageTable(space)
        self.inspector = Inspector(space)
        self.composer = Composer(space.mirror, bridge.ask)
        self.overview_bar = OverviewBar(space)
        self.messages_bar = MessagesBar(space, self.table)
        self.empty = EmptyMessages(space)
        self._generation = -1
        self.text = self._good = self._said = ""  # typed, last understood, told about it
        self._begun = 0.0
        self._lay_out()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self.refresh)

    def _lay_out(self) -> None:
        upper = QWidget()
        column = QVBoxLayout(upper)
        for part in (self.messages_bar, self.table, self.empty):
            column.addWidget(part, 0 if part is self.messages_bar else 1)
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.addWidget(upper, 1)
        left.addWidget(frame("rule"))
        left.addWidget(self.composer)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self._left)
        self.split.addWidget(self.inspector)
        self.split.setStretchFactor(0, 1)
        whole = QVBoxLayout(self)
        whole.addWidget(self.overview_bar)
        whole.addWidget(self.overview)
        whole.addWidget(frame("rule"))
        whole.addWidget(self.split, 1)
        for box in (column, left, whole):
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(0)
        self.empty.hide()
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.overview.chosen.connect(self._go_to)
        self.overview.lane_entered.connect(self.connection_chosen)
        self.overview.told.connect(self.told)
        self.table.selected.connect(self._selected)
        self.table.entered.connect(self.inspector.body.setFocus)
        self.table.explain.connect(self._explain)
        self.inspector.wanted.connect(self.show_record)
        self.inspector.left.connect(self.table.setFocus)
        self.messages_bar.heartbeats.connect(self._heartbeats)
        self.empty.cleared.connect(lambda: self.filter_wanted.emit(""))
        theme().changed.connect(self._arrange)

    # --- the beat -------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()

    def refresh(self) -> None:
        """One beat: a bounded step of reading, then whatever has changed."""
        space = self.space
        space.step()
        if space.generation != self._generation:
            self._generation = space.generation
            self.inspector.show_row(None)
            self.table.key = -1
            self._again()
        self.overview.refresh()
        self.overview_bar.refresh()
        self.table.refresh()
        self.messages_bar.refresh()
        self.composer.refresh()
        self._count()
        nothing = self._nothing()
        if nothing != self.empty.isVisibleTo(self):
            self.empty.setVisible(nothing)
            self.table.setVisible(not nothing)
        if nothing:
            self.empty.refresh()

    def _nothing(self) -> bool:
        """No rows, or only those that every filter keeps."""
        rows = self.space.messages
        filtered = bool(rows.filter.text) and rows.next >= self.space.walked
        return len(rows) == 0 or (filtered and not rows.messages and "is:event" not in self._good)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        beside = self.width() >= px(BESIDE)
        way = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        self.overview_bar.setVisible(beside)
        self.composer.setVisible(beside)
        self.inspector.arrange(beside=beside)
        if self.split.orientation() != way or not self.split.property("sized"):
            self.split.setOrientation(way)
            self.split.setProperty("sized", True)
            if beside:
                self.split.setSizes([max(px(400), self.width() - px(INSPECTOR)), px(INSPECTOR)])
            else:
                room = max(px(300), self.height() - self.overview.height())
                self.split.setSizes([room - px(175), px(175)])

    # --- what is asked of it --------------------------------------------------------------

    def set_filter(self, text: str) -> FilterError | None:
        """Show the rows a filter asks for; what is wrong with it: the last rows stay."""
        self.text = text
        try:
            self._filter(*self._read(text))
        except FilterError as bad:
            return bad
        self._good = text
        return None

    def _read(self, text: str) -> tuple[RowFilter, Query | None]:
        space = self.space
        return read_filter(text, space.source, space.story.clients, space.mirror["outage"])

    def _filter(self, wanted: RowFilter, query: Query | None) -> None:
        if wanted != self.space.messages.filter:
            self.space.messages.begin(wanted, query)
            self.space.version += 1
            self._begun = perf_counter()
            self.refresh()

    def _again(self) -> None:
        """Another recording is shown: the filter goes for it too."""
        self._filter(*self._read(self._good))

    def _count(self) -> None:
        """What the bar says; how far it is only where that takes a while."""
        rows, space = self.space.messages, self.space
        late = perf_counter() - self._begun > PROGRESS_AFTER
        checked = rows.next if late else space.walked
        total = int(space.mirror["session"].get("current", {}).get("messages") or rows.messages)
        total = max(total, rows.messages)
        first = space.source.first
        said = counted(self._good, rows.messages, total, checked, space.walked, first)
        if said != self._said:
            self._said = said
            self.counted.emit(said)

    def _heartbeats(self, shown: bool) -> None:
        wanted, query = self._read(self._good)
        self._filter(replace(wanted, heartbeats=shown), query)

    def choose_connection(self, name: str) -> None:
        """A connection is selected in the window: its lane is lit, the composer sends to it."""
        self.space.selected = name
        if name in self.overview.names:
            self.overview.current = self.overview.names.index(name)
        self.composer.choose(name)
        self.overview.refresh()

    def show_record(self, record: int) -> bool:
        """Select the row of a record and centre it; False where it is not shown."""
        found = self.table.select_key(2 * record + 1)
        if found:
            row = self.table.current_row()
            assert row is not None
            self.space.clock.set_cursor(row.moment, reveal=True)
        return found

    def show_moment(self, moment: int, client: str = "") -> None:
        """Put the cursor at a moment and select the row there."""
        self.space.clock.set_cursor(moment, reveal=True)
        self._go_to(moment, client)

    def _go_to(self, moment: int, client: str) -> None:
        at = self.space.row_at(moment)
        if at is None:
            return
        for i in range(at, min(at + 400, len(self.space.messages))):
            row = self.table.row(i)
            name = row.event.client if row.event is not None else row.connection
            if not client or name == client:
                at = i
                break
        self.table.select(at, centre=True)
        self.space.clock.set_cursor(moment)

    def _selected(self, row: Row | None) -> None:
        self.inspector.show_row(row)

    def _explain(self, row: Row) -> None:
        gap = self.space.story.gap_at.get(row.record)
        if gap is not None:
            self.explain.emit(gap.outage, gap.client)
