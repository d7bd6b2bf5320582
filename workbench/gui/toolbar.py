"""The toolbar: session, recording, filter, faults, cut, deploy, run."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from workbench.gui.actions import Commands
from workbench.gui.bridge import Bridge
from workbench.gui.filter_bar import FilterBar
from workbench.gui.look.dress import button, frame, set_icon, set_look
from workbench.gui.look.theme import px, theme
from workbench.gui.menu_button import MenuButton
from workbench.panels import status, words

SESSION = ("new-session", "open-recording")
CUT = ("cut-selected", "cut-everything", "close-selected", "close-everything", "stall-selected")
FAULTS = ("cut-selected", "close-selected", "stall-selected", "clear-faults")
RUN = ("run-scenario", "open-scenario", "stop-scenario", "run-demo")


class Toolbar(QWidget):
    """48 px high; ``narrow`` hides the words of the buttons, never their names."""

    def __init__(self, bridge: Bridge, commands: Commands) -> None:
        super().__init__()
        self._bridge, self._commands = bridge, commands
        self.setAccessibleName("Toolbar")
        ground = frame("bar")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ground)
        self._row = QHBoxLayout(ground)
        self.session = MenuButton("No session", "folder", "quiet")
        set_look(self.session, strong=True)
        self.record = button("Not recording", "record", token="text3")
        self.record.setCheckable(False)
        self.filter = FilterBar()
        self.faults = MenuButton("Faults", "faults", split=True)
        self.cut = MenuButton("Cut now", "cut", "danger", split=True)
        self.deploy = button("Deploy…", "deploy")
        self.run = MenuButton("Run scenario", "play", split=True)
        self._rise = frame("rise")
        self._fill()
        self._connect()
        self._dress()

    def _fill(self) -> None:
        self._row.addWidget(self.session)
        self._row.addWidget(self._rise)
        self._row.addWidget(self.record)
        self._row.addWidget(self.filter, 1)
        for part in (self.faults, self.cut, self.deploy, self.run):
            self._row.addWidget(part)
        for made, names in ((self.session, SESSION), (self.cut, CUT), (self.run, RUN)):
            for name in names:
                made.choices.addAction(self._commands.action(name))

    def _connect(self) -> None:
        run = self._commands.run
        self.record.clicked.connect(lambda: run("toggle-recording"))
        self.cut.clicked.connect(self._cut)
        self.deploy.clicked.connect(lambda: run("deploy"))
        self.run.clicked.connect(lambda: run("run-scenario"))
        self.faults.clicked.connect(lambda: run("faults"))
        self.faults.choices.aboutToShow.connect(self._fill_faults)
        self._bridge.changed.connect(self._changed)
        theme().changed.connect(self._dress)
        self._tick = QTimer(self)
        self._tick.setInterval(500)
        self._tick.timeout.connect(self._show_recording)
        self._tick.start()

    # -- what it shows ------------------------------------------------------------------------
    def _changed(self, keys: frozenset[tuple[str, str]]) -> None:
        topics = {topic for topic, _ in keys}
        if "session" in topics:
            self._show_session()
        if "fault" in topics:
            n = len(self._bridge.mirror["fault"])
            self.faults.show_count(n, f"{words.count(n, 'fault')} active")

    def _show_session(self) -> None:
        value = status.session(self._bridge.mirror)
        title = words.shown(value["title"] or "Untitled session", 40) if value else "No session"
        self.session.say(title)
        self._show_recording()

    def _show_recording(self) -> None:
        on, clock = status.recording(self._bridge.mirror, self._bridge.clock(), self._bridge.alive)
        text = f"Recording  {clock}" if on else "Not recording"
        if self.record.text() != text:
            self.record.setText(text)
        if self.record.property("live") != on:
            name = "Recording, stop" if on else "Not recording, start"
            self.record.setAccessibleName(name)
            self.record.setToolTip(self._commands.tip("toggle-recording"))
            set_icon(self.record, "record", "error" if on else "text3", 12)
            set_look(self.record, live=on)

    def _fill_faults(self) -> None:
        menu = self.faults.choices
        menu.clear()
        for name in FAULTS:
            if name == "clear-faults":
                self._list_active()
            menu.addAction(self._commands.action(name))

    def _list_active(self) -> None:
        menu = self.faults.choices
        menu.addSeparator()
        for key, value in self._bridge.mirror["fault"].items():
            where = words.names([words.shown(n, 40) for n in value["scope"]]) or "everything"
            text = f"Heal {where}: {words.shown(value['chip'] or value['fault'], 20)}"
            heal = menu.addAction(text.replace("&", "&&"))
            heal.triggered.connect(lambda _=False, k=key: self._heal(k))
        menu.addSeparator()

    def _heal(self, key: str) -> None:
        from workbench.door.commands import Heal

        self._bridge.ask(Heal(id=key))

    def _cut(self) -> None:
        """Cut what is selected; with nothing selected, say what can be cut."""
        if self._commands.action("cut-selected").isEnabled():
            self._commands.run("cut-selected")
        else:
            self.cut.open()

    def able(self) -> None:
        """Buttons whose command cannot be done now are dim and say why."""
        for made, name in (
            (self.deploy, "deploy"),
            (self.record, "toggle-recording"),
        ):
            action = self._commands.action(name)
            made.setEnabled(action.isEnabled())
            made.setToolTip(action.statusTip() or self._commands.tip(name))
        for split, names in ((self.cut, CUT), (self.run, RUN)):
            split.setEnabled(any(self._commands.action(n).isEnabled() for n in names))
        self._show_recording()

    # -- wide and narrow ----------------------------------------------------------------------
    def narrow(self, on: bool) -> None:
        """Words away below 1280 px: the drawings stay, with tooltips."""
        for made in (self.faults, self.cut, self.run):
            made.narrow(on)
        self._bare(self.deploy, "Deploy…", on)

    def _bare(self, made: QPushButton, text: str, on: bool) -> None:
        made.setText("" if on else text)
        set_icon(made, "deploy", "text")
        made.setToolTip(self._commands.tip("deploy"))
        set_look(made, narrow=on)

    def squeeze(self, on: bool) -> None:
        """Below 1100 px the session's name goes too: it is in the menu and the title."""
        self.session.setVisible(not on)
        self._rise.setVisible(not on)

    def _dress(self) -> None:
        self._row.setContentsMargins(px(12), 0, px(12), 0)
        self._row.setSpacing(px(8))
        self._rise.setFixedHeight(px(26))
        self.setFixedHeight(px(48))
