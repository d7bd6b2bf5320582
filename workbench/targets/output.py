"""A server's output as lines with moments: bounded in number and in length."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

MAX_LINE = 8 * 1024  # bytes; the rest of a longer line is left out, and that is said


class Line(NamedTuple):
    """One line: moment (ns), "stdout" or "stderr", text without its end."""

    time: int
    source: str
    text: str


class LineSplitter:
    """Bytes to lines, holding at most one line's worth."""

    def __init__(self) -> None:
        self._rest = b""
        self._dropping = False

    def feed(self, data: bytes) -> list[str]:
        """The lines that ``data`` completes; empty ones are left out."""
        *whole, rest = (self._rest + data).split(b"\n")
        lines = []
        for raw in whole:
            if self._dropping:
                self._dropping = False
                continue
            lines.append(_text(raw))
        self._rest = b"" if self._dropping else rest
        if len(self._rest) > MAX_LINE:
            lines.append(_text(self._rest))
            self._rest, self._dropping = b"", True
        return [line for line in lines if line]

    def end(self) -> list[str]:
        """The last line, if it has no end of its own."""
        rest, self._rest = self._rest, b""
        return [_text(rest)] if rest else []


def _text(raw: bytes) -> str:
    more = " […]" if len(raw) > MAX_LINE else ""
    return raw[:MAX_LINE].rstrip(b"\r").decode("utf-8", "replace") + more


class Log:
    """The last lines of a replica, and whoever wants to hear each one."""

    def __init__(self, limit: int, clock: Callable[[], int]) -> None:
        self.lines: deque[Line] = deque(maxlen=limit)
        self.listeners: list[Callable[[Line], None]] = []
        self._clock = clock

    def add(self, source: str, text: str) -> None:
        """Keep a line and tell the listeners."""
        line = Line(self._clock(), source, text)
        self.lines.append(line)
        for listen in list(self.listeners):
            listen(line)

    def tail(self, count: int = 20) -> str:
        """The last lines as text, for an error's details."""
        return "\n".join(line.text for line in list(self.lines)[-count:])


async def read_lines(stream: asyncio.StreamReader, take: Callable[[str], None]) -> None:
    """Hand every line of a stream to ``take`` until it ends."""
    splitter = LineSplitter()
    while data := await stream.read(64 * 1024):
        for line in splitter.feed(data):
            take(line)
    for line in splitter.end():
        take(line)
