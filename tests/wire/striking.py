"""Puts a fault on a link as the engine does."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import time

from tests.wire.kept import Kept
from workbench import faults
from workbench.model.action import LinkAction
from workbench.units.applied import Applied, apply
from workbench.units.discovery import discover
from workbench.units.settings import build
from workbench.wire.link import Link

UNITS = discover(faults)
NUMBERS = itertools.count(1)


def fault(name: str, seed: int = 1, **given: object) -> Applied:
    """A fault with its settings and luck bound."""
    unit = UNITS[name]
    settings = build(unit.Settings, given, name)
    return apply(str(next(NUMBERS)), unit, settings, random.Random(seed))


def strike(link: Link, name: str, seed: int = 1, **given: object) -> str:
    """Switch a fault on; its id."""
    unit = UNITS[name]
    for action in unit.inject(build(unit.Settings, given, name)):
        assert isinstance(action, LinkAction)
        link.carry_out(action)
    applied = fault(name, seed, **given)
    link.apply(applied)
    return applied.id


class Timed(Kept):
    """A tap with a real clock."""

    def now(self) -> int:
        return time.monotonic_ns()


async def exactly(reader: asyncio.StreamReader, wanted: bytes) -> None:
    """These bytes come, and come in time."""
    got = bytearray()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(20):
            while len(got) < len(wanted):
                part = await reader.read(len(wanted) - len(got))
                if not part:
                    break
                got += part
    assert bytes(got) == wanted, bytes(got)
