"""What a connection still has to send: bounded, in order, and never waited for by others."""

from __future__ import annotations

import asyncio
from collections import deque

# Beyond this many bytes in the transport's own buffer the connection counts as paused.
HIGH_WATER = 64 * 1024


class Outlet:
    """Writes at once while the peer keeps up, queues while it does not.

    ``limit`` counts queued messages, ``limit_bytes`` their bytes; :meth:`write` answers False
    when either is reached, and the message is then not queued.
    """

    def __init__(
        self, transport: asyncio.Transport, limit: int, limit_bytes: int = 4 * 1024 * 1024
    ) -> None:
        transport.set_write_buffer_limits(high=HIGH_WATER)
        self._transport = transport
        self._limit = limit
        self._limit_bytes = limit_bytes
        self._queue: deque[bytes] = deque()
        self._queued_bytes = 0
        self._paused = False
        self._finishing = False
        self._keeps_up = asyncio.Event()
        self._keeps_up.set()

    def write(self, data: bytes) -> bool:
        """Send ``data`` after everything before it."""
        if not self._paused:
            self._transport.write(data)
            return True
        if len(self._queue) >= self._limit or self._queued_bytes >= self._limit_bytes:
            return False
        self._queue.append(data)
        self._queued_bytes += len(data)
        return True

    def replace(self, data: bytes) -> None:
        """Drop what is queued, and let ``data`` be the next thing the peer gets.

        What the transport holds stays, so the peer never sees half a frame.
        """
        self._queue.clear()
        self._queued_bytes = 0
        self._transport.write(data)

    async def ready(self) -> None:
        """Wait until the peer has read what was sent so far, but for a buffer's worth."""
        await self._keeps_up.wait()

    def finish(self) -> None:
        """Close once everything is sent."""
        self._finishing = True
        if not self._queue:
            self._transport.close()

    def abort(self) -> None:
        """Close now; what is queued is lost."""
        self._queue.clear()
        self._transport.abort()

    def pause(self) -> None:
        """The transport's buffer is full."""
        self._paused = True
        self._keeps_up.clear()

    def resume(self) -> None:
        """The transport's buffer has emptied."""
        self._paused = False
        # A write may fill the buffer and pause again in the middle of this loop.
        while self._queue and not self._paused:
            data = self._queue.popleft()
            self._queued_bytes -= len(data)
            self._transport.write(data)
        if not self._paused:
            self._keeps_up.set()
        if self._finishing and not self._queue:
            self._transport.close()

    def lost(self) -> None:
        """The connection is gone: nobody needs to wait any longer."""
        self._queue.clear()
        self._keeps_up.set()
