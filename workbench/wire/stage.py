"""What is common to messages and events while faults on messages are on.

A stage is fed in order and passes on in order, except where a fault wishes otherwise.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from workbench.model.action import (
    Behind,
    Drop,
    Forward,
    Fragment,
    Hold,
    LinkAction,
    MessageAction,
    Only,
    Repeat,
)
from workbench.model.passing import Message
from workbench.model.words import Direction
from workbench.units.applied import Applied
from workbench.wire.leg import Leg

if TYPE_CHECKING:
    from workbench.wire.breakable import Breakable

#: Bytes of held messages before the sender is read no more.
HELD_LIMIT = 16 * 1024 * 1024
#: Small writes of one message at most; the rest goes in one.
MOST_WRITES = 4096


@dataclass(slots=True, eq=False)
class Parcel:
    """One message on its way.  ``told`` is what the record needs of it."""

    opcode: int
    raw: bytes
    payload: bytes
    told: Any
    changed: bool = False  # the payload is another
    moved: bool = False  # it comes later than others that came after it
    copy: bool = False
    fragment: int = 0
    order: int = 0
    until: float = 0.0
    holder: str = ""
    behind: int = 0
    latest: float = math.inf
    only: int = -1
    then: list[LinkAction] = field(default_factory=list)
    loose: bool = False  # passes as it came, whatever it is

    @property
    def control(self) -> bool:
        """True for a ping, pong or close frame."""
        return 8 <= self.opcode < 16


class Stage:
    """One direction of a link."""

    def __init__(self, link: Breakable, leg: Leg, direction: Direction) -> None:
        self._loop = asyncio.get_running_loop()
        self._link = link
        self._leg = leg
        self._direction = direction
        self._faults: list[Applied] = []
        self._before: dict[str, int] = {}
        self._queue: deque[Parcel] = deque()
        self._aside: list[Parcel] = []
        self._size = 0
        self._count = 0
        self._timer: asyncio.Handle | None = None
        self._at_end: list[Callable[[], None]] = []
        self._running = False
        self._stopped = False
        self.writes = 0  #: bytes a write; 0: no matter

    # --- what the two kinds say --------------------------------------------------------------

    def feed(self, data: bytes) -> None:
        """Bytes, in order."""
        raise NotImplementedError

    def encoded(self, parcel: Parcel) -> bytes:
        """The bytes that go on the wire for it."""
        raise NotImplementedError

    def tell(self, parcel: Parcel, *, arrived: bool, passed: bool) -> None:
        """Record it."""
        raise NotImplementedError

    def rest(self) -> bytes:
        """What has come and is no whole message yet; it is forgotten here."""
        raise NotImplementedError

    def touched(self, parcel: Parcel) -> None:
        """A fault changes what the receiver gets of this one."""

    @property
    def done(self) -> bool:
        """True when nothing has to go through here any more."""
        return not (self._faults or self._queue or self._aside or self._at_end)

    # --- faults -----------------------------------------------------------------------------

    def set(self, faults: Iterable[Applied]) -> None:
        """These are on now; what waits for others waits no more."""
        self._faults = [each for each in faults if each.on_message is not None]
        on = {each.id for each in self._faults}
        self._before = {number: self._before.get(number, 0) for number in on}
        for parcel in (*self._queue, *self._aside):
            if parcel.holder not in on:
                parcel.until = 0.0
        for parcel in [each for each in self._aside if each.holder not in on]:
            if parcel in self._aside:
                self._come_back(parcel)
        self.run()

    def take(self, parcel: Parcel) -> None:
        """One message has come whole."""
        self._count += 1
        parcel.order = self._count
        parcels = [parcel]
        if not parcel.loose:
            for fault in self._faults:
                parcels = [after for each in parcels for after in self._asked(fault, each)]
        for each in parcels:
            self._size += len(each.raw)
            if each.behind and not each.control:
                self._aside.append(each)
                continue
            if each.opcode in (9, 10) and self._queue and not each.until:
                self._emit(each)  # section 5.4: a control frame may come between messages
                continue
            if each.opcode == 8:
                self._all_come_back()
            self._pass(each)
        self.run()

    def _asked(self, fault: Applied, parcel: Parcel) -> list[Parcel]:
        assert fault.on_message is not None
        before = self._before[fault.id]
        if not parcel.control:
            self._before[fault.id] = before + 1
        facts = Message(self._direction, parcel.opcode, parcel.payload, len(parcel.raw), before)
        out = [parcel]
        for action in fault.on_message(facts):
            if isinstance(action, Drop):
                self.touched(parcel)
                if not parcel.copy:
                    self.tell(parcel, arrived=True, passed=False)
                return []
            if isinstance(action, Repeat):
                self.touched(parcel)
                out += [_copy(parcel) for _ in range(action.times - 1)]
            else:
                self._wish(fault.id, parcel, action)
        return out

    def _wish(self, fault: str, parcel: Parcel, action: MessageAction) -> None:
        now = self._loop.time()
        match action:
            case Forward(data=data):
                if data is not None and data != parcel.payload:
                    parcel.payload, parcel.changed = data, True
                    self.touched(parcel)
            case Hold(seconds=seconds):
                parcel.holder = fault
                parcel.until = math.inf if seconds is None else max(parcel.until, now + seconds)
            case Behind(messages=messages, seconds=seconds):
                parcel.holder, parcel.moved = fault, True
                parcel.behind, parcel.latest = messages, now + seconds
                self.touched(parcel)
            case Fragment(size=size):
                parcel.fragment = size
                self.touched(parcel)
            case Only(size=size):
                parcel.only = size
            case Drop() | Repeat():
                pass
            case _:
                parcel.then.append(action)

    # --- passing on -------------------------------------------------------------------------

    def _pass(self, parcel: Parcel) -> None:
        """It is next; each older one that waits for later ones has seen one more of them."""
        self._queue.append(parcel)
        if parcel.control:
            return
        for older in [each for each in self._aside if each.order < parcel.order]:
            older.behind -= 1
            if older.behind <= 0 and older in self._aside:
                self._come_back(older)

    def _come_back(self, parcel: Parcel) -> None:
        self._aside.remove(parcel)
        self._pass(parcel)

    def _all_come_back(self) -> None:
        while self._aside:
            self._come_back(self._aside[0])

    def run(self) -> None:
        """Pass on what may be passed on now."""
        if self._running or self._stopped:
            return
        self._running = True
        try:
            self._run()
        finally:
            self._running = False
        self._press()
        if self._at_end and not self._queue and not self._stopped:
            calls, self._at_end = self._at_end, []
            for call in calls:
                call()

    def _run(self) -> None:
        self._cancel()
        now = self._loop.time()
        for parcel in [each for each in self._aside if each.latest <= now]:
            if parcel in self._aside:
                self._come_back(parcel)
        while self._queue and self._queue[0].until <= now:
            self._emit(self._queue.popleft())
        times = [parcel.latest for parcel in self._aside]
        times += [parcel.until for parcel in list(self._queue)[:1]]
        at = min(times, default=math.inf)
        if at < math.inf:
            self._timer = self._loop.call_at(at, self.run)

    def _emit(self, parcel: Parcel) -> None:
        self._size -= len(parcel.raw)
        data = self.encoded(parcel)
        if parcel.only >= 0:
            self._link.pass_on(self._leg, data[: parcel.only])
            self.tell(parcel, arrived=not parcel.copy, passed=False)
        else:
            passed = self._write(data)
            self.tell(parcel, arrived=not parcel.copy, passed=passed)
        for action in parcel.then:
            self._link.carry_out(action)

    def _write(self, data: bytes) -> bool:
        if not self.writes or len(data) <= self.writes:
            return self._link.pass_on(self._leg, data)
        passed, view = True, memoryview(data)
        step = max(self.writes, -(-len(data) // MOST_WRITES))
        for at in range(0, len(data), step):
            passed = self._link.pass_on(self._leg, view[at : at + step])
        return passed

    def _press(self) -> None:
        if self._size > HELD_LIMIT:
            self._leg.pause("stage")
        elif self._size <= HELD_LIMIT // 2:
            self._leg.resume("stage")

    # --- ends -------------------------------------------------------------------------------

    def at_end(self, call: Callable[[], None]) -> None:
        """Call when everything that waits has been passed on."""
        self._all_come_back()
        self._at_end.append(call)
        self.run()

    def stop(self) -> bytes:
        """Pass nothing any more: what waited is told as arrived.  What was no message yet."""
        self._stopped = True
        self._cancel()
        for parcel in (*self._queue, *self._aside):
            if not parcel.copy:
                self.tell(parcel, arrived=True, passed=False)
        self._queue.clear()
        self._aside.clear()
        self._at_end.clear()
        self._leg.resume("stage")
        return self.rest()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _copy(parcel: Parcel) -> Parcel:
    return replace(parcel, copy=True, then=[])
