"""From start to end: paint first, engine next, and a way back from each failure."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable

import pytest
import qasync
from PySide6.QtCore import QtMsgType
from PySide6.QtWidgets import QApplication

from tests.gui.test_bridge import FakeDoor
from workbench.gui import main
from workbench.gui.memory import Memory
from workbench.gui.window import ENGINE_STOPPED, Window
from workbench.model.errors import Whose, WorkbenchError


def lived(qapp: QApplication, start: main.Start, act: Callable[[Window], Awaitable[None]]) -> int:
    """Run the window with ``start`` until ``act`` has closed it."""
    found: list[Window] = []
    qapp.setQuitOnLastWindowClosed(False)  # as main.dress does

    async def both() -> int:
        life = asyncio.ensure_future(main.live(start, found.append, Memory()))
        async with asyncio.timeout(20):
            while not found:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            await act(found[0])
            found[0].close()
            return await life

    with qasync.QEventLoop(qapp, already_running=False) as loop:
        return int(loop.run_until_complete(both()))


async def until(true: Callable[[], object]) -> None:
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(0.005)


def test_the_engine_comes_after_the_paint_and_ends_with_the_window(dressed, qapp) -> None:
    door = FakeDoor()
    seen: list[bool] = []

    async def start() -> FakeDoor:
        seen.append(any(w.isVisible() for w in QApplication.topLevelWidgets()))
        return door

    async def act(window: Window) -> None:
        await until(lambda: window.bridge.alive)

    assert lived(qapp, start, act) == 0
    assert seen == [True]
    assert door.left


def test_an_engine_that_does_not_start_can_be_tried_again(dressed, qapp) -> None:
    tries: list[int] = []

    async def start() -> FakeDoor:
        tries.append(1)
        if len(tries) == 1:
            raise WorkbenchError("The engine did not start.", whose=Whose.OURS, to_do="Look.")
        return FakeDoor()

    async def act(window: Window) -> None:
        await until(window.banner.isVisible)
        assert window.banner.words.text() == "The engine did not start. Look."
        window.banner.press.click()
        await until(lambda: window.bridge.alive)
        assert not window.banner.isVisible()

    assert lived(qapp, start, act) == 0
    assert len(tries) == 2


def test_an_engine_that_dies_is_told_and_can_be_started_again(dressed, qapp) -> None:
    doors: list[FakeDoor] = []

    async def start() -> FakeDoor:
        doors.append(FakeDoor(asyncio.Event()))
        return doors[-1]

    async def act(window: Window) -> None:
        await until(lambda: window.bridge.alive)
        doors[0].closed.set()
        await until(window.banner.isVisible)
        assert window.banner.words.text() == ENGINE_STOPPED
        window.banner.press.click()
        await until(lambda: window.bridge.alive)

    assert lived(qapp, start, act) == 0
    assert len(doors) == 2


def test_an_unforeseen_fault_at_start_keeps_the_window(dressed, qapp) -> None:
    async def start() -> FakeDoor:
        raise OSError("no more processes")

    async def act(window: Window) -> None:
        await until(window.banner.isVisible)
        assert "no more processes" in window.banner.words.text()

    assert lived(qapp, start, act) == 0


def test_without_a_display_it_says_one_line_and_returns_3(monkeypatch, capsys) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert main.main([]) == 3
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "--headless" in said


def test_qt_is_heard_except_for_noise(capsys) -> None:
    main.say(QtMsgType.QtWarningMsg, None, main.NOISE[0])  # type: ignore[arg-type]
    main.say(QtMsgType.QtDebugMsg, None, "detail")  # type: ignore[arg-type]
    main.say(QtMsgType.QtWarningMsg, None, "something")  # type: ignore[arg-type]
    assert capsys.readouterr().err == "Qt: something\n"


@pytest.mark.parametrize("slow", ["pyqtgraph", "websockets", "qasync", "numpy"])
def test_nothing_slow_is_imported_before_the_first_paint(slow: str) -> None:
    script = f"import sys, workbench.gui.main; sys.exit({slow!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=60).returncode == 0


WHOLE = """
import sys
from PySide6.QtCore import QTimer
from workbench.gui import main
from workbench.gui.sample import StillDoor
async def start():
    return StillDoor()
def furnish(window):
    QTimer.singleShot(50, window.close)
sys.exit(main.main([], start, furnish))
"""


def test_the_whole_program_opens_closes_and_says_nothing(tmp_path) -> None:
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen", LC_ALL="C.UTF-8")
    environment |= {"XDG_CONFIG_HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WHOLE],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.rglob("window.ini"))
