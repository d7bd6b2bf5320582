"""The life of one link, told to the tap as records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from workbench.model.errors import Whose
from workbench.model.record import Moment, Record
from workbench.model.words import Direction, Flag, How, Kind, LinkEvent, Opcode, Side
from workbench.protocols.event_stream import Comment, Event
from workbench.protocols.http import Head
from workbench.protocols.websocket import Item
from workbench.wire.bodies import Body
from workbench.wire.tap import Tap

#: Notes about one link; what breaks the protocol after that is only flagged.
NOTE_LIMIT = 20
MOST_WIRE = 0xFFFFFFFF
ARRIVED, PASSED = int(Flag.ARRIVED), int(Flag.PASSED)
INVALID = int(Flag.INVALID)
# By direction.
WHOSE = (Whose.OURS, Whose.TARGET, Whose.PEER)
#: A named tuple's own constructor costs as much as all the rest of telling a message.
new_record = tuple.__new__


class Story:
    """Everything recorded of a link.  ``renew`` begins the next link of the same connection."""

    def __init__(self, tap: Tap, proxy: str, upstream: str) -> None:
        self._tap = tap
        self._proxy = proxy
        self._upstream = upstream
        self.peer: tuple[str, int] = ("", 0)
        self.accepted = tap.now()
        self.protocol = "http"
        self.state = "connecting"
        self.path = ""
        self.keys: dict[str, str] = {}
        self.details: dict[str, Any] = {}
        self._start()

    def _start(self) -> None:
        self.number = self._tap.new_link()
        self.begun = False
        self.closed = False
        self._seq = [0, 0, 0]  # by direction
        self._notes = 0

    def now(self) -> Moment:
        """Now, on the recording's clock."""
        return self._tap.now()

    def seq(self, direction: Direction) -> int:
        """The number of the last message that way."""
        return self._seq[direction]

    def renew(self) -> None:
        """The connection goes on as another link."""
        self._start()

    # --- life -----------------------------------------------------------------------------

    def begin(self, protocol: str, head: Head | None) -> None:
        """OPENING: the first request of a link is known, or will never be."""
        self.begun, self.closed = True, False
        self.state = "open" if protocol == "http" and head else "connecting"
        self.protocol = protocol
        self.path = head.target if head else ""
        host, port = self.peer
        self.keys = {"addr": f"[{host}]:{port}" if ":" in host else f"{host}:{port}"}
        if head:
            self.keys["user-agent"] = head.value("user-agent")
            self.keys["path"] = head.path
        value = {
            "proxy": self._proxy,
            "address": self.keys["addr"],
            "protocol": protocol,
            "url": self._upstream + self.path,
            "accepted": self.accepted,
            "keys": self.keys,
        }
        self._link(LinkEvent.OPENING, value)

    def opened(self, protocol: str, answer: Head) -> None:
        """OPEN: messages may follow."""
        self.protocol, self.state = protocol, "open"
        self.details = {
            "protocol": protocol,
            "status": answer.status,
            "subprotocol": answer.value("sec-websocket-protocol"),
            "extensions": answer.value("sec-websocket-extensions"),
        }
        self._link(LinkEvent.OPEN, self.details, code=answer.status)

    def failed(self, what: str, why: str, whose: Whose, status: int = 0) -> None:
        """FAILED: the attempt came to nothing."""
        self.state = "failed"
        value = {"what": what, "why": why, "whose": str(whose), "status": status}
        self._link(LinkEvent.FAILED, value, code=status, flags=int(Flag.FAILED))

    def healed(self, by: str) -> None:
        """HEALED: a stall is over."""
        self._link(LinkEvent.HEALED, {"by": by})

    def close(self, how: How, by: Side, code: int = 0, reason: str = "", **more: Any) -> None:
        """CLOSED, once."""
        if self.closed:
            return
        if not self.begun:
            self.begin("http", None)
        self.closed, self.state = True, "closed"
        value = {"how": str(how), "by": str(by), "code": code, "reason": reason, **more}
        self._link(LinkEvent.CLOSED, value, code=code)

    def _link(self, event: LinkEvent, value: dict[str, Any], code: int = 0, flags: int = 0) -> None:
        self._put(Kind.LINK, opcode=int(event), flags=flags, code=code, payload=_json(value))

    def note(self, what: str, whose: Whose, ref: int = -1, flags: int = 0, **more: object) -> None:
        """Something worth knowing, about the record ``ref`` where there is one."""
        self._notes += 1
        if self._notes > NOTE_LIMIT:
            return
        if self._notes == NOTE_LIMIT:
            more["more"] = "further notes about this link are left out"
        value = {"what": what, "whose": str(whose), **more}
        self._put(Kind.NOTE, flags=flags, ref=ref + 1, payload=_json(value))

    # --- what passes ----------------------------------------------------------------------

    def head(
        self, kind: Kind, direction: Direction, head: Head, flags: int, answers: int = -1
    ) -> int:
        """A request's head, or that of an answer to the request of record ``answers``."""
        raw, ref = head.raw, answers + 1
        return self._put(
            kind, direction, flags=flags, code=head.status, wire=len(raw), ref=ref, payload=raw
        )

    def body(self, direction: Direction, body: Body, *, whole: bool) -> None:
        """A body that is over."""
        flags = body.end(whole=whole)
        self._seq[direction] += 1
        self._put(
            Kind.HTTP,
            direction,
            opcode=int(Opcode.BODY),
            flags=flags,
            code=body.code,
            wire=min(body.wire, MOST_WIRE),
            seq=self._seq[direction],
            ref=body.head + 1,
            payload=body.payload,
        )

    def items(
        self, direction: Direction, items: Iterable[Item], *, passed: bool, whose: Whose
    ) -> None:
        """WebSocket messages and control frames that have arrived."""
        put, now, number = self._tap.put, self._tap.now(), self.number
        came = ARRIVED | (PASSED if passed else 0)
        kind_of_message, kind_of_control = int(Kind.MESSAGE), int(Kind.CONTROL)
        way, seq = int(direction), self._seq[direction]
        for opcode, flags, payload, wire, size, code, _frames, problem in items:
            if opcode < 8:
                seq += 1
            row = (
                now,
                number,
                kind_of_message if opcode < 8 else kind_of_control,
                way,
                opcode,
                flags | came,
                code,
                wire if wire < MOST_WIRE else MOST_WIRE,
                seq if opcode < 8 else 0,
                0,
                payload,
                -1,
            )
            kept = put(new_record(Record, row))
            if problem:
                self.note(problem, whose, kept, flags=INVALID, size=size)
        self._seq[direction] = seq

    def count(self, direction: Direction, item: Item) -> int:
        """The number of a message that has arrived and is told later; 0 for a control frame."""
        if item.control:
            return 0
        self._seq[direction] += 1
        return self._seq[direction]

    def tell(self, direction: Direction, item: Item, flags: int, seq: int, ref: int = -1) -> int:
        """A message or control frame that was counted before; its record."""
        kept = self._put(
            Kind.CONTROL if item.control else Kind.MESSAGE,
            direction,
            opcode=item.opcode,
            flags=item.flags | flags,
            code=item.code,
            wire=min(item.wire, MOST_WIRE),
            seq=seq,
            ref=ref + 1,
            payload=item.payload,
        )
        if item.problem:
            self.note(item.problem, WHOSE[direction], kept, flags=INVALID, size=item.size)
        return kept

    def unfinished(self, direction: Direction, items: Iterable[Item], whose: Whose) -> None:
        """What a broken connection left unfinished: neither arrived nor passed as a message."""
        for item in items:
            kind = Kind.CONTROL if item.control else Kind.MESSAGE
            kept = self._put(
                kind,
                direction,
                opcode=item.opcode,
                flags=item.flags,
                wire=min(item.wire, MOST_WIRE),
                payload=item.payload,
            )
            self.note(item.problem, whose, kept, flags=INVALID, size=item.size)

    def said(self, payload: bytes, wire: int) -> None:
        """A text message of ours to the client; it has no number among the server's."""
        flags = int(Flag.PASSED | Flag.INJECTED)
        text = int(Opcode.TEXT)
        self._put(Kind.MESSAGE, Direction.IN, opcode=text, flags=flags, wire=wire, payload=payload)

    def injected(self, direction: Direction, opcode: Opcode, payload: bytes, wire: int) -> None:
        """A control frame of ours."""
        code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else 0
        flags = int(Flag.PASSED | Flag.INJECTED)
        if direction == Direction.OUT:
            flags |= Flag.MASKED
        self._put(
            Kind.CONTROL,
            direction,
            opcode=int(opcode),
            flags=flags,
            code=code,
            wire=wire,
            payload=payload,
        )

    def events(self, events: Iterable[Event | Comment], flags: int) -> None:
        """Events of an event stream; comments and cut-off events are told as control records."""
        for event in events:
            if isinstance(event, Comment):
                self._event(Kind.CONTROL, flags, event.wire, f": {event.text}\n".encode())
                continue
            own = int(Flag.CUT_SHORT) if event.cut_short or not event.whole else 0
            own |= INVALID if event.problem else 0
            kind = Kind.MESSAGE if event.whole else Kind.CONTROL
            kept = self._event(kind, (flags if event.whole else 0) | own, event.wire, event.text())
            if event.problem:
                self.note(event.problem, Whose.TARGET, kept, flags=INVALID)

    def _event(self, kind: Kind, flags: int, wire: int, payload: bytes) -> int:
        seq = 0
        if kind is Kind.MESSAGE:
            self._seq[Direction.IN] += 1
            seq = self._seq[Direction.IN]
        return self._put(
            kind,
            Direction.IN,
            opcode=int(Opcode.EVENT),
            flags=flags,
            wire=min(wire, MOST_WIRE),
            seq=seq,
            payload=payload,
        )

    def _put(
        self,
        kind: Kind,
        direction: Direction = Direction.NONE,
        *,
        opcode: int = 0,
        flags: int = 0,
        code: int = 0,
        wire: int = 0,
        seq: int = 0,
        ref: int = 0,
        payload: bytes = b"",
    ) -> int:
        return self._tap.put(
            Record(
                self._tap.now(),
                self.number,
                int(kind),
                int(direction),
                opcode,
                flags,
                code,
                wire,
                seq,
                ref,
                payload,
            )
        )


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
