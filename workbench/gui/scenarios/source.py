"""The text of a scenario: line numbers, TOML in colours, the running step and what is wrong."""

from __future__ import annotations

import re

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from workbench.gui.look.theme import px, theme

LONGEST = 2000  # characters of a line that are coloured
PARTS = (
    (re.compile(r"^\s*\[\[?[^\]]*\]\]?"), "text2"),
    (re.compile(r"^\s*[\w.\-\"']+(?=\s*=)"), "accent"),
    (re.compile(r"(?<==)\s*(?:[+-]?\d[\d_.:eE+-]*|true|false)\b"), "warn"),
    (re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'"), "ok"),
)


class Colours(QSyntaxHighlighter):
    """Keys, strings, numbers, headers, comments."""

    def highlightBlock(self, text: str) -> None:
        line = text[:LONGEST]
        comment = _comment(line)
        for pattern, token in PARTS:
            for match in pattern.finditer(line, 0, comment):
                self.setFormat(match.start(), match.end() - match.start(), _ink(token))
        if comment < len(line):
            self.setFormat(comment, len(line) - comment, _ink("text3"))


def _comment(line: str) -> int:
    held = ""
    for at, letter in enumerate(line):
        if held:
            held = "" if letter == held else held
        elif letter in "\"'":
            held = letter
        elif letter == "#":
            return at
    return len(line)


def _ink(token: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(theme().color(token))
    return made


class _Gutter(QWidget):
    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._source = source

    def sizeHint(self) -> QSize:
        return QSize(self._source.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._source.paint_gutter(event)


class Source(QPlainTextEdit):
    """``typed`` gives the whole text after each change by the user."""

    typed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.wrong = 0  # line with an error, 0: none
        self._lit = (0, 0)
        self._putting = False
        self._gutter = _Gutter(self)
        self._colours = Colours(self.document())
        self.setAccessibleName("Source of the scenario")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setProperty("look", "code")
        self.setProperty("ring_inside", True)
        self.blockCountChanged.connect(lambda _: self._room())
        self.updateRequest.connect(self._scrolled)
        self.textChanged.connect(self._changed)
        theme().changed.connect(self._dress)
        self._dress()

    @property
    def text(self) -> str:
        """What stands there; no-break spaces stay what they are (toPlainText loses them)."""
        return self.document().toRawText().replace("\u2029", "\n")

    def put(self, text: str) -> None:
        """Show another text; undo begins anew."""
        if text != self.text:
            self._putting = True
            self.setPlainText(text)
            self._putting = False

    def take(self, text: str) -> None:
        """Replace the text by one that came from disk; undo brings the old one back."""
        cursor = QTextCursor(self.document())
        self._putting = True
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self._putting = False

    def _changed(self) -> None:
        if not self._putting:
            self.typed.emit(self.text)

    def _dress(self) -> None:
        self.setFont(theme().mono(12))
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(" ") * 4)
        self._room()
        self._colours.rehighlight()
        self._select()

    # --- lines ----------------------------------------------------------------------------

    def light(self, first: int, last: int) -> bool:
        """Tint the lines of a step (0: none); True when they are other ones than before."""
        if (first, last) == self._lit:
            return False
        self._lit = (first, last)
        self._select()
        self._gutter.update()
        return True

    def show_wrong(self, line: int) -> None:
        """Mark a line that has an error; 0: none has."""
        if line != self.wrong:
            self.wrong = line
            self._select()
            self._gutter.update()

    def reveal(self, line: int) -> None:
        """Bring a line into view, the cursor at its start."""
        block = self.document().findBlockByNumber(line - 1)
        if block.isValid():
            self.setTextCursor(QTextCursor(block))
            self.centerCursor()

    def _select(self) -> None:
        found = []
        first, last = self._lit
        for line in range(first, min(last, first + 200) + 1) if first else ():
            found.append(self._tint(line, "selection"))
        if self.wrong:
            found.append(self._tint(self.wrong, "tint_error"))
            found.append(self._wave(self.wrong))
        self.setExtraSelections(found)

    def _tint(self, line: int, token: str) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        made.format.setBackground(theme().color(token))
        made.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        made.cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
        return made

    def _wave(self, line: int) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        made.cursor = cursor
        wave = QTextCharFormat.UnderlineStyle.WaveUnderline
        made.format.setUnderlineStyle(wave)
        made.format.setUnderlineColor(theme().color("error"))
        return made

    # --- the gutter -----------------------------------------------------------------------

    def gutter_width(self) -> int:
        """Room for the line numbers."""
        digits = max(2, len(str(self.blockCount())))
        return self.fontMetrics().horizontalAdvance("9") * digits + px(24)

    def _room(self) -> None:
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)
        self._place()

    def _place(self) -> None:
        inner = self.contentsRect()
        self._gutter.setGeometry(
            QRect(inner.left(), inner.top(), self.gutter_width(), inner.height())
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _scrolled(self, area: QRect, by: int) -> None:
        if by:
            self._gutter.scroll(0, by)
        else:
            self._gutter.update(0, area.y(), self._gutter.width(), area.height())

    def _tops(self) -> list[tuple[QTextBlock, float, float]]:
        block, found = self.firstVisibleBlock(), []
        shift = self.contentOffset()
        while block.isValid():
            area = self.blockBoundingGeometry(block).translated(shift)
            if area.top() > self.viewport().height():
                break
            found.append((block, area.top(), area.height()))
            block = block.next()
        return found

    def paint_gutter(self, event: QPaintEvent) -> None:
        """The line numbers; that of an error in its colour, with a mark."""
        painter, p = QPainter(self._gutter), theme().palette
        painter.setFont(self.font())
        for block, top, height in self._tops():
            number = block.blockNumber() + 1
            area = QRect(0, round(top), self._gutter.width() - px(12), round(height))
            lit = self._lit[0] <= number <= self._lit[1]
            if lit:
                painter.fillRect(area.adjusted(0, 0, px(12), 0), QColor(p.selection))
            bad = number == self.wrong
            if bad:
                painter.fillRect(area.adjusted(0, 0, px(12), 0), QColor(p.tint_error))
                painter.fillRect(QRect(0, area.top(), 3, area.height()), QColor(p.error_mark))
            painter.setPen(QColor(p.error if bad else p.text2 if lit else p.text3))
            painter.drawText(
                area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number)
            )
