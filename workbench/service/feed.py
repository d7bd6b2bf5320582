"""The replica's one reader of the backplane: reads each followed stream once, for everybody."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Protocol

from workbench.service.backplane import (
    Backplane,
    BackplaneError,
    Head,
    LimitReachedError,
    TooOldError,
    Update,
)

log = logging.getLogger("workbench.service")

PAGE = 200
FIRST_RETRY = 0.1
LONGEST_RETRY = 2.0


class Listener(Protocol):
    """Somebody who follows a channel. Both calls come in order and must not block."""

    def updates(self, page: Sequence[Update]) -> None:
        """New updates, contiguous with the ones before."""

    def lost(self, head: Head) -> None:
        """The channel could not go on without a gap; it now stands at ``head``."""


class Channel:
    """One stream as this replica follows it; ``offset`` is how far everyone has been told."""

    def __init__(self, head: Head) -> None:
        self.stream = head.stream
        self.epoch = head.epoch
        self.offset = head.top
        self.listeners: set[Listener] = set()
        self.holds = 0  # subscribers under way, so that the channel is not dropped under them

    def advance(self, page: Sequence[Update]) -> None:
        """Tell every listener, then count the page as told."""
        self.offset = page[-1].offset
        for listener in list(self.listeners):
            listener.updates(page)

    def reset(self, head: Head) -> None:
        """Tell every listener that there is a gap, and go on from ``head``."""
        self.epoch, self.offset = head.epoch, head.top
        for listener in list(self.listeners):
            listener.lost(head)


class Feed:
    """Follows streams while somebody listens to them; :meth:`wake` is the backplane's bell."""

    def __init__(self, backplane: Backplane) -> None:
        self._backplane = backplane
        self._channels: dict[str, Channel] = {}
        self._dirty: set[str] = set()
        self._bell = asyncio.Event()
        self.healthy = True

    def wake(self, stream: str | None) -> None:
        """A stream (None: perhaps any) has something new."""
        names = self._channels if stream is None else {stream} & self._channels.keys()
        if names:
            self._dirty.update(names)
            self._bell.set()

    async def follow(self, stream: str) -> Channel:
        """The stream's channel; pair with :meth:`release`."""
        channel = self._channels.get(stream)
        if channel is None:
            head = await self._backplane.head(stream)
            # Somebody else may have opened it while the backplane answered.
            channel = self._channels.setdefault(stream, Channel(head))
            self.wake(stream)
        channel.holds += 1
        return channel

    def release(self, channel: Channel) -> None:
        """Stop following when the last one has gone."""
        channel.holds -= 1
        if channel.holds == 0 and self._channels.get(channel.stream) is channel:
            del self._channels[channel.stream]

    async def run(self) -> None:
        """Read whatever was announced, for ever; a failing backplane is asked again."""
        retry = FIRST_RETRY
        while True:
            await self._bell.wait()
            self._bell.clear()
            names, self._dirty = self._dirty, set()
            try:
                await self._read_all(names)
            except BackplaneError as error:
                self._failed(error, names)
                await asyncio.sleep(retry)
                retry = min(retry * 2, LONGEST_RETRY)
            else:
                self.healthy, retry = True, FIRST_RETRY

    def _failed(self, error: BackplaneError, names: set[str]) -> None:
        if self.healthy:
            log.warning("the backplane is away, asking again until it is back: %s", error)
        self.healthy = False
        self._dirty |= names
        self._bell.set()

    async def _read_all(self, names: set[str]) -> None:
        for name in sorted(names):
            if (channel := self._channels.get(name)) is not None:
                with contextlib.suppress(LimitReachedError):
                    await self._advance(channel)

    async def _advance(self, channel: Channel) -> None:
        while True:
            try:
                page = await self._backplane.read(
                    channel.stream, channel.epoch, channel.offset, PAGE
                )
            except TooOldError as gap:
                channel.reset(gap.head)
                return
            if not page:
                return
            channel.advance(page)
            if len(page) < PAGE:
                return
