"""Background tasks with an owner: none is forgotten, none fails silently."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger("workbench.service")


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks until each has ended.

    Once is not enough: a library that answers a cancellation by closing its connection, and
    then reports the closed connection, has turned the cancellation into an ordinary error.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=0.2)


class Tasks:
    """A set of tasks that is cancelled as a whole."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start ``work``; an exception it does not catch is logged with its traceback."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def cancel(self) -> None:
        """Ask every task to stop."""
        for task in list(self._running):
            task.cancel()

    async def finish(self) -> None:
        """Cancel every task and wait until all have ended."""
        await end(*self._running)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("our own fault: %r", error, exc_info=error)
