"""Gateways in the test's own loop, on either backplane, and a small client for each protocol."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from workbench.service.backplane.choice import choose_backplane
from workbench.service.gateway import Gateway, Options

PATIENCE = 20.0
REDIS = shutil.which("redis-server")


def _start_redis(folder: Path) -> subprocess.Popen[bytes]:
    """A durable Redis server on a Unix socket in ``folder``, ready."""
    words = ["--port", "0", "--unixsocket", str(folder / "r.sock"), "--save", ""]
    words += ["--appendonly", "yes", "--appendfsync", "always", "--dir", str(folder)]
    assert REDIS is not None
    server = subprocess.Popen([REDIS, *words], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE
    while not (folder / "r.sock").exists():
        assert server.poll() is None, "redis-server ended at once"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return server


def need_redis() -> None:
    if REDIS is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have redis-server (Debian package redis-server)")
        pytest.skip("redis-server is not installed here (Debian package redis-server)")


@pytest.fixture
def start_redis() -> Callable[[Path], subprocess.Popen[bytes]]:
    need_redis()
    return _start_redis


@pytest.fixture(scope="session")
def redis_folder() -> Iterator[Path]:
    need_redis()
    # Not tmp_path: a Unix socket's path may have 107 bytes only.
    folder = Path(tempfile.mkdtemp(prefix="wb-redis-"))
    server = _start_redis(folder)
    yield folder
    server.terminate()
    server.wait(PATIENCE)
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "redis"])
def backplane_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Both backplanes pass the same tests."""
    if request.param == "sqlite":
        return f"sqlite://{tmp_path}/updates.db"
    folder = request.getfixturevalue("redis_folder")
    return f"unix://{folder}/r.sock?db=0"


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite://{tmp_path}/updates.db"


@pytest.fixture
def stream() -> str:
    """A stream of its own: the Redis server is shared by the tests."""
    return f"prices-{uuid.uuid4().hex[:8]}"


class Replica:
    """A gateway in this process."""

    def __init__(self, gateway: Gateway, port: int) -> None:
        self.gateway = gateway
        self.port = port

    @contextlib.asynccontextmanager
    async def client(self, **options: Any) -> AsyncIterator[Client]:
        async with connect(f"ws://127.0.0.1:{self.port}/ws", proxy=None, **options) as socket:
            yield Client(socket)

    async def http(self, method: str, target: str, body: Any = None, **headers: str) -> Reply:
        text = json.dumps(body).encode() if isinstance(body, dict) else body or b""
        named = {"Host": "x", "Connection": "close", "Content-Length": str(len(text)), **headers}
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
        return await self.raw(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + text)

    async def raw(self, data: bytes) -> Reply:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(data)
            async with asyncio.timeout(PATIENCE):
                return Reply(await reader.read())
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def publish(self, stream: str, payload: object, key: str | None = None) -> dict[str, Any]:
        reply = await self.http(
            "POST", "/publish", {"stream": stream, "payload": payload, "key": key}
        )
        assert reply.status == 200, reply.text
        return reply.json

    async def fill(self, stream: str, count: int) -> str:
        """Publish 1 to ``count``; the epoch."""
        return [(await self.publish(stream, n + 1))["epoch"] for n in range(count)][-1]


class Reply:
    def __init__(self, data: bytes) -> None:
        head, _, body = data.partition(b"\r\n\r\n")
        self.status = int(head.split(b" ")[1]) if head else 0
        self.head = head.decode().lower()
        self.text = body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Client:
    """A WebSocket client that says what it does."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def get(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            return json.loads(await self.socket.recv())

    async def ask(self, **message: Any) -> dict[str, Any]:
        await self.send(**message)
        return await self.get()

    async def subscribe(self, stream: str, after: tuple[str, int] | None = None) -> dict[str, Any]:
        position = {} if after is None else {"after": {"epoch": after[0], "offset": after[1]}}
        return await self.ask(op="subscribe", stream=stream, **position)

    async def nothing_more(self) -> None:
        """A pong comes after everything sent before it: nothing else may come first."""
        assert await self.ask(op="ping") == {"type": "pong"}


Make = Callable[..., Awaitable[Replica]]


@pytest.fixture
async def replica() -> AsyncIterator[Make]:
    """Make gateways; all are closed at the end of the test."""
    made: list[Gateway] = []

    async def make(url: str, *, history: int = 1000, **options: Any) -> Replica:
        gateway = Gateway(Options(**options), choose_backplane(url, history))
        made.append(gateway)
        return Replica(gateway, await gateway.open())

    yield make
    for gateway in made:
        await gateway.close()


@pytest.fixture
def until() -> Callable[[Callable[[], Any]], Awaitable[None]]:
    """Wait until something becomes true."""

    async def wait(condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    return wait
