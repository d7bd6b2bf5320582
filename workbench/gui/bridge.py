"""The one bridge from the door into Qt: changes are collected and told once a beat.

Nothing else in the window listens to the mirror or starts an asyncio task for a command
(house rule 12).  Between beats the bridge is idle: it costs nothing while nothing happens.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from workbench.door.caller import Door
from workbench.door.state import Mirror, Value
from workbench.model.errors import Whose, WorkbenchError
from workbench.panels import notices

BEAT_MS = 33
Done = Callable[[dict[str, Any]], object]
Wrong = Callable[[notices.Notice], object]


class Bridge(QObject):
    """What the window holds of the engine.

    ``changed`` carries a frozenset of ``(topic, key)``, at most 30 times a second.
    ``attached`` and ``lost`` say that an engine came or went; ``mirror`` is the same object
    for the life of the window and keeps the last state after a loss, so that everything
    stays readable.
    """

    changed = Signal(object)
    failed = Signal(object)  # notices.Notice
    attached = Signal()
    lost = Signal()

    def __init__(self, clock: Callable[[], int] = time.time_ns) -> None:
        super().__init__()
        self.clock = clock
        self.mirror = Mirror()
        self._door: Door | None = None
        self._stop: Callable[[], None] | None = None
        self._waiting: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._beat = QTimer(self)
        self._beat.setSingleShot(True)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self._tell)

    # -- the engine ---------------------------------------------------------------------------
    @property
    def alive(self) -> bool:
        """Whether an engine answers."""
        return self._door is not None

    def attach(self, door: Door) -> None:
        """Take an engine; everything it knows is told on the next beat."""
        if self._stop is not None:
            self._stop()
        self._door = door
        told = {(topic, key) for topic, key, _ in door.mirror.everything()}
        for topic, key, _ in self.mirror.everything():
            if (topic, key) not in told:
                self._heard(topic, key, None)
        for topic, key, value in door.mirror.everything():
            self._heard(topic, key, value)
        self._stop = door.mirror.listen(self._heard)
        self._watch(door)
        self.attached.emit()

    def _watch(self, door: Door) -> None:
        closed = getattr(door, "closed", None)
        if isinstance(closed, asyncio.Future):
            closed.add_done_callback(lambda _: self._gone(door))
        elif isinstance(closed, asyncio.Event):
            self._start(self._wait_for(door, closed))

    async def _wait_for(self, door: Door, closed: asyncio.Event) -> None:
        await closed.wait()
        self._gone(door)

    def _gone(self, door: Door) -> None:
        if door is self._door:
            self.lose()

    def lose(self) -> None:
        """The engine is gone: say so.  What it told stays readable."""
        self._door = None
        self.lost.emit()

    async def close(self) -> None:
        """Leave the engine; what this front started ends with it."""
        door, self._door = self._door, None
        if self._stop is not None:
            self._stop()
            self._stop = None
        self._beat.stop()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if door is not None:
            await door.close()

    # -- what it says -------------------------------------------------------------------------
    def _heard(self, topic: str, key: str, value: Value | None) -> None:
        self.mirror.put(topic, key, value)
        self._waiting.add((topic, key))
        if not self._beat.isActive():
            self._beat.start()

    def _tell(self) -> None:
        if self._waiting:
            told, self._waiting = frozenset(self._waiting), set()
            self.changed.emit(told)

    # -- what we ask --------------------------------------------------------------------------
    def ask(self, command: Any, done: Done | None = None, wrong: Wrong | None = None) -> None:
        """Have a command carried out.  ``done`` gets the answer; an error goes to ``wrong``,
        without one to everybody (``failed``)."""
        self._start(self._carry_out(command, done, wrong))

    def run(self, work: Any) -> None:
        """Run a coroutine of the window's own; it ends with the bridge."""
        self._start(work)

    def _start(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.get_event_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry_out(self, command: Any, done: Done | None, wrong: Wrong | None) -> None:
        try:
            if self._door is None:
                raise no_engine()
            answer = await self._door.call(command)
        except WorkbenchError as error:
            (wrong or self.failed.emit)(notices.from_error(error, self.clock()))
        except Exception as error:  # a fault of ours must be seen, and must not end the window
            (wrong or self.failed.emit)(notices.from_exception(error, self.clock()))
        else:
            if done is not None:
                done(answer)


def no_engine() -> WorkbenchError:
    """What a command meets while no engine runs."""
    return WorkbenchError(
        "The engine is not running.",
        whose=Whose.OURS,
        why="It has not started yet, or it stopped.",
        to_do="Wait a moment, or choose Start again.",
    )
