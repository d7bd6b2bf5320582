"""Group commit: publishes that arrive while one write is under way share the next one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from workbench.service.backplane.values import BackplaneError, Draft, Update

Outcome = Update | Exception
Write = Callable[[Sequence[Draft]], Awaitable[Sequence[Outcome]]]

BATCH = 500
# Publishers wait for their answer, so this many are waiting at once only under attack.
MAX_WAITING = 20_000


class GroupedPublisher:
    """Keeps the order of calls, makes one durable write of many, answers each caller."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: deque[tuple[Draft, asyncio.Future[Update]]] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def publish(self, draft: Draft) -> Update:
        """The published update; raises what the write raised for this draft."""
        if len(self._waiting) >= MAX_WAITING:
            raise BackplaneError("too many publishes are waiting for the backplane")
        answer: asyncio.Future[Update] = asyncio.get_running_loop().create_future()
        self._waiting.append((draft, answer))
        if self._writer is None:
            self._writer = asyncio.create_task(self._drain())
        return await answer

    async def close(self) -> None:
        """Wait until everything accepted is written."""
        if self._writer is not None:
            await self._writer

    async def _drain(self) -> None:
        try:
            while self._waiting:
                count = min(BATCH, len(self._waiting))
                batch = [self._waiting.popleft() for _ in range(count)]
                await self._write_batch(batch)
        finally:
            self._writer = None

    async def _write_batch(self, batch: list[tuple[Draft, asyncio.Future[Update]]]) -> None:
        outcomes: Sequence[Outcome]
        try:
            outcomes = await self._write([draft for draft, _ in batch])
        except Exception as error:
            outcomes = [error] * len(batch)
        for (_, answer), outcome in zip(batch, outcomes, strict=True):
            if answer.done():  # the publisher went away; the update stays published
                continue
            if isinstance(outcome, Update):
                answer.set_result(outcome)
            else:
                answer.set_exception(outcome)
