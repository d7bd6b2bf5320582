"""F6: from pane to pane, and back to where the focus was inside it (UX section 18)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

Find = Callable[[], QWidget]


class Panes(QObject):
    """The panes of a window in their order."""

    def __init__(self, window: QWidget, panes: list[Find]) -> None:
        super().__init__(window)
        self._panes = panes
        self._last: dict[QWidget, QWidget] = {}
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._moved)

    def _moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        for find in self._panes:
            pane = find()
            if new is not None and (pane is new or pane.isAncestorOf(new)):
                self._last[pane] = new

    def go(self, by: int) -> None:
        """The next (1) or previous (-1) pane that is shown and can take the focus."""
        shown = [p for p in (find() for find in self._panes) if p.isVisible() and _first(p)]
        if not shown:
            return
        held = QApplication.focusWidget()
        at = [n for n, p in enumerate(shown) if held is not None and _holds(p, held)]
        place = (at[-1] + by) % len(shown) if at else 0
        pane = shown[place]
        before = self._last.get(pane)
        target = before if before is not None and _usable(before) else _first(pane)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)


def _holds(pane: QWidget, widget: QWidget) -> bool:
    return pane is widget or pane.isAncestorOf(widget)


def _usable(widget: QWidget) -> bool:
    return widget.isVisible() and widget.isEnabled()


def _first(pane: QWidget) -> QWidget | None:
    """The first widget inside that takes the focus by Tab."""
    for widget in (pane, *pane.findChildren(QWidget)):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and _usable(widget):
            return widget
    return None
