"""The way of a link's bytes while a fault is on it: the one loop that carries wishes out.

It knows no fault by name: only what each one wishes for what passes (model/action.py).  A link
without a fault has no detour and passes its bytes at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.model.action import Finish, Headers, Hold, Refuse, Reset
from workbench.model.passing import Answer, Opening
from workbench.model.words import Direction, Flag, Kind
from workbench.protocols.http import HEAD_END, HEAD_LIMIT, HeadError, parse_answer
from workbench.units.applied import Applied
from workbench.wire.course import Course
from workbench.wire.event_stage import EventStage
from workbench.wire.leg import Leg
from workbench.wire.message_stage import MessageStage
from workbench.wire.stage import Stage

if TYPE_CHECKING:
    from workbench.wire.breakable import Breakable

WAYS = (Direction.IN, Direction.OUT)


class Detour:
    """Both directions of one link.  ``deliver(leg, data)`` is the link's own way."""

    def __init__(self, link: Breakable, deliver: Callable[[Leg, bytes], None]) -> None:
        self._link = link
        self._deliver = deliver
        self._faults: dict[str, Applied] = {}
        self._courses = {
            way: Course(leg, link.other(leg), way, self._onward, link.carry_out)
            for way, leg in ((Direction.IN, link.server), (Direction.OUT, link.client))
        }
        self._stages: dict[Direction, Stage] = {}
        self._head = bytearray()  # of an answer, until it is whole
        self._gone = False

    # --- faults -----------------------------------------------------------------------------

    @property
    def idle(self) -> bool:
        """True when every byte may go the quick way again."""
        busy = any(course.busy for course in self._courses.values())
        return not (self._faults or self._stages or busy or self._head)

    @property
    def waiting(self) -> int:
        """Bytes that a fault holds in queues."""
        return sum(course.size for course in self._courses.values())

    def apply(self, fault: Applied) -> None:
        """A fault is on from here."""
        self._faults[fault.id] = fault
        self._changed()

    def lift(self, number: str) -> None:
        """It is healed: what only it held is passed on, in order."""
        if self._faults.pop(number, None) is not None:
            self._changed()

    def _changed(self) -> None:
        for course in self._courses.values():
            course.set(self._faults.values())
        for stage in list(self._stages.values()):
            stage.set(self._faults.values())
        self._settle()

    def _settle(self) -> None:
        """End the stages that nothing has to go through any more."""
        for way, stage in list(self._stages.items()):
            if stage.done and self._stages.get(way) is stage:
                del self._stages[way]
                rest = stage.leave() if isinstance(stage, MessageStage | EventStage) else b""
                if rest:
                    self._deliver(self._leg_of(way), rest)

    def _leg_of(self, way: Direction) -> Leg:
        return self._link.server if way == Direction.IN else self._link.client

    def asked(self, facts: Opening) -> Hold | Refuse | Reset | Finish | None:
        """What a fault wishes for a connection or a request; the first one is heard."""
        for fault in self._faults.values():
            for action in fault.on_opening(facts) if fault.on_opening else ():
                return action
        return None

    @property
    def at_door(self) -> bool:
        """True while a fault wants to see requests before the server does."""
        return any(fault.on_opening is not None for fault in self._faults.values())

    # --- bytes ------------------------------------------------------------------------------

    def arrived(self, leg: Leg, data: bytes) -> None:
        """Bytes from one side."""
        course = self._courses[self._link.direction_from(leg)]
        if course.busy:
            course.put(data)
        else:
            self._onward(leg, data)

    def _onward(self, leg: Leg, data: bytes) -> None:
        """Bytes whose time has come."""
        way = self._link.direction_from(leg)
        if way == Direction.IN and self._link.state == "connecting":
            data = self._answer(leg, data)
        while data and not self._gone:
            stage = self._stage(way)
            if stage is not None:
                stage.writes = self._courses[way].writes
                stage.feed(data)
                data = b""
                break
            # Up to the next boundary it goes as it came; there the stage begins.
            size = self._to_boundary(way, len(data))
            part, data = data[:size], data[size:]
            self._deliver(leg, part)
        if data and self._gone and self._link.ending is not None:
            self._link.ending.arrived(leg, data)
        if not self._gone:
            self._settle()
            if self._link.to_say:
                self._link.say()

    def _stage(self, way: Direction) -> Stage | None:
        stage = self._stages.get(way)
        if stage is not None or not self._wanted():
            return stage
        scribe, leg = self._link.scribe, self._leg_of(way)
        walker = scribe.walker(way)
        if self._link.framed and walker is not None and not walker.within_message:
            stage = MessageStage(self._link, leg, way)
        elif way == Direction.IN and scribe.streaming:
            stage = EventStage(self._link, leg, way)
        else:
            return None
        self._stages[way] = stage
        stage.set(self._faults.values())
        return stage

    def _wanted(self) -> bool:
        return any(fault.on_message is not None for fault in self._faults.values())

    def _to_boundary(self, way: Direction, size: int) -> int:
        walker = self._link.scribe.walker(way)
        if not self._wanted() or walker is None or not self._link.framed:
            return size
        return min(size, walker.to_boundary or 1)

    # --- the answer's head ------------------------------------------------------------------

    def _answer(self, leg: Leg, data: bytes) -> bytes:
        """Passes the head of an answer by itself, so that what follows can be struck."""
        self._head += data
        match = HEAD_END.search(self._head)
        if match is None and len(self._head) <= HEAD_LIMIT and self._link.ending is None:
            return b""
        end = match.end() if match else len(self._head)
        head, rest = bytes(self._head[:end]), bytes(self._head[end:])
        self._head.clear()
        changed = self._changed_head(head)
        if changed == head:
            self._deliver(leg, head)
        else:
            self._pass_changed(leg, head, changed)
        if rest and self._link.state == "connecting":  # 1xx: the answer itself follows
            return self._answer(leg, rest)
        return rest

    def _changed_head(self, raw: bytes) -> bytes:
        try:
            head = parse_answer(raw)
        except HeadError:
            return raw
        facts = Answer(self._link.protocol, head.status, head.value("content-type"))
        actions = [
            action
            for fault in self._faults.values()
            for action in (fault.on_answer(facts) if fault.on_answer else ())
        ]
        for action in actions:
            raw = with_headers(raw, action)
        return raw

    def _pass_changed(self, leg: Leg, head: bytes, changed: bytes) -> None:
        link = self._link
        link.read_along(Direction.IN, head, False)
        if link.pass_on(leg, changed):
            flags = int(Flag.PASSED | Flag.CHANGED)
            link.story.head(Kind.HANDSHAKE, Direction.IN, parse_answer(changed), flags)

    # --- ends -------------------------------------------------------------------------------

    def resume(self) -> None:
        """A leg can take more again."""
        for course in self._courses.values():
            course.run()

    def at_end(self, leg: Leg, call: Callable[[], None]) -> None:
        """``leg`` has sent its last byte: call once all of it has been passed on."""
        way = self._link.direction_from(leg)

        def through() -> None:
            if self._head:
                head = bytes(self._head)
                self._head.clear()
                self._deliver(leg, head)
            stage = self._stages.get(way)
            if stage is None:
                call()
            else:
                stage.at_end(lambda: self._leave(way, call))

        self._courses[way].at_end(through)

    def _leave(self, way: Direction, call: Callable[[], None]) -> None:
        stage = self._stages.pop(way, None)
        rest = stage.leave() if isinstance(stage, MessageStage | EventStage) else b""
        if rest:
            self._deliver(self._leg_of(way), rest)
        call()

    def flush(self, leg: Leg) -> None:
        """Nobody takes what goes to this leg any more: let it go at once."""
        way = Direction.IN if leg is self._link.client else Direction.OUT
        self._courses[way].flush()

    def stop(self) -> list[tuple[Leg, bytes]]:
        """Pass nothing any more; what was read of each leg and has not been passed on."""
        self._gone = True
        rest = []
        for way in WAYS:
            stage = self._stages.pop(way, None)
            held = stage.stop() if stage is not None else b""
            if way == Direction.IN:
                held += bytes(self._head)
                self._head.clear()
            held += self._courses[way].stop()
            if held:
                rest.append((self._leg_of(way), held))
        self._faults.clear()
        return rest


def with_headers(raw: bytes, headers: Headers) -> bytes:
    """A head with these values instead of its own; every other byte stays as it came."""
    end = b"\r\n" if b"\r\n" in raw else b"\n"
    first, *lines = raw.rstrip(b"\r\n").split(end)
    names = {name.lower().encode("latin-1") for name, _ in headers.values}
    kept = [line for line in lines if line.partition(b":")[0].strip().lower() not in names]
    added = [f"{name}: {value}".encode("latin-1", "replace") for name, value in headers.values]
    return end.join([first, *kept, *added, b"", b""])
