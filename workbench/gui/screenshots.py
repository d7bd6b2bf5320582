"""``python -m workbench.gui.screenshots OUTDIR``: every view and state, both themes, two sizes.

Nothing here is measured or connected: values are fixed, the clock stands still, the font is
bundled, so two runs give the same pictures.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, qInstallMessageHandler
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from workbench.gui import sample
from workbench.gui.bridge import Bridge
from workbench.gui.look.theme import apply, theme
from workbench.gui.main import say
from workbench.gui.window import Window
from workbench.panels.notices import Notice

SIZES = ((1440, 900), (1024, 700))


@dataclass(frozen=True, slots=True)
class Scene:
    """A state to take a picture of: ``set_up`` gets a fresh window."""

    name: str
    set_up: Callable[[Window], None]
    scale: float = 1.0


_more: list[Callable[[], Iterable[Scene]]] = []


def more_scenes(source: Callable[[], Iterable[Scene]]) -> None:
    """Let a room of the window add its own scenes."""
    _more.append(source)


def scenes() -> list[Scene]:
    """All of them."""
    own = [
        Scene("first-run", lambda w: None),
        Scene("first-run-wrong-address", _wrong_address),
        Scene("first-run-150", lambda w: None, 1.5),
        Scene("frame", _filled),
        Scene("frame-150", _filled, 1.5),
        Scene("every-state", _states),
        Scene("scenarios", _command("scenarios")),
        Scene("connect", _command("connect")),
        Scene("connect-error", _connect_error),
        Scene("proxy-waiting", _proxy_waiting),
        Scene("palette", _command("palette")),
        Scene("shortcuts", _command("shortcuts")),
        Scene("settings", _command("settings")),
        Scene("toasts", _toasts),
        Scene("notices", _notices),
        Scene("demo-running", lambda w: _demo(w, {"running": True, "step": 3, "finished": False})),
        Scene("demo-after", lambda w: _demo(w, {"running": False, "step": 4, "finished": True})),
        Scene("engine-stopped", _stopped),
        Scene("no-connections", _no_connections),
    ]
    return own + [scene for source in _more for scene in source()]


# -- the states -----------------------------------------------------------------------------------
def _filled(window: Window) -> None:
    sample.fill(window.bridge.mirror)
    sample.pulses(window.dock.pulse.note)
    tell_all(window)
    window.dock.select("b-naive")


def _command(name: str) -> Callable[[Window], None]:
    def set_up(window: Window) -> None:
        _filled(window)
        window.commands.run(name)

    return set_up


def tell_all(window: Window) -> None:
    """As if every value had just changed."""
    keys = {(topic, key) for topic, key, _ in window.bridge.mirror.everything()}
    window.bridge.changed.emit(frozenset(keys))


def _wrong_address(window: Window) -> None:
    window.first_run.connect_row.field.setText("staging.example/stream")
    window.first_run.connect_row.press.click()


def _states(window: Window) -> None:
    sample.every_state(window.bridge.mirror)
    tell_all(window)


def _connect_error(window: Window) -> None:
    _filled(window)
    sheet = window.sheets.connect
    sheet.ask("wss://staging.example/stream")
    sheet._wrong(
        Notice(
            "error",
            "Could not connect to wss://staging.example.",
            "The certificate expired on 3 May.",
            "Check the server, or accept its certificate under Advanced.",
        )
    )


def _proxy_waiting(window: Window) -> None:
    _filled(window)
    window.bridge.mirror["proxy"]["Proxy"]["links"] = 0
    sheet = window.sheets.proxy
    sheet.ask()
    sheet.to.entry.setText("wss://staging.example/stream")  # type: ignore[union-attr]
    sheet._runs({"name": "Proxy", "listen": "ws://127.0.0.1:9001"})
    tell_all(window)


def _toasts(window: Window) -> None:
    _filled(window)
    window.notices.show(Notice("ok", "All 4 clients recovered. Slowest: 3.1 s."))
    window.notices.show(
        Notice(
            "error",
            "The proxy could not listen on 127.0.0.1:9001.",
            "Another program uses the port.",
            "Choose another port, or 0 for any free one.",
            details="[Errno 98] address already in use",
        )
    )


def _notices(window: Window) -> None:
    _toasts(window)
    window.commands.run("notices")


def _demo(window: Window, value: dict[str, object]) -> None:
    _filled(window)
    window.bridge.mirror.put("demo", "current", {**value, "error": None})
    window.show_view("recovery")
    tell_all(window)


def _stopped(window: Window) -> None:
    _filled(window)
    window.bridge.lose()


def _no_connections(window: Window) -> None:
    window.bridge.mirror.put("session", "current", sample.session(messages=0, bytes=4096))
    tell_all(window)


# -- taking them ----------------------------------------------------------------------------------
def settle() -> None:
    """Let Qt do what it has put off: layout, polish, deleted widgets."""
    for _ in range(4):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class StillBridge(Bridge):
    """Nobody answers a picture, and no loop runs while it is taken."""

    def ask(self, command: Any, done: Any = None, wrong: Any = None) -> None:
        """Nothing is asked."""


def take(scene: Scene, choice: str, size: tuple[int, int], folder: Path) -> Path:
    """One picture; returns its file."""
    theme().choose("light" if choice == "light" else "dark")
    theme().resize(scene.scale)
    bridge = StillBridge(clock=lambda: sample.NOW)
    bridge.attach(sample.StillDoor())
    window = Window(bridge, folder="~/Workbench")
    window.resize(*size)
    window.show()
    settle()
    scene.set_up(window)
    settle()
    file = folder / f"{scene.name}-{choice}-{size[0]}x{size[1]}.png"
    if not window.grab().save(str(file)):
        raise OSError(f"The picture could not be written to {file}.")
    window.close()
    window.deleteLater()
    settle()
    return file


def main(arguments: list[str] | None = None) -> int:
    """Write all pictures into a folder; words after it choose scenes by name."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words:
        print("usage: python -m workbench.gui.screenshots OUTDIR [SCENE ...]", file=sys.stderr)
        return 3
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["TZ"] = "UTC"
    time.tzset()
    folder = Path(words[0])
    folder.mkdir(parents=True, exist_ok=True)
    qInstallMessageHandler(say)
    app = QApplication.instance() or QApplication(["workbench"])
    assert isinstance(app, QApplication)
    apply(app)
    QCursor.setPos(QPoint(0, 0))
    for scene in scenes():
        if len(words) > 1 and scene.name not in words[1:]:
            continue
        for choice in ("dark", "light"):
            for size in SIZES:
                print(take(scene, choice, size, folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
