"""One socket of a link: reading without copies, back-pressure, and every way to end it."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections.abc import Callable
from typing import Protocol, cast

from workbench.model.words import Side

READ_SIZE = 256 * 1024
#: Bytes that may wait to be written before the other leg is read no more.
HIGH_WATER = 256 * 1024
LINGER_NONE = struct.pack("ii", 1, 0)  # SO_LINGER of 0 s: close() sends a reset
SIOCOUTQNSD = 0x894B  # Linux: bytes in the kernel's queue that were never sent


class Intake:
    """The buffer that all legs of one loop read into, since each is emptied before the next."""

    def __init__(self) -> None:
        self.view = memoryview(bytearray(READ_SIZE))

    def renew(self) -> None:
        """Take another: a transport has kept a part of the old one for later."""
        self.view = memoryview(bytearray(READ_SIZE))


class Owner(Protocol):
    """Who is told what happens on a leg."""

    def made(self, leg: Leg) -> None: ...
    def arrived(self, leg: Leg, view: memoryview) -> None: ...
    def finished(self, leg: Leg) -> None: ...
    def lost(self, leg: Leg, error: Exception | None) -> None: ...
    def full(self, leg: Leg, full: bool) -> None: ...


class Leg(asyncio.BufferedProtocol):
    """A connected socket (asyncio.Protocol would cost three more system calls a read)."""

    def __init__(self, owner: Owner, side: Side, intake: Intake) -> None:
        self.side = side
        self.transport: asyncio.Transport | None = None
        self.finished = False  #: the peer has sent FIN
        self.sealed = False  #: we have sent FIN, or no more may be written
        self.gone = False
        self._owner = owner
        self._intake = intake
        self._pauses: set[str] = set()
        self._queue = -1
        self._when_made: Callable[[], None] | None = None

    # --- what asyncio calls ---------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._queue = _queue_of(transport)
        self.transport.set_write_buffer_limits(HIGH_WATER)
        if self._pauses:
            self.transport.pause_reading()
        self._owner.made(self)
        if self._when_made is not None:
            self._when_made()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._intake.view

    def buffer_updated(self, nbytes: int) -> None:
        self._owner.arrived(self, self._intake.view[:nbytes])

    def eof_received(self) -> bool:
        self.finished = True
        self._owner.finished(self)
        # True keeps our direction open (RFC 9293 section 3.6); TLS has no such half.
        return self.transport is not None and self.transport.can_write_eof()

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone = self.sealed = True
        self._owner.lost(self, exc)

    def pause_writing(self) -> None:
        self._owner.full(self, True)

    def resume_writing(self) -> None:
        self._owner.full(self, False)

    # --- what its owner does with it ------------------------------------------------------

    @property
    def alive(self) -> bool:
        """True while something may be written."""
        return self.transport is not None and not self.sealed and not self.transport.is_closing()

    def write(self, data: bytes | memoryview) -> bool:
        """Pass bytes on; False when this leg takes no more."""
        transport = self.transport
        if transport is None or self.sealed or transport.is_closing():
            return False
        transport.write(data)
        if transport.get_write_buffer_size():
            self._intake.renew()
        return True

    def pause(self, reason: str) -> None:
        """Read no more, until every reason is gone."""
        if not self._pauses and self.transport is not None and not self.finished:
            self.transport.pause_reading()
        self._pauses.add(reason)

    def resume(self, reason: str) -> None:
        """The reason is gone."""
        if reason not in self._pauses:
            return
        self._pauses.discard(reason)
        # After FIN nothing is left to read: asyncio would only report it once more.
        if not self._pauses and self.transport is not None and not self.finished:
            self.transport.resume_reading()

    def paused_for(self, reason: str) -> bool:
        """True while this is a reason not to read."""
        return reason in self._pauses

    def finish(self) -> None:
        """Send FIN behind what is still to be written."""
        if self.transport is None or self.sealed:
            return
        self.sealed = True
        if self.transport.is_closing():
            return
        if self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()

    def close(self) -> None:
        """Write what is left, then close."""
        self.sealed = True
        if self.transport is None:
            self._when_made = self.close
        else:
            self.transport.close()

    def reset(self) -> None:
        """End with RST (RFC 9293 section 3.10.4, ABORT); what is not written is dropped."""
        self.sealed = True
        if self.transport is None:
            self._when_made = self.reset
            return
        if self.gone:
            return
        sock = self.transport.get_extra_info("socket")
        if sock is not None and sock.fileno() >= 0:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
        self.transport.abort()

    def unsent(self) -> int:
        """Bytes written to this leg that have not left this machine's queue."""
        if self.transport is None or self.gone:
            return 0
        return self.transport.get_write_buffer_size() + _in_kernel(self._queue)


def _queue_of(transport: asyncio.BaseTransport) -> int:
    """The descriptor whose queue can be asked for; -1 where the system cannot say."""
    sock = transport.get_extra_info("socket")
    return sock.fileno() if sys.platform == "linux" and sock is not None else -1


if sys.platform == "linux":
    import fcntl

    def _in_kernel(descriptor: int) -> int:
        if descriptor < 0:
            return 0
        return int.from_bytes(fcntl.ioctl(descriptor, SIOCOUTQNSD, b"\0\0\0\0"), sys.byteorder)

else:

    def _in_kernel(descriptor: int) -> int:
        return 0
