"""The two bundled typefaces (Inter and JetBrains Mono, both OFL), so that it looks the same
on every machine."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from workbench.resources import resources_dir

INTERFACE = "Inter"
CODE = "JetBrains Mono"


@cache
def load() -> None:
    """Make the bundled typefaces known to Qt; once is enough."""
    for family in (INTERFACE, CODE):  # what the system has of a family is read first,
        QFontDatabase.styles(family)  # or it would take the place of ours later
    folder = resources_dir() / "fonts"
    for file in sorted(folder.glob("*/*.ttf")):
        if QFontDatabase.addApplicationFont(str(file)) < 0:
            raise FileNotFoundError(f"Qt cannot read the bundled font {file.name}.")


def make(family: str, weight: int, pixels: int) -> QFont:
    """A font by weight (400, 500, 600) and height in device-independent pixels."""
    load()
    font = QFont([family, "DejaVu Sans Mono" if family == CODE else "DejaVu Sans"])
    font.setPixelSize(max(1, pixels))
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if family == CODE:
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setFeature(QFont.Tag.fromString("calt"), 0)  # no ligatures: bytes are shown as sent
    else:
        font.setFeature(QFont.Tag.fromString("tnum"), 1)  # figures of one width do not jump
    return font
