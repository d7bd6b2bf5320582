"""Servers and clients that do what they should not, on raw sockets."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

from workbench.protocols.http import accept_key, parse_request

Act = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
ANNOUNCED = b"\x81\x7f" + (1 << 62).to_bytes(8, "big") + b"x" * 65536
#: Frames of a server that RFC 6455 forbids, and a word of what is said of each.
FRAMES = {
    "invalid UTF-8 in a text frame": (b"\x81\x02\xc3\x28", "UTF-8"),
    "a reserved opcode": (b"\x83\x01x", "opcode"),
    "a frame that announces 2^62 bytes": (ANNOUNCED, "4611686018427387904"),
    "a masked frame": (b"\x82\x81\x00\x00\x00\x00x", "mask"),
    "a fragmented ping": (b"\x09\x01x", "fragment"),
    "a close frame of one byte": (b"\x88\x01x", "close"),
}


@contextlib.asynccontextmanager
async def server(act: Act, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that does ``act`` with each connection; its port."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        # A handler that ends as cancelled is logged as a mistake: it ends quietly instead.
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await act(reader, writer)
        writer.transport.abort()
        tasks.discard(task)

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def head(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)


def saying(answer: bytes) -> Act:
    """Answers each request with these bytes, and waits until the other side is gone."""

    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(answer)
        await writer.drain()
        await reader.read()

    return act


async def blunt(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers whatever comes first as a plain HTTP server does that does not understand it."""
    await reader.read(65536)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
    await writer.drain()


async def endless_header(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """10 MB of one header."""
    await head(reader)
    writer.write(b"HTTP/1.1 101 Switching Protocols\r\nX: ")
    for _ in range(160):
        writer.write(b"a" * 65536)
        await writer.drain()
    await reader.read()


async def endless_line(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An event stream whose first line has 100 MB and no end."""
    await head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: ")
    for _ in range(1600):
        writer.write(b"a" * 65536)
        await writer.drain()


def opened_then(frames: bytes) -> Act:
    """Opens the WebSocket as it should, then sends these bytes."""

    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        key = accept_key(parse_request(await head(reader)).value("sec-websocket-key"))
        writer.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {key}\r\n\r\n".encode()
        )
        writer.write(frames)
        await writer.drain()
        await reader.read()

    return act


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Never says anything."""
    await reader.read()
