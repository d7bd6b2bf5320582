"""The door from another process: one WebSocket on loopback."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from workbench.door import speech
from workbench.door.state import Mirror
from workbench.model.errors import Whose, WorkbenchError


class SocketDoor:
    """A front's side of the control connection.

    ``closed`` is set when the engine is gone, whoever ended it; calls under way then
    fail with a WorkbenchError (ours).
    """

    def __init__(self, connection: ClientConnection) -> None:
        self.mirror = Mirror()
        self.closed = asyncio.Event()
        self.hello: dict[str, Any] = {}
        self._connection = connection
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._last = 0
        self._reader: asyncio.Task[None] | None = None
        self.on_close: Callable[[], None] | None = None

    async def begin(self) -> None:
        """Take the engine's whole state, then follow it."""
        first = speech.load(await self._connection.recv())
        self.hello = first.get("hello", {})
        if self.hello.get("protocol") != speech.PROTOCOL:
            raise WorkbenchError(
                "The engine speaks another version of the control protocol.",
                whose=Whose.OURS,
                why=f"It speaks {self.hello.get('protocol')}, this front {speech.PROTOCOL}.",
                to_do="Use the engine and the front of one installation.",
            )
        for topic, key, value in first.get("state", []):
            self.mirror.put(topic, key, value)
        self._reader = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in self._connection:
                self._take(speech.load(text))
        self._lost()

    def _take(self, message: dict[str, Any]) -> None:
        for topic, key, value in message.get("changed", ()):
            self.mirror.put(topic, key, value)
        answer = self._waiting.pop(message.get("id", 0), None)
        if answer is None or answer.done():
            return
        if "error" in message:
            answer.set_exception(speech.error_of(message["error"]))
        else:
            answer.set_result(message.get("ok", {}))

    def _lost(self) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(_gone())
        self._waiting.clear()
        self.closed.set()
        if self.on_close is not None:
            self.on_close()

    async def call(self, command: Any) -> dict[str, Any]:
        """Carry out a command; raises WorkbenchError."""
        if self.closed.is_set():
            raise _gone()
        self._last += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[self._last] = answer
        try:
            await self._connection.send(speech.call_text(self._last, command))
        except ConnectionClosed:
            self._waiting.pop(self._last, None)
            raise _gone() from None
        return await answer

    async def close(self) -> None:
        """Leave; returns when the connection is closed and nothing is under way."""
        await self._connection.close()
        if self._reader is not None:
            await self._reader


def _gone() -> WorkbenchError:
    return WorkbenchError(
        "The engine stopped.",
        whose=Whose.OURS,
        why="Its process ended.",
        to_do="Everything recorded is kept. Start it again.",
    )


async def knock(address: str, token: str) -> SocketDoor:
    """A door to the engine that listens at ``address`` (``ws://127.0.0.1:port``)."""
    door = SocketDoor(await dial(address, token))
    await door.begin()
    return door


async def dial(address: str, token: str) -> ClientConnection:
    """The control connection, before its first words.

    Raises WorkbenchError (user) where the token is refused or nobody answers.
    """
    try:
        return await connect(
            address,
            additional_headers={"Authorization": f"Bearer {token}"},
            max_size=speech.MOST_FROM_ENGINE,
            proxy=None,
            compression=None,
        )
    except (OSError, InvalidHandshake, TimeoutError) as bad:
        raise WorkbenchError(
            f"No engine answers at {address}.",
            whose=Whose.USER,
            why=str(bad),
            to_do="Start it with `workbench engine --listen`, and use the token it names.",
        ) from bad
