"""Theme, fonts, icons: they exist, follow each other, and change without a restart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontInfo, QIcon
from PySide6.QtWidgets import QApplication

from workbench.gui.look import icons
from workbench.gui.look.theme import Theme, mono, px, ui
from workbench.gui.look.tokens import DARK, LIGHT, THEMES
from workbench.resources import resources_dir


def test_the_bundled_fonts_are_used(dressed: Theme) -> None:
    assert QFontInfo(ui(600, 15)).family() == "Inter"
    assert QFontInfo(mono()).family() == "JetBrains Mono"
    assert (resources_dir() / "fonts" / "inter" / "OFL.txt").exists()
    assert (resources_dir() / "fonts" / "jetbrains-mono" / "OFL.txt").exists()


def test_a_theme_changes_without_restart(dressed: Theme, qapp: QApplication) -> None:
    heard = []
    dressed.changed.connect(lambda: heard.append(dressed.name))
    dressed.choose("light")
    assert dressed.palette is LIGHT
    assert qapp.palette().window().color() == QColor(LIGHT.window)
    assert LIGHT.tint_error in qapp.styleSheet()
    dressed.choose("dark")
    assert dressed.palette is DARK
    assert qapp.palette().window().color() == QColor(DARK.window)
    assert heard[-1] == "dark"
    assert "light" in heard


def test_sizes_follow_the_text_size(dressed: Theme, qapp: QApplication) -> None:
    dressed.resize(2.0)
    assert px(24) == 48
    assert ui().pixelSize() == 26
    assert "min-height: 56px" in qapp.styleSheet()
    dressed.resize(9.0)
    assert dressed.scale == 2.0
    dressed.step(-1)
    assert dressed.scale == 1.75
    dressed.step(0)
    assert dressed.scale == 1.0


def test_no_word_of_the_sheet_is_left_open(dressed: Theme, qapp: QApplication) -> None:
    assert "$" not in qapp.styleSheet()
    files = [Path(f) for f in re.findall(r"url\((.*?)\)", qapp.styleSheet())]
    assert files
    assert all(file.exists() for file in files)


def test_arrows_have_the_ink_of_their_theme() -> None:
    for name, palette in THEMES.items():
        file = resources_dir() / "arrows" / f"{name}.svg"
        assert f'stroke="{palette.text2}"' in file.read_text("utf-8")


@pytest.mark.parametrize("file", sorted(p.stem for p in (resources_dir() / "icons").glob("*.svg")))
def test_every_icon_draws_in_its_colour(dressed: Theme, file: str) -> None:
    image = icons.pixmap(file, "error", 32).toImage()
    seen = {
        image.pixelColor(x, y).name()
        for x in range(32)
        for y in range(32)
        if image.pixelColor(x, y).alpha() > 250
    }
    assert QColor(DARK.error).name() in seen


def test_an_icon_follows_the_theme(dressed: Theme) -> None:
    made = icons.icon("record", "accent")

    def middle(mode: QIcon.Mode = QIcon.Mode.Normal) -> str:
        return made.pixmap(QSize(16, 16), 1.0, mode).toImage().pixelColor(8, 8).name().upper()

    assert middle() == DARK.accent
    assert middle(QIcon.Mode.Disabled) == DARK.text3
    dressed.choose("light")
    assert middle() == LIGHT.accent


def test_an_icon_without_a_drawing_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-icon")
