"""Brings suggestions to the filter bar, from what is in the session."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QTimer

from workbench.gui.filter_bar import FilterBar
from workbench.gui.filter_popup import FilterPopup
from workbench.gui.look.theme import px
from workbench.panels.completion import Seen, offer
from workbench.panels.workspace import Workspace

BEAT_MS = 33


class Completer(QObject):
    """Looks at what was seen while the field has the focus, a little at each beat."""

    def __init__(self, bar: FilterBar, popup: FilterPopup, space: Workspace) -> None:
        super().__init__(bar)
        self.seen = Seen()
        self._bar, self._popup, self._space = bar, popup, space
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self._look)
        bar.popup = popup
        bar.focused.connect(self._focused)
        bar.typed.connect(self.suggest)
        popup.taken.connect(bar.take)

    def _focused(self, on: bool) -> None:
        self._beat.start() if on else self._beat.stop()
        if not on:
            self._popup.hide()

    def _look(self) -> None:
        self.seen.step(self._space.source, self._space.walked)

    def suggest(self) -> None:
        """What fits the word at the cursor."""
        field = self._bar.field
        mirror = self._space.mirror
        clients = {
            **dict.fromkeys(self._space.story.clients),
            **dict.fromkeys(mirror["connection"]),
        }
        made = offer(
            field.text(), field.cursorPosition(), clients, list(mirror["replica"]), self.seen
        )
        under = self._bar.mapTo(self._popup.over, QPoint(0, self._bar.height()))
        x = under.x() + px(32) + field.x_of(made.start)
        self._popup.show_offer(made, QPoint(x, under.y() + px(4)))
