"""Starts the window: paint first, then the engine, then the views with their charts."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from workbench.door.caller import Door
from workbench.gui.bridge import Bridge
from workbench.gui.look.icons import icon
from workbench.gui.look.theme import apply
from workbench.gui.memory import Memory
from workbench.gui.settings import recall
from workbench.gui.window import Window
from workbench.model.errors import WorkbenchError
from workbench.panels import notices

Start = Callable[[], Awaitable[Door]]
Furnish = Callable[[Window], None]
COULD_NOT_RUN = 3
NOISE = ("This plugin does not support propagateSizeHints()",)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asks of the window once its engine is there."""

    demo: bool = False
    recording: str = ""
    say_verdict: bool = False


def wishes_of(arguments: Sequence[str]) -> Wishes:
    """``[--demo] [--say-verdict] [RECORDING]``.  SystemExit for anything else."""
    parser = argparse.ArgumentParser(prog="workbench window", description="Open the window.")
    parser.add_argument("--demo", action="store_true", help="run the demo at once")
    parser.add_argument(
        "--say-verdict", action="store_true", help="print each new verdict's sentence"
    )
    parser.add_argument("recording", nargs="?", default="", help="a recording to open")
    given = parser.parse_args(list(arguments))
    return Wishes(given.demo, given.recording, given.say_verdict)


def main(
    arguments: Sequence[str], start: Start | None = None, furnish: Furnish | None = None
) -> int:
    """Open the window and return its exit code; 3 when there is no display.

    ``start`` gives the engine (tests hand in their own), ``furnish`` adds the views.
    """
    try:
        wishes = wishes_of(arguments)
    except SystemExit as end:
        return COULD_NOT_RUN if end.code else 0
    if not has_display():
        print(
            "workbench: There is no display here. Start it in a graphical session, or run "
            "`workbench demo --headless`.",
            file=sys.stderr,
        )
        return COULD_NOT_RUN
    qInstallMessageHandler(say)
    app = QApplication.instance() or QApplication(["workbench", *arguments])
    assert isinstance(app, QApplication)
    dress(app)
    import qasync

    with qasync.QEventLoop(app) as loop:
        life = live(start or start_engine, furnish or add_views, wishes=wishes)
        return int(loop.run_until_complete(life))


def has_display() -> bool:
    """Qt ends the process without one before Python can say anything."""
    if sys.platform in ("win32", "darwin"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)


def say(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's own messages go to standard error, without the noise of off-screen windows."""
    if message not in NOISE and kind != QtMsgType.QtDebugMsg:
        print(f"Qt: {message}", file=sys.stderr)


def dress(app: QApplication) -> None:
    """Name, icon, theme."""
    app.setApplicationName("workbench")
    app.setDesktopFileName("workbench")
    app.setQuitOnLastWindowClosed(False)  # the engine has to write everything first
    app.setWindowIcon(icon("recovery", "accent"))
    apply(app)


async def start_engine() -> Door:
    """An engine of our own, as a child process.  Imported late: websockets costs time."""
    from workbench.door.start import start_engine as start

    return await start(str(recordings()))


def add_views(window: Window) -> None:
    """Give the window its views; imported after the first paint (charts are slow to load)."""
    from workbench.gui.views import add

    add(window)


async def live(
    start: Start, furnish: Furnish, memory: Memory | None = None, wishes: Wishes | None = None
) -> int:
    """From the first paint until the window is closed and the engine has ended."""
    kept = memory or Memory(remembered())
    recall(kept)
    bridge = Bridge()
    window = Window(bridge, kept, folder=written(recordings()))
    closed = asyncio.Event()
    window.closing.connect(closed.set)
    window.again.connect(lambda: bridge.run(bring_engine(window, start)))
    window.show()
    await painted()
    furnish(window)
    await bring_engine(window, start)
    grant(window, wishes or Wishes())
    await closed.wait()
    await bridge.close()
    window.deleteLater()
    return 0


def grant(window: Window, wishes: Wishes) -> None:
    """Do what the command line asked for."""
    if wishes.say_verdict:
        window.verdict_said.connect(lambda words: print(words, flush=True))
    if wishes.demo:
        window.acts.run_demo()
    elif wishes.recording:
        window.acts.open(wishes.recording)


def recordings() -> Path:
    """Where recordings go."""
    return Path(platformdirs.user_data_dir("workbench", appauthor=False)) / "recordings"


def remembered() -> Path:
    """The file of what the window remembers."""
    return Path(platformdirs.user_config_dir("workbench", appauthor=False)) / "window.ini"


def written(folder: Path) -> str:
    """A folder as a person writes it: ``~/...`` below the home folder."""
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)


async def painted() -> None:
    """Let the first picture come up before anything slow is imported."""
    for _ in range(3):
        await asyncio.sleep(0.01)


async def bring_engine(window: Window, start: Start) -> None:
    """Start an engine and hand it to the window; an error is said with *Start again*."""
    try:
        door = await start()
    except WorkbenchError as error:
        window.could_not_start(notices.from_error(error))
    except Exception as error:  # whatever it was: the window stays and says so
        window.could_not_start(notices.from_exception(error))
    else:
        window.bridge.attach(door)
