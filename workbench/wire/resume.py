"""What a client of ours asks for when it comes back: pure, told what was handed to it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import orjson

from workbench.model.position import Position
from workbench.model.record import Reading
from workbench.model.words import Means, ReadFlag

MODES = ("position", "naive", "overlap", "snapshot")

#: ``{after}``, ``{epoch}`` and ``{stream}`` in a subscribe message.  In JSON they become
#: JSON values: text within quotes; else a number, text or null.
PLACE = re.compile(r'"\{(after|epoch|stream)\}"|\{(after|epoch|stream)\}')
NUMBERED = re.compile(r"((?:.*:)?)([0-9]{1,19})", re.DOTALL)


class Asked(NamedTuple):
    """A subscribe message (None: nothing is sent) and the position that it asks from."""

    message: str | None
    position: Position | None


class Resume:
    """Follows what was handed to a client and says what to ask for.

    ``mode`` is one of ``MODES``; ``overlap`` counts updates that are asked for again.
    ``template`` is a subscribe message of the user's own; without one a ``stream`` means
    the reference service's protocol.
    """

    def __init__(
        self, mode: str, *, overlap: int = 3, stream: str = "", template: str = ""
    ) -> None:
        self._mode = mode
        self._overlap = overlap if mode == "overlap" else 0
        self._stream = stream
        self._template = template
        self._epoch = ""
        self._offset: int | None = None
        self._ids: deque[str] = deque(maxlen=self._overlap + 1)
        self._asked_from_position = False

    @property
    def position(self) -> Position | None:
        """The last position that was handed to the client, None before the first."""
        if self._offset is None and not self._ids:
            return None
        last = self._ids[-1] if self._ids else ""
        return Position(self._stream, self._epoch, self._offset, last)

    def seen(self, readings: Sequence[Reading]) -> None:
        """What was handed to the client just now."""
        for r in readings:
            if r.means in (Means.UPDATE, Means.SNAPSHOT):
                self._move(r)
            elif r.means == Means.SUBSCRIBED and not self._asked_from_position:
                # Without a position the stream begins at its top.  After a resume the top is
                # no place to go on from: what lies before it is still to come.
                self._move(r)

    def _move(self, r: Reading) -> None:
        if r.id and r.means == Means.UPDATE and not r.flags & ReadFlag.CONTENT:
            self._ids.append(r.id)
        if r.offset is None:
            return
        if r.epoch != self._epoch or self._offset is None or r.offset > self._offset:
            self._epoch, self._offset = r.epoch, r.offset

    def last_event_id(self, given: str) -> None:
        """The last event ID of an event stream was set; "" resets it."""
        if not given:
            self._ids.clear()
        elif not self._ids or self._ids[-1] != given:
            self._ids.append(given)

    # --- what to ask ----------------------------------------------------------------------

    def wanted(self) -> Position | None:
        """The position to ask from, None: none."""
        if self._mode in ("naive", "snapshot") or self.position is None:
            return None
        own = self._ids[0] if self._ids else ""
        offset = None if self._offset is None else max(0, self._offset - self._overlap)
        return Position(self._stream, self._epoch, offset, own)

    def subscribe(self) -> Asked:
        """The message to send once the link is open."""
        wanted = self.wanted()
        self._asked_from_position = wanted is not None
        if self._template:
            return Asked(self._filled(wanted), wanted)
        if not self._stream:
            return Asked(None, None)
        if self._mode == "snapshot":
            return self.snapshot()
        message: dict[str, object] = {"op": "subscribe", "stream": self._stream}
        if wanted is not None and wanted.offset is not None:
            message["after"] = {"epoch": wanted.epoch, "offset": wanted.offset}
        return Asked(orjson.dumps(message).decode(), wanted)

    def snapshot(self) -> Asked:
        """What to send to the reference service for a snapshot (also when a position was
        too old)."""
        self._asked_from_position = False
        message = {"op": "subscribe", "stream": self._stream, "snapshot": True}
        return Asked(orjson.dumps(message).decode(), None)

    def header(self) -> str:
        """The Last-Event-ID to send; "": none (WHATWG HTML section 9.2.3)."""
        if self._mode in ("naive", "snapshot") or not self._ids:
            return ""
        match = NUMBERED.fullmatch(self._ids[-1])
        if self._overlap and match:
            return f"{match[1]}{max(0, int(match[2]) - self._overlap)}"
        return self._ids[0] if self._overlap else self._ids[-1]

    def asked_by_header(self) -> Position | None:
        """The position that ``header`` asks from."""
        given = self.header()
        if not given:
            return None
        match = NUMBERED.fullmatch(given)
        if match is None:
            return Position(self._stream, id=given)
        return Position(self._stream, match[1].removesuffix(":"), int(match[2]))

    def _filled(self, wanted: Position | None) -> str:
        after: int | str | None = None
        if wanted is not None:
            after = wanted.id if wanted.offset is None else wanted.offset
        epoch = wanted.epoch if wanted is not None else ""
        values = {"after": after, "epoch": epoch, "stream": self._stream}

        def fill(match: re.Match[str]) -> str:
            value = values[match[1] or match[2]]
            text = "" if value is None else str(value)
            if not as_json:
                return match[0].replace(match[0].strip('"'), text)
            return orjson.dumps(text if match[1] else value).decode()

        as_json = self._template.lstrip()[:1] in ("{", "[")
        return PLACE.sub(fill, self._template)
