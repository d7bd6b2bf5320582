"""The demo in the window, for real: one key press leads to the red banner, and its numbers are
those of the service's ledger; an engine that dies leaves its recording and a way to go on."""

from __future__ import annotations

import asyncio
import http.client
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
import pytest
import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from workbench.door.start import ChildDoor, start_engine
from workbench.gui import main
from workbench.gui.memory import Memory
from workbench.gui.window import Window

pytestmark = pytest.mark.slow

LIMIT = 90.0


def lived(
    qapp: QApplication, folder: Path, act: Callable[[Window, list[ChildDoor]], Awaitable[None]]
) -> None:
    """The whole program with its own engine, until ``act`` is done."""
    found: list[Window] = []
    doors: list[ChildDoor] = []
    qapp.setQuitOnLastWindowClosed(False)

    async def start() -> ChildDoor:
        doors.append(await start_engine(str(folder)))
        return doors[-1]

    def furnish(window: Window) -> None:
        main.add_views(window)
        found.append(window)

    async def both() -> None:
        life = asyncio.ensure_future(main.live(start, furnish, Memory()))
        async with asyncio.timeout(LIMIT):
            await until(lambda: found and found[0].bridge.alive)
            try:
                await act(found[0], doors)
            finally:
                found[0].close()
                await life

    with qasync.QEventLoop(qapp, already_running=False) as loop:
        loop.run_until_complete(both())


async def until(true: Callable[[], object]) -> None:
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(0.02)


def words(window: Window) -> str:
    """Every word of the Recovery view that can be seen."""
    labels = window.stack.currentWidget().findChildren(QLabel)
    return " | ".join(label.text() for label in labels if label.isVisible())


def press(window: Window, key: Qt.Key) -> None:
    window.activateWindow()
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def ledger(address: str) -> list[int]:
    host, port = address.removeprefix("ws://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    connection.request("GET", "/updates?stream=prices&after=")
    answer = orjson.loads(connection.getresponse().read())
    connection.close()
    return [update["offset"] for update in answer["updates"]]


def test_one_key_press_leads_to_the_red_banner(dressed, qapp, tmp_path: Path) -> None:
    async def act(window: Window, doors: list[ChildDoor]) -> None:
        mirror = window.bridge.mirror
        press(window, Qt.Key.Key_Return)
        await until(lambda: mirror["demo"].get("current", {}).get("finished"))
        await until(lambda: "1 of 3 clients lost updates" in words(window))
        outage = mirror["outage"]["1"]
        clients = {client["name"]: client for client in outage["clients"]}
        lost = [
            position["offset"]
            for finding in clients["b-naive"]["findings"]
            if finding["name"] in ("lost", "skipped")
            for position in finding["positions"]
        ]
        published = await asyncio.to_thread(ledger, mirror["service"]["service"]["address"])
        assert set(lost) <= set(published)
        assert sorted(lost) == list(range(min(lost), max(lost) + 1))
        said = words(window)
        assert f"b-naive never received {len(lost)} updates" in said
        assert clients["a-resume"]["word"] == "Recovered"
        assert clients["c-overlap"]["word"].startswith("Recovered, ")

    lived(qapp, tmp_path, act)


def test_an_engine_that_is_killed_leaves_everything_and_a_way_to_go_on(
    dressed, qapp, tmp_path: Path
) -> None:
    async def act(window: Window, doors: list[ChildDoor]) -> None:
        mirror = window.bridge.mirror
        press(window, Qt.Key.Key_Return)
        await until(lambda: mirror["session"].get("current", {}).get("acknowledged", 0) > 50)
        folder = mirror["session"]["current"]["folder"]
        os.kill(doors[0].hello["pid"], signal.SIGKILL)
        await until(window.banner.isVisible)
        assert "Everything recorded is kept" in window.banner.words.text()
        QTest.mouseClick(window.banner.press, Qt.MouseButton.LeftButton)
        await until(lambda: window.bridge.alive and not window.banner.isVisible())
        await until(lambda: mirror["session"].get("current", {}).get("folder") == folder)
        assert mirror["session"]["current"]["records"] > 50

    lived(qapp, tmp_path, act)
