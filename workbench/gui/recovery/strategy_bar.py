"""The strategy bar: which deploy, its parameters, run and abort (UX section 12)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from workbench.door.commands import AbortDeploy, Deploy
from workbench.door.state import Mirror
from workbench.gui.look.dress import button, label, set_look
from workbench.gui.look.theme import px
from workbench.gui.picker import Picker
from workbench.panels import strategies
from workbench.panels.cards import Progress, progress
from workbench.panels.strategies import Form, Strategy

Ask = Callable[[Any], object]
USUAL = "rolling-drain"


class StrategyBar(QFrame):
    """Runs a deploy with the parameters on the bar; ``ask`` carries commands out."""

    def __init__(self, mirror: Mirror, ask: Ask, known: Sequence[Strategy]) -> None:
        super().__init__()
        self._mirror = mirror
        self._ask = ask
        self._known = list(known)
        self._progress: Progress | None = None
        self._labels: list[QLabel] = []
        self.form: Form | None = None
        set_look(self, look="bar")
        self.setAccessibleName("Deploy strategy")
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(px(14), px(8), px(10), px(8))
        self._line.setSpacing(px(8))
        self._choices()
        self._fields = QHBoxLayout()
        self._fields.setSpacing(px(8))
        self._line.addSpacing(px(4))
        self._line.addLayout(self._fields)
        self._line.addStretch(1)
        self.state = label("", "chip")
        self.abort = button("Abort", "stop", small=False)
        self.run = button("Deploy", "deploy", "primary")
        for part in (self.state, self.abort, self.run):
            self._line.addWidget(part)
        self.run.clicked.connect(self.deploy)
        self.abort.clicked.connect(lambda: self._ask(AbortDeploy()))
        self.wrong = ""
        self._width = 0
        names = [strategy.name for strategy in self._known]
        if names:
            self.choose(USUAL if USUAL in names else names[0])
        self.refresh()

    def _choices(self) -> None:
        self.group = QButtonGroup(self)
        self.group.setExclusive(True)
        self.buttons: dict[str, Any] = {}
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        for strategy in self._known:
            made = button(strategy.title, look="segment")
            made.setCheckable(True)
            made.setToolTip(strategy.sentence)
            made.setAccessibleDescription(strategy.sentence)
            made.clicked.connect(partial(self.choose, strategy.name))
            self.group.addButton(made)
            self.buttons[strategy.name] = made
            line.addWidget(made)
        self._line.addWidget(holder)

    # --- the form -------------------------------------------------------------------------

    def choose(self, name: str, *_: object) -> None:
        """Take a strategy; its parameters come onto the bar."""
        self.form = Form(strategies.by_name(self._known)[name])
        self.buttons[name].setChecked(True)
        while (item := self._fields.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._labels = []
        for field in self.form.strategy.shown():
            words = strategies.label(field)
            self._labels.append(label(words, "second"))
            self._fields.addWidget(self._labels[-1])
            made = self._code(field) if field.name == "close_code" else self._entry(field)
            made.setAccessibleName(words)
            made.setToolTip(field.help)
            self._fields.addWidget(made)
        self.fit(self._width)

    def _entry(self, field: strategies.Field) -> QLineEdit:
        entry = QLineEdit(strategies.value_text(field, field.default))
        entry.setFixedWidth(px(72))
        entry.textChanged.connect(partial(self._changed, entry, field))
        return entry

    def _code(self, field: strategies.Field) -> Picker:
        made = Picker("Close code", "Close codes")
        for code, words in strategies.close_codes():
            made.addItem(words, str(code))
        if field.optional:
            made.addItem("none: just end it", "none")
        made.setCurrentIndex(max(0, made.findData(str(field.default))))
        made.currentIndexChanged.connect(lambda: self._put(field, made.currentData()))
        return made

    def _changed(self, entry: QLineEdit, field: strategies.Field, text: str) -> None:
        wrong = self._put(field, text)
        set_look(entry, wrong=bool(wrong))
        entry.setToolTip(wrong or field.help)
        entry.setAccessibleDescription(wrong)

    def _put(self, field: strategies.Field, text: str) -> str:
        assert self.form is not None
        self.wrong = self.form.put(field, text)
        self.refresh()
        return self.wrong

    def deploy(self) -> None:
        """Begin."""
        if self.form is not None and self.run.isEnabled():
            settings = json.dumps(self.form.settings())
            self._ask(Deploy(self.form.strategy.name, settings))

    # --- the beat -------------------------------------------------------------------------

    def refresh(self) -> None:
        """What the deploy is doing."""
        now = progress(self._mirror["deploy"].get("current"))
        running = now is not None and now.running
        self.abort.setVisible(running)
        ready = bool(self._mirror["replica"]) and not running and not self.wrong
        self.run.setEnabled(ready and self.form is not None)
        text = "Deploy again" if now is not None and not running else "Deploy"
        if self.run.text() != text:
            self.run.setText(text)
            self.run.setAccessibleName(text)
        reason = "" if self._mirror["replica"] else "No service is running: nothing to deploy."
        self.run.setToolTip(self.wrong or reason)
        if now == self._progress:
            return
        self._progress = now
        if now is not None:
            self.state.setText(f"✓ {now.text}" if now.tone == "ok" else now.text)
            self.state.setToolTip(now.text)
            set_look(self.state, state=now.tone)
        self.fit(self._width)

    def fit(self, width: int) -> None:
        """Show what there is room for: the labels go first, then the deploy's progress."""
        self._width = width
        told = self._progress is not None
        for labels, state in ((True, told), (False, told), (False, False)):
            for part in self._labels:
                part.setVisible(labels)
            self.state.setVisible(state)
            self._fields.invalidate()
            self._line.invalidate()
            if not width or self._line.minimumSize().width() <= width:
                return
