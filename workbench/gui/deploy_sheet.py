"""The sheet for a deploy: strategy, its parameters, the new version."""

from __future__ import annotations

import json

from PySide6.QtWidgets import QLineEdit, QWidget

from workbench.door.commands import Deploy
from workbench.gui.bridge import Bridge
from workbench.gui.look.dress import button, label
from workbench.gui.sheet import Line, Sheet
from workbench.gui.sheets import Segments
from workbench.panels.deploy import STRATEGIES, settings_of
from workbench.panels.notices import Notice


class DeploySheet(Sheet):
    """Starts a deploy; errors stay beside what they concern."""

    def __init__(self, over: QWidget, bridge: Bridge) -> None:
        super().__init__(over, "Deploy", 480)
        self._bridge = bridge
        self.strategy = Segments("Strategy", tuple((s.name, s.title) for s in STRATEGIES))
        self.body.addWidget(label("Strategy", "small"))
        self.body.addWidget(self.strategy)
        self._sentence = label("", "second", wrap=True)
        self.body.addWidget(self._sentence)
        self.lines: dict[str, Line] = {}
        for strategy in STRATEGIES:
            for parameter in strategy.parameters:
                if parameter.key not in self.lines:
                    field = QLineEdit(parameter.default)
                    field.setPlaceholderText(parameter.empty)
                    field.returnPressed.connect(self.go)
                    self.lines[parameter.key] = Line(parameter.title, field, parameter.hint)
                    self.body.addWidget(self.lines[parameter.key])
        self._wrong_line = label("", "error", wrap=True)
        self._wrong_line.hide()
        self.body.addWidget(self._wrong_line)
        self.body.addStretch(1)
        self.press = button("Deploy", "deploy", "primary")
        self.press.clicked.connect(self.go)
        cancel = button("Cancel")
        cancel.clicked.connect(self.leave)
        self.foot.addStretch(1)
        self.foot.addWidget(cancel)
        self.foot.addWidget(self.press)
        self.strategy.group.idClicked.connect(lambda _: self._show())
        self._show()

    def _show(self) -> None:
        chosen = next(s for s in STRATEGIES if s.name == self.strategy.chosen)
        self._sentence.setText(chosen.sentence)
        mine = {parameter.key for parameter in chosen.parameters}
        for key, line in self.lines.items():
            line.setVisible(key in mine)
        self.place()

    def ask(self) -> None:
        """Come up."""
        self._wrong_line.hide()
        self.press.setEnabled(True)
        self.come(self.press)

    def go(self) -> None:
        """Start it."""
        name = self.strategy.chosen
        values = {key: line.text for key, line in self.lines.items() if not line.isHidden()}
        settings, wrong = settings_of(name, values)
        for key, line in self.lines.items():
            line.show_wrong(wrong.get(key, ""))
        if not wrong:
            self.press.setEnabled(False)
            command = Deploy(strategy=name, settings=json.dumps(settings))
            self._bridge.ask(command, lambda _: self.leave(), self._wrong)

    def _wrong(self, notice: Notice) -> None:
        self.press.setEnabled(True)
        self._wrong_line.setText(notice.text)
        self._wrong_line.show()
        self.place()
