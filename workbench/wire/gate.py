"""Where connections come in: listens, makes a link of each, and knows those that live."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from workbench.wire.joint import Joint
from workbench.wire.leg import Intake, Leg
from workbench.wire.upstream import cannot_listen

BACKLOG = 1024
#: How long links may take to end when the gate closes, before they are reset.
CLOSE_SECONDS = 1.0

L = TypeVar("L", bound=Joint)


class Gate(Generic[L]):
    """``make(intake, over)`` makes the link of a connection; ``connect(link)`` finds its server.

    ``changed`` is called after a link is over.
    """

    def __init__(
        self,
        make: Callable[[Intake, Callable[[Joint], None]], L],
        connect: Callable[[L], Coroutine[Any, Any, None]],
        changed: Callable[[], None],
    ) -> None:
        self._make = make
        self._connect = connect
        self._changed = changed
        self._intake = Intake()
        self._links: dict[Joint, L] = {}
        self._connecting: dict[Joint, asyncio.Task[None]] = {}
        self._empty = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._address: tuple[str, int] | None = None

    @property
    def links(self) -> list[L]:
        """The live links, in the order in which they came."""
        return list(self._links.values())

    async def start(self, host: str, port: int) -> tuple[str, int]:
        """Listen; the address listened on (port 0 takes a free one).

        Raises WorkbenchError (user) where that cannot be."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._accept, host, port, backlog=BACKLOG)
        except OSError as bad:
            raise cannot_listen(host, port, bad) from None
        name = self._server.sockets[0].getsockname()
        self._address = str(name[0]), int(name[1])
        return self._address

    def shut(self) -> None:
        """Listen no more: whoever connects is refused.  Links that are there stay."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def reopen(self) -> None:
        """Listen again, at the same address.  Raises WorkbenchError (user) as ``start``."""
        if self._server is None and self._address is not None:
            await self.start(*self._address)

    async def close(self) -> None:
        """Stop listening and end every link in order; what does not end in time is reset."""
        if self._server is not None:
            self._server.close()
        tasks = list(self._connecting.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for link in self.links:
            link.end()
        await self._all_over()
        for link in self.links:
            link.reset()
        await self._all_over()
        if self._server is not None:
            await self._server.wait_closed()
            self._server = None

    async def _all_over(self) -> None:
        if self._links:
            self._empty.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), CLOSE_SECONDS)

    def _accept(self) -> Leg:
        link = self._make(self._intake, self._over)
        self._links[link] = link
        self._connecting[link] = asyncio.create_task(self._reach(link), name="gate connects")
        return link.client

    async def _reach(self, link: L) -> None:
        try:
            await self._connect(link)
        finally:
            self._connecting.pop(link, None)

    def _over(self, joint: Joint) -> None:
        self._links.pop(joint, None)
        task = self._connecting.pop(joint, None)
        if task is not None and task is not asyncio.current_task():
            task.cancel()
        if not self._links:
            self._empty.set()
        self._changed()
