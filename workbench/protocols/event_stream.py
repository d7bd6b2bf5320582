"""Event streams (WHATWG HTML section 9.2.6), incrementally: bytes in, events out.

Nothing is raised for what a server sends; memory is bounded by ``limit`` per event.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from workbench.protocols import event_text

EVENT_LIMIT = 4 * 1024 * 1024
BOM = b"\xef\xbb\xbf"
LINE_END = re.compile(rb"\r\n|\n|\r")
RETRY_DIGITS = 15


class Event(NamedTuple):
    """One block of lines up to its empty line.

    ``type`` is "" where the block names none (then it is dispatched as ``message``).
    ``data`` None: no data line, so nothing is dispatched.  ``id`` None: no (valid) id line.
    ``last_id`` is the last event ID after this block.  ``retry`` in milliseconds.
    ``wire`` counts the block's bytes, ``cut_short`` says that data was left out beyond the
    limit, ``whole`` is False for a block that the end of the stream cut off (section 9.2.6:
    discarded), ``problem`` names what is wrong with it.
    """

    type: str
    data: str | None
    id: str | None
    retry: int | None
    last_id: str
    wire: int
    cut_short: bool = False
    whole: bool = True
    problem: str = ""

    @property
    def dispatched(self) -> bool:
        """True when a page would get it (section 9.2.6: not without data)."""
        return self.whole and bool(self.data is not None)

    def text(self) -> bytes:
        """How it is kept in a recording (``event_text``)."""
        return event_text.encode_event(event_text.Event(self.id, self.type, self.retry, self.data))


class Comment(NamedTuple):
    """A comment line, which servers send as a heartbeat (section 9.2.7)."""

    text: str
    wire: int


class EventStream:
    """Parses one stream; ``last_id`` begins with what the request's Last-Event-ID said."""

    def __init__(self, last_id: str = "", limit: int = EVENT_LIMIT) -> None:
        self._last_id = self._new_id = last_id
        self._limit = limit
        self._rest = bytearray()  # a line that has not ended yet
        self._dropped = 0  # its bytes beyond the limit
        self._first = True
        self._after_cr = False  # the last line ended in CR: an LF that follows belongs to it
        self._clear()

    def _clear(self) -> None:
        self._type = ""
        self._data: list[bytes] = []
        self._size = 0
        self._id: str | None = None
        self._retry: int | None = None
        self._wire = 0
        self._cut = False
        self._problem = ""
        self._any = False

    @property
    def within(self) -> bool:
        """True where a block of lines has begun and its empty line has not come."""
        return self._any or bool(self._rest)

    def feed(self, data: bytes) -> list[Event | Comment]:
        """The events and comments that these bytes complete."""
        out: list[Event | Comment] = []
        at = 0
        if self._after_cr and data:
            if data[:1] == b"\n":
                at = 1
                self._wire += 1
            self._after_cr = False
        for match in LINE_END.finditer(data, at):
            self._line(data[at : match.start()], out)
            # An LF after a CR counts with what follows, so that no cutting changes a count.
            self._wire += len(match[0]) - 1
            at = match.end()
        if data[-1:] == b"\r" and at == len(data):
            self._after_cr = True
        self._keep(data[at:])
        return out

    def finish(self) -> list[Event | Comment]:
        """The stream has ended: a block without its empty line is discarded, and named."""
        if not (self._any or self._rest):
            return []
        self._wire += len(self._rest) + self._dropped
        event = self._event(whole=False)
        self._rest.clear()
        self._dropped = 0
        self._new_id = self._last_id
        self._clear()
        return [event._replace(problem="the stream ended within an event")]

    def _keep(self, part: bytes) -> None:
        room = max(0, self._limit - len(self._rest))
        self._rest += part[:room]
        self._dropped += max(0, len(part) - room)

    def _line(self, part: bytes, out: list[Event | Comment]) -> None:
        if self._rest or self._dropped:
            self._keep(part)
            line, dropped = bytes(self._rest), self._dropped
            self._rest.clear()
            self._dropped = 0
        else:
            line, dropped = part[: self._limit], max(0, len(part) - self._limit)
        self._cut = self._cut or dropped > 0
        wire = len(line) + dropped + 1
        if self._first:
            self._first = False
            line = line.removeprefix(BOM)  # section 9.2.5: one leading BOM
        if line.startswith(b":"):
            out.append(Comment(line[1:].removeprefix(b" ").decode("utf-8", "replace"), wire))
            return
        self._wire += wire
        if line:
            self._any = True
            self._field(line)
        elif self._any:
            self._last_id = self._new_id
            out.append(self._event(whole=True))
            self._clear()
        else:
            self._clear()

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._add(value)
        elif name == b"event":
            self._type = self._text(value)
        elif name == b"id":
            if b"\0" in value:  # section 9.2.6: an id with NUL is ignored
                self._problem = "an id holds NUL and is ignored"
            else:
                self._id = self._new_id = self._text(value)
        elif name == b"retry":
            # Only ASCII digits count (section 9.2.6).
            digits = value.isdigit() and len(value) <= RETRY_DIGITS
            self._retry = int(value) if digits else self._retry

    def _add(self, value: bytes) -> None:
        room = max(0, self._limit - self._size)
        if len(value) > room or not room:
            self._cut = True
        if room:
            self._data.append(value[:room])
            self._size += min(len(value), room) + 1

    def _text(self, value: bytes) -> str:
        text = value.decode("utf-8", "replace")
        if "\ufffd" in text and not self._problem and not _is_utf8(value):
            self._problem = "a line is not UTF-8"
        return text

    def _event(self, *, whole: bool) -> Event:
        data = self._text(b"\n".join(self._data)) if self._data else None
        return Event(
            self._type,
            data,
            self._id,
            self._retry,
            self._last_id,
            self._wire,
            self._cut,
            whole,
            self._problem,
        )


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True
