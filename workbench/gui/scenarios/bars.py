"""Above the steps: the file and what can be done with it, how far the run is, what is wrong."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from workbench.gui.look.dress import button, frame, label, set_icon, set_look
from workbench.gui.look.theme import px
from workbench.gui.sheets import Segments
from workbench.panels.scenario_runs import Progress

SHOWN = (("steps", "Steps"), ("source", "Source"), ("both", "Both"))


class FileBar(QFrame):
    """Name, Steps / Source / Both, Save, Copy CI command, Run."""

    shown = Signal(str)
    save_wanted = Signal()
    copy_wanted = Signal()
    run_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        set_look(self, look="bar")
        self.setAccessibleName("Scenario")
        line = QHBoxLayout(self)
        line.setContentsMargins(px(14), px(8), px(10), px(8))
        line.setSpacing(px(8))
        self.name = label("", "heading")
        self.state = label("", "third")
        self.sides = Segments("Show", SHOWN)
        self.sides.layout().takeAt(self.sides.layout().count() - 1)  # type: ignore[union-attr]
        self.save = button("Save", "save")
        self.sides.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.copy = button("Copy CI command", "copy")
        self.run = button("Run  F5", "play", "primary")
        self.run.setAccessibleName("Run")
        self.copy.setToolTip("The line that runs this file without a window, for a pipeline")
        self.save.setToolTip("Save (Ctrl+S)")
        line.addWidget(self.name)
        line.addWidget(self.state)
        line.addStretch(1)
        for part in (self.sides, self.save, self.copy, self.run):
            line.addWidget(part)
        self.sides.group.idClicked.connect(lambda _: self.shown.emit(self.sides.chosen))
        self.save.clicked.connect(self.save_wanted)
        self.copy.clicked.connect(self.copy_wanted)
        self.run.clicked.connect(self.run_wanted)

    def narrow(self, steps: int) -> None:
        """1: words of the lesser buttons away; 2: also the name, which is in the list."""
        for made, text, icon, least in (
            (self.copy, "Copy CI command", "copy", 1),
            (self.save, "Save", "save", 2),
        ):
            made.setText("" if steps >= least else text)
            set_icon(made, icon, "text")
            set_look(made, narrow=steps >= least)
        self.run.setText("Run" if steps > 1 else "Run  F5")
        self.name.setVisible(steps < 2)
        self.state.setVisible(steps < 2)

    def show_file(self, name: str, edited: bool) -> None:
        """Name the file, and whether it is saved."""
        self.name.setText(name)
        self.state.setText("" if not name else "not saved" if edited else "saved")
        set_look(self.state, look="second" if edited else "third", state="warn" if edited else "")
        self.save.setEnabled(edited)


class RunBar(QWidget):
    """How far the run is, and Stop; hidden while none is running."""

    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(px(15), px(7), px(10), px(7))
        line.setSpacing(px(10))
        self.step = label("", "strong")
        self.text = label("", "second")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName("Progress of the scenario")
        self.times = label("", "second")
        self.stop = button("Stop  Shift+F5", "stop", small=True)
        self.stop.setAccessibleName("Stop")
        self.stop.setToolTip("Stop after this step; what was started is still ended")
        for part in (self.step, self.text, self.bar, self.times, self.stop):
            line.addWidget(part, 1 if part is self.bar else 0)
        column.addLayout(line)
        column.addWidget(frame("rule"))
        self.stop.clicked.connect(self.stop_wanted)
        self.hide()

    def narrow(self, on: bool) -> None:
        """What the step does is in the list too."""
        self.text.setVisible(not on)
        self.stop.setText("Stop" if on else "Stop  Shift+F5")

    def show_progress(self, shown: Progress | None) -> None:
        """None: nothing runs."""
        self.setVisible(shown is not None)
        if shown is None:
            self.stop.setEnabled(True)
            return
        self.step.setText(shown.step)
        self.text.setText(shown.text if len(shown.text) < 70 else shown.text[:69] + "…")
        self.text.setToolTip(shown.text)
        self.times.setText(shown.times)
        self.bar.setValue(round(shown.share * 1000))
        self.bar.setAccessibleDescription(f"{shown.step}, {shown.times}")


class SaidBar(QFrame):
    """One line that says something and offers up to two ways on; hidden while there is none."""

    first = Signal()
    second = Signal()

    def __init__(self, tone: str, first: str = "", second: str = "") -> None:
        super().__init__()
        set_look(self, look=f"banner-{tone}")
        line = QHBoxLayout(self)
        line.setContentsMargins(px(10), px(4), px(6), px(4))
        line.setSpacing(px(8))
        self.words = label("", wrap=True)
        line.addWidget(self.words, 1)
        self.presses = []
        for text, signal in ((first, self.first), (second, self.second)):
            if text:
                made = button(text, small=True)
                made.clicked.connect(signal)
                line.addWidget(made)
                self.presses.append(made)
        self.hide()

    def say(self, text: str) -> None:
        """Nothing hides it."""
        if self.words.text() != text:
            self.words.setText(text)
            self.setAccessibleName(text)
        self.setVisible(bool(text))
