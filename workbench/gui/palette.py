"""The command palette (Ctrl+K) and the list of all shortcuts (Ctrl+/): both read the registry."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from workbench.gui.actions import MENUS, Command, Commands, native
from workbench.gui.dock_delegate import LEFT, RIGHT, Index, text
from workbench.gui.look import icons
from workbench.gui.look.dress import label
from workbench.gui.look.theme import px, theme, ui
from workbench.gui.sheet import Sheet
from workbench.panels import search

NAME = Qt.ItemDataRole.UserRole
ROW = 34
SHOWN = 10


class _Row(QStyledItemDelegate):
    """Drawing, text, menu, and the shortcut at the right."""

    def __init__(self, commands: Commands, parent: QObject) -> None:
        super().__init__(parent)
        self._commands = commands

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(px(200), px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        p, area = theme().palette, option.rect
        command = self._commands[index.data(NAME)]
        action = self._commands.action(command.name)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected:
            painter.fillRect(area, QColor(p.selection))
        quiet = p.text2 if selected else p.text3
        ink = p.text if action.isEnabled() else quiet
        middle = area.center().y()
        if command.icon:
            mark = QRect(area.left() + px(12), middle - px(7), px(15), px(15))
            icons.paint(painter, command.icon, mark, ink)
        line = area.adjusted(px(38), 0, -px(14), 0)
        wide = text(painter, line, command.text, ui(500), ink, LEFT)
        why = "" if action.isEnabled() else action.statusTip()
        note = why or command.menu
        text(painter, line.adjusted(wide + px(10), 0, -px(110), 0), note, ui(400, 12), quiet, LEFT)
        text(painter, line, native(command.shortcut), ui(400, 12), p.text2, RIGHT)
        painter.restore()


class Palette(Sheet):
    """Type a few letters, Enter does it.  Commands that cannot be done say why."""

    def __init__(self, over: QWidget, commands: Commands) -> None:
        super().__init__(over, "Command palette", 620)
        self._commands = commands
        self.query = QLineEdit()
        self.query.setPlaceholderText("Type a command")
        self.query.setAccessibleName("Type a command")
        self.list = QListWidget()
        self.list.setAccessibleName("Commands")
        self.list.setProperty("look", "bare")
        self.list.setItemDelegate(_Row(commands, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addWidget(self.query)
        self.body.addWidget(self.list)
        self.none = label("No command has this name.", "second")
        self.none.hide()
        self.body.addWidget(self.none)
        self.query.textChanged.connect(lambda _: self._fill())
        self.query.installEventFilter(self)
        self.list.itemClicked.connect(lambda _: self._do())

    def ask(self) -> None:
        """Come up empty."""
        self.query.clear()
        self._fill()
        self.come(self.query)

    def _fill(self) -> None:
        commands = [c for c in self._commands if c.name != "palette"]
        texts = [f"{c.text} {c.menu}" for c in commands]
        self.list.clear()
        for place in search.best(self.query.text(), texts):
            self._add(commands[place])
        self.list.setCurrentRow(0)
        found = self.list.count()
        self.list.setFixedHeight(px(ROW) * SHOWN + 2)
        self.list.setVisible(found > 0)
        self.none.setVisible(found == 0)

    def _add(self, command: Command) -> None:
        keys = native(command.shortcut)
        item = QListWidgetItem(f"{command.text}, {keys}" if keys else command.text)
        item.setData(NAME, command.name)
        self.list.addItem(item)

    def _do(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            name = str(item.data(NAME))
            if self._commands.action(name).isEnabled():
                self.leave()
                self._commands.run(name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is getattr(self, "query", None)
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
        ):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 9}
        if event.key() in steps:
            row = self.list.currentRow() + steps[Qt.Key(event.key())]
            self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._do()
            return True
        return False


class Shortcuts(Sheet):
    """Every shortcut there is.  Views add their own keys with ``add_keys``."""

    def __init__(self, over: QWidget, commands: Commands) -> None:
        super().__init__(over, "All shortcuts", 760)
        self._commands = commands
        self._more: list[tuple[str, list[tuple[str, str]]]] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(px(14))
        self._grid.setVerticalSpacing(px(5))
        self.body.addLayout(self._grid)
        self.body.addStretch(1)

    def add_keys(self, title: str, keys: list[tuple[str, str]]) -> None:
        """Keys that act only inside a view: ``("G / Shift+G", "Next / previous gap")``."""
        self._more.append((title, keys))

    def ask(self) -> None:
        """Come up."""
        if self._grid.count() == 0:
            self._fill()
        self.come(self.shut)

    def sections(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What is listed: title and (keys, what they do)."""
        found = []
        for menu in MENUS:
            mine = [(_keys(c), c.text) for c in self._commands if c.menu == menu and c.shortcut]
            if mine:
                found.append((menu, mine))
        return found + self._more

    def _fill(self) -> None:
        heights = [0, 0]
        for title, keys in self.sections():
            side = 0 if heights[0] <= heights[1] else 1
            row = heights[side]
            self._grid.addWidget(label(title, "strong"), row, side * 2, 1, 2)
            for n, (pressed, does) in enumerate(keys, 1):
                self._grid.addWidget(label(does, "small"), row + n, side * 2)
                key = label(pressed, "key")
                self._grid.addWidget(key, row + n, side * 2 + 1, Qt.AlignmentFlag.AlignRight)
            heights[side] += len(keys) + 2
            self._grid.setRowMinimumHeight(heights[side] - 1, px(8))
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(2, 1)


def _keys(command: Command) -> str:
    return " · ".join(native(k) for k in (command.shortcut, command.also) if k)
