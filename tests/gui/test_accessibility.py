"""Everything that takes the focus has a name, and every state has words and a next step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QWidget

from workbench.gui.screenshots import Scene, scenes, settle
from workbench.gui.window import Window

SHEETS = ("connect", "proxy", "settings", "palette", "shortcuts", "notices", "about")


def unnamed(root: QWidget) -> list[str]:
    """Focusable widgets without an accessible name; Qt's own inner parts are left out."""
    found = []
    for widget in (root, *root.findChildren(QWidget)):
        inner = isinstance(widget.parent(), QAbstractScrollArea)
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or inner:
            continue
        if widget.objectName().startswith("qt_") or widget.accessibleName().strip():
            continue
        found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


def test_no_unnamed_focusable_widget(filled: Window) -> None:
    for name in SHEETS:
        sheet = getattr(filled.sheets, name)
        if name not in ("about", "shortcuts"):
            sheet.ask()
    filled.commands.run("shortcuts")
    filled.sheets.about.come()
    settle()
    assert unnamed(filled) == []


def test_no_unnamed_focusable_widget_when_narrow(filled: Window) -> None:
    filled.resize(1024, 700)
    settle()
    assert unnamed(filled) == []


def test_a_name_says_what_the_button_says(filled: Window) -> None:
    for made in filled.findChildren(QAbstractButton):
        words = made.text().replace("&&", "&").replace("\u00a0", " ").strip()
        if words and made.isVisible() and not words.startswith("Recording"):
            assert words in made.accessibleName().replace("\u00a0", " "), words


def test_buttons_without_words_have_a_tooltip_and_room(filled: Window) -> None:
    for width in (1440, 1024):
        filled.resize(width, 900)
        settle()
        for made in filled.findChildren(QAbstractButton):
            if made.isVisible() and made.focusPolicy() != Qt.FocusPolicy.NoFocus:
                assert made.text().strip() or made.toolTip(), made.accessibleName()
                assert min(made.width(), made.height()) >= 24, made.accessibleName()


@pytest.mark.parametrize("scene", scenes(), ids=lambda scene: scene.name)
def test_every_state_can_be_shown(window: Window, scene: Scene, dressed) -> None:
    dressed.resize(scene.scale)
    scene.set_up(window)
    settle()
    assert not window.grab().isNull()
