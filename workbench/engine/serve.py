"""The control connection's server: loopback, one token, no web page may speak to it."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import http
import os
from typing import TYPE_CHECKING, Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from workbench.door import speech
from workbench.door.state import Value
from workbench.model.errors import Whose, WorkbenchError

if TYPE_CHECKING:
    from workbench.engine.engine import Engine

BEAT = 1 / 30  # seconds between batches of changes


class Front:
    """One front at the door: its calls run side by side, its changes go out on a beat."""

    def __init__(self, engine: Engine, connection: ServerConnection) -> None:
        self._engine = engine
        self._connection = connection
        self._changed: dict[tuple[str, str], Value | None] = {}
        self._calls: set[asyncio.Task[None]] = set()

    async def attend(self) -> None:
        """Until the front leaves."""
        stop = self._engine.mirror.listen(self._note)
        beat: asyncio.Task[None] | None = None
        try:
            hello = {"protocol": speech.PROTOCOL, "pid": os.getpid()}
            state = self._engine.mirror.everything()
            await self._connection.send(speech.dump({"hello": hello, "state": state}))
            beat = asyncio.create_task(self._beat())
            async for text in self._connection:
                self._hear(text)
        except ConnectionClosed:
            pass
        finally:
            stop()
            for task in [*self._calls, *([beat] if beat else [])]:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    def _note(self, topic: str, key: str, value: Value | None) -> None:
        self._changed[topic, key] = value

    async def _beat(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await asyncio.sleep(BEAT)
                await self._send_changes()

    async def _send_changes(self) -> None:
        changed, self._changed = self._changed, {}
        if changed:
            rows = [(topic, key, value) for (topic, key), value in changed.items()]
            await self._connection.send(speech.dump({"changed": rows}))

    def _hear(self, text: str | bytes) -> None:
        task = asyncio.create_task(self._answer(text))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def _answer(self, text: str | bytes) -> None:
        number: Any = None
        try:
            message = speech.load(text)
            number = message.get("id")
            answer = {"id": number, "ok": await self._engine.call(speech.command_of(message))}
        except WorkbenchError as error:
            answer = {"id": number, "error": error.as_dict()}
        except Exception as bad:  # the front must hear of our own mistakes too
            mistake = WorkbenchError(
                "The engine made a mistake.", whose=Whose.OURS, why=f"{type(bad).__name__}: {bad}"
            )
            answer = {"id": number, "error": mistake.as_dict()}
        with contextlib.suppress(ConnectionClosed):
            # What the command changed is told before its answer.
            await self._send_changes()
            await self._connection.send(speech.dump(answer))


class ControlServer:
    """Listens on loopback; ``met`` is set when a first front has come, ``idle`` when the
    last one has left."""

    def __init__(self, engine: Engine, token: str) -> None:
        self._engine = engine
        self._token = token
        self._fronts = 0
        self._server: Server | None = None
        self.met = asyncio.Event()
        self.idle = asyncio.Event()
        self.port = 0

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Begin to listen; the address.  Raises WorkbenchError (user) for a port in use."""
        try:
            self._server = await serve(
                self._attend,
                host,
                port,
                process_request=self._admit,
                max_size=speech.MOST_FROM_FRONT,
                compression=None,
            )
        except OSError as bad:
            raise WorkbenchError(
                f"The engine can't listen on {host}:{port}.",
                whose=Whose.USER,
                why=bad.strerror or str(bad),
                to_do="Choose another port, or 0 for any free one.",
            ) from bad
        self.port = self._server.sockets[0].getsockname()[1]
        return f"ws://{host}:{self.port}"

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """None lets the front in.  A browser always sends Origin, and its name for us in Host
        may be one that a foreign DNS answer made point here: both are refused."""
        headers = request.headers
        allowed = {f"127.0.0.1:{self.port}", f"localhost:{self.port}", f"[::1]:{self.port}"}
        if headers.get("Origin") is not None or headers.get("Host") not in allowed:
            return connection.respond(http.HTTPStatus.FORBIDDEN, "Not for web pages.\n")
        given = headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            return connection.respond(http.HTTPStatus.UNAUTHORIZED, "The token is wrong.\n")
        return None

    async def _attend(self, connection: ServerConnection) -> None:
        self._fronts += 1
        self.met.set()
        self.idle.clear()
        try:
            await Front(self._engine, connection).attend()
        finally:
            self._fronts -= 1
            if not self._fronts:
                self.idle.set()

    async def close(self) -> None:
        """Stop listening and send the fronts away."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
