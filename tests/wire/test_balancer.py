"""The balancer: round robin, routing switched off and on, failover, and ends of links."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from tests.wire.kept import until
from tests.wire.peers import client, echo_server, end_of, raw_client
from tests.wire.test_bad_input import free_port
from workbench.model.errors import WorkbenchError
from workbench.wire.balancer import Arrival, Balancer


@contextlib.asynccontextmanager
async def balanced(names: str = "abc") -> AsyncIterator[tuple[Balancer, int, list[int]]]:
    """(balancer, its port, a list that grows at each change) over echo servers."""
    changes: list[int] = []
    async with contextlib.AsyncExitStack() as stack:
        balancer = Balancer(lambda: changes.append(1))
        targets = {
            name: ("127.0.0.1", await stack.enter_async_context(echo_server())) for name in names
        }
        balancer.set_targets(targets)
        _, port = await balancer.start("127.0.0.1", 0)
        try:
            yield balancer, port, changes
        finally:
            await balancer.close()


def spread(balancer: Balancer, names: str = "abc") -> list[int]:
    return [len(balancer.links_of(name)) for name in names]


async def test_round_robin_and_who_sits_where() -> None:
    async with balanced() as (balancer, port, changes), contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(client(port)) for _ in range(6)]
        assert spread(balancer) == [2, 2, 2]
        peers = {link.peer for name in "abc" for link in balancer.links_of(name)}
        assert peers == {ws.local_address for ws in clients}
        await clients[0].send("hi")
        assert await clients[0].recv() == "hi"
        assert changes


async def test_routing_off_and_on() -> None:
    async with balanced() as (balancer, port, _), contextlib.AsyncExitStack() as stack:
        balancer.stop_routing("b")
        assert balancer.routable() == ["a", "c"]
        for _ in range(4):
            await stack.enter_async_context(client(port))
        assert spread(balancer) == [2, 0, 2]
        balancer.resume_routing("b")
        for _ in range(3):
            await stack.enter_async_context(client(port))
        assert spread(balancer) == [3, 1, 3]
        with pytest.raises(WorkbenchError, match="no replica named x"):
            balancer.stop_routing("x")


async def test_a_dead_target_is_passed_over() -> None:
    async with balanced("a") as (balancer, port, _), contextlib.AsyncExitStack() as stack:
        (target,) = balancer._targets.values()
        balancer.set_targets({"dead": ("127.0.0.1", free_port()), "a": target.address})
        for _ in range(3):
            await stack.enter_async_context(client(port))
        assert spread(balancer, ["dead", "a"]) == [0, 3]


async def test_no_target_is_a_reset() -> None:
    async with balanced("a") as (balancer, port, _):
        balancer.stop_routing("a")
        async with raw_client(port) as (reader, _):
            with pytest.raises(ConnectionResetError):
                await asyncio.wait_for(reader.read(), 20)


async def test_new_targets_keep_their_routing() -> None:
    async with balanced("ab") as (balancer, _, _):
        balancer.stop_routing("a")
        balancer.set_targets({"a": ("127.0.0.1", 1), "n": ("127.0.0.1", 2)})
        assert balancer.routable() == ["n"]


@pytest.mark.parametrize(
    ("code", "cut", "seen"), [(1012, False, 1012), (None, False, None), (None, True, None)]
)
async def test_close_links(code: int | None, cut: bool, seen: int | None) -> None:
    async with balanced("ab") as (balancer, port, _), client(port) as one, client(port) as two:
        await balancer.close_links("a", code, cut=cut)
        end = await end_of(one)
        assert (end.rcvd.code if end.rcvd else None) == seen
        cause = ConnectionResetError if cut else EOFError
        assert seen or isinstance(end.__cause__, cause)
        await until(lambda: not balancer.links_of("a"))
        await two.send("untouched")
        assert await two.recv() == "untouched"


async def test_links_of_a_dead_replica_go() -> None:
    async with contextlib.AsyncExitStack() as stack:
        servers = contextlib.AsyncExitStack()
        balancer = Balancer()
        port = await servers.enter_async_context(echo_server())
        balancer.set_targets({"a": ("127.0.0.1", port)})
        _, front = await balancer.start("127.0.0.1", 0)
        stack.push_async_callback(balancer.close)
        async with client(front) as ws:
            await servers.aclose()
            assert (await end_of(ws)).rcvd.code == 1001
        await until(lambda: not balancer.links_of("a"))


async def test_the_oldest_are_closed_in_batches_and_none_twice() -> None:
    async with balanced("a") as (balancer, port, _), contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(client(port)) for _ in range(5)]
        assert balancer.close_some("a", 2, 1012) == 5
        assert balancer.close_some("a", 2, 1012) == 3
        for ws in clients[:4]:
            assert (await end_of(ws)).rcvd.code == 1012
        await clients[4].send("still here")
        assert await clients[4].recv() == "still here"


async def test_advice_goes_between_two_messages() -> None:
    async with balanced("a") as (balancer, port, _), client(port) as ws:
        balancer.advise("a", "x" * 70_000)
        balancer.advise("a", '{"event":"reconnect"}')
        assert await ws.recv() == "x" * 70_000
        assert await ws.recv() == '{"event":"reconnect"}'
        await ws.send("whole")
        assert await ws.recv() == "whole"


async def test_arrivals_tell_when_a_connection_came_landed_and_opened() -> None:
    seen: list[Arrival] = []
    clock = iter(range(1, 100))
    async with contextlib.AsyncExitStack() as stack:
        balancer = Balancer(on_arrival=seen.append, clock=lambda: next(clock))
        port = await stack.enter_async_context(echo_server())
        balancer.set_targets({"a": ("127.0.0.1", port)})
        _, front = await balancer.start("127.0.0.1", 0)
        stack.push_async_callback(balancer.close)
        async with client(front):
            await until(lambda: bool(seen) and seen[-1].opened > 0)
        arrival = seen[0]
        assert all(each is arrival for each in seen)
        assert (arrival.landed, arrival.protocol) == ("a", "ws")
        assert arrival.opened > arrival.at > 0
        balancer.stop_routing("a")
        async with raw_client(front) as (reader, _):
            with pytest.raises(ConnectionResetError):
                await asyncio.wait_for(reader.read(), 20)
        assert seen[-1] is not arrival
        assert seen[-1].landed == ""
