"""The main window: toolbar, rail, connections, the views, status bar (UX section 3)."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.gui.actions import Commands
from workbench.gui.acts import Acts
from workbench.gui.bridge import Bridge
from workbench.gui.command_list import add_commands
from workbench.gui.dock import STRIP, WIDTH, ConnectionsDock
from workbench.gui.empty import EmptyView
from workbench.gui.first_run import FirstRun
from workbench.gui.frame import framed
from workbench.gui.guide import Banner, GuideLine
from workbench.gui.look.focus import FocusRing
from workbench.gui.look.theme import px, theme
from workbench.gui.memory import Memory
from workbench.gui.notices import Notices
from workbench.gui.panes import Panes
from workbench.gui.rail import Rail
from workbench.gui.sheet_box import Sheets
from workbench.gui.status_bar import StatusBar
from workbench.gui.toolbar import Toolbar
from workbench.panels import abilities, empty, notices, status
from workbench.panels.mistake import FilterError

SMALLEST = (960, 640)
COMPACT, STRIPPED = 1280, 1100
ENGINE_STOPPED = "The engine stopped. Everything recorded is kept."


class Window(QMainWindow):
    """The frame.  Views are given by name with ``add_view``; a view may have
    ``set_filter(text)``.  ``again`` asks for a new engine."""

    filter_changed = Signal(str)
    connection_chosen = Signal(str)
    view_shown = Signal(str)
    again = Signal()
    deploy_wanted = Signal()
    closing = Signal()
    verdict_said = Signal(str)  # the sentence of a new verdict

    def __init__(self, bridge: Bridge, memory: Memory | None = None, folder: str = "") -> None:
        super().__init__()
        self.bridge = bridge
        self.memory = memory or Memory()
        self.acts = Acts(self)
        self.commands = Commands(self)
        self.view = "timeline"
        self._views: dict[str, QWidget] = {}
        self._looked_at: set[str] = set()
        self._entered = False  # into the frame, without a session
        self._to_open = ""  # the recording that was open when the engine stopped
        self._dock_choice: bool | None = None  # the user's own choice: wide or strip
        self.setWindowTitle("Workbench")
        self.setMinimumSize(*SMALLEST)
        add_commands(self.commands, self)
        self.commands.fill(self.menuBar())
        self._build(folder)
        self._connect()
        self.show_view("timeline")
        self._show_page(False)
        self._changed(frozenset())
        self._recall()

    # -- parts ------------------------------------------------------------------------------------
    def _build(self, folder: str) -> None:
        self.toolbar = Toolbar(self.bridge, self.commands)
        self.rail = Rail()
        self.dock = ConnectionsDock(self.bridge, self.commands)
        self.stack = QStackedWidget()
        self.guide = GuideLine(self.bridge)
        self.banner = Banner("Start again")
        self.first_run = FirstRun()
        self.status = StatusBar(self.bridge, self.commands, folder)
        self.side = QStackedWidget()  # the faults dock, once it is loaded
        self.side.hide()
        self._frame, self.split = framed(
            self.toolbar, self.rail, self.dock, self.guide, self.stack, self.side
        )
        self._pages = QStackedWidget()
        self._pages.addWidget(self.first_run)
        self._pages.addWidget(self._frame)
        ground = QWidget()
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.banner, self._pages, self.status):
            column.addWidget(part, 1 if part is self._pages else 0)
        self.setCentralWidget(ground)
        self.notices = Notices(ground)
        self.sheets = Sheets(ground, self.bridge, self.commands, self.memory, self.notices, folder)
        self.ring = FocusRing(self)
        for name, nothing in (("latency", empty.LATENCY), ("scenarios", empty.SCENARIOS)):
            self.add_view(name, EmptyView(self.commands, nothing))
        self.panes = Panes(
            self,
            [
                lambda: self.toolbar, lambda: self.rail, lambda: self.dock, lambda: self.first_run,
                lambda: self.stack, lambda: self.side, lambda: self.status,
            ],
        )  # fmt: skip

    def _connect(self) -> None:
        run = self.commands.run
        self.rail.chosen.connect(self.show_view)
        self.rail.pressed.connect(run)
        self.status.pressed.connect(run)
        self.guide.pressed.connect(self._guided)
        self.first_run.pressed.connect(run)
        self.first_run.connect_to.connect(self._connect_directly)
        self.first_run.proxy_to.connect(lambda to: self.sheets.proxy.ask(to))
        self.banner.pressed.connect(self._start_again)
        self.dock.only.connect(self.only)
        self.dock.chosen.connect(self._chosen)
        self.dock.widened.connect(self._widen)
        self.toolbar.filter.edited.connect(self._filtered)
        self.toolbar.filter.left.connect(self._leave_filter)
        self.notices.counted.connect(self.status.show_bell)
        self.bridge.changed.connect(self._changed)
        self.bridge.failed.connect(self.notices.show)
        self.bridge.attached.connect(self._attached)
        self.bridge.lost.connect(self._lost)
        theme().changed.connect(self._fit)

    # -- views ------------------------------------------------------------------------------------
    def add_view(self, name: str, widget: QWidget) -> None:
        """Give a view (timeline, latency, recovery or scenarios) its widget."""
        old = self._views.get(name)
        if old is not None:
            self.stack.removeWidget(old)
            old.deleteLater()
        self._views[name] = widget
        self.stack.addWidget(widget)
        if name == self.view:
            self._bring(widget)
        self._hand_filter(widget)

    def show_view(self, name: str) -> None:
        """Bring a view to the front."""
        self.view = name
        self.rail.show_view(name)
        if name in self._views:
            self._bring(self._views[name])
        else:
            self.dock.show()
        if name == "scenarios" and self._pages.currentWidget() is not self._frame:
            self._entered = True  # it needs no session
            self._show_page(True)
        self._look()
        self.view_shown.emit(name)

    def _bring(self, widget: QWidget) -> None:
        held, away = self.focusWidget(), bool(widget.property("in_place_of_dock"))
        self.stack.setCurrentWidget(widget)
        if away and held is not None and self.dock.isAncestorOf(held):
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self.dock.setHidden(away)

    def _look(self) -> None:
        """In Recovery, every verdict counts as looked at."""
        if self.view == "recovery" and self._pages.currentWidget() is self._frame:
            self._looked_at |= set(self.bridge.mirror["outage"])
        n = status.unseen_red(self.bridge.mirror, self._looked_at)
        self.rail.buttons["recovery"].show_badge(n)

    # -- what is shown ----------------------------------------------------------------------------
    @property
    def session(self) -> dict[str, Any] | None:
        """The open session, or None."""
        return status.session(self.bridge.mirror)

    @property
    def selected(self) -> str:
        """Name of the selected connection; the only one where there is just one."""
        names = list(self.bridge.mirror["connection"])
        return self.dock.current or (names[0] if len(names) == 1 else "")

    @property
    def selected_proxy(self) -> str:
        """Name of the selected proxy; the only one where there is just one."""
        group, names = self.dock.current_group, list(self.bridge.mirror["proxy"])
        if group is not None and group.kind == "proxy":
            return group.key
        return names[0] if len(names) == 1 else ""

    def _changed(self, keys: frozenset[tuple[str, str]]) -> None:
        topics = {topic for topic, _ in keys}
        mirror = self.bridge.mirror
        opened = self._entered or any(
            mirror[t] for t in ("session", "connection", "proxy", "service")
        )
        if self._pages.currentWidget() is not (self._frame if opened else self.first_run):
            self._show_page(opened)
        if "notice" in topics:
            self._tell(keys)
        if "session" in topics:
            self._title()
        if not keys or topics & {"outage"}:
            self._look()
        self._able()

    def _show_page(self, opened: bool) -> None:
        self._pages.setCurrentWidget(self._frame if opened else self.first_run)
        self.status.first_run(not opened)
        if opened:
            self.dock.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.first_run.start()
        self._look()

    def _tell(self, keys: frozenset[tuple[str, str]]) -> None:
        for topic, key in sorted(keys):
            value = self.bridge.mirror["notice"].get(key)
            if topic == "notice" and value is not None:
                self.notices.show(notices.from_value(value))

    def _title(self) -> None:
        title = (self.session or {}).get("title", "")
        self.setWindowTitle(f"{title} – Workbench" if title else "Workbench")

    def _able(self) -> None:
        selected, proxy = self.selected, self.selected_proxy
        for command in self.commands:
            why = abilities.why_not(
                command.name, self.bridge.mirror, selected, proxy, self.bridge.alive
            )
            self.commands.enable(command.name, not why, why)
        self.commands.refresh()
        self.toolbar.able()

    # -- filter and selection ---------------------------------------------------------------------
    def only(self, name: str) -> None:
        """Show only this connection."""
        quoted = f'"{name}"' if " " in name else name
        self.toolbar.filter.add(f"conn:{quoted}")
        self.show_view("timeline")

    def go_to_filter(self) -> None:
        """Put the focus into the filter."""
        self.toolbar.filter.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.toolbar.filter.field.selectAll()

    def clear_filter(self) -> None:
        """Show everything."""
        self.toolbar.filter.clear()

    def _leave_filter(self) -> None:
        self._views[self.view].setFocus(Qt.FocusReason.OtherFocusReason)

    def _filtered(self, text: str) -> None:
        self.toolbar.filter.show_wrong("")
        for view in self._views.values():
            self._hand_filter(view)
        self.filter_changed.emit(text)

    def _hand_filter(self, view: QWidget) -> None:
        take = getattr(view, "set_filter", None)
        wrong = take(self.toolbar.filter.text) if callable(take) else None
        if isinstance(wrong, FilterError):
            reason = f"{wrong.what} {wrong.to_do}".strip()
            self.toolbar.filter.show_wrong(reason, wrong.start, wrong.stop, wrong.suggestion)

    def _guided(self, name: str) -> None:
        """What the demo's line offers works at once: with nothing selected, the first client
        that is connected is."""
        if name == "cut-selected" and not self.selected:
            values = self.bridge.mirror["connection"].values()
            self.dock.select(next((v["name"] for v in values if v["state"] == "open"), ""))
        self.commands.run(name)

    def _chosen(self, name: str) -> None:
        self._able()
        self.connection_chosen.emit(name)

    # -- the engine -------------------------------------------------------------------------------
    def _attached(self) -> None:
        self.banner.hide()
        folder, self._to_open = self._to_open, ""
        if folder:  # a new engine knows nothing of it: show what was kept
            self.acts.open(folder)
        self._able()

    def _lost(self) -> None:
        self._to_open = str((self.session or {}).get("folder", ""))
        self.banner.say(ENGINE_STOPPED)
        self._able()

    def could_not_start(self, notice: notices.Notice) -> None:
        """Say that there is no engine, and offer to try again."""
        self.banner.say(notice.text)
        self._able()

    def _start_again(self) -> None:
        self.banner.press.setEnabled(False)
        self.again.emit()

    def _connect_directly(self, address: str) -> None:
        self.sheets.connect.ask(address)
        self.sheets.connect.go()

    # -- asking -----------------------------------------------------------------------------------
    def ask_deploy(self) -> None:
        """Recovery, where strategy and parameters are, with the focus on *Deploy*."""
        self.show_view("recovery")
        self.deploy_wanted.emit()

    def open_faults(self) -> None:
        """Open the faults dock, or close it."""
        shown = self.side.isHidden() and self.side.count() > 0
        self.side.setVisible(shown)
        self.memory.put("faults", shown)
        dock = self.side.currentWidget()
        if shown and dock is not None:
            dock.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.commands.refresh()

    # -- layout -----------------------------------------------------------------------------------
    def toggle_dock(self) -> None:
        """Connections in full, or as a strip."""
        self._widen(self.dock.strip)

    def _widen(self, wide: bool) -> None:
        self._dock_choice = wide
        self.memory.put("dock", "wide" if wide else "strip")
        self._fit()
        self.commands.refresh()

    def toggle_full_screen(self) -> None:
        """Full screen and back."""
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def reset_layout(self) -> None:
        """As on the first day."""
        self._dock_choice = None
        self.memory.put("dock", "")
        self._fit()
        self.split.setSizes([px(WIDTH), self.width()])

    def next_pane(self, by: int) -> None:
        """F6 and Shift+F6."""
        self.panes.go(by)

    def _fit(self) -> None:
        """The rules for narrow windows (UX section 3); the user's own choice wins."""
        wide = self.width() / theme().scale
        self.rail.narrow(wide < COMPACT)
        self.toolbar.narrow(wide < COMPACT)
        self.toolbar.squeeze(wide < STRIPPED)
        strip = wide < STRIPPED if self._dock_choice is None else not self._dock_choice
        if strip != self.dock.strip:
            self.dock.fold_to_strip(strip)
            self.split.setSizes([px(STRIP if strip else WIDTH), self.width()])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.commands.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.toolbar.filter.text:
            self.clear_filter()  # Esc left the field; Esc again clears it
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(1440, 900)

    # -- from one start to the next ---------------------------------------------------------------
    def _recall(self) -> None:
        room = self.screen().availableSize()
        self.resize(self.sizeHint().boundedTo(room).expandedTo(self.minimumSize()))
        kept = self.memory.get("geometry")
        if isinstance(kept, QByteArray):
            self.restoreGeometry(kept)
        choice = self.memory.get("dock", "")
        self._dock_choice = {"wide": True, "strip": False}.get(choice)
        self._fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.memory.put("geometry", self.saveGeometry())
        self.closing.emit()
        super().closeEvent(event)
