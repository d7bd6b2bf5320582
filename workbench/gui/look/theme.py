"""One theme for the application: which palette, how large, and the word that it changed."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from workbench.gui.look import fonts
from workbench.gui.look.sheet import style_sheet
from workbench.gui.look.tokens import THEMES, Palette

Choice = Literal["system", "dark", "light"]
SCALES = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "dark": Qt.ColorScheme.Dark,
    "light": Qt.ColorScheme.Light,
}


class Theme(QObject):
    """What is drawn with.  ``changed`` follows every change of colours or sizes; a widget that
    paints itself calls ``update()`` on it and reads ``palette`` while it paints."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choice: Choice = "system"
        self.scale = 1.0
        self._app: QApplication | None = None
        self._palette = THEMES[self.name]
        self._fonts: dict[tuple[str, int, float], QFont] = {}  # painting asks for them by row

    @property
    def name(self) -> str:
        """``dark`` or ``light``: what is shown now."""
        if self.choice != "system":
            return self.choice
        light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
        return "light" if light else "dark"

    @property
    def palette(self) -> Palette:
        """The colours shown now."""
        return self._palette

    def color(self, token: str) -> QColor:
        """A colour by its token's name, such as ``text2``."""
        return QColor(getattr(self.palette, token))

    def px(self, n: float) -> int:
        """A length of the design (at 100 % text size) in device-independent pixels."""
        return round(n * self.scale)

    def ui(self, weight: int = 400, size: float = 13) -> QFont:
        """The interface font, figures of one width."""
        return self._font(fonts.INTERFACE, weight, size)

    def mono(self, size: float = 12, weight: int = 400) -> QFont:
        """The font for code and payloads, no ligatures."""
        return self._font(fonts.CODE, weight, size)

    def _font(self, family: str, weight: int, size: float) -> QFont:
        key = (family, weight, size)
        if key not in self._fonts:
            self._fonts[key] = fonts.make(family, weight, self.px(size))
        return QFont(self._fonts[key])

    def choose(self, choice: Choice) -> None:
        """Show the system's, the dark or the light theme; no restart."""
        self.choice = choice
        QGuiApplication.styleHints().setColorScheme(_SCHEMES[choice])
        self._renew()

    def resize(self, scale: float) -> None:
        """Text size as a factor, held between 0.8 and 2."""
        self.scale = min(max(scale, SCALES[0]), SCALES[-1])
        self._renew()

    def step(self, by: int) -> None:
        """The next larger (1) or smaller (-1) text size; 0 is 100 %."""
        if by == 0:
            self.resize(1.0)
        elif by > 0:
            self.resize(next((s for s in SCALES if s > self.scale + 0.01), SCALES[-1]))
        else:
            self.resize(next((s for s in reversed(SCALES) if s < self.scale - 0.01), SCALES[0]))

    def apply(self, app: QApplication) -> None:
        """Dress the application; it stays dressed through every later change."""
        self._app = app
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._renew()

    def _system_changed(self) -> None:
        if self.choice == "system":
            self._renew()

    def _renew(self) -> None:
        self._palette = THEMES[self.name]
        self._fonts.clear()
        if self._app is not None:
            self._app.setPalette(qt_palette(self.palette))
            self._app.setFont(self.ui())
            self._app.setStyleSheet(style_sheet(self.name, self.px))
        self.changed.emit()


def qt_palette(p: Palette) -> QPalette:
    """The tokens as Qt's own roles, for what the style draws by itself."""
    role = QPalette.ColorRole
    colours = {
        role.Window: p.window,
        role.WindowText: p.text,
        role.Base: p.input,
        role.AlternateBase: p.panel,
        role.ToolTipBase: p.raised,
        role.ToolTipText: p.text,
        role.PlaceholderText: p.text3,
        role.Text: p.text,
        role.Button: p.raised,
        role.ButtonText: p.text,
        role.BrightText: p.text,
        role.Light: p.hover,
        role.Midlight: p.hover,
        role.Mid: p.border,
        role.Dark: p.border,
        role.Shadow: p.border,
        role.Highlight: p.selection,
        role.HighlightedText: p.text,
        role.Link: p.accent,
        role.LinkVisited: p.accent,
        role.Accent: p.accent_fill,
    }
    palette = QPalette()
    for which, colour in colours.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(p.text3))
    return palette


_theme: Theme | None = None


def theme() -> Theme:
    """The application's theme."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme


def apply(app: QApplication) -> Theme:
    """Dress ``app`` and return the theme."""
    theme().apply(app)
    return theme()


def px(n: float) -> int:
    """A length of the design at the present text size."""
    return theme().px(n)


def ui(weight: int = 400, size: float = 13) -> QFont:
    """The interface font at the present text size."""
    return theme().ui(weight, size)


def mono(size: float = 12, weight: int = 400) -> QFont:
    """The code font at the present text size."""
    return theme().mono(size, weight)
