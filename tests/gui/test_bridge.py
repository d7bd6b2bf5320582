"""The one bridge into Qt: batches on a beat, errors shown, the engine's end told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from workbench.door import commands
from workbench.door.state import Mirror
from workbench.gui.bridge import BEAT_MS, Bridge
from workbench.model.errors import Whose, WorkbenchError


class FakeDoor:
    """A door that answers as told."""

    def __init__(self, closed: Any = None) -> None:
        self.mirror = Mirror()
        self.called: list[Any] = []
        self.answer: dict[str, Any] | Exception = {}
        self.left = False
        if closed is not None:
            self.closed = closed

    async def call(self, command: Any) -> dict[str, Any]:
        self.called.append(command)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def close(self) -> None:
        self.left = True


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not true():
            QApplication.processEvents()
            await asyncio.sleep(0.005)


async def test_many_changes_are_one_signal(qapp) -> None:
    bridge, door = Bridge(), FakeDoor()
    told: list[frozenset[tuple[str, str]]] = []
    bridge.changed.connect(told.append)
    bridge.attach(door)
    for n in range(1000):
        door.mirror.put("connection", f"c{n % 10}", {"n": n})
    assert told == []
    await until(lambda: told)
    assert told == [frozenset(("connection", f"c{n}") for n in range(10))]
    assert bridge.mirror["connection"]["c9"] == {"n": 999}
    assert not bridge._beat.isActive()  # idle between changes
    assert BEAT_MS >= 33  # at most 30 a second
    await bridge.close()


async def test_a_new_engine_replaces_what_the_old_one_told(qapp) -> None:
    bridge, old, new = Bridge(), FakeDoor(), FakeDoor()
    told: list[frozenset[tuple[str, str]]] = []
    bridge.changed.connect(told.append)
    old.mirror.put("connection", "gone", {})
    old.mirror.put("session", "current", {"n": 1})
    new.mirror.put("session", "current", {"n": 2})
    bridge.attach(old)
    kept = bridge.mirror
    bridge.attach(new)
    assert bridge.mirror is kept  # views hold it for the life of the window
    assert bridge.mirror["connection"] == {}
    assert bridge.mirror["session"]["current"] == {"n": 2}
    old.mirror.put("connection", "late", {})
    assert "late" not in bridge.mirror["connection"]
    await until(lambda: told)
    assert ("connection", "gone") in told[0]
    await bridge.close()


async def test_an_answer_goes_to_who_asked(qapp) -> None:
    bridge, door = Bridge(), FakeDoor()
    bridge.attach(door)
    door.answer = {"name": "x"}
    got: list[Any] = []
    bridge.ask(commands.Connect(address="ws://h"), got.append)
    await until(lambda: got)
    assert got == [{"name": "x"}]
    assert door.called == [commands.Connect(address="ws://h")]
    await bridge.close()


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (WorkbenchError("No.", whose=Whose.PEER, to_do="Ask."), "No. Ask."),
        (RuntimeError("<b>boom</b>"), "The workbench made a mistake."),
    ],
)
async def test_an_error_is_shown_and_ends_nothing(qapp, error: Exception, word: str) -> None:
    bridge, door = Bridge(), FakeDoor()
    bridge.attach(door)
    door.answer = error
    everybody: list[Any] = []
    beside: list[Any] = []
    bridge.failed.connect(everybody.append)
    bridge.ask(commands.Heal())
    bridge.ask(commands.Heal(), None, beside.append)
    await until(lambda: everybody and beside)
    assert everybody[0].text.startswith(word)
    assert beside[0].text.startswith(word)
    assert len(everybody) == 1
    await bridge.close()


async def test_without_an_engine_a_command_says_so(qapp) -> None:
    bridge = Bridge()
    wrong: list[Any] = []
    bridge.ask(commands.Heal(), None, wrong.append)
    await until(lambda: wrong)
    assert wrong[0].what == "The engine is not running."
    await bridge.close()


@pytest.mark.parametrize("kind", [asyncio.Event, asyncio.Future])
async def test_the_end_of_the_engine_is_told_and_its_state_kept(qapp, kind: type) -> None:
    closed = kind()
    bridge, door = Bridge(), FakeDoor(closed)
    lost: list[int] = []
    bridge.lost.connect(lambda: lost.append(1))
    door.mirror.put("session", "current", {"n": 1})
    bridge.attach(door)
    assert bridge.alive
    closed.set() if isinstance(closed, asyncio.Event) else closed.set_result(None)
    await until(lambda: lost)
    assert not bridge.alive
    assert bridge.mirror["session"]["current"] == {"n": 1}
    await bridge.close()


async def test_the_end_of_an_old_engine_is_nobodys_business(qapp) -> None:
    closed = asyncio.Event()
    bridge = Bridge()
    lost: list[int] = []
    bridge.lost.connect(lambda: lost.append(1))
    bridge.attach(FakeDoor(closed))
    bridge.attach(FakeDoor())
    closed.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert lost == []
    assert bridge.alive
    await bridge.close()


async def test_leaving_ends_every_task_and_the_engine(qapp) -> None:
    bridge, door = Bridge(), FakeDoor(asyncio.Event())
    bridge.attach(door)
    bridge.run(asyncio.sleep(3600))
    bridge.ask(commands.Heal())
    await bridge.close()
    assert door.left
    assert not bridge._tasks
