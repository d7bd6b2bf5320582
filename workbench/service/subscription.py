"""One client's place in one stream: replay first, then live, never a silent gap between."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from workbench.service import messages
from workbench.service.backplane import Backplane, Head, Snapshot, TooOldError, Update
from workbench.service.feed import Channel, Feed

PAGE = 200


class Sink(Protocol):
    """Where a subscription delivers to: a WebSocket or an event stream."""

    def subscribed(self, head: Head, cursor: int, recovered: bool, replayed: int) -> None:
        """The subscription stands; ``cursor`` is where delivery goes on from."""

    def snapshot(self, snapshot: Snapshot) -> None:
        """The latest values, before the first live update."""

    def update(self, update: Update, replayed: bool) -> None:
        """The next update."""

    def too_old(self, head: Head, epoch: str, offset: int) -> None:
        """Nothing more comes of this subscription."""

    async def ready(self) -> None:
        """Wait while the peer does not keep up."""


class Subscription:
    """Delivers everything behind a cursor, in order, each offset once.

    Live updates are not held in memory during a replay: the replay simply goes on reading
    from the backplane until it has met the channel, and only then does the channel deliver.
    """

    def __init__(self, feed: Feed, backplane: Backplane, stream: str, sink: Sink) -> None:
        self._feed = feed
        self._backplane = backplane
        self._sink = sink
        self.stream = stream
        self._channel: Channel | None = None
        self._epoch = ""
        self._cursor = 0
        self._live = False

    async def start(self, after: tuple[str, int] | None, snapshot: bool) -> None:
        """Subscribe and replay; returns when live, or after "too old" was said.

        Raises :class:`messages.RequestError` for a position nobody was given.
        """
        self._channel = await self._feed.follow(self.stream)
        try:
            if snapshot:
                await self._from_snapshot()
            else:
                head = await self._backplane.head(self.stream)
                if not self._accept(head, after):
                    return
                await self._catch_up(head.top)
        except TooOldError as gap:
            self.lost(gap.head)

    def close(self) -> None:
        """Deliver nothing more."""
        self._live = False
        if self._channel is not None:
            self._channel.listeners.discard(self)
            self._feed.release(self._channel)
            self._channel = None

    def updates(self, page: Sequence[Update]) -> None:
        """New updates from the channel; those the replay already sent are left out."""
        for update in page:
            if self._live and update.offset > self._cursor:
                self._cursor = update.offset
                self._sink.update(update, False)

    def lost(self, head: Head) -> None:
        """The history no longer reaches back to the cursor."""
        self.close()
        self._sink.too_old(head, self._epoch, self._cursor)

    def _accept(self, head: Head, after: tuple[str, int] | None) -> bool:
        self._epoch, self._cursor = (head.epoch, head.top) if after is None else after
        if self._epoch != head.epoch or not head.reaches(self._cursor):
            self.lost(head)
            return False
        if self._cursor > head.top:
            raise messages.ahead(head, self._epoch, self._cursor)
        self._sink.subscribed(head, self._cursor, after is not None, head.top - self._cursor)
        return True

    async def _from_snapshot(self) -> None:
        snapshot = await self._backplane.snapshot(self.stream)
        head = snapshot.head
        self._epoch, self._cursor = head.epoch, head.top
        self._sink.subscribed(head, head.top, False, 0)
        self._sink.snapshot(snapshot)
        await self._catch_up(head.top)

    async def _catch_up(self, top: int) -> None:
        """Read until the channel is met. No await lies between the comparison and going live."""
        while (channel := self._channel) is not None:
            if self._epoch == channel.epoch and self._cursor >= channel.offset:
                self._live = True
                channel.listeners.add(self)
                return
            page = await self._backplane.read(self.stream, self._epoch, self._cursor, PAGE)
            for update in page:
                if self._channel is None:
                    return
                self._cursor = update.offset
                self._sink.update(update, update.offset <= top)
            await self._sink.ready()
            if not page:  # the channel still stands in an epoch that has ended: have it look
                self._feed.wake(self.stream)
                await asyncio.sleep(0.01)
