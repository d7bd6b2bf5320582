"""The recording that is being written, and what the tap needs of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from pathlib import Path
from typing import Any, cast

import orjson

from workbench.door.state import ErrorValue, Mirror, SessionValue
from workbench.engine.clock import Clock
from workbench.engine.lives import ENDING
from workbench.journal.writer import Writer
from workbench.model.record import Record
from workbench.model.words import Direction, Kind

FLUSH_EVERY = 0.02  # seconds: forward first, record within 20 ms
TELL_EVERY = 0.25  # seconds between changes of the session's figures


class Session:
    """One live recording: the tap of every client and proxy, flushed on a beat.

    ``put`` gives the record's number, or -1 while recording is off.
    """

    def __init__(self, folder: Path, title: str, clock: Clock, mirror: Mirror) -> None:
        self.folder = folder
        self.title = title
        self.recording = True
        self._clock = clock
        self._mirror = mirror
        self._writer = Writer(folder, now=clock.now, anchor=clock.wall)
        self._links = 0
        self._started = clock.now()
        self._messages = 0
        self.inward: Counter[int] = Counter()  # messages towards the client, by link
        self._moved = [0, 0, 0]  # messages since the last telling, by direction
        self._told = self._started
        self._tasks: list[asyncio.Task[None]] = []

    # --- the tap --------------------------------------------------------------------------

    def now(self) -> int:
        """The recording's clock (ns)."""
        return self._clock.now()

    def new_link(self) -> int:
        """A link number nobody has yet, from 1."""
        self._links += 1
        return self._links

    def put(self, record: Record) -> int:
        """Keep a record; its number, or -1 while recording is off."""
        if record.kind == Kind.MESSAGE:
            self._messages += 1
            self._moved[record.direction] += 1
            if record.direction == Direction.IN:
                self.inward[record.link] += 1
        return self._writer.put(record) if self.recording else -1

    def say(self, kind: Kind, value: dict[str, Any], *, code: int = 0, opcode: int = 0) -> int:
        """Keep a record of our own (fault, deploy, publish, note) with a JSON payload."""
        payload = orjson.dumps(value)
        return self.put(Record(self.now(), 0, kind, 0, opcode, 3, code, payload=payload))

    def say_ending(self) -> None:
        """From here on links end because we end them."""
        self.say(Kind.NOTE, {"event": ENDING})

    # --- its life -------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to flush and to tell the figures."""
        self._tasks = [asyncio.create_task(self._flush()), asyncio.create_task(self._tell())]

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_EVERY)
            self._writer.flush()

    def flush(self) -> None:
        """Acknowledge everything put so far."""
        self._writer.flush()

    async def _tell(self) -> None:
        while True:
            self._mirror.put("session", "current", dict(self.value()))
            await asyncio.sleep(TELL_EVERY)

    def value(self) -> SessionValue:
        """The session as fronts see it."""
        now = self.now()
        span = max(now - self._told, 1) / 1e9
        inward, outward = self._moved[Direction.IN], self._moved[Direction.OUT]
        self._moved, self._told = [0, 0, 0], now
        writer = self._writer
        return {
            "folder": str(self.folder),
            "title": self.title,
            "recording": self.recording,
            "started": self._started,
            "records": writer.count,
            "acknowledged": writer.acknowledged + 1,
            "messages": self._messages,
            "bytes": writer.bytes,
            "limit": writer.limit_bytes,
            "dropped": writer.dropped,
            "rate_in": round(inward / span, 1),
            "rate_out": round(outward / span, 1),
            "live": True,
            "error": cast(ErrorValue, writer.error.as_dict()) if writer.error else None,
        }

    async def close(self) -> None:
        """Write everything and stop."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._writer.flush()
        self._writer.close()
