"""A proxy on a free port with everything it needs, ended at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.wire.kept import Kept
from tests.wire.peers import RawServer
from workbench.wire.proxy import Proxy


@pytest.fixture
def tap() -> Kept:
    return Kept()


Start = Callable[..., Awaitable[tuple[Proxy, int]]]


@pytest.fixture
async def proxied(tap: Kept) -> AsyncIterator[Start]:
    """``await proxied(port)`` gives (proxy, its port)."""
    proxies: list[Proxy] = []

    async def start(port: int, **given: object) -> tuple[Proxy, int]:
        proxy = Proxy(tap, upstream=f"ws://127.0.0.1:{port}", **given)
        proxies.append(proxy)
        return proxy, (await proxy.start("127.0.0.1", 0))[1]

    yield start
    for proxy in proxies:
        await proxy.close()
        assert proxy.links == []


@pytest.fixture
async def raw_server() -> AsyncIterator[RawServer]:
    async with RawServer() as server:
        yield server
