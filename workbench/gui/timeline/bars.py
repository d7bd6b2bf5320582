"""The two bars of the Timeline view: over the lanes, and over the messages."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from workbench.gui.look.dress import button, label, set_icon
from workbench.gui.look.theme import px, theme, ui
from workbench.gui.marks import diamond, hatch, words
from workbench.gui.timeline.table import MessageTable
from workbench.panels import wording
from workbench.panels.workspace import Workspace


class OverviewBar(QWidget):
    """Title, legend, and the window's length with its buttons."""

    def __init__(self, space: Workspace) -> None:
        super().__init__()
        self.space = space
        line = QHBoxLayout(self)
        line.setContentsMargins(px(14), 0, px(8), 0)
        line.setSpacing(px(6))
        self.setFixedHeight(px(34))
        self.title = label("Overview", "strong")
        self.legend = Legend()
        self.out = button("", "minus", "quiet", small=True)
        self.into = button("", "plus", "quiet", small=True)
        self.fit = button("Fit", look="quiet", small=True)
        self.length = label(look="second")
        self.out.setAccessibleName("Show a longer time")
        self.into.setAccessibleName("Show a shorter time")
        self.fit.setAccessibleName("Fit the whole session")
        self.out.setToolTip("Longer (S)")
        self.into.setToolTip("Shorter (W)")
        self.fit.setToolTip("Whole session (0)")
        line.addWidget(self.title)
        line.addSpacing(px(6))
        line.addWidget(self.legend, 1)
        line.addWidget(self.out)
        line.addWidget(self.length)
        line.addWidget(self.into)
        line.addWidget(self.fit)
        self.out.clicked.connect(lambda: self._zoom(2.0))
        self.into.clicked.connect(lambda: self._zoom(0.5))
        self.fit.clicked.connect(self._fit)

    def _zoom(self, factor: float) -> None:
        self.space.clock.zoom(factor, self.space.clock.cursor)

    def _fit(self) -> None:
        self.space.clock.fit()

    def refresh(self) -> None:
        """The length of the window in words."""
        width = self.space.clock.width
        text = wording.duration(width, 1) if width < 10**10 else wording.duration(width)
        self.length.setText(text.replace(".0 s", " s"))


LEGEND = ("received", "sent", "replayed", "disconnected", "draining", "fault")


class Legend(QWidget):
    """What the marks of the lanes mean; drawn as they are drawn there."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Marks: " + ", ".join(LEGEND))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(px(460), px(20))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(40), px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(ui(400, 12))
        x = float(px(4))
        for name in LEGEND:
            text = painter.fontMetrics().horizontalAdvance(name)
            mark = px(14 if name in ("disconnected", "draining", "fault") else 7)
            if x + mark + px(6) + text > self.width():
                return
            self._mark(painter, name, QRectF(x, self.height() / 2 - px(5), mark, px(10)))
            x += mark + px(6)
            words(painter, QRectF(x, 0, text + 2, self.height()), name, "text2")
            x += text + px(14)

    def _mark(self, painter: QPainter, name: str, area: QRectF) -> None:
        if name == "received":
            area = QRectF(area.left() + 2, area.top() - 1, px(3), area.height() + 2)
            painter.fillRect(area, theme().color("info_mark"))
        elif name == "sent":
            area = QRectF(area.left() + 2, area.top() + 2, px(3), area.height() - 3)
            painter.fillRect(area, theme().color("text2"))
        elif name == "replayed":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color("replay_mark"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            diamond(painter, area.center().x(), area.center().y(), px(5))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        elif name == "disconnected":
            hatch(painter, area, "error_mark", "tint_error")
        elif name == "draining":
            hatch(painter, area.adjusted(0, 3, 0, -2), "warn_mark", "tint_warn", edge=False)
        else:
            line = QRectF(area.left(), area.center().y(), area.width(), 2)
            painter.fillRect(line, theme().color("warn_mark"))


class MessagesBar(QWidget):
    """How many rows are shown, Follow, and the heartbeats."""

    heartbeats = Signal(bool)

    def __init__(self, space: Workspace, table: MessageTable) -> None:
        super().__init__()
        self.space = space
        self.table = table
        line = QHBoxLayout(self)
        line.setContentsMargins(px(14), px(3), px(8), px(3))
        line.setSpacing(px(6))
        self.counts = label(look="second")
        self.follow = button("Following", "follow", small=True)
        self.follow.setToolTip("Newest row in view (End)")
        self.pings = button("Pings hidden", "eye", "quiet", small=True)
        line.addWidget(label("Messages", "strong"))
        line.addSpacing(px(2))
        line.addWidget(self.counts)
        line.addStretch(1)
        line.addWidget(self.follow)
        line.addWidget(self.pings)
        self.setFixedHeight(px(32))
        self.follow.clicked.connect(self._follow)
        self.pings.clicked.connect(self._pings)
        table.follow_changed.connect(self._show_follow)
        self._show_follow()

    def _follow(self) -> None:
        self.table.follow(not self.table.following)

    def _pings(self) -> None:
        self.heartbeats.emit(not self.space.messages.filter.heartbeats)

    def refresh(self) -> None:
        """The counts as they are now."""
        rows = self.space.messages
        words_ = f"{wording.count(rows.messages)} shown, {wording.many(rows.events, 'event')}"
        self.counts.setText(words_)
        if rows.filter.heartbeats:
            text = "Pings shown"
        else:
            hidden = rows.hidden_heartbeats
            text = f"{wording.many(hidden, 'ping')} hidden" if hidden else "Pings hidden"
        if self.pings.text() != text:
            self.pings.setText(text)
            self.pings.setAccessibleName(text)

    def _show_follow(self) -> None:
        table = self.table
        text = "Following"
        if not table.following:
            text = f"Follow {wording.count(table.behind)} new" if table.behind else "Follow"
        if self.follow.text() == text:
            return
        self.follow.setText(text)
        self.follow.setAccessibleName(text)
        set_icon(self.follow, "follow", "accent" if table.behind else "text")
