"""The status bar: fields made by the panel, each focusable and named (UX sections 18, 19)."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from workbench.gui.actions import Commands, native
from workbench.gui.bridge import Bridge
from workbench.gui.look import icons
from workbench.gui.look.dress import frame
from workbench.gui.look.theme import px, theme, ui
from workbench.panels import status
from workbench.panels.status import Part

HEIGHT = 26
GIVE_WAY = ("out", "in", "disk", "folder", "messages")
TOKENS = {"error": "error", "warn": "warn", "ok": "ok", "live": "error"}


class Field(QAbstractButton):
    """One field, painted: quiet words around a figure.  ``line`` draws the edge at its right."""

    def __init__(self, part: Part, *, line: bool = True, keys: str = "") -> None:
        super().__init__()
        self._line = line
        self._keys = keys
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("ring_inside", True)
        self.part = part
        self.show_part(part)

    def show_part(self, part: Part) -> None:
        """Say something else."""
        self.part = part
        self.setText(part.text)
        self.setAccessibleName(part.text)
        self.setAccessibleDescription(part.tip)
        self.setToolTip(part.tip.replace("<", "‹"))
        self.updateGeometry()
        self.update()

    def _runs(self) -> list[tuple[str, int, str]]:
        """Words with their weight and colour, from left to right."""
        p, part = theme().palette, self.part
        loud = getattr(p, TOKENS[part.state]) if part.state in TOKENS else ""
        whole = loud if part.state in ("error", "warn") else ""
        live = p.error if part.state == "live" else ""
        before = (part.before, 500 if loud else 400, whole or (p.text if live else p.text2))
        strong = (part.strong, 600, whole or live or p.text)
        after = (part.after, 400, whole or p.text2)
        return [run for run in (before, strong, after) if run[0]]

    def sizeHint(self) -> QSize:
        wide = sum(QFontMetrics(ui(w, 12)).horizontalAdvance(t) + px(4) for t, w, _ in self._runs())
        wide += px(18) if self.part.icon else 0
        wide += self._key_width() + px(8) if self._keys else 0
        return QSize(wide - px(4) + px(20), px(HEIGHT) - 1)

    def _key_width(self) -> int:
        return QFontMetrics(ui(400, 11)).horizontalAdvance(self._keys) + px(10)

    def paintEvent(self, event: QPaintEvent) -> None:
        p, painter = theme().palette, QPainter(self)
        if self.underMouse() and self.receivers("2clicked(bool)"):
            painter.fillRect(self.rect(), QColor(p.hover))
        left, middle = px(10), self.height() // 2
        if self.part.icon:
            side = px(11) if self.part.icon == "record" else px(13)
            ink = getattr(p, TOKENS.get(self.part.state, "text2"))
            icons.paint(painter, self.part.icon, QRect(left, middle - side // 2, side, side), ink)
            left += px(18)
        for text, weight, colour in self._runs():
            painter.setFont(ui(weight, 12))
            painter.setPen(QColor(colour))
            area = QRect(left, 0, self.width() - left, self.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
            left += QFontMetrics(ui(weight, 12)).horizontalAdvance(text) + px(4)
        if self._keys:
            self._paint_keys(painter, left + px(4))
        if self._line:
            painter.fillRect(QRect(self.width() - 1, px(5), 1, self.height() - px(10)), p.border)
        painter.end()

    def _paint_keys(self, painter: QPainter, left: int) -> None:
        p, area = theme().palette, QRect(left, px(4), self._key_width(), self.height() - px(8))
        painter.setFont(ui(400, 11))
        painter.setPen(QColor(p.border))
        painter.setBrush(QColor(p.raised))
        painter.drawRoundedRect(area, 3, 3)
        painter.setPen(QColor(p.text2))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._keys)


class StatusBar(QWidget):
    """``bell`` asks for the list of notices, ``pressed`` names a command."""

    pressed = Signal(str)

    def __init__(self, bridge: Bridge, commands: Commands, folder: str = "") -> None:
        super().__init__()
        self._bridge, self._folder = bridge, folder
        ground = frame("status")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ground)
        self._row = QHBoxLayout(ground)
        self._row.setContentsMargins(px(6), 0, px(6), 0)
        self._row.setSpacing(0)
        self._row.addStretch(1)
        self.fields: dict[str, Field] = {}
        self._first_run = False
        self._build_right(commands)
        bridge.changed.connect(self._changed)
        theme().changed.connect(self._dress)
        self._tick = QTimer(self)
        self._tick.setInterval(500)
        self._tick.timeout.connect(self.refresh)
        self._tick.start()
        self._dress()
        self.refresh()

    def _build_right(self, commands: Commands) -> None:
        palette, keys = (native(commands[n].shortcut) for n in ("palette", "shortcuts"))
        self._faults = self._right(Part("faults", "No fault active"), "faults")
        self._palette = self._right(
            Part("palette", "Command palette", icon="keyboard"), "palette", palette, line=True
        )
        self._keys = self._right(Part("shortcuts", "All shortcuts"), "shortcuts", keys)
        self.bell = self._right(Part("bell", icon="bell", tip="Notices"), "notices")
        self.show_bell(0)

    def _right(self, part: Part, command: str, keys: str = "", *, line: bool = False) -> Field:
        field = Field(part, line=line, keys=keys)
        field.clicked.connect(lambda: self.pressed.emit(command))
        self._row.addWidget(field)
        return field

    def show_bell(self, n: int) -> None:
        """How many notices there are."""
        text = str(n) if n else ""
        self.bell.show_part(Part("bell", text, icon="bell", tip="Notices"))
        self.bell.setAccessibleName(f"Notices, {n}")

    def first_run(self, on: bool) -> None:
        """On the first-run page it names the two keys that lead everywhere."""
        self._first_run = on
        self._palette.setVisible(on)
        self._keys.setVisible(on)
        self.bell.setVisible(not on)
        self.refresh()

    def _changed(self, _keys: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Read the mirror again."""
        mirror, now = self._bridge.mirror, self._bridge.clock()
        parts = status.parts(mirror, now, self._folder, self._bridge.alive)
        names = [part.key for part in parts]
        for old in [n for n in self.fields if n not in names]:
            self.fields.pop(old).deleteLater()
        for place, part in enumerate(parts):
            if part.key not in self.fields:
                self.fields[part.key] = Field(part)
                self._row.insertWidget(place, self.fields[part.key])
            elif self.fields[part.key].part != part:
                self.fields[part.key].show_part(part)
        self._show_faults(status.faults(mirror))
        self.setAccessibleName("Status: " + status.sentence(parts))
        self._fit()

    def _fit(self) -> None:
        """Where there is no room, whole fields give way, in this order; what was lost and what
        is broken stay."""
        room = self.width() - px(12)
        shown = [*self.fields.values(), self._faults, self._palette, self._keys, self.bell]
        shown = [f for f in shown if f in self.fields.values() or not f.isHidden()]
        need = sum(field.sizeHint().width() for field in shown)
        for key in (*GIVE_WAY, *(k for k in self.fields if k not in GIVE_WAY)):
            field = self.fields.get(key)
            if field is not None:
                away = need > room and key in GIVE_WAY
                need -= field.sizeHint().width() if away else 0
                field.setVisible(not away)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _show_faults(self, part: Part | None) -> None:
        self._faults.setVisible(part is not None)
        if part is not None and self._faults.part != part:
            self._faults.show_part(part)

    def _dress(self) -> None:
        self.setFixedHeight(px(HEIGHT))
        for field in (*self.fields.values(), self._faults, self._palette, self._keys, self.bell):
            field.updateGeometry()
