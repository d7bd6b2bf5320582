"""What stands on both sides of the proxy in fidelity tests: writes down a socket's every byte.

An implementation of its own on asyncio's streams, so that it shares no mistake with the proxy.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from dataclasses import dataclass, field


@dataclass
class Seen:
    """One direction of one connection: bytes, and how it ended ("fin", "rst" or "")."""

    data: bytearray = field(default_factory=bytearray)
    end: str = ""


class Relay:
    """Listens, and passes each connection on to a port; ``seen`` holds (out, in) of each."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.seen: list[tuple[Seen, Seen]] = []
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Relay:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        out, into = Seen(), Seen()
        self.seen.append((out, into))
        # A cancelled task would be reported by asyncio's streams as an accident.
        with contextlib.suppress(asyncio.CancelledError):
            there, back = await asyncio.open_connection("127.0.0.1", self._to)
            try:
                await asyncio.gather(pump(reader, back, out), pump(there, writer, into))
            finally:
                for each in (writer, back):
                    each.close()
                    with contextlib.suppress(OSError):
                        await each.wait_closed()
        self._tasks.discard(task)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Seen) -> None:
    try:
        while data := await reader.read(65536):
            seen.data += data
            writer.write(data)
            await writer.drain()
        seen.end = "fin"
        if not writer.is_closing():
            writer.write_eof()
    except OSError:
        seen.end = seen.end or "rst"
        reset(writer)


def reset(writer: asyncio.StreamWriter) -> None:
    """End with RST."""
    sock = writer.get_extra_info("socket")
    if sock is not None and sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
