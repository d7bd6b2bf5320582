"""The embedded backplane: one SQLite file in WAL mode, shared by the replicas of one machine."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from workbench.service.backplane import sqlite_schema as schema
from workbench.service.backplane.contract import Wake
from workbench.service.backplane.grouping import GroupedPublisher, Outcome
from workbench.service.backplane.values import (
    BackplaneError,
    Draft,
    Head,
    Snapshot,
    Update,
)
from workbench.service.backplane.wakeup import WakeUp, wake_folder
from workbench.service.tasks import end

T = TypeVar("T")

# Seconds between looks at the file: without a wake-up socket, and as a safety net with one.
FAST_BEAT = 0.005
SLOW_BEAT = 0.25


class SqliteBackplane:
    """One writing and one reading thread, each with its own connection to the file."""

    def __init__(self, path: Path, history: int) -> None:
        self._path = path
        self._history = history
        self._publisher = GroupedPublisher(self._commit)
        self._write_thread = ThreadPoolExecutor(1, "backplane-write")
        self._read_thread = ThreadPoolExecutor(1, "backplane-read")
        self._beat: asyncio.Task[None] | None = None

    async def open(self, wake: Wake) -> None:
        """Create or open the file; raises :class:`BackplaneError` when it cannot be."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._writing = await self._on_write(lambda: schema.connect(self._path))
            self._reading = await self._on_read(lambda: schema.connect(self._path))
        except OSError as error:
            raise BackplaneError(f"cannot create {self._path.parent}: {error}") from error
        self._wake = wake
        self._wakeup = WakeUp(wake_folder(self._path), wake)
        await self._wakeup.open()
        self._beat = asyncio.create_task(self._look_at_the_file())

    async def close(self) -> None:
        """Finish accepted publishes, then close file, sockets and threads."""
        await self._publisher.close()
        if self._beat is not None:
            await end(self._beat)
            self._wakeup.close()
            await self._on_read(self._reading.close)
            await self._on_write(self._writing.close)
        self._read_thread.shutdown()
        self._write_thread.shutdown()

    async def head(self, stream: str) -> Head:
        """Where the stream stands; writes only when the stream is new."""
        found = await self._on_read(lambda: schema.head(self._reading, stream))
        if found.epoch:
            return found
        return await self._on_write(lambda: self._create(stream))

    async def publish(self, draft: Draft) -> Update:
        """The update, once COMMIT has returned."""
        return await self._publisher.publish(draft)

    async def read(self, stream: str, epoch: str, after: int, limit: int) -> list[Update]:
        """A page directly behind ``after``."""
        return await self._on_read(lambda: schema.read(self._reading, stream, epoch, after, limit))

    async def snapshot(self, stream: str) -> Snapshot:
        """The latest update per key."""
        await self.head(stream)  # a new stream gets its epoch, so that its position is usable
        return await self._on_read(lambda: schema.snapshot(self._reading, stream))

    async def _commit(self, drafts: Sequence[Draft]) -> Sequence[Outcome]:
        outcomes = await self._on_write(lambda: schema.commit(self._writing, drafts, self._history))
        streams = {outcome.stream for outcome in outcomes if isinstance(outcome, Update)}
        for stream in streams:
            self._wake(stream)
        self._wakeup.tell(streams)
        return outcomes

    def _create(self, stream: str) -> Head:
        self._writing.execute("BEGIN IMMEDIATE")
        try:
            return schema.create(self._writing, stream)
        finally:
            self._writing.execute("COMMIT")

    async def _look_at_the_file(self) -> None:
        beat = SLOW_BEAT if self._wakeup.listening else FAST_BEAT
        seen = -1
        while True:
            try:
                # data_version changes when another connection has committed.
                version = await self._on_read(
                    lambda: self._reading.execute("PRAGMA data_version").fetchone()[0]
                )
            except BackplaneError:
                version = -1
            if version != seen:
                seen = version
                self._wake(None)
            await asyncio.sleep(beat)

    async def _on_write(self, work: Callable[[], T]) -> T:
        return await self._run(self._write_thread, work)

    async def _on_read(self, work: Callable[[], T]) -> T:
        return await self._run(self._read_thread, work)

    async def _run(self, thread: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(thread, work)
        except sqlite3.Error as error:
            raise BackplaneError(f"{self._path}: {error}") from error
