"""Peers of the proxy: a raw server that a test drives by hand, and real `websockets` ones."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from workbench.protocols.http import accept_key, parse_request

Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]

GET = b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n"
UPGRADE = (
    b"GET /ws?token=1 HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"User-Agent: raw\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Version: 13\r\n\r\n"
)


def switching(request: bytes) -> bytes:
    """The 101 that answers a request's head."""
    key = accept_key(parse_request(request).value("sec-websocket-key"))
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {key}\r\n\r\n"
    ).encode()


class RawServer:
    """Accepts connections and hands each to the test as (reader, writer)."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[Pair] = asyncio.Queue()
        self._writers: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> RawServer:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._writers:
            await shut(writer)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self.came.put_nowait((reader, writer))

    async def next(self) -> Pair:
        return await asyncio.wait_for(self.came.get(), 20)


async def shut(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


@contextlib.asynccontextmanager
async def raw_client(port: int) -> AsyncIterator[Pair]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        await shut(writer)


@contextlib.asynccontextmanager
async def upgraded(server: RawServer, port: int) -> AsyncIterator[tuple[Pair, Pair]]:
    """A raw client and the raw server behind the proxy, after the opening handshake."""
    async with raw_client(port) as (reader, writer):
        writer.write(UPGRADE)
        there, back = await server.next()
        request = await read_head(there)
        back.write(switching(request))
        await read_head(reader)
        yield (reader, writer), (there, back)
        await shut(back)


async def read_head(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)


async def read_all(reader: asyncio.StreamReader) -> bytes:
    """Until the end; a reset is an end too."""
    out = bytearray()
    with contextlib.suppress(ConnectionResetError):
        while data := await asyncio.wait_for(reader.read(65536), 20):
            out += data
    return bytes(out)


async def echo(ws: ServerConnection) -> None:
    """Sends everything back; ``numbers n`` gives n numbered messages."""
    with contextlib.suppress(ConnectionClosed):
        async for message in ws:
            if isinstance(message, str) and message.startswith("numbers "):
                for i in range(int(message.split()[1])):
                    await ws.send(f"number {i}")
            else:
                await ws.send(message)


@contextlib.asynccontextmanager
async def echo_server(**given: object) -> AsyncIterator[int]:
    async with serve(echo, "127.0.0.1", 0, **given) as server:
        yield server.sockets[0].getsockname()[1]


def client(port: int, path: str = "/", **given: object) -> connect:
    return connect(f"ws://127.0.0.1:{port}{path}", **given)


async def end_of(ws: ClientConnection) -> ConnectionClosed:
    """How a client sees the end."""
    try:
        while True:
            await asyncio.wait_for(ws.recv(), 20)
    except ConnectionClosed as closed:
        return closed
