"""Servers nobody here wrote, rolling over two replicas: the verdict is the client's own count."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.servers import deploy, own, ticker
from tests.engine.witness import Witness
from workbench.door import commands
from workbench.engine.engine import Engine
from workbench.engine.waiting import until

LIMIT = 60.0
LIVE = 60  # updates after the last reconnect: three seconds of recovered


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    made = Engine(tmp_path / "recordings", seed=1)
    yield made
    await made.close()


async def behind_proxy(engine: Engine, name: str, to: str, *, resume: bool) -> Witness:
    told = await engine.call(commands.StartProxy(to=to, name=name))
    return Witness(told["listen"], resume=resume)


def row(judged: dict[str, Any], proxy: str) -> dict[str, Any]:
    (outage,) = judged["outages"]
    (client,) = [c for c in outage["clients"] if c["name"].startswith(proxy)]
    return client


def missed_ids(client: dict[str, Any]) -> list[int]:
    return sorted(
        position["offset"]
        for finding in client["findings"]
        if finding["name"] in ("lost", "skipped")
        for position in finding["positions"]
    )


async def roll(engine: Engine, service: commands.StartService) -> None:
    """One client that resumes and one that does not, through a rolling deploy and after it."""
    address = (await engine.call(service))["address"]
    good = await behind_proxy(engine, "good", address, resume=True)
    naive = await behind_proxy(engine, "naive", address, resume=False)
    both = (good, naive)
    try:
        assert await until(lambda: all(len(w.handled) > 20 for w in both), LIMIT)
        await engine.call(deploy("rolling", way="terminate", pause=0.5))
        await asyncio.wait_for(engine.parts.deploying.wait(), LIMIT)
        # Each was on a replica that went: it has been sent away once at least.
        assert await until(lambda: all(w.opens > 1 for w in both), LIMIT)
        seen = [len(w.handled) for w in both]
        assert await until(
            lambda: all(len(w.handled) > n + LIVE for w, n in zip(both, seen, strict=True)), LIMIT
        )
        judged = await engine.call(commands.Judge(id="json.seq"))
    finally:
        await good.leave()
        await naive.leave()
    assert engine.parts.deploying.outcomes == ["finished"]
    assert good.versions == naive.versions == {"v1", "v2"}
    assert good.never == missed_ids(row(judged, "good")) == []
    assert row(judged, "good")["verdict"] == "valid"
    assert naive.never
    assert missed_ids(row(judged, "naive")) == naive.never
    assert row(judged, "naive")["missed"] == len(naive.never)
    assert row(judged, "naive")["verdict"] == "invalid"


@pytest.mark.slow
async def test_a_plain_websockets_server(engine: Engine, tmp_path: Path) -> None:
    await roll(engine, own(ticker(tmp_path), ready="tcp"))


@pytest.mark.slow
@pytest.mark.peer
async def test_an_npm_ws_server_of_thirty_lines(engine: Engine) -> None:
    from tests.peers.node_peer import NODE, installed

    command = f"{NODE} ws-server.mjs {{port}} {{version}}"
    await roll(engine, own(command, cwd=str(await asyncio.to_thread(installed)), ready="tcp"))


@pytest.mark.slow
async def test_the_storm_has_as_many_opens_as_clients_came_back(
    engine: Engine, tmp_path: Path
) -> None:
    many = 60
    address = (await engine.call(own(ticker(tmp_path))))["address"]
    crowd = [Witness(address, resume=True) for _ in range(many)]
    try:
        assert await until(lambda: all(w.handled for w in crowd), LIMIT)
        await engine.call(deploy("sever-all", down_time=0.2))
        await asyncio.wait_for(engine.parts.deploying.wait(), LIMIT)
        assert await until(lambda: all(w.opens > 1 and "v2" in w.versions for w in crowd), LIMIT)
        await engine.parts.deploying.conclude()
        measured = engine.mirror["deploy"]["current"]["measured"]
    finally:
        await asyncio.gather(*(w.leave() for w in crowd))
    storm = measured["storm"]
    # What a client opened twice (closed, back on a server that was going) counts twice.
    assert storm["opens"] == sum(w.opens - 1 for w in crowd), measured
    assert sum(opens for _, _, opens in storm["curve"]) == storm["opens"]
    assert sum(attempts for _, attempts, _ in storm["curve"]) == storm["attempts"]
    assert storm["attempts"] >= storm["opens"] >= many
    assert storm["peak_opens"] >= 2
    assert 0 < storm["herd_index"] <= 1
    assert sum(measured["loads"].values()) == many
    assert [w.never for w in crowd] == [[]] * many
