"""The fixture's value in a coroutine: the same as ``sync``, awaited."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson

from workbench.door import commands
from workbench.testing.core import Core, absolute, connect_command
from workbench.testing.loop_thread import LoopThread
from workbench.testing.verdict import Verdict


class _Acts:
    """What can be done to everything, or to all that goes through one proxy."""

    _within = ""

    def __init__(self, core: Core, loop: LoopThread) -> None:
        self._core = core
        self._loop = loop

    async def cut(self, *names: str) -> None:
        """Reset the TCP connections, both ends; ``names`` choose some of them."""
        await self.inject("cut", *names)

    async def close(self, code: int = 1012, *names: str, reason: str = "") -> None:
        """End them by a close frame (WebSocket) with this code."""
        await self.inject("close", *names, code=code, reason=reason)

    async def stall(self, seconds: float | None = None, *names: str) -> str:
        """Hold everything back for so long, or until ``heal``; returns at once."""
        return await self.inject("stall", *names, seconds=seconds)

    async def inject(self, fault: str, *names: str, **settings: Any) -> str:
        """Any fault by its name (``workbench units`` lists them); its id for ``heal``.

        Raises WorkbenchError for an unknown fault or setting, and where nothing is open.
        """
        __tracebackhide__ = True
        return await self._loop.do(self._core.inject(fault, names, self._within, settings))

    async def heal(self, id: str = "") -> None:
        """Switch a fault off, or all that are on."""
        await self._loop.do(self._core.call(commands.Heal(id)))

    async def deploy(
        self, strategy: str = "rolling-drain", *, limit: float = 120.0, **settings: Any
    ) -> None:
        """Replace the replicas of ``service`` by a strategy; returns when it is over."""
        __tracebackhide__ = True
        await self._loop.do(self._core.deploy(strategy, limit, settings))

    async def until_open(self, count: int = 1, limit: float = 20.0) -> None:
        """Wait until so many connections are open; one that was cut is not among them."""
        __tracebackhide__ = True
        await self._loop.do(self._core.until_open(count, self._within, limit))

    async def until_messages(self, count: int = 1, limit: float = 20.0) -> None:
        """Wait until so many more messages have passed, both ways and all connections together."""
        __tracebackhide__ = True
        await self._loop.do(self._core.until_messages(count, limit))

    async def verdict(self, *, settle: float = 5.0, **how: str) -> Verdict:
        """Judge all that was recorded; wait up to ``settle`` seconds for who is recovering.

        ``how``: ``id`` (where the update's number is: ``json.seq``), ``resume`` (where a
        subscribe message says what the client has), ``epoch``, ``stream``, ``dialect``, ``ids``,
        ``truth``, ``witness``, ``want``: the words of ``workbench judge``.
        """
        __tracebackhide__ = True
        return await self._loop.do(self._core.verdict(commands.Judge(**how), settle))

    async def call(self, command: Any) -> dict[str, Any]:
        """Any command of ``workbench.door.commands``; its answer."""
        __tracebackhide__ = True
        return await self._loop.do(self._core.call(command))

    @property
    def recording(self) -> Path:
        """The folder of this test's recording; it can be opened in the window."""
        return self._core.folder


class AsyncProxy(_Acts):
    """A recording proxy; ``listen`` is the address for your client."""

    def __init__(self, core: Core, loop: LoopThread, told: dict[str, Any]) -> None:
        super().__init__(core, loop)
        self.name: str = told["name"]
        self.listen: str = told["listen"]
        self._within = self.name

    async def stop(self) -> None:
        """End the proxy and its connections."""
        await self._loop.do(self._core.call(commands.StopProxy(self.name)))


class AsyncService(_Acts):
    """Replicas of the reference service behind a balancer at ``address``."""

    def __init__(self, core: Core, loop: LoopThread, told: dict[str, Any]) -> None:
        super().__init__(core, loop)
        self.name: str = told["name"]
        self.address = f"{told['address']}/ws"

    async def publish(self, payload: Any, stream: str = "prices") -> int:
        """Publish one update; its offset."""
        text = orjson.dumps(payload).decode()
        told = await self._loop.do(self._core.call(commands.Publish(stream, text)))
        return int(told["offset"])

    async def stop(self) -> None:
        """End the replicas and the balancer."""
        await self._loop.do(self._core.call(commands.StopService(self.name)))


class AsyncClient:
    """A client of the workbench's own."""

    def __init__(self, core: Core, loop: LoopThread, name: str) -> None:
        self._core = core
        self._loop = loop
        self.name = name

    async def until_open(self, limit: float = 20.0) -> None:
        """Wait until it is open, after a cut: again."""
        __tracebackhide__ = True
        await self._loop.do(self._core.until_state(self.name, "open", limit))

    async def send(self, text: str) -> None:
        """Send a text message."""
        __tracebackhide__ = True
        await self._loop.do(self._core.call(commands.Send(self.name, text)))

    async def reconnect(self) -> None:
        """Connect again now."""
        await self._loop.do(self._core.call(commands.Reconnect(self.name)))

    async def disconnect(self) -> None:
        """Leave on purpose."""
        await self._loop.do(self._core.call(commands.Disconnect(self.name)))


class AsyncWorkbench(_Acts):
    """One engine and one recording.  ``AsyncWorkbench.open(folder)`` is for outside of pytest."""

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, folder: str | Path, title: str = "test") -> AsyncIterator[AsyncWorkbench]:
        """An engine that records into ``folder`` (which must not exist); ended at the exit."""
        loop = LoopThread()
        try:
            core = await loop.do(Core.open(absolute(folder), title))
            try:
                yield cls(core, loop)
            finally:
                await loop.do(core.close())
        finally:
            loop.close()

    async def proxy(
        self,
        to: str,
        *,
        listen: str = "127.0.0.1:0",
        name: str = "",
        rewrite_host: bool = False,
    ) -> AsyncProxy:
        """Stand between your client and your server at ``to`` (``ws://`` or ``http://``)."""
        __tracebackhide__ = True
        command = commands.StartProxy(to, listen, name, rewrite_host)
        return AsyncProxy(self._core, self._loop, await self._loop.do(self._core.call(command)))

    async def service(self, replicas: int = 3, **settings: Any) -> AsyncService:
        """Start the reference service; settings as in ``commands.StartService``."""
        __tracebackhide__ = True
        command = commands.StartService(replicas, **settings)
        return AsyncService(self._core, self._loop, await self._loop.do(self._core.call(command)))

    async def connect(self, address: str, name: str = "", **settings: Any) -> AsyncClient:
        """Connect a client of our own; settings as in ``commands.Connect``."""
        __tracebackhide__ = True
        told = await self._loop.do(self._core.call(connect_command(address, name, settings)))
        return AsyncClient(self._core, self._loop, told["name"])
