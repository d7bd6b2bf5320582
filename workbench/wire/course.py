"""One direction of a link while faults on bytes are on: a queue that keeps their order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from workbench.model.action import (
    ByteAction,
    Close,
    Finish,
    Gather,
    Hold,
    LinkAction,
    Only,
    Pace,
    Reset,
    Room,
    Slice,
)
from workbench.model.passing import Bytes
from workbench.model.words import Direction
from workbench.units.applied import Applied
from workbench.wire.leg import HIGH_WATER, Leg

#: Bytes that wait at most before the sender is read no more (a piece read at once comes on top).
COURSE_LIMIT = 1024 * 1024
#: A paced piece leaves in parts of so many seconds.
BEAT = 0.02
#: Writes in a row before other links have their turn.
TURN = 256


@dataclass(slots=True)
class Piece:
    """What was read at once, when, and what each fault wishes for it."""

    data: memoryview
    came: float
    wishes: list[tuple[str, ByteAction]] = field(default_factory=list)
    gone: int = 0  # bytes of it that were passed


class Course:
    """Pieces wait here for ``deliver(leg, data)``; nothing overtakes.

    ``end(action)`` is asked to end the link where a fault wishes so."""

    def __init__(
        self,
        leg: Leg,
        other: Leg,
        direction: Direction,
        deliver: Callable[[Leg, bytes], None],
        end: Callable[[LinkAction], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._leg = leg
        self._other = other
        self._direction = direction
        self._deliver = deliver
        self._end = end
        self._faults: dict[str, Applied] = {}
        self._before: dict[str, int] = {}
        self._queue: deque[Piece] = deque()
        self._size = 0
        self._free = 0.0  # when the next write may be
        self._open = 0  # bytes let go by a Gather
        self._timer: asyncio.Handle | None = None
        self._at_end: list[Callable[[], None]] = []
        self._running = False
        self.writes = 0  #: of at most so many bytes; 0: no matter

    @property
    def busy(self) -> bool:
        """True while anything has to go through here."""
        return bool(self._faults or self._queue or self._at_end)

    @property
    def size(self) -> int:
        """Bytes that wait."""
        return self._size

    def set(self, faults: Iterable[Applied]) -> None:
        """These are on now; what waits for others waits no more."""
        self._faults = {each.id: each for each in faults if each.on_bytes is not None}
        self._before = {number: self._before.get(number, 0) for number in self._faults}
        if not self._faults:
            self._free = 0.0
            self.writes = 0
        self.run()

    def put(self, data: bytes) -> None:
        """A piece has come."""
        piece = Piece(memoryview(data), self._loop.time())
        for fault in self._faults.values():
            assert fault.on_bytes is not None
            facts = Bytes(self._direction, len(data), self._before[fault.id])
            self._before[fault.id] += len(data)
            piece.wishes += [(fault.id, action) for action in fault.on_bytes(facts)]
        self._queue.append(piece)
        self._size += len(data)
        self.run()
        self._press()

    def _press(self) -> None:
        """Back-pressure: memory is bounded whatever a fault holds."""
        limit = COURSE_LIMIT
        for piece in list(self._queue)[:1]:
            limit = min([limit, *(a.size for a in self._live(piece) if isinstance(a, Room))])
        if self._size > limit:
            self._leg.pause("course")
        elif self._size <= limit // 2:
            self._leg.resume("course")

    def _live(self, piece: Piece) -> list[ByteAction]:
        return [action for number, action in piece.wishes if number in self._faults]

    # --- passing on -----------------------------------------------------------------------

    def run(self) -> None:
        """Pass on what may be passed on now."""
        if self._running:
            return
        self._running = True
        self._cancel()
        try:
            for _ in range(TURN):
                if not self._step():
                    break
            else:
                self._timer = self._loop.call_soon(self.run)
        finally:
            self._running = False
        self._press()
        if not self._queue and self._at_end:
            calls, self._at_end = self._at_end, []
            for call in calls:
                call()

    def _step(self) -> bool:
        """One write; False where there is nothing to write now."""
        if not self._queue or self._full():
            return False
        piece = self._queue[0]
        actions = self._live(piece)
        if self._gathering(actions):
            return False
        now = self._loop.time()
        held = sum(a.seconds or 0.0 for a in actions if isinstance(a, Hold))
        at = max(piece.came + held, self._free)
        if at > now:
            self._timer = self._loop.call_at(at, self.run)
            return False
        self._write(piece, actions, now)
        return True

    def _full(self) -> bool:
        transport = self._other.transport
        return transport is not None and transport.get_write_buffer_size() > HIGH_WATER

    def _gathering(self, actions: list[ByteAction]) -> bool:
        wanted = max((a.size for a in actions if isinstance(a, Gather)), default=0)
        if self._open > 0 or self._at_end or not wanted:
            return False
        if self._size < min(wanted, COURSE_LIMIT):
            return True
        self._open = self._size
        return False

    def _write(self, piece: Piece, actions: list[ByteAction], now: float) -> None:
        rate = min((a.rate for a in actions if isinstance(a, Pace)), default=0.0)
        slices = [a for a in actions if isinstance(a, Slice)]
        self.writes = min((a.size for a in slices), default=0)
        last = min((a.size for a in actions if isinstance(a, Only)), default=-1)
        size = len(piece.data) if not self.writes else min(self.writes, len(piece.data))
        if rate:
            size = min(size, max(1, int(rate * BEAT)))
        if last >= 0:
            size = min(size, last - piece.gone)
        part, piece.data = bytes(piece.data[:size]), piece.data[size:]
        piece.gone += size
        self._size -= size
        self._open = max(0, self._open - size)
        gap = max((a.gap for a in slices), default=0.0)
        self._free = max(self._free, now - BEAT) + max(gap, size / rate) if rate else now + gap
        if not piece.data:
            self._queue.popleft()
        if part:
            self._deliver(self._leg, part)
        if last >= 0 and piece.gone >= last:
            for action in actions:
                if isinstance(action, Close | Reset | Finish):
                    self._end(action)

    # --- ends -----------------------------------------------------------------------------

    def at_end(self, call: Callable[[], None]) -> None:
        """Call when everything that waits has been passed on."""
        self._at_end.append(call)
        self.run()

    def stop(self) -> bytes:
        """Pass nothing any more; what waited."""
        self._cancel()
        rest = b"".join(bytes(piece.data) for piece in self._queue)
        self._queue.clear()
        self._size = 0
        self._faults.clear()
        self._at_end.clear()
        self._leg.resume("course")
        return rest

    def flush(self) -> None:
        """Pass on everything at once (nobody is there to take it in time)."""
        for piece in self._queue:
            piece.wishes.clear()
        self._free = 0.0
        self.run()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
