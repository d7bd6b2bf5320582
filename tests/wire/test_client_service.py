"""Our clients at the reference service itself: what each way of resuming gets after a cut."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from workbench.model.action import Reset
from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Direction, Kind, LinkEvent, Means, ReadFlag
from workbench.protocols import dialects
from workbench.protocols.dialects._pick import pick
from workbench.service.backplane.choice import choose_backplane
from workbench.service.backplane.contract import Backplane
from workbench.service.backplane.values import Draft
from workbench.service.gateway import Gateway, Options
from workbench.units.discovery import discover
from workbench.wire.client import Client

from .client_kit import MemoryTap, client, until

PATHS = {"ws": "/ws", "http": "/events"}


@pytest.fixture
def tap() -> MemoryTap:
    return MemoryTap()


@pytest.fixture
async def backplane(tmp_path: Path) -> Backplane:
    return choose_backplane(f"sqlite://{tmp_path}/updates.db", 5)


@pytest.fixture
async def address(backplane: Backplane) -> AsyncIterator[str]:
    gateway = Gateway(Options(), backplane)
    port = await gateway.open()
    yield f"127.0.0.1:{port}"
    await gateway.close()


def readings(tap: MemoryTap) -> list[Reading]:
    """What the recognised dialects read in all that was recorded, link by link."""
    units = discover(dialects)
    found: list[Reading] = []
    for _, records in itertools.groupby(tap.records, key=lambda r: r.link):
        kept = list(records)
        heads = [r for r in kept if r.kind == Kind.HANDSHAKE]
        messages = [(r.direction, r.opcode, r.payload) for r in kept if r.kind == Kind.MESSAGE]
        protocol = "ws" if b"Upgrade: websocket" in heads[0].payload else "sse"
        opening = Opening(protocol, heads[0].payload.split(b" ")[1].decode())
        name, _ = pick(opening, messages[:4], units)
        assert name == "workbench-service"
        decoder = units[name].decoder(units[name].Settings(), opening)
        for direction, opcode, payload in [(h.direction, 0, h.payload) for h in heads] + messages:
            found += decoder.read(direction, opcode, payload)
    return found


async def publish(backplane: Backplane, count: int) -> None:
    for n in range(count):
        await backplane.publish(Draft("prices", str(n), None))


def subscribed(c: Client, tap: MemoryTap, times: int) -> bool:
    answers = [r for r in tap.of(Kind.MESSAGE, Direction.IN) if b'"subscribed"' in r.payload]
    return len(answers) == times and c.state == "open"


@pytest.mark.parametrize("scheme", PATHS)
@pytest.mark.parametrize(
    ("resume", "missed", "got"),
    [
        ("position", 3, [1, 2, 3, 4, 5, 6, 7]),
        ("naive", 3, [1, 2, 3, 7]),
        ("overlap", 3, [1, 2, 3, 2, 3, 4, 5, 6, 7]),
        ("position", 9, [1, 2, 3, 13]),
    ],
)
async def test_a_cut_while_updates_are_published(
    tap: MemoryTap,
    backplane: Backplane,
    address: str,
    scheme: str,
    resume: str,
    missed: int,
    got: list[int],
) -> None:
    fields = {"stream": "prices", "resume": resume, "overlap": 2, "retry_first": 1000.0}
    async with client(tap, f"{scheme}://{address}{PATHS[scheme]}", **fields) as c:
        await until(lambda: subscribed(c, tap, 1))
        await publish(backplane, 3)
        await until(lambda: b'"offset":3' in tap.payloads(Direction.IN)[-1])
        c.carry_out(Reset())
        await until(lambda: c.state == "waiting")
        await publish(backplane, missed)
        c.reconnect()
        await until(lambda: subscribed(c, tap, 2))
        await publish(backplane, 1)
        await until(lambda: b'"offset":%d' % (4 + missed) in tap.payloads(Direction.IN)[-1])
    found = readings(tap)
    assert [r.offset for r in found if r.means == Means.UPDATE] == got
    assert {r.epoch for r in found if r.means == Means.UPDATE} != {""}
    resumed = [r.offset for r in found if r.means == Means.RESUME]
    assert resumed == {"position": [3], "naive": [], "overlap": [1]}[resume]
    claims = [bool(r.flags & ReadFlag.CLAIMED_YES) for r in found if r.means == Means.CLAIM]
    assert claims == ([True] if resumed and missed < 5 else [])
    snapshots = [r.offset for r in found if r.means == Means.SNAPSHOT]
    assert snapshots == ([12] if missed > 5 else [])
    assert tap.facts(LinkEvent.CLOSED)[0]["how"] == "rst"
