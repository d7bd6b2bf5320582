"""One fault: a card for what is done once, a row with a switch for what lasts."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from workbench.gui.faults.entries import Entry, Switch
from workbench.gui.look.dress import button, label, set_icon, set_look
from workbench.gui.look.icons import pixmap
from workbench.gui.look.theme import px, theme
from workbench.model.errors import WorkbenchError
from workbench.panels import faults
from workbench.panels.faults import Fault
from workbench.resources import resources_dir

DRAWN = {
    "close": "door", "stall": "half-open", "bandwidth": "gauge", "repeat": "duplicate",
    "ignore-pings": "bell", "slow-handshake": "clock", "hold": "pause",
}  # fmt: skip


def drawing(name: str) -> str:
    """The drawing of a fault: one of its own name, a fitting one, or the flash."""
    own = DRAWN.get(name, name)
    return own if (resources_dir() / "icons" / f"{own}.svg").is_file() else "faults"


class FaultPart(QFrame):
    """What both kinds have: settings, what the client sees, what is wrong."""

    wanted = Signal(str, object)  # name, settings

    def __init__(self, fault: Fault) -> None:
        super().__init__()
        self.fault = fault
        self.way, self.span = "both", "30"
        self.entries = [Entry(fault, field) for field in fault.shown]
        self.sees = label(fault.sees, "small", wrap=True)
        self.wrong = label("", "error", wrap=True)
        self.wrong.hide()
        self.more = button("", "chev-right", "quiet", small=True)
        self.more.setCheckable(True)
        self.more.setAccessibleName(f"{fault.title}: settings")
        self.more.setToolTip("Settings")
        self.more.setVisible(bool(self.entries))
        self.form = QWidget()
        column = QVBoxLayout(self.form)
        column.setContentsMargins(0, px(4), 0, px(2))
        column.setSpacing(px(4))
        for entry in self.entries:
            column.addWidget(entry)
            entry.changed.connect(self._entered)
        self.form.hide()
        self.more.toggled.connect(self._unfold)

    def _unfold(self, on: bool) -> None:
        set_icon(self.more, "chev-down" if on else "chev-right", "text", 12)
        self.form.setVisible(on)

    def settings(self) -> dict[str, Any] | None:
        """What is entered, checked; None: it can't be used, and why is said."""
        texts = {entry.field.name: entry.text for entry in self.entries}
        try:
            found = faults.settings_of(self.fault, texts, self.way, self.span)
        except WorkbenchError as bad:
            self.say_wrong(faults.refused(bad))
            for entry in self.entries:
                entry.show_wrong(f"`{entry.field.key}`" in bad.what)
            return None
        self.say_wrong("")
        for entry in self.entries:
            entry.show_wrong(False)
        return found

    def say_wrong(self, words: str) -> None:
        """Beside its cause; nothing: all is well."""
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))

    def _entered(self) -> None:
        self.settings()

    def go(self) -> None:
        """Ask for it."""
        found = self.settings()
        if found is not None:
            self.wanted.emit(self.fault.name, found)


class OnceCard(FaultPart):
    """Done at a press."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        set_look(self, look="card")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(8), px(8), px(8), px(8))
        column.setSpacing(px(4))
        head = QHBoxLayout()
        head.setSpacing(px(4))
        danger = fault.name == "cut"
        self.press = button(
            fault.title, drawing(fault.name), "danger" if danger else "", small=True
        )
        head.addWidget(self.press, 1)
        head.addWidget(self.more)
        column.addLayout(head)
        column.addWidget(self.sees)
        column.addWidget(self.form)
        column.addWidget(self.wrong)
        column.addStretch(1)
        self.press.clicked.connect(self.go)

    def able(self, why: str) -> None:
        """Dim, with the reason in the place of what the client sees."""
        self.press.setEnabled(not why)
        self.press.setToolTip(why)
        self.sees.setText(why or self.fault.sees)


class WhileRow(FaultPart):
    """Switched on and off; ``healed`` gives the id of the one that is on."""

    healed = Signal(str)

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.on: str = ""
        self._icon = QLabel()
        self.switch = Switch(f"{fault.title}, on or off")
        self.value = label("", "code")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, faults.STEPS)
        self.slider.setAccessibleName(f"{fault.title}: how much")
        self._lay_out()
        main = fault.main
        self.slider.setVisible(main is not None)
        if main is not None:
            self.slider.setValue(faults.place_of(main, fault.default(main)))
            self.slider.valueChanged.connect(self._slid)
        self.switch.clicked.connect(self._switched)
        theme().changed.connect(self._dress)
        self._dress()
        self._entered()

    def _lay_out(self) -> None:
        set_look(self, look="fault")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(14), px(5), px(12), px(6))
        column.setSpacing(px(2))
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(self._icon)
        head.addWidget(label(self.fault.title))
        head.addWidget(self.more)
        head.addStretch(1)
        head.addWidget(self.value)
        head.addWidget(self.switch)
        column.addLayout(head)
        rest = QVBoxLayout()
        rest.setContentsMargins(px(24), 0, px(4), 0)
        rest.setSpacing(px(3))
        for part in (self.slider, self.sees, self.form, self.wrong):
            rest.addWidget(part)
        column.addLayout(rest)

    def _dress(self) -> None:
        token = "warn" if self.on else "text2"
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(pixmap(drawing(self.fault.name), token, px(15), ratio))
        set_icon(self.more, "chev-down" if self.more.isChecked() else "chev-right", "text2", 12)

    def _main_entry(self) -> Entry | None:
        main = self.fault.main
        return next((e for e in self.entries if e.field is main), None) if main else None

    def _slid(self, place: int) -> None:
        entry = self._main_entry()
        if entry is not None:
            entry.put(faults.slid(entry.field, place))

    def _entered(self) -> None:
        super()._entered()
        entry = self._main_entry()
        self.value.setText(entry.text if entry is not None else "")

    def _switched(self, on: bool) -> None:
        if not on:
            self.healed.emit(self.on)
            return
        self.go()
        if self.wrong.isVisibleTo(self):
            self.switch.setChecked(False)

    def show_on(self, value: dict[str, Any] | None, now: int, why: str) -> None:
        """Tinted and counting down while it is on; dim with a reason where it can't be had."""
        before, self.on = self.on, str(value["id"]) if value else ""
        self.switch.setChecked(bool(value))
        self.switch.setEnabled(bool(value) or not why)
        words = self.fault.sees
        if value is not None:
            words = f"{value.get('sees') or words}. {faults.ends(value, now)}.".replace("..", ".")
            words = words[:1].upper() + words[1:]
        elif why:
            words = why
        if self.sees.text() != words:
            self.sees.setText(words)
        self.sees.setVisible(bool(value) or bool(why) or self.more.isChecked())
        if bool(before) != bool(self.on) or self.property("on") is None:
            set_look(self, on=bool(self.on))
            self._dress()
