"""Replica cards, painted side by side."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from workbench.gui.look.theme import px, theme, ui
from workbench.gui.marks import chip, chip_width, draw_icon, hatch, words
from workbench.panels.cards import Card, card
from workbench.panels.workspace import Workspace

HEIGHT = 82
GAP = 11
RIGHT = Qt.AlignmentFlag.AlignRight
ICONS = {"ok": "check", "warn": "clock", "error": "error", "info": "reconnect"}


class CardView(QWidget):
    """One replica."""

    def __init__(self) -> None:
        super().__init__()
        self._card: Card | None = None
        self.setFixedHeight(px(HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_card(self, shown: Card) -> None:
        """Show it, if it is not what is shown already."""
        if shown != self._card:
            self._card = shown
            self.setAccessibleName(f"Replica {shown.name}")
            self.setAccessibleDescription(shown.spoken)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(220), px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        it = self._card
        if it is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().color("border"), 1))
        painter.setBrush(theme().color("panel"))
        edge = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(edge, px(6), px(6))
        self._top(painter, it)
        self._bar(painter, it)
        self._bottom(painter, it)

    def _top(self, painter: QPainter, it: Card) -> None:
        y, high = px(9), px(22)
        right = self.width() - px(14)
        draw_icon(painter, "server", "text2", px(14), y + px(3))
        painter.setFont(ui(600, 13))
        x = float(px(38))
        wide = QFontMetricsF(painter.font()).horizontalAdvance(it.name)
        words(painter, QRectF(x, y, min(wide + 2, px(120)), high), it.name, "text")
        x += min(wide, px(120)) + px(12)
        painter.setFont(ui(500, 12))
        state_wide = QFontMetricsF(painter.font()).horizontalAdvance(it.state) + px(22)
        for text, tone in self._versions(it):
            if text == "→":
                words(painter, QRectF(x, y, px(14), high), text, "text2")
                x += px(20)
                continue
            wide = chip_width(text)
            if x + wide > right - state_wide:
                break
            area = QRectF(x, y + px(2), wide, px(18))
            chip(painter, area, text, tone)
            if not tone:
                middle = area.center().y() + 0.5
                painter.setPen(QPen(theme().color("text3"), 1))
                painter.drawLine(
                    round(x + px(4)), round(middle), round(x + wide - px(4)), round(middle)
                )
            x += wide + px(8)
        area = QRectF(right - state_wide, y, state_wide, high)
        words(painter, area, it.state, it.tone, RIGHT)
        draw_icon(painter, ICONS[it.tone], it.tone, right - state_wide, y + px(4), 14)

    @staticmethod
    def _versions(it: Card) -> list[tuple[str, str]]:
        if it.old:
            return [(it.old, ""), ("→", ""), (it.version, "info")]
        return [(it.version, "info")] if it.version else []

    def _bar(self, painter: QPainter, it: Card) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        area = QRectF(px(14), px(40), self.width() - px(28), px(5))
        if it.share is not None:
            hatch(painter, area, "warn_mark", "tint_warn", edge=False)
            done = QRectF(area.left(), area.top(), area.width() * it.share, area.height())
            painter.fillRect(done, theme().color("warn_mark"))
        elif it.tone == "ok":
            painter.fillRect(
                area, theme().color("accent_fill" if it.old or it.aside else "border_strong")
            )
        else:
            painter.fillRect(area, theme().color("border"))

    def _bottom(self, painter: QPainter, it: Card) -> None:
        y, high = px(53), px(20)
        painter.setFont(ui(400, 12))
        text = f"{it.total} {'client' if it.total == 1 else 'clients'}"
        wide = QFontMetricsF(painter.font()).horizontalAdvance(text)
        words(painter, QRectF(px(14), y, wide + 2, high), text, "text2")
        x = px(14) + wide + px(8)
        aside = QFontMetricsF(painter.font()).horizontalAdvance(it.aside)
        right = self.width() - px(14)
        words(painter, QRectF(right - aside - 2, y, aside + 2, high), it.aside, "text2", RIGHT)
        edge = right - aside - px(10)
        painter.setFont(ui(500, 12))
        if it.uneven:
            wide = chip_width("Uneven", "warn")
            if x + wide < edge:
                chip(painter, QRectF(x, y + px(1), wide, px(19)), "Uneven", "warn", "warn")
                x += wide + px(6)
        self._clients(painter, it, x, edge)

    def _clients(self, painter: QPainter, it: Card, x: float, edge: float) -> None:
        y, high = px(54), px(18)
        more = it.total - len(it.clients)
        rest = [f"+{more}"] if more > 0 and it.clients else []
        names = [*it.clients, *rest]
        if x + sum(chip_width(name) + px(6) for name in names) > edge:
            names = [*(name.split("-")[0][:8] for name in it.clients), *rest]
        for i, name in enumerate(names):
            wide = chip_width(name)
            others = f"+{it.total - i}"
            last = i + 1 == len(names)
            if x + wide + (0 if last else chip_width(others) + px(6)) > edge:
                if x + chip_width(others) <= edge:
                    chip(painter, QRectF(x, y, chip_width(others), high), others, "")
                return
            chip(painter, QRectF(x, y, wide, high), name, "")
            x += wide + px(6)


class Cards(QWidget):
    """All replicas, as many side by side as fit."""

    def __init__(self, space: Workspace) -> None:
        super().__init__()
        self.space = space
        self._views: dict[str, CardView] = {}
        self._per_row = 0
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(px(14), px(11), px(14), 0)
        self._rows.setSpacing(px(GAP))
        self.setAccessibleName("Replicas")

    def refresh(self) -> None:
        """The replicas as they are now."""
        values = self.space.mirror["replica"]
        if sorted(values) != list(self._views):
            self._begin(sorted(values))
        for name, view in self._views.items():
            view.show_card(card(values[name], self.space.last))

    def _begin(self, names: list[str]) -> None:
        for view in self._views.values():
            view.hide()
            view.deleteLater()
        self._views = {name: CardView() for name in names[:24]}
        for view in self._views.values():
            view.setParent(self)
            view.show()
        self._per_row = 0
        self.setVisible(bool(names))
        self._place()

    def resizeEvent(self, event: object) -> None:
        self._place()

    def _place(self) -> None:
        """Equal cards in rows; placed by hand so that many replicas wrap."""
        views = list(self._views.values())
        left, gap = px(14), px(GAP)
        room = self.width() - 2 * left
        per_row = max(1, min(len(views), (room + gap) // (px(210) + gap))) if views else 1
        wide = (room - gap * (per_row - 1)) // per_row
        for i, view in enumerate(views):
            view.setFixedHeight(px(HEIGHT))
            x = left + (i % per_row) * (wide + gap)
            y = px(11) + (i // per_row) * (px(HEIGHT) + gap)
            view.setGeometry(x, y, wide, px(HEIGHT))
        rows = -(-len(views) // per_row)
        high = px(11) + rows * px(HEIGHT) + max(0, rows - 1) * gap if views else 0
        if self.height() != high or self.minimumHeight() != high:
            self.setFixedHeight(high)
