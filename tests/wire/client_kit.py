"""What the tests of our own clients share: a tap in memory, servers that misbehave, patience."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson

from workbench.model.record import Record
from workbench.model.words import Kind, LinkEvent
from workbench.wire.client import Client
from workbench.wire.spec import ClientSpec

#: Seconds that anything may take on a busy machine.
LIMIT = float(os.environ.get("WORKBENCH_TEST_LIMIT", "20"))


class MemoryTap:
    """Keeps records in a list."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._links = 0

    def put(self, record: Record) -> int:
        self.records.append(record)
        return len(self.records) - 1

    def now(self) -> int:
        return time.time_ns()

    def new_link(self) -> int:
        self._links += 1
        return self._links

    def events(self, event: LinkEvent | None = None) -> list[tuple[LinkEvent, dict[str, Any]]]:
        """The LINK records, as (event, facts)."""
        found = [
            (LinkEvent(r.opcode), orjson.loads(r.payload))
            for r in self.records
            if r.kind == Kind.LINK
        ]
        return [(e, facts) for e, facts in found if event in (None, e)]

    def facts(self, event: LinkEvent) -> list[dict[str, Any]]:
        return [facts for _, facts in self.events(event)]

    def of(self, kind: Kind, direction: int) -> list[Record]:
        return [r for r in self.records if r.kind == kind and r.direction == direction]

    def payloads(self, direction: int) -> list[bytes]:
        return [r.payload for r in self.of(Kind.MESSAGE, direction)]


async def until(condition: Callable[[], Any], what: str = "") -> None:
    """Wait for a condition, for 20 s at most."""
    async with asyncio.timeout(LIMIT):
        while not condition():  # noqa: ASYNC110 - anything can be waited for so
            await asyncio.sleep(0.002)


@asynccontextmanager
async def client(tap: MemoryTap, address: str, **fields: Any) -> AsyncIterator[Client]:
    """A started client, which has left when the block ends."""
    fields.setdefault("retry_first", 0.01)
    fields.setdefault("jitter", 0.0)
    made = Client(tap, ClientSpec(address=address, name="c", **fields), lambda: 0.5)
    made.start()
    try:
        yield made
    finally:
        await made.leave()
        assert not made._going


Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(handle: Handle, **options: Any) -> AsyncIterator[int]:
    """A TCP server; the port.  Every connection is closed when the block ends."""
    writers: set[asyncio.StreamWriter] = set()
    tasks: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handle(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)
        await server.wait_closed()


def answering(answer: bytes, *, stay: bool = False) -> Handle:
    """Answers every request with these bytes."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        if stay:
            await reader.read()

    return handle
