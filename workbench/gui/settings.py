"""The settings sheet: how the window looks.  Everything applies at once."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from workbench.gui.look.dress import label
from workbench.gui.look.theme import SCALES, theme
from workbench.gui.memory import Memory
from workbench.gui.sheet import Line, Sheet
from workbench.gui.sheets import Segments

THEMES = (("system", "System"), ("dark", "Dark"), ("light", "Light"))


class SettingsSheet(Sheet):
    """Theme and text size, kept for the next start."""

    def __init__(self, over: QWidget, memory: Memory, folder: str) -> None:
        super().__init__(over, "Settings", 460)
        self._memory = memory
        self.body.addWidget(label("Theme", "small"))
        self.theme = Segments("Theme", THEMES)
        self.theme.group.idClicked.connect(lambda _: self._choose())
        self.body.addWidget(self.theme)
        self.text_size = QComboBox()
        self.text_size.addItems([f"{round(scale * 100)} %" for scale in SCALES])
        self.text_size.activated.connect(lambda n: theme().resize(SCALES[n]))
        self.body.addWidget(
            Line("Text size", self.text_size, "Ctrl+Plus and Ctrl+Minus change it too.")
        )
        if folder:
            self.body.addWidget(label("Recordings go to", "small"))
            self.body.addWidget(label(folder, "second", wrap=True))
        self.body.addStretch(1)
        theme().changed.connect(self._follow)
        self._follow()

    def _choose(self) -> None:
        for choice in ("system", "dark", "light"):
            if self.theme.chosen == choice:
                theme().choose(choice)

    def _follow(self) -> None:
        self.theme.choose(theme().choice)
        nearest = min(range(len(SCALES)), key=lambda n: abs(SCALES[n] - theme().scale))
        self.text_size.setCurrentIndex(nearest)
        self._memory.put("theme", theme().choice)
        self._memory.put("scale", float(theme().scale))

    def ask(self) -> None:
        """Come up."""
        self.come(self.theme.group.checkedButton())


def recall(memory: Memory) -> None:
    """Look as last time; anything unreadable is the default."""
    choice = memory.get("theme", "system")
    for known in ("dark", "light"):
        if choice == known:
            theme().choose(known)
    theme().resize(memory.get("scale", 1.0))
