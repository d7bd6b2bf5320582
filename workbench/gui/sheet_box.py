"""All sheets of a window, made when they are first asked for."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtWidgets import QWidget

from workbench import __version__
from workbench.gui.actions import Commands
from workbench.gui.bridge import Bridge
from workbench.gui.look.dress import label
from workbench.gui.memory import Memory
from workbench.gui.notices import NoticeList, Notices
from workbench.gui.palette import Palette, Shortcuts
from workbench.gui.settings import SettingsSheet
from workbench.gui.sheet import Sheet
from workbench.gui.sheets import ConnectSheet, ProxySheet

ABOUT = (
    "Which client missed what, and why, when the server went away?",
    "Nothing leaves this computer. What is recorded stays in the recordings folder.",
    "Inter and JetBrains Mono are bundled under the SIL Open Font License.",
)


class Sheets:
    """One of each."""

    def __init__(
        self,
        over: QWidget,
        bridge: Bridge,
        commands: Commands,
        memory: Memory,
        notices: Notices,
        folder: str,
    ) -> None:
        self._over, self._bridge, self._commands = over, bridge, commands
        self._memory, self._notices, self._folder = memory, notices, folder
        self._keys: list[tuple[str, list[tuple[str, str]]]] = []

    @cached_property
    def connect(self) -> ConnectSheet:
        """A new connection."""
        return ConnectSheet(self._over, self._bridge, self._memory)

    @cached_property
    def proxy(self) -> ProxySheet:
        """A new proxy."""
        return ProxySheet(self._over, self._bridge, self._memory)

    @cached_property
    def settings(self) -> SettingsSheet:
        """The settings."""
        return SettingsSheet(self._over, self._memory, self._folder)

    @cached_property
    def palette(self) -> Palette:
        """The command palette."""
        return Palette(self._over, self._commands)

    @cached_property
    def shortcuts(self) -> Shortcuts:
        """All shortcuts."""
        sheet = Shortcuts(self._over, self._commands)
        for title, keys in self._keys:
            sheet.add_keys(title, keys)
        return sheet

    def add_keys(self, title: str, keys: list[tuple[str, str]]) -> None:
        """Keys that act only inside a view, for the list of shortcuts; before it is shown."""
        self._keys.append((title, keys))

    @cached_property
    def notices(self) -> NoticeList:
        """The list behind the bell."""
        return NoticeList(self._over, self._notices)

    @cached_property
    def about(self) -> Sheet:
        """What this is."""
        sheet = Sheet(self._over, f"Workbench {__version__}", 460)
        for sentence in ABOUT:
            sheet.body.addWidget(label(sentence, "second", wrap=True))
        sheet.body.addStretch(1)
        return sheet
