"""What a client of ours writes into the journal about one link."""

from __future__ import annotations

from typing import Any

import orjson

from workbench.model.record import Record
from workbench.model.words import Direction, Flag, Kind, LinkEvent
from workbench.wire.tap import Tap

#: What passed both ways without change.
WHOLE = Flag.ARRIVED | Flag.PASSED


class LinkRecords:
    """Records of one link of one client; counts its messages per direction from 1."""

    def __init__(self, tap: Tap, client: str, link: int) -> None:
        self._tap = tap
        self._client = client
        self.link = link
        self._seq = {Direction.IN: 0, Direction.OUT: 0}

    def now(self) -> int:
        """The recording's clock (ns)."""
        return self._tap.now()

    def event(self, event: LinkEvent, flags: int = int(WHOLE), **facts: Any) -> None:
        """Something in the link's life; ``facts`` as model.words.LinkEvent names them."""
        payload = orjson.dumps({"client": self._client, "ours": True, **facts})
        code = facts.get("code") or facts.get("status") or 0
        self._put(Kind.LINK, opcode=event, flags=flags, code=code, payload=payload)

    def head(self, direction: Direction, head: bytes, status: int = 0) -> None:
        """The head of a request or answer."""
        self._put(
            Kind.HANDSHAKE, direction, code=status, wire=len(head), payload=head, flags=int(WHOLE)
        )

    def message(
        self,
        direction: Direction,
        opcode: int,
        payload: bytes,
        wire: int,
        flags: int = int(WHOLE),
        time: int | None = None,
    ) -> None:
        """A whole message, or one event."""
        self._seq[direction] += 1
        self._put(
            Kind.MESSAGE,
            direction,
            opcode=opcode,
            flags=flags,
            wire=wire,
            seq=self._seq[direction],
            payload=payload,
            time=time,
        )

    def control(
        self,
        direction: Direction,
        opcode: int,
        payload: bytes,
        wire: int,
        flags: int = int(WHOLE),
        code: int = 0,
    ) -> None:
        """A ping, pong or close frame."""
        self._put(
            Kind.CONTROL,
            direction,
            opcode=opcode,
            flags=flags,
            wire=wire,
            code=code,
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
        payload: bytes = b"",
        time: int | None = None,
    ) -> None:
        moment = self._tap.now() if time is None else time
        self._tap.put(
            Record(
                moment,
                self.link,
                int(kind),
                int(direction),
                int(opcode),
                flags,
                code,
                wire,
                seq,
                0,
                payload,
            )
        )
