"""The composer's one line: to whom, what, Send (UX section 9)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit

from workbench.door.commands import Send
from workbench.door.state import Mirror
from workbench.gui.look.dress import button, label, set_look
from workbench.gui.look.theme import mono, px, theme
from workbench.gui.picker import Picker
from workbench.panels.wording import plain

Ask = Callable[[Send], object]
HISTORY = 500


class Composer(QFrame):
    """Sends one message on a connection of ours; ``ask`` carries the command out."""

    def __init__(self, mirror: Mirror, ask: Ask) -> None:
        super().__init__()
        self._mirror = mirror
        self._ask = ask
        self._names: list[str] = []
        self._sent: list[str] = []
        self._back = 0
        self._draft = ""
        set_look(self, look="panel")
        self.setAccessibleName("Composer")
        line = QHBoxLayout(self)
        line.setContentsMargins(px(12), px(7), px(12), px(7))
        line.setSpacing(px(8))
        self.target = Picker("Send to", "Connections to send to")
        self.target.setMinimumWidth(px(120))
        self.target.setSizeAdjustPolicy(Picker.SizeAdjustPolicy.AdjustToContents)
        self.body = QLineEdit()
        self.body.setAccessibleName("Message to send")
        self.body.setPlaceholderText('{"op":"subscribe","stream":"prices"}')
        self.body.setFont(mono(12))
        self.body.installEventFilter(self)
        self.send = button("Send", "send", "primary")
        self.send.setToolTip("Send (Ctrl+Enter)")
        self.told = label(look="second")
        for part in (label("Send to", "second"), self.target):
            line.addWidget(part)
        line.addWidget(self.body, 1)
        line.addWidget(self.told)
        line.addWidget(self.send)
        self.send.clicked.connect(self.send_now)
        self.body.returnPressed.connect(self.send_now)
        self.body.textChanged.connect(self._ready)
        self.target.currentIndexChanged.connect(self._ready)
        theme().changed.connect(self._restyled)
        self.refresh()

    def _restyled(self) -> None:
        self.body.setFont(mono(12))

    def refresh(self) -> None:
        """The connections that can be sent on: our own."""
        connections = self._mirror["connection"]
        names = [name for name, value in connections.items() if value.get("ours")]
        if names != self._names:
            chosen = self.target.currentData()
            self._names = names
            self.target.clear()
            for name in names:
                self.target.addItem(plain(name, 40), name)
            self.choose(chosen)
        self._ready()

    def choose(self, name: str | None) -> None:
        """Send to this connection."""
        at = self.target.findData(name)
        if at >= 0:
            self.target.setCurrentIndex(at)

    def _ready(self) -> None:
        name = self.target.currentData()
        state = self._mirror["connection"].get(name or "", {}).get("state", "")
        is_open = state == "open"
        self.send.setEnabled(bool(name) and bool(self.body.text()) and is_open)
        if not self._names:
            self.told.setText("No connection of your own to send on.")
        elif not is_open:
            self.told.setText(f"{plain(name or '', 40)} is not open.")
        else:
            self.told.setText("")
        self.told.setVisible(bool(self.told.text()))

    def send_now(self) -> None:
        """Send what is written, exactly as it is written; it stays in the history."""
        if not self.send.isEnabled():
            return
        text = self.body.text()
        self._sent = [*self._sent, text][-HISTORY:]
        self._back = 0
        self._ask(Send(self.target.currentData(), text))
        self.body.selectAll()

    def eventFilter(self, watched: object, event: object) -> bool:
        if watched is not self.body or not isinstance(event, QKeyEvent):
            return False
        if event.type() != QKeyEvent.Type.KeyPress:
            return False
        if event.modifiers() != Qt.KeyboardModifier.AltModifier:
            return False
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._walk(1 if event.key() == Qt.Key.Key_Up else -1)
            return True
        return False

    def _walk(self, by: int) -> None:
        """Earlier and later messages; the draft is the latest of all."""
        if not self._back:
            self._draft = self.body.text()
        self._back = min(max(0, self._back + by), len(self._sent))
        self.body.setText(self._sent[-self._back] if self._back else self._draft)
