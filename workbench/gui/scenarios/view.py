"""The Scenarios view (UX section 13): files, steps beside their source, progress, results."""

from __future__ import annotations

import re
from datetime import tzinfo
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from workbench.door.commands import CheckScenario, RunScenario, StopScenario
from workbench.gui.bridge import Bridge
from workbench.gui.look.theme import px, theme
from workbench.gui.memory import Memory
from workbench.gui.scenarios.bars import FileBar, RunBar, SaidBar
from workbench.gui.scenarios.desk import Desk
from workbench.gui.scenarios.files import FilePanel
from workbench.gui.scenarios.parts import FILES, lay_out
from workbench.gui.scenarios.results import Results
from workbench.gui.scenarios.source import Source
from workbench.gui.scenarios.steps import StepList, step_rows
from workbench.model.errors import WorkbenchError
from workbench.panels import scenario_runs
from workbench.panels.notices import Notice
from workbench.panels.scenario_runs import Runs
from workbench.panels.scenarios import Outline, outline

CHECK_MS = 250  # after the last key press
BEAT_MS = 100


class ScenariosView(QWidget):
    """Give it the window's bridge and memory.  ``notice`` carries what the user did not look
    at, ``recording_wanted`` the folder of a run to be opened, ``folder_wanted`` that a folder
    is to be chosen."""

    notice = Signal(object)
    recording_wanted = Signal(str)
    folder_wanted = Signal()

    def __init__(self, bridge: Bridge, memory: Memory, zone: tzinfo | None = None) -> None:
        super().__init__()
        self._bridge, self._zone = bridge, zone
        self.desk = Desk(memory)
        self.runs = Runs()
        self.outline = Outline()
        self._error = (0, "")  # line and reason, by the engine or by the reader
        self._asked = 0
        self._narrow = 0
        self.files = FilePanel()
        self.bar = FileBar()
        self.running = RunBar()
        self.disk = SaidBar("warn", "Reload", "Keep mine")
        self.wrong = SaidBar("error")
        self.steps = StepList()
        self.source = Source()
        self.reason = SaidBar("error")
        self.results = Results(zone)
        self._text, self.split = lay_out(self)
        self._connect()
        self.bar.sides.choose(memory.get("scenario-side", "both"))
        self._show_sides(self.bar.sides.chosen)
        self.open_first()

    def _connect(self) -> None:
        self.files.chosen.connect(self.open)
        self.files.opened.connect(lambda _: self.source.setFocus())
        self.files.folder_wanted.connect(self.folder_wanted)
        self.files.new_wanted.connect(self.make)
        self.bar.shown.connect(self._show_sides)
        self.bar.save_wanted.connect(self.save)
        self.bar.copy_wanted.connect(self.copy_command)
        self.bar.run_wanted.connect(self.run)
        self.running.stop_wanted.connect(self.stop)
        self.disk.first.connect(self._reload)
        self.disk.second.connect(self._keep)
        self.steps.chosen.connect(self._lead)
        self.steps.opened.connect(lambda _: self.source.setFocus())
        self.source.typed.connect(self._typed)
        self.results.recording_wanted.connect(self.recording_wanted)
        self.desk.changed.connect(self._disk)
        self._bridge.changed.connect(self._heard)
        self._bridge.attached.connect(self._check)
        theme().changed.connect(self._fit)
        keys = QShortcut(QKeySequence("Ctrl+S"), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.save)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(CHECK_MS)
        self._wait.timeout.connect(self._check)
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self._tick)

    # --- files ----------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """The file that is shown, or ""."""
        return str(self.desk.path or "")

    @property
    def ran(self) -> bool:
        """Whether this file has run in this session."""
        return bool(self.runs.of(self.path))

    def open_first(self) -> None:
        """The file of the last time, else the first there is."""
        path = self.desk.first()
        self.open(str(path)) if path else self._show_files()

    def open(self, path: str) -> None:
        """Show a file; what is typed into another one stays there."""
        self._say_wrong("")
        try:
            document = self.desk.open(Path(path))
        except WorkbenchError as bad:
            self._say_wrong(str(bad))
            self._show_files()
            return
        self.source.put(document.text)
        self._read(document.text)
        self._check()
        self._disk()
        self._show_files()
        self._show_run()

    def choose_folder(self, folder: str) -> None:
        """List the scenarios of a folder."""
        self.desk.choose_folder(Path(folder))
        first = next(iter(self.desk.own()), None)
        self.open(str(first)) if first else self._show_files()

    def make(self) -> None:
        """A new file in the folder, with a scenario to begin with."""
        self._try(lambda: self.open(str(self.desk.make())))

    def save(self) -> bool:
        """Write what is typed; False: it could not be done, and why is said."""
        if self.desk.document is None:
            return False
        before = self.desk.path
        done = self._try(self.desk.save)
        if self.desk.path != before:
            self.open(self.path)  # an example was copied into the folder
        self._disk()
        self._show_files()
        return done

    def _try(self, deed: Any) -> bool:
        try:
            deed()
        except WorkbenchError as bad:
            if self.desk.document is None or self.desk.document.other is None:
                self._say_wrong(str(bad))
            return False
        self._say_wrong("")
        return True

    def _say_wrong(self, words: str) -> None:
        self.wrong.say(words)

    def _disk(self) -> None:
        document = self.desk.document
        changed = document is not None and document.other is not None
        name = document.path.name if document else ""
        self.disk.say(f"{name} was changed on disk by another program." if changed else "")
        self._show_files()

    def _reload(self) -> None:
        document = self.desk.document
        if document is not None and self._try(document.read):
            self.source.take(document.text)
            self._typed(document.text)
            self._disk()

    def _keep(self) -> None:
        if self.desk.document is not None:
            self.desk.document.keep_mine()
        self._disk()

    def _show_files(self) -> None:
        now = self._bridge.mirror["scenario"].get("current", {})
        groups = [
            (title, scenario_runs.listed(paths, self.runs, now, self._zone))
            for title, paths in self.desk.groups()
        ]
        self.files.show_files(groups, self.desk.edited(), self.path)
        document = self.desk.document
        name, edited = (document.path.name, document.edited) if document else ("", False)
        self.bar.show_file(name, edited)
        self.bar.run.setEnabled(document is not None and not now.get("running"))
        self.bar.copy.setEnabled(document is not None)

    # --- reading --------------------------------------------------------------------------

    def _typed(self, text: str) -> None:
        self.desk.type(text)
        self._read(text)
        self._show_files()
        self._wait.start()

    def _read(self, text: str) -> None:
        found = outline(text)
        if found.wrong:  # the last good steps stay
            self._error = (found.line, found.wrong)
            found = Outline(self.outline.name, self.outline.items, self.outline.steps)
        else:
            self._error = (0, "")
        self.outline = found
        self._show_steps()

    def _check(self) -> None:
        """Ask the engine what it makes of the text."""
        document = self.desk.document
        if document is None or not self._bridge.alive or outline(document.text).wrong:
            return
        self._asked += 1
        number, command = self._asked, CheckScenario(path=self.path, text=document.text)
        self._bridge.ask(command, lambda told: self._told(number, told), lambda _: None)

    def _told(self, number: int, told: dict[str, Any]) -> None:
        if number != self._asked:
            return
        error = told.get("error")
        if error:
            self._error = (int(told.get("line") or 1), self._reason(error))
        else:
            self._error = (0, "")
        self._show_steps()

    def _mine(self) -> tuple[dict[str, Any], list[Any]]:
        """What the engine tells of this file: the run, its checks."""
        told = self._bridge.mirror["scenario"]
        value, checks = told.get("current", {}), told.get("checks", {})
        mine = value if value.get("path") == self.path else {}
        return mine, list(checks.get("checks", ())) if mine else []

    def _show_steps(self) -> None:
        value, checks = self._mine()
        line, why = self._error
        error = value.get("error")
        if not why and error:
            why = self._reason(error)
            line = next((i.line for i in self.outline.items if i.step == value.get("step")), 1)
        self.steps.put(step_rows(self.outline, value, checks, (line, why)))
        self.source.show_wrong(line if why else 0)
        self.source.setAccessibleDescription(f"Line {line}: {why}" if why else "")
        self.reason.say(f"Line {line}: {why}" if why else "")
        running = next(
            (i for i in self.outline.items if value.get("running") and i.step == value.get("step")),
            None,
        )
        if running is None:
            self._lead_light()
        elif self.source.light(running.line, running.stop) and not self.source.hasFocus():
            self.source.reveal(running.line)

    def _reason(self, error: dict[str, Any]) -> str:
        """An error in words; that it is about this file needs no saying."""
        said = " ".join(str(error.get(k) or "") for k in ("what", "why", "to_do"))
        for name in (self.path, Path(self.path).name):
            said = re.sub(rf"(?: in)? {re.escape(name)}, line \d+", "", f" {said}")
        return " ".join(said.split())

    def _lead_light(self) -> None:
        item = self.outline.at(self.steps.line_of(self.steps.current))
        self.source.light(item.line, item.stop) if item else self.source.light(0, 0)

    def _lead(self, key: str) -> None:
        line = self.steps.line_of(key)
        if line:
            self.source.reveal(line)
            self._lead_light()

    # --- running --------------------------------------------------------------------------

    def run(self) -> None:
        """Save, then run; errors come beside the step and into the source."""
        document = self.desk.document
        if document is None or self._bridge.mirror["scenario"].get("current", {}).get("running"):
            return
        if document.edited and not self.save():
            return
        self.steps.select("")
        self._bridge.ask(RunScenario(path=self.path), self._over, self._failed)

    def _over(self, answer: dict[str, Any]) -> None:
        if self.isVisible():
            return
        verdict = str(answer.get("verdict", "unknown"))
        level = {"valid": "ok", "invalid": "error"}.get(verdict, "warn")
        word = scenario_runs.PASSED.get(verdict, "Unknown")
        self.notice.emit(Notice(level, f"The scenario has run. {word}.", time=self._bridge.clock()))

    def _failed(self, notice: Notice) -> None:
        self._say_wrong(notice.text)
        if not self.isVisible():
            self.notice.emit(notice)

    def stop(self) -> None:
        """Stop; what the scenario started still ends with it."""
        self.running.stop.setEnabled(False)
        self._bridge.ask(StopScenario())

    def copy_command(self) -> None:
        """The headless line into the clipboard."""
        QGuiApplication.clipboard().setText(scenario_runs.ci_command(self.path))
        self.notice.emit(Notice("ok", f"Copied: {scenario_runs.ci_command(self.path)}"))

    def _heard(self, keys: frozenset[tuple[str, str]]) -> None:
        if any(topic == "scenario" for topic, _ in keys):
            self._show_run()

    def _show_run(self) -> None:
        value = self._bridge.mirror["scenario"].get("current", {})
        self.runs.take(value)
        self._show_files()
        self._show_steps()
        self.results.show_runs(self.runs.of(self.path))
        self._tick()
        if value.get("running") and self.isVisible():
            self._beat.start()

    def _tick(self) -> None:
        value = self._bridge.mirror["scenario"].get("current", {})
        about = self.runs.about(str(value.get("path", "")))
        alive = value if self._bridge.alive else {}
        shown = scenario_runs.progress(alive, about, self._bridge.clock())
        self.running.show_progress(shown)
        if shown is None:
            self._beat.stop()

    # --- layout ---------------------------------------------------------------------------

    def _show_sides(self, which: str) -> None:
        self.steps.setVisible(which != "source")
        self._text.setVisible(which != "steps")
        self.desk.memory.put("scenario-side", which)

    def showEvent(self, event: QShowEvent) -> None:
        self.desk.look()
        self._show_run()

    def hideEvent(self, event: QHideEvent) -> None:
        self._beat.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        steps = sum(self.width() < px(least) for least in (1080, 700))
        self.bar.narrow(steps)
        self.running.narrow(steps > 1)
        if steps != self._narrow:
            self._narrow = steps
            files = px(FILES[steps])
            self.split.setSizes([files, max(1, self.width() - files)])
