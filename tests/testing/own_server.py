"""A server and a client as a user of the plug-in has them: plain ``websockets``, nothing of ours.

The server publishes ``{"seq": n}`` on a beat; it keeps its history and replays it to whoever
says ``{"type": "subscribe", "after": n}``.  The client reconnects by itself, and resumes or not.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import WebSocketException

BEAT = 0.02
LIMIT = 20.0


class OwnServer:
    """Publishes until it is left."""

    def __init__(self) -> None:
        self.last = 0
        self.address = ""
        self._there: set[ServerConnection] = set()

    async def _attend(self, connection: ServerConnection) -> None:
        asked = json.loads(await connection.recv())
        if asked["after"] is not None:
            for seq in range(asked["after"] + 1, self.last + 1):
                await connection.send(json.dumps({"seq": seq}))
        self._there.add(connection)
        await connection.wait_closed()
        self._there.discard(connection)

    async def _publish(self) -> None:
        while True:
            self.last += 1
            broadcast(self._there, json.dumps({"seq": self.last}))
            await asyncio.sleep(BEAT)

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls) -> AsyncIterator[OwnServer]:
        self = cls()
        async with serve(self._attend, "127.0.0.1", 0) as server:
            self.address = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            publishing = asyncio.create_task(self._publish())
            yield self
            await _end(publishing)


class OwnClient:
    """Connects again after every loss."""

    def __init__(self, address: str, *, resumes: bool) -> None:
        self.handled: list[int] = []
        self.connects = 0
        self._address = address
        self._resumes = resumes
        self._changed = asyncio.Event()

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                async with connect(self._address, proxy=None) as connection:
                    await self._attend(connection)
            await asyncio.sleep(0.1)

    async def _attend(self, connection: object) -> None:
        after = (self.handled[-1] if self.handled else 0) if self._resumes else None
        await connection.send(json.dumps({"type": "subscribe", "after": after}))
        self.connects += 1
        async for text in connection:
            self.handled.append(json.loads(text)["seq"])
            self._changed.set()

    async def hear_more(self, count: int) -> None:
        """Until so many more updates have been handled."""
        wanted = len(self.handled) + count
        async with asyncio.timeout(LIMIT):
            while len(self.handled) < wanted:
                self._changed.clear()
                await self._changed.wait()

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls, address: str, *, resumes: bool) -> AsyncIterator[OwnClient]:
        self = cls(address, resumes=resumes)
        task = asyncio.create_task(self._run())
        yield self
        await _end(task)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
