"""Faults through the door: scope, new links, healing, and what the judge makes of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidStatus

from workbench.door import commands
from workbench.engine import local
from workbench.engine.waiting import until
from workbench.model.errors import WorkbenchError

LIMIT = 20.0


async def numbers(socket: ServerConnection) -> None:
    """``n`` gives the next n contiguous ids."""
    seq = 0
    with contextlib.suppress(ConnectionClosed):
        async for text in socket:
            for _ in range(int(text)):
                seq += 1
                await socket.send(orjson.dumps({"type": "tick", "seq": seq}).decode())


class Stand:
    """A server, a proxy before it, and the door."""

    def __init__(self, door: local.LocalDoor, server: str) -> None:
        self.door = door
        self.server = server
        self.port = 0

    async def proxy(self, name: str = "edge") -> None:
        told = await self.door.call(
            commands.StartProxy(name=name, to=self.server, listen="127.0.0.1:0")
        )
        self.port = int(told["listen"].rpartition(":")[2])

    async def inject(self, fault: str, scope: str = "", **given: object) -> dict[str, Any]:
        return await self.door.call(commands.Inject(fault, scope, orjson.dumps(given).decode()))

    def client(self) -> connect:
        return connect(f"ws://127.0.0.1:{self.port}", proxy=None)

    async def judge(self) -> dict[str, Any]:
        return await self.door.call(
            commands.Judge(id="json.seq", ids="contiguous", truth="upstream")
        )

    @property
    def on(self) -> list[str]:
        return [value["fault"] for value in self.door.mirror["fault"].values()]


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    door = local.open_local(tmp_path, 7)
    async with serve(numbers, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield Stand(door, f"ws://127.0.0.1:{port}")
        await door.close()


async def ids(ws: ClientConnection, ask: int, come: int) -> list[int]:
    await ws.send(str(ask))
    texts = [await asyncio.wait_for(ws.recv(), LIMIT) for _ in range(come)]
    return [orjson.loads(text)["seq"] for text in texts]


def only(judged: dict[str, Any]) -> dict[str, Any]:
    """The one client of the one outage (that is none: what happened outside of any)."""
    (outage,) = judged["outages"]
    (client,) = outage["clients"]
    return client


async def test_one_dropped_message_is_exactly_the_one_that_is_lost(stand: Stand) -> None:
    await stand.proxy()
    async with stand.client() as ws:
        await stand.inject("drop", skip=4, count=1)
        assert await ids(ws, 10, 9) == [1, 2, 3, 4, 6, 7, 8, 9, 10]
        client = only(await stand.judge())
    assert (client["missed"], client["duplicated"], client["out_of_order"]) == (1, 0, 0)
    assert client["verdict"] == "invalid"
    (finding,) = client["findings"]
    assert [position["offset"] for position in finding["positions"]] == [5]


async def test_a_repeated_message_is_duplicated(stand: Stand) -> None:
    await stand.proxy()
    async with stand.client() as ws:
        await stand.inject("repeat", times=2)
        assert await ids(ws, 3, 6) == [1, 1, 2, 2, 3, 3]
        client = only(await stand.judge())
    assert (client["missed"], client["duplicated"], client["out_of_order"]) == (0, 3, 0)


async def test_reordered_messages_are_nonmonotonic(stand: Stand) -> None:
    await stand.proxy()
    async with stand.client() as ws:
        await stand.inject("reorder", within=2, probability=0.3, patience=0.1)
        order = await ids(ws, 30, 30)
        client = only(await stand.judge())
    assert order != sorted(order)
    assert client["missed"] == client["duplicated"] == 0
    assert client["out_of_order"] > 0


async def test_the_same_seed_strikes_the_same_messages(tmp_path: Path) -> None:
    seen = []
    for run in ("one", "two"):
        async with serve(numbers, "127.0.0.1", 0) as server:
            door = local.open_local(tmp_path / run, 42)
            stand = Stand(door, f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            await stand.proxy()
            await stand.inject("drop", probability=0.5)
            async with stand.client() as ws:
                await ws.send("40")
                session = door.engine.session
                assert session is not None
                arrived = session.inward
                assert await until(lambda arrived=arrived: sum(arrived.values()) >= 40, LIMIT)
                await door.call(commands.Heal())
                await ws.send("1")
                got = []
                while not got or got[-1] != 41:
                    got.append(orjson.loads(await asyncio.wait_for(ws.recv(), LIMIT))["seq"])
            seen.append(got)
            await door.close()
    assert seen[0] == seen[1]
    assert 1 < len(seen[0]) < 41


async def test_a_link_that_opens_later_is_struck_too_and_healing_ends_it(stand: Stand) -> None:
    await stand.proxy()
    told = await stand.inject("drop", count=1)
    assert told["links"] == []  # nobody is there yet
    async with stand.client() as one, stand.client() as two:
        assert await ids(one, 3, 2) == [2, 3]
        assert await ids(two, 3, 2) == [2, 3]
        await stand.door.call(commands.Heal(told["id"]))
        assert stand.on == []
        assert await ids(one, 1, 1) == [4]
    async with stand.client() as three:
        assert await ids(three, 1, 1) == [1]


async def test_a_fault_ends_by_itself(stand: Stand) -> None:
    await stand.proxy()
    async with stand.client() as ws:
        await stand.inject("hold", seconds=0.05)
        assert stand.on == ["hold"]
        assert await ids(ws, 2, 2) == [1, 2]
        assert await until(lambda: not stand.on, LIMIT)


async def test_undo_heals_the_latest_and_heal_all(stand: Stand) -> None:
    await stand.proxy()
    async with stand.client():
        await stand.inject("latency", delay=1)
        await stand.inject("slice", size=100)
        await stand.door.call(commands.Heal("last"))
        assert stand.on == ["latency"]
        await stand.inject("bandwidth")
        await stand.door.call(commands.Heal())
        assert stand.on == []
        links = stand.door.engine.parts.proxies.by_name["edge"].links
        assert await until(lambda: all(link.detour is None for link in links), LIMIT)


async def test_a_client_that_connects_directly_is_refused_with_the_reason(stand: Stand) -> None:
    await stand.door.call(commands.Connect(name="a", address=stand.server))
    parts = stand.door.engine.parts
    assert await until(lambda: parts.connections.all_open(), LIMIT)
    with pytest.raises(WorkbenchError, match="Needs the proxy"):
        await stand.inject("latency")
    await stand.proxy()
    with pytest.raises(WorkbenchError, match="Needs the proxy: this client connects directly"):
        await stand.inject("latency", scope="a")
    with pytest.raises(WorkbenchError, match="no connection named b"):
        await stand.inject("latency", scope="b")
    assert stand.on == []


async def test_our_own_client_behind_the_proxy_keeps_the_fault_over_a_reconnect(
    stand: Stand,
) -> None:
    await stand.proxy()
    address = f"ws://127.0.0.1:{stand.port}"
    await stand.door.call(commands.Connect(name="a", address=address))
    await stand.door.call(commands.Connect(name="b", address=address))
    parts = stand.door.engine.parts
    assert await until(lambda: parts.connections.all_open(), LIMIT)
    told = await stand.inject("hold", scope="a")
    assert len(told["links"]) == 1
    await stand.door.call(commands.Reconnect("a"))
    links = parts.proxies.by_name["edge"].links

    def struck() -> list[tuple[str, int]]:
        return [link.peer for link in parts.proxies.by_name["edge"].links if link.detour]

    assert await until(
        lambda: (
            parts.connections.all_open()
            and struck() == [parts.connections.ours["a"].address_of_socket]
        ),
        LIMIT,
    )
    assert len(links) == 2


async def test_an_app_is_known_by_its_name_when_it_comes_back(stand: Stand) -> None:
    await stand.proxy()
    parts = stand.door.engine.parts
    async with stand.client() as ws:
        await ids(ws, 3, 3)
        assert await until(lambda: "edge-1" in parts.judge.clients, LIMIT)
        await stand.inject("drop", scope="edge-1", direction="in")
        await ws.send("2")
        assert await until(lambda: parts.proxies.by_name["edge"].links[0].detour, LIMIT)


async def test_refusing_handshakes_and_connections(stand: Stand) -> None:
    await stand.proxy()
    await stand.inject("refuse", status=429, retry_after=3)
    with pytest.raises(InvalidStatus) as refused:
        await stand.client()
    assert refused.value.response.headers["Retry-After"] == "3"
    await stand.door.call(commands.Heal())
    await stand.inject("refuse-connect", scope="edge")
    with pytest.raises(ConnectionRefusedError):
        await stand.client()
    await stand.door.call(commands.Heal())
    async with stand.client() as ws:
        assert await ids(ws, 1, 1) == [1]
    async with stand.client() as ws:
        await ids(ws, 1, 1)
        assert await until(lambda: stand.door.engine.parts.judge.clients, LIMIT)
        clients = stand.door.engine.parts.judge.clients
        with pytest.raises(WorkbenchError, match="for a whole proxy"):
            await stand.inject("refuse-connect", scope=next(iter(clients)))


async def test_a_preset_runs_to_its_end(stand: Stand, tmp_path: Path) -> None:
    await stand.proxy()
    path = tmp_path / "short.toml"
    path.write_text(
        'title = "Short"\n[[fault]]\ndo = "latency"\ndelay = 1\n'
        '[[fault]]\nat = "50ms"\ndo = "cut"\n'
    )
    async with stand.client() as ws:
        told = await stand.door.call(commands.RunPreset(str(path)))
        assert told == {"name": "short", "seconds": 0.05}
        assert stand.on == ["latency"]
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(ws.recv(), LIMIT)
    assert await until(lambda: not stand.on, LIMIT)
