"""The outage's line (number, kind, time, picker, truth) and its banner."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from workbench.gui.look.dress import button, label, set_look
from workbench.gui.look.icons import pixmap
from workbench.gui.look.theme import px, theme, ui
from workbench.panels import recovery, wording
from workbench.panels.workspace import Workspace

ICONS = {"error": "error", "warn": "warn", "ok": "check", "info": "reconnect"}


class OutageLine(QWidget):
    """Which outage is shown; ``picked`` gives the number of another."""

    picked = Signal(int)
    rejudge = Signal()

    def __init__(self, space: Workspace) -> None:
        super().__init__()
        self.space = space
        line = QHBoxLayout(self)
        line.setContentsMargins(px(14), px(8), px(10), px(8))
        line.setSpacing(px(8))
        self.number, self.kind = label(look="strong"), label(look="second")
        self.earlier = button("", "chev-down", "quiet", small=True)
        self.truth_word, self.truth = label("Truth:", "second"), label(look="strong")
        self.wrench = button("", "wrench", "quiet", small=True)
        self.wrench.setAccessibleName("Judge again")
        self.wrench.setToolTip("Judge again")
        for part in (self.number, self.kind, self.earlier):
            line.addWidget(part)
        line.addStretch(1)
        for part in (self.truth_word, self.truth, self.wrench):
            line.addWidget(part)
        self.earlier.clicked.connect(self._pick)
        self.wrench.clicked.connect(self.rejudge)

    def show_outage(self, outage: dict[str, Any], others: int) -> None:
        """Name it."""
        start = int(outage.get("started_ns") or 0)
        self.number.setText(f"Outage {outage.get('number')}")
        when = wording.at(start, self.space.zone, 1)
        self.kind.setText(f"{recovery.title(outage)}, {when}")
        self.earlier.setText(f"{wording.count(others)} other{'s' if others != 1 else ''}")
        self.earlier.setAccessibleName(f"Choose another outage, {others} more")
        self.earlier.setVisible(others > 0)
        self.truth.setText(recovery.truth(outage))
        disagree = wording.plain(str(outage.get("disagree") or ""), 200)
        self.truth.setToolTip(disagree)
        if disagree:
            self.truth.setText(f"{recovery.truth(outage)} (sources disagree)")

    def menu(self) -> QMenu:
        """All outages, the newest first."""
        menu = QMenu(self)
        for outage in reversed(self.space.outages()[-40:]):
            number = int(outage["number"])
            text = recovery.banner(outage, self.space.last).text
            words = f"Outage {number}: {recovery.title(outage)}. {text}".replace("&", "&&")
            menu.addAction(words).triggered.connect(lambda _=False, n=number: self.picked.emit(n))
        return menu

    def _pick(self) -> None:
        menu = self.menu()
        menu.exec(self.earlier.mapToGlobal(self.earlier.rect().bottomLeft()))
        menu.deleteLater()


class Banner(QFrame):
    """The verdict in one sentence."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: recovery.Banner | None = None
        line = QHBoxLayout(self)
        line.setContentsMargins(px(16), px(10), px(14), px(10))
        line.setSpacing(px(14))
        self.icon = QLabel()
        self.text = label(look="heading")
        self.details = label("", "second", wrap=True)
        column = QVBoxLayout()
        column.setSpacing(px(3))
        column.addWidget(self.text)
        column.addWidget(self.details)
        line.addWidget(self.icon)
        line.addLayout(column, 1)
        theme().changed.connect(self._dress)

    def show_banner(self, shown: recovery.Banner) -> bool:
        """Show it; True when the sentence is news."""
        if shown == self._shown:
            return False
        news = self._shown is None or shown.text != self._shown.text
        self._shown = shown
        self.text.setText(shown.text)
        self.details.setText(shown.details)
        self.details.setVisible(bool(shown.details))
        self.setAccessibleName(shown.text)
        self.setAccessibleDescription(shown.details)
        self._dress()
        return news

    def _dress(self) -> None:
        if self._shown is None:
            return
        tone = self._shown.tone
        p = theme().palette
        colour, tint = getattr(p, tone), getattr(p, f"tint_{tone}")
        self.setStyleSheet(
            f"Banner {{ background: {tint}; border: 1px solid {colour};"
            f" border-radius: {px(6)}px; }}"
        )
        self.text.setFont(ui(600, 15))
        ratio = self.devicePixelRatioF()
        self.icon.setPixmap(pixmap(ICONS[tone], tone, px(24), ratio))
        self.icon.setAccessibleName(tone)
        set_look(self.details, look="second")
