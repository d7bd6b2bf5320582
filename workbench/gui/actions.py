"""Every command of the window, once: menus, palette and shortcut list are made from here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from workbench.gui.look.icons import icon

MENUS = ("File", "Edit", "View", "Connection", "Outage", "Scenario", "Help")


@dataclass(frozen=True, slots=True)
class Command:
    """``name`` is typed in kebab case; ``text`` is what menus and buttons say.

    ``group`` numbers the part of the menu: a line is drawn where it changes.  ``checked``
    makes it a switch and says whether it is on.
    """

    name: str
    text: str
    run: Callable[[], object]
    menu: str
    shortcut: str = ""
    icon: str = ""
    group: int = 0
    checked: Callable[[], bool] | None = None
    also: str = ""  # a second shortcut


class Commands(QObject):
    """The registry.  A command that cannot be done now is disabled and says why."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def add(self, command: Command) -> None:
        """Take a command in.  Raises ValueError for a name or a shortcut used twice."""
        if command.name in self._commands:
            raise ValueError(f"The command {command.name} exists already.")
        for keys in filter(None, (command.shortcut, command.also)):
            other = self.with_shortcut(keys)
            if other is not None:
                raise ValueError(f"{keys} is taken by {other.name}.")
        self._commands[command.name] = command
        self._actions[command.name] = self._action(command)

    def with_shortcut(self, keys: str) -> Command | None:
        """The command that a key combination stands for."""
        return next((c for c in self if keys in (c.shortcut, c.also)), None)

    def _action(self, command: Command) -> QAction:
        action = QAction(command.text.replace("&", "&&"), self._window)
        action.setObjectName(command.name)
        keys = [QKeySequence(k) for k in (command.shortcut, command.also) if k]
        action.setShortcuts(keys)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        if command.icon:
            action.setIcon(icon(command.icon))
        action.setCheckable(command.checked is not None)
        action.triggered.connect(lambda *_: self.run(command.name))
        self._window.addAction(action)  # its shortcut works while the menu bar is hidden
        return action

    def __contains__(self, name: str) -> bool:
        return name in self._commands

    def __getitem__(self, name: str) -> Command:
        return self._commands[name]

    def action(self, name: str) -> QAction:
        """The Qt action of a command, for a button or a menu."""
        return self._actions[name]

    def run(self, name: str) -> None:
        """Do it, unless it cannot be done now."""
        if self._actions[name].isEnabled():
            self._commands[name].run()
        self.refresh()

    def enable(self, name: str, on: bool, why: str = "") -> None:
        """Allow or forbid a command; ``why`` is its tooltip while it is forbidden."""
        action = self._actions[name]
        if action.isEnabled() != on:
            action.setEnabled(on)
        action.setStatusTip("" if on else why)

    def refresh(self) -> None:
        """Bring the check marks up to date."""
        for name, command in self._commands.items():
            if command.checked is not None:
                self._actions[name].setChecked(command.checked())

    def tip(self, name: str) -> str:
        """``Cut now (F8)``."""
        command = self._commands[name]
        keys = native(command.shortcut)
        return f"{command.text} ({keys})" if keys else command.text

    def fill(self, bar: QMenuBar) -> None:
        """Build the menus; every command is in one."""
        for title in MENUS:
            mine = [c for c in self if c.menu == title]
            if mine:
                menu = bar.addMenu(f"&{title}")
                menu.aboutToShow.connect(self.refresh)
                self._fill_menu(menu, mine)

    def _fill_menu(self, menu: QMenu, commands: list[Command]) -> None:
        group = commands[0].group
        for command in commands:
            if command.group != group:
                menu.addSeparator()
                group = command.group
            menu.addAction(self._actions[command.name])


def native(keys: str) -> str:
    """A shortcut as this system writes it: ``Ctrl+K``, on macOS ``⌘K``."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
