"""Paints a row of the connections dock: two or three lines, no widget per row."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.gui.dock_model import ROW, ConnectionModel
from workbench.gui.look import icons
from workbench.gui.look.shapes import badge, chip, chip_width, pulse, shape
from workbench.gui.look.theme import px, theme, ui
from workbench.panels.connections import ConnectionRow, GroupRow, short_name

Index = QModelIndex | QPersistentModelIndex
GROUP_ICONS = {"service": "server", "proxy": "proxy", "other": "client"}
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def text(
    painter: QPainter, area: QRect, words: str, font: QFont, colour: str, align: Qt.AlignmentFlag
) -> int:
    """Draw words that end in … where they do not fit; returns their width."""
    metrics = QFontMetrics(font)
    fitting = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0, area.width()))
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(area, align | Qt.TextFlag.TextSingleLine, fitting)
    return metrics.horizontalAdvance(fitting)


class ConnectionDelegate(QStyledItemDelegate):
    """Rows 44 px high, 60 with a last error; headings 34, with a second line 58."""

    def __init__(self, model: ConnectionModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = index.data(ROW)
        if isinstance(row, GroupRow):
            return QSize(px(120), px(58 if row.sub and not row.folded else 34))
        return QSize(px(120), px(60 if row is not None and row.last else 44))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, area = index.data(ROW), option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if isinstance(row, GroupRow):
            self._group(painter, area, row, selected, index.row() > 0)
        elif isinstance(row, ConnectionRow):
            over = bool(option.state & QStyle.StateFlag.State_MouseOver)
            ground(painter, area, selected, over)
            self._connection(painter, area, row, selected)
        ring(painter, option)
        painter.restore()

    # -- headings -------------------------------------------------------------------------------
    def _group(
        self, painter: QPainter, area: QRect, row: GroupRow, selected: bool, line: bool
    ) -> None:
        p = theme().palette
        if selected:
            painter.fillRect(area, QColor(p.hover))
        if line:
            painter.fillRect(
                QRect(area.left() + px(14), area.top(), area.width() - px(26), 1), QColor(p.border)
            )
        middle = area.top() + px(17)
        arrow = "chev-right" if row.folded else "chev-down"
        icons.paint(painter, arrow, _square(area.left() + px(10), middle, px(12)), p.text2)
        drawing = GROUP_ICONS[row.kind]
        icons.paint(painter, drawing, _square(area.left() + px(28), middle, px(14)), p.text2)
        left, right = area.left() + px(49), area.right() - px(12)
        head = QRect(left, middle - px(9), right - left, px(18))
        wide = text(painter, head, row.title, ui(600), p.text, LEFT)
        rest = head.adjusted(wide + px(10), 0, 0, 0)
        text(painter, rest, row.note, ui(400, 12), p.text2, RIGHT)
        if row.sub and not row.folded:
            under = head.translated(-px(11), px(25)).adjusted(0, 0, px(11), 0)
            colour = p.warn if row.sub.startswith("Waiting") else p.text3
            text(painter, under, row.sub, ui(400, 12), colour if not selected else p.text2, LEFT)

    # -- connections ----------------------------------------------------------------------------
    def _connection(
        self, painter: QPainter, area: QRect, row: ConnectionRow, selected: bool
    ) -> None:
        p = theme().palette
        first, second = area.top() + px(14), area.top() + px(32)
        left, right = area.left() + px(38), area.right() - px(12)
        mark = _square(area.left() + px(16), first, px(10))
        shape(painter, row.shape, QRectF(mark), QColor(getattr(p, row.token)))
        curve = QRect(right - px(74), area.top() + px(7), px(75), px(15))
        pulse(painter, curve, self._model.bars(row.key))
        chip_at = self._chip(painter, row, right, second)
        badge_wide = px(8) + QFontMetrics(ui(500, 10)).horizontalAdvance(row.badge) + px(10)
        name = QRect(left, first - px(9), curve.left() - px(8) - left - badge_wide, px(18))
        wide = text(painter, name, row.key, ui(600), p.text, LEFT)
        badge(painter, left + wide + px(8), first, row.badge, selected)
        self._facts(painter, row, QRect(left, second - px(8), chip_at - px(6) - left, px(16)))
        if row.last:
            line = QRect(left, second + px(8), right - left, px(16))
            text(painter, line, row.last, ui(400, 12), p.error, LEFT)

    def _chip(self, painter: QPainter, row: ConnectionRow, right: int, middle: int) -> int:
        if not row.chip:
            return right
        left = right + 1 - chip_width(row.chip)
        chip(painter, left, middle, row.chip, "warn")
        return left

    def _facts(self, painter: QPainter, row: ConnectionRow, line: QRect) -> None:
        p, font = theme().palette, ui(400, 12)
        error = row.token == "error_mark"
        for words, colour in (
            (row.word, p.error if error else p.text2),
            (row.rate, p.text2),
            (row.lag, p.text2),
        ):
            if words and line.width() > px(16):
                line.setLeft(line.left() + text(painter, line, words, font, colour, LEFT) + px(9))


class StripDelegate(QStyledItemDelegate):
    """The dock folded to 52 px: the state above the first part of the name."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(px(44), px(48))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, area = index.data(ROW), option.rect
        if not isinstance(row, ConnectionRow):
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        ground(painter, area, selected, over)
        p, middle = theme().palette, area.center().x()
        mark = _square(middle - px(5), area.top() + px(16), px(10))
        shape(painter, row.shape, QRectF(mark), QColor(getattr(p, row.token)))
        line = QRect(area.left() + 3, area.top() + px(24), area.width() - 6, px(18))
        centred = Qt.AlignmentFlag.AlignCenter
        text(painter, line, short_name(row.key), ui(600, 12), p.text, centred)
        ring(painter, option)
        painter.restore()


def ground(painter: QPainter, area: QRect, selected: bool, over: bool) -> None:
    """What lies under a row: the selection with its bar at the left, or the pointer's shade."""
    p = theme().palette
    if selected:
        painter.fillRect(area, QColor(p.selection))
        painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), QColor(p.accent))
    elif over:
        painter.fillRect(area, QColor(p.hover))


def ring(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """The focus ring inside the current row, once the keyboard has brought the focus here."""
    view = option.widget
    if option.state & QStyle.StateFlag.State_HasFocus and getattr(view, "by_key", False):
        painter.setPen(QPen(theme().color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(option.rect.adjusted(1, 1, -1, -1))


def _square(left: int, middle: int, side: int) -> QRect:
    return QRect(left, middle - side // 2, side, side)
