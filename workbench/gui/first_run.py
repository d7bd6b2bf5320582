"""The page shown while no session is open: run the demo, or start with your own (wireframe 05)."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from workbench.gui.first_run_picture import Lanes, Steps, Verdicts
from workbench.gui.look.dress import CodeLine, button, frame, label, set_icon, set_look
from workbench.gui.look.icons import pixmap
from workbench.gui.look.theme import px, theme
from workbench.panels import first_run


class StartCard(QFrame):
    """One way to begin: drawing, heading, one sentence, and what to press."""

    def __init__(self, drawing: str, title: str, sentence: str) -> None:
        super().__init__()
        self.setProperty("look", "card")
        grid = QGridLayout(self)
        grid.setContentsMargins(px(17), px(14), px(16), px(14))
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(3))
        self._drawing = drawing
        self._sign = QLabel()
        self._sign.setFixedWidth(px(20))
        grid.addWidget(self._sign, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(title, "card-title"), 0, 1)
        grid.addWidget(label(sentence, "second", wrap=True), 1, 1)
        grid.setColumnStretch(1, 1)
        self.row = QHBoxLayout()
        self.row.setSpacing(px(8))
        self.row.setContentsMargins(0, px(7), 0, 0)
        grid.addLayout(self.row, 2, 1)
        self.wrong = label("", "error", wrap=True)
        self.wrong.hide()
        grid.addWidget(self.wrong, 3, 1)
        theme().changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        ratio = self.devicePixelRatioF()
        self._sign.setPixmap(pixmap(self._drawing, "info", px(18), ratio))


class AddressRow(QWidget):
    """An address with a button; what is wrong with it is said below the card's row."""

    given = Signal(str)

    def __init__(self, card: StartCard, hint: str, verb: str) -> None:
        super().__init__()
        self._card = card
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        self.field = CodeLine()
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName("Server address")
        self.press = button(verb, small=True)
        row.addWidget(self.field, 1)
        row.addWidget(self.press)
        card.row.addWidget(self, 1)
        self.press.clicked.connect(self._give)
        self.field.returnPressed.connect(self._give)
        self.field.textChanged.connect(lambda _: self.show_wrong(""))

    def _give(self) -> None:
        wrong = first_run.wrong_address(self.field.text())
        self.show_wrong(wrong)
        if wrong:
            self.field.setFocus()
        else:
            self.given.emit(self.field.text().strip())

    def show_wrong(self, reason: str) -> None:
        """Say beside the field what is wrong with it; nothing takes it back."""
        self._card.wrong.setText(reason)
        self._card.wrong.setVisible(bool(reason))
        self.field.setAccessibleDescription(reason)
        set_look(self.field, wrong=bool(reason))


class FirstRun(QScrollArea):
    """``pressed`` names a command; ``connect_to`` and ``proxy_to`` give an address."""

    pressed = Signal(str)
    connect_to = Signal(str)
    proxy_to = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        self.setWidget(page)
        outer = QVBoxLayout(page)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addStretch(10)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        outer.addLayout(self._halves)
        outer.addStretch(13)
        self._halves.addLayout(self._left(), 516)
        self._halves.addLayout(self._right(), 706)

    # -- the left half --------------------------------------------------------------------------
    def _left(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(label(first_run.TITLE, "title", wrap=True))
        column.addSpacing(px(12))
        column.addWidget(label(first_run.LEAD, "lead", wrap=True))
        column.addSpacing(px(17))
        column.addLayout(self._demo_row())
        column.addSpacing(px(18))
        column.addLayout(self._or())
        column.addSpacing(px(12))
        for card in (self._connect_card(), self._proxy_card(), self._open_card()):
            column.addWidget(card)
            column.addSpacing(px(14))
        column.addStretch(1)
        return column

    def _demo_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(13))
        row.setContentsMargins(0, px(3), 0, 0)
        self.run: QPushButton = button("Run the demo", "play", "primary")
        self.run.setProperty("tall", True)
        self.run.setDefault(True)
        self.run.setAutoDefault(True)
        self.run.clicked.connect(lambda: self.pressed.emit("run-demo"))
        row.addWidget(self.run)
        row.addWidget(label(first_run.RUN_NOTE, "second"), 1)
        return row

    def _or(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(10))
        row.addWidget(label("or start with your own", "third"))
        row.addWidget(frame("rule"), 1)
        return row

    def _connect_card(self) -> StartCard:
        card = StartCard(
            "client", "Connect to a server", "WebSocket or SSE. Send, receive, record."
        )
        self.connect_row = AddressRow(card, "wss://host/path", "Connect")
        self.connect_row.given.connect(self.connect_to)
        return card

    def _proxy_card(self) -> StartCard:
        sentence = "Point the app at the proxy. Faults and cuts then hit the real client."
        card = StartCard("proxy", "Record between your app and your server", sentence)
        self.proxy_row = AddressRow(card, "wss://staging.example/stream", "Start proxy")
        self.proxy_row.given.connect(self.proxy_to)
        return card

    def _open_card(self) -> StartCard:
        sentence = "TOML scenario files run here and in CI with the same verdicts."
        card = StartCard("scenarios", "Run a scenario or open a recording", sentence)
        for text, drawing, name in (
            ("Open scenario…", "folder", "open-scenario"),
            ("Open recording…", "doc", "open-recording"),
        ):
            made = button(text, drawing, small=True)
            made.clicked.connect(lambda _=False, n=name: self.pressed.emit(n))
            card.row.addWidget(made)
        card.row.addStretch(1)
        return card

    # -- the right half ---------------------------------------------------------------------------
    def _right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addSpacing(px(8))
        column.addWidget(label("What the demo shows", "lead"))
        column.addSpacing(px(14))
        for picture in (Steps(), Lanes(), Verdicts()):
            column.addWidget(_carded(picture))
            column.addSpacing(px(13))
        row = QHBoxLayout()
        row.setSpacing(px(9))
        self._info = QLabel()
        row.addWidget(self._info)
        row.addWidget(label(first_run.AFTER, "second", wrap=True), 1)
        column.addLayout(row)
        column.addStretch(1)
        theme().changed.connect(self._dress)
        self._dress()
        return column

    def _dress(self) -> None:
        self._info.setPixmap(pixmap("info", "text2", px(14), self.devicePixelRatioF()))
        set_icon(self.run, "play", "on_accent")

    # -- behaviour ------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= px(1200)
        side = px(73) if wide else px(28)
        self._halves.setContentsMargins(side, px(12), side, px(12))
        self._halves.setSpacing(px(72) if wide else px(28))
        beside = self.width() >= px(900)  # large text in a small window: one below the other
        way = QBoxLayout.Direction
        self._halves.setDirection(way.LeftToRight if beside else way.TopToBottom)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.run.hasFocus():
            self.run.click()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(px(1000), px(640))

    def start(self) -> None:
        """Put the focus where Enter starts the demo."""
        self.run.setFocus(Qt.FocusReason.OtherFocusReason)


def _carded(picture: QWidget) -> QFrame:
    card = frame("card")
    box = QVBoxLayout(card)
    box.setContentsMargins(1, 1, 1, 1)
    box.addWidget(picture)
    return card
