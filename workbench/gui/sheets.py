"""The sheets for a new connection and a new proxy."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from workbench.door.commands import Connect, StartProxy, StartService
from workbench.gui.bridge import Bridge
from workbench.gui.look.dress import CodeLine, button, label, set_icon, set_look
from workbench.gui.look.theme import px
from workbench.gui.memory import Memory
from workbench.gui.sheet import Line, Sheet, check
from workbench.panels import words
from workbench.panels.first_run import wrong_address, wrong_listen
from workbench.panels.notices import Notice

HOWS = (
    ("direct", "Directly"),
    ("proxy", "Through a recording proxy"),
    ("service", "Built-in service"),
)


class Segments(QWidget):
    """A row of choices of which one is pressed."""

    def __init__(self, name: str, choices: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.group = QButtonGroup(self)
        self._keys = [key for key, _ in choices]
        for n, (_, text) in enumerate(choices):
            made = button(text, look="segment")
            edge = "first" if n == 0 else "last" if n == len(choices) - 1 else "middle"
            made.setProperty("edge", edge)
            made.setAccessibleName(f"{name}: {text}")
            made.setCheckable(True)
            self.group.addButton(made, n)
            row.addWidget(made)
        row.addStretch(1)
        self.group.button(0).setChecked(True)

    @property
    def chosen(self) -> str:
        """Key of the pressed one."""
        return self._keys[self.group.checkedId()]

    def choose(self, key: str) -> None:
        """Press one."""
        self.group.button(self._keys.index(key)).setChecked(True)


class ConnectSheet(Sheet):
    """Address, way, name; the rest is folded."""

    def __init__(self, over: QWidget, bridge: Bridge, memory: Memory) -> None:
        super().__init__(over, "Connect to a server", 560)
        self._bridge, self._memory = bridge, memory
        self.address = Line("Address", CodeLine(), "ws:// or wss://, http:// or https:// for SSE.")
        field = self.address.entry
        if isinstance(field, QLineEdit):
            field.setPlaceholderText("wss://host/path")
            field.setCompleter(QCompleter(memory.recent("addresses")))
            field.returnPressed.connect(self.go)
        self.how = Segments("How", HOWS)
        self.name = Line("Name (optional)", QLineEdit())
        for part in (self.address, self.how, self.name):
            self.body.addWidget(part)
        self._add_advanced()
        self.body.addStretch(1)
        self.press = button("Connect", look="primary")
        self.press.clicked.connect(self.go)
        cancel = button("Cancel")
        cancel.clicked.connect(self.leave)
        self.foot.addStretch(1)
        self.foot.addWidget(cancel)
        self.foot.addWidget(self.press)
        self.how.group.idClicked.connect(lambda _: self._how_changed())

    def _add_advanced(self) -> None:
        self._more = button("Advanced", "chev-right", "quiet", small=True)
        self._more.setCheckable(True)
        self._more.toggled.connect(self._unfold)
        row = QHBoxLayout()
        row.addWidget(self._more)
        row.addStretch(1)
        self.body.addLayout(row)
        self._rest = QWidget()
        column = QVBoxLayout(self._rest)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(10))
        self.retry = Line("After a loss", _choice("exponential", "fixed", "none"))
        self.resume = Line(
            "After a reconnect, ask for", _choice("position", "naive", "overlap", "snapshot")
        )
        self.stream = Line("Stream (reference service)", QLineEdit())
        self.subprotocols = Line("Subprotocols", QLineEdit(), "Parted by commas.")
        self.header = Line("Extra header", QLineEdit(), "Name: value")
        self.accept = Line(
            "Accept this server's certificate as it is",
            QCheckBox("Accept this server's certificate as it is"),
        )
        for line in (
            self.retry, self.resume, self.stream, self.subprotocols, self.header, self.accept,
        ):  # fmt: skip
            column.addWidget(line)
        self._rest.hide()
        self.body.addWidget(self._rest)

    def _unfold(self, on: bool) -> None:
        set_icon(self._more, "chev-down" if on else "chev-right", "text")
        self._rest.setVisible(on)
        self.place()

    def _how_changed(self) -> None:
        built_in = self.how.chosen == "service"
        self.address.setVisible(not built_in)
        self.press.setText("Start and connect" if built_in else "Connect")
        self.press.setAccessibleName(self.press.text())
        self.place()

    def ask(self, address: str = "") -> None:
        """Come up, with an address that is known already."""
        if isinstance(self.address.entry, QLineEdit) and address:
            self.address.entry.setText(address)
        self.press.setEnabled(True)
        self.come(self.address.entry)

    # -- connecting -----------------------------------------------------------------------------
    def go(self) -> None:
        """Check what is entered and do it; errors stay beside the address."""
        if self.how.chosen == "service":
            self._bridge.ask(StartService(publish_rate=6.5), self._service_runs, self._wrong)
        elif check(self.address, wrong_address):
            self._memory.used("addresses", self.address.text)
            if self.how.chosen == "proxy":
                self._bridge.ask(StartProxy(to=self.address.text), self._proxy_runs, self._wrong)
            else:
                self._connect(self.address.text)
        else:
            return
        self.press.setEnabled(False)

    def _service_runs(self, answer: dict[str, Any]) -> None:
        self._connect(str(answer["address"]), stream="prices")

    def _proxy_runs(self, answer: dict[str, Any]) -> None:
        self._connect(through(str(answer["listen"]), self.address.text))

    def _connect(self, address: str, stream: str = "") -> None:
        accept = self.accept.entry
        command = Connect(
            address=address,
            name=self.name.text,
            stream=self.stream.text or stream,
            retry=self.retry.text,
            resume=self.resume.text,
            subprotocols=self.subprotocols.text,
            headers=self.header.text,
            accept_certificate=isinstance(accept, QCheckBox) and accept.isChecked(),
        )
        self._bridge.ask(command, lambda _: self.leave(), self._wrong)

    def _wrong(self, notice: Notice) -> None:
        self.press.setEnabled(True)
        self.address.setVisible(True)
        self.address.show_wrong(notice.text)
        self.come(self.address.entry)


def through(listen: str, to: str) -> str:
    """The proxy's address with the path that was asked of the server."""
    parts = urlsplit(to)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return listen.rstrip("/") + path


def _choice(*texts: str) -> QComboBox:
    made = QComboBox()
    made.addItems(list(texts))
    return made


class ProxySheet(Sheet):
    """Server, listen address; then the address for the app, and whether the app has come."""

    def __init__(self, over: QWidget, bridge: Bridge, memory: Memory) -> None:
        super().__init__(over, "Add a proxy", 560)
        self._bridge, self._memory = bridge, memory
        self._name = ""
        self.to = Line("Your server", CodeLine(), "What the app connects to today.")
        self.listen = Line("Listen on", CodeLine("127.0.0.1:0"), "Port 0: any free port.")
        self.host = Line("", QCheckBox("Send the server's own name in the Host header"))
        self.host.entry.setAccessibleName("Send the server's own name in the Host header")
        for line in (self.to, self.listen):
            if isinstance(line.entry, QLineEdit):
                line.entry.returnPressed.connect(self.go)
        for line in (self.to, self.listen, self.host):
            self.body.addWidget(line)
        self._add_running()
        self.body.addStretch(1)
        self.press = button("Start proxy", "proxy", "primary")
        self.press.clicked.connect(self.go)
        self.cancel = button("Cancel")
        self.cancel.clicked.connect(self.leave)
        self.foot.addStretch(1)
        self.foot.addWidget(self.cancel)
        self.foot.addWidget(self.press)
        bridge.changed.connect(self._changed)

    def _add_running(self) -> None:
        self._running = QWidget()
        column = QVBoxLayout(self._running)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addWidget(label("Put this address into your app:", "second"))
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self.shown = CodeLine()
        self.shown.setReadOnly(True)
        self.shown.setAccessibleName("Address for your app")
        self.copy = button("Copy", "copy")
        self.copy.clicked.connect(self._copy)
        row.addWidget(self.shown, 1)
        row.addWidget(self.copy)
        column.addLayout(row)
        self.state = label("", "second", wrap=True)
        column.addWidget(self.state)
        self._running.hide()
        self.body.addWidget(self._running)

    def ask(self, to: str = "") -> None:
        """Come up as a form; with an address it starts at once."""
        self._name = ""
        for part in (self.to, self.listen, self.host, self.press):
            part.show()
        self._running.hide()
        self.cancel.setText("Cancel")
        self.press.setEnabled(True)
        if isinstance(self.to.entry, QLineEdit) and to:
            self.to.entry.setText(to)
        self.come(self.to.entry)
        if to:
            self.go()

    def go(self) -> None:
        """Check, then start; errors stay beside the server's address."""
        if check(self.to, wrong_address) and check(self.listen, wrong_listen):
            self._memory.used("servers", self.to.text)
            box = self.host.entry
            command = StartProxy(
                to=self.to.text,
                listen=self.listen.text,
                rewrite_host=isinstance(box, QCheckBox) and box.isChecked(),
            )
            self.press.setEnabled(False)
            self._bridge.ask(command, self._runs, self._wrong)

    def _wrong(self, notice: Notice) -> None:
        self.press.setEnabled(True)
        port = "port" in notice.what.casefold() or "listen" in notice.what.casefold()
        (self.listen if port else self.to).show_wrong(notice.text)
        self.place()

    def _runs(self, answer: dict[str, Any]) -> None:
        self._name = str(answer["name"])
        for part in (self.to, self.listen, self.host, self.press):
            part.hide()
        self.shown.setText(through(str(answer["listen"]), self.to.text))
        self._running.show()
        self.cancel.setText("Close")
        self.cancel.setAccessibleName("Close")
        self._say_state()
        self.place()
        self.copy.setFocus()

    def _changed(self, keys: frozenset[tuple[str, str]]) -> None:
        if self._name and ("proxy", self._name) in keys:
            self._say_state()

    def _say_state(self) -> None:
        links = int(self._bridge.mirror["proxy"].get(self._name, {}).get("links", 0))
        text = "Waiting for your app to connect…"
        if links:
            text = f"Your app is connected: {words.count(links, 'connection')} so far."
        self.state.setText(text)
        set_look(self.state, look="second", state="ok" if links else "warn")

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.shown.text())
        self.copy.setText("Copied")
