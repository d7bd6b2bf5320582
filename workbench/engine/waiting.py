"""Waiting for a condition that others bring about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

LOOK_EVERY = 0.02


async def until(holds: Callable[[], bool], timeout: float) -> bool:
    """True as soon as the condition holds, False when ``timeout`` seconds have passed."""
    loop = asyncio.get_running_loop()
    end = loop.time() + timeout
    while not holds():
        if loop.time() >= end:
            return False
        await asyncio.sleep(LOOK_EVERY)
    return True
