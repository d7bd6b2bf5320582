"""A replica of the gateway: its connections, its feed, its readiness, and how it drains."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from workbench.service import routes
from workbench.service.backplane import Backplane
from workbench.service.connection import Connection
from workbench.service.feed import Feed
from workbench.service.frames import FrameCache
from workbench.service.http_side import Answer, HttpSide, Request
from workbench.service.tasks import Tasks

# Seconds for closing handshakes after the last client was told to go.
LAST_PATIENCE = 3.0
# Seconds between looks for idle connections where no pings are wanted.
IDLE_BEAT = 20.0


@dataclass(frozen=True, slots=True)
class Options:
    """How a replica behaves. Times are seconds; ``drain_code`` None closes with FIN alone."""

    name: str = "r1"
    version_label: str = "v1"
    host: str = "127.0.0.1"
    port: int = 0
    drain_code: int | None = 1012
    drain_time: float = 0.0
    ping_interval: float = 20.0
    queue: int = 1_000


class Gateway:
    """Holds client connections; everything that must outlive it is in the backplane."""

    def __init__(self, options: Options, backplane: Backplane) -> None:
        self.options = options
        self.backplane = backplane
        self.connections: set[Connection] = set()
        self.feed = Feed(backplane)
        self.frames = FrameCache(options.name)
        self.draining = asyncio.Event()
        self.drained = asyncio.Event()
        self.tasks = Tasks()

    async def open(self) -> int:
        """Connect the backplane, listen, and answer the port number.

        Raises OSError when the port is taken, BackplaneError when there is no backplane.
        """
        await self.backplane.open(self.feed.wake)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Connection(self), self.options.host, self.options.port, backlog=1024
        )
        self.tasks.spawn(self.feed.run())
        self.tasks.spawn(self._beats())
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def answer(self, request: Request, side: HttpSide) -> Answer | None:
        """The answer to a plain request."""
        return await routes.answer(self, request, side)

    def start_drain(self, code: int | None, over: float) -> int:
        """Readiness off; close every long-lived connection, spread evenly over ``over`` seconds.

        Answers how many connections there are; a second call while draining changes nothing.
        """
        if not self.draining.is_set():
            self.draining.set()
            self.tasks.spawn(self._close_clients(code, over))
        return len(self.connections)

    async def close(self) -> None:
        """End everything that is left, and finish what the backplane has accepted."""
        self._server.close()
        for connection in list(self.connections):
            connection.abort()
        await self.tasks.finish()
        await self._server.wait_closed()
        await self.backplane.close()

    async def _close_clients(self, code: int | None, over: float) -> None:
        leaving = list(self.connections)
        pace = over / max(1, len(leaving) - 1)
        waited = 0.0
        for number, connection in enumerate(leaving):
            # Sleep only when a hundredth of a second has come together: timers are not free.
            if (pause := number * pace - waited) >= 0.01:
                await asyncio.sleep(pause)
                waited += pause
            if connection.side is not None:
                connection.side.goodbye(code)
        await self._until_empty()
        self.drained.set()

    async def _until_empty(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LAST_PATIENCE
        while any(c.busy for c in self.connections) and loop.time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    async def _beats(self) -> None:
        while True:
            await asyncio.sleep(self.options.ping_interval or IDLE_BEAT)
            for connection in list(self.connections):
                if connection.side is not None:
                    connection.side.beat(self.options.ping_interval > 0)
