"""Waiting for the next update of a stream, or for a reason not to wait any longer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.service.backplane import Head, Update

if TYPE_CHECKING:
    from workbench.service.gateway import Gateway


class _Bell:
    """A listener that only notices."""

    def __init__(self) -> None:
        self.rang = asyncio.Event()

    def updates(self, page: Sequence[Update]) -> None:
        self.rang.set()

    def lost(self, head: Head) -> None:
        self.rang.set()


async def wait_for_news(
    gateway: Gateway, stream: str, epoch: str, after: int, seconds: float
) -> None:
    """Return when something may be behind the position, when draining, or after ``seconds``."""
    bell = _Bell()
    channel = await gateway.feed.follow(stream)
    channel.listeners.add(bell)
    try:
        if channel.epoch != epoch or channel.offset > after:
            return
        gateway.feed.wake(stream)  # published since the caller looked
        async with asyncio.timeout(seconds):
            await _first(bell.rang, gateway.draining)
    except TimeoutError:
        return
    finally:
        channel.listeners.discard(bell)
        gateway.feed.release(channel)


async def _first(*events: asyncio.Event) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*waits, return_exceptions=True)
