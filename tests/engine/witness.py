"""A client that keeps its own count: what it handled, over which connections, in what version."""

from __future__ import annotations

import asyncio
import contextlib
import json

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

BACK_AFTER = 0.3  # seconds, far longer than the time between two updates


class Witness:
    """Reconnects for ever and asks for nothing it has missed, unless ``resume``."""

    def __init__(self, url: str, *, resume: bool) -> None:
        self.handled: list[int] = []
        self.versions: set[str] = set()
        self.opens = 0
        self._url = url
        self._resume = resume
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(OSError, WebSocketException, EOFError):
                async with connect(self._url, proxy=None) as ws:
                    self.opens += 1
                    after = self.handled[-1] if self._resume and self.handled else None
                    await ws.send(json.dumps({"after": after}))
                    async for text in ws:
                        update = json.loads(text)
                        self.handled.append(update["seq"])
                        self.versions.add(update["v"])
            await asyncio.sleep(BACK_AFTER)

    @property
    def never(self) -> list[int]:
        """What it never handled, between its first update and its last."""
        whole = range(self.handled[0], self.handled[-1] + 1) if self.handled else ()
        return sorted(set(whole) - set(self.handled))

    async def leave(self) -> None:
        """Go for good."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
