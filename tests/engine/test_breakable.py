"""What a fault meets behind a proxy: what is in use, by the client's name where it has one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from workbench.door.commands import Inject
from workbench.engine.faulting import Faulting
from workbench.engine.proxies import Proxies
from workbench.model.errors import WorkbenchError

POLL = "/socket.io/?EIO=4&transport=polling&sid=S"


@dataclass
class FakeLink:
    number: int
    protocol: str = "ws"
    in_use: bool = True
    path: str = "/"
    peer: tuple[str, int] = ("127.0.0.1", 1)
    outgoing: tuple[str, int] = ("127.0.0.1", 2)
    done: list[Any] = field(default_factory=list)

    def carry_out(self, action: Any) -> None:
        self.done.append(action)


def parts(*links: FakeLink, clients: dict[str, list[int]], keys: Any = ()) -> SimpleNamespace:
    """An engine with one proxy that has these links."""
    judge = SimpleNamespace(clients=clients, keys=dict(keys))
    own = SimpleNamespace(ours={})
    session = SimpleNamespace(say=lambda *_, **__: None)
    engine = SimpleNamespace(parts=SimpleNamespace(judge=judge, connections=own), session=session)
    engine.clock, engine.seed = SimpleNamespace(now=lambda: 0), 1
    engine.parts.proxies = Proxies(engine)
    engine.parts.proxies.by_name = {"proxy": SimpleNamespace(links=list(links))}

    async def live() -> Any:
        return session

    engine.parts.sessions = SimpleNamespace(live=live)
    return engine


def names(engine: SimpleNamespace, *, named: bool) -> dict[str, list[int]]:
    found = engine.parts.proxies.breakable(named=named)
    return {name: [link.number for link in links] for name, links in found.items()}


def test_idle_http_is_left_alone() -> None:
    links = [FakeLink(1), FakeLink(2, "http", in_use=False), FakeLink(3, "http")]
    engine = parts(*links, clients={"a": [1, 2]})
    assert names(engine, named=True) == {"a": [1]}
    assert names(engine, named=False) == {"a": [1], "link 3": [3]}


def test_every_connection_of_a_client_that_polls_is_met() -> None:
    links = [FakeLink(1, "http", path=POLL), FakeLink(2, "http", path=POLL), FakeLink(3)]
    engine = parts(*links, clients={"a": [1, 2], "b": [3]})
    assert names(engine, named=True) == {"a": [1, 2], "b": [3]}


def test_a_poll_that_nobody_has_read_yet_is_known_by_its_session() -> None:
    engine = parts(FakeLink(9, "http", path=POLL), clients={"a": [1]}, keys={("eio", "S"): "a"})
    assert names(engine, named=True) == {"a": [9]}


async def test_a_fault_between_two_polls_waits_for_the_next() -> None:
    link = FakeLink(1, "http", in_use=False, path=POLL)
    engine = parts(link, clients={"a": [1]})

    def poll() -> None:
        link.in_use = True

    asyncio.get_running_loop().call_later(0.02, poll)
    answer = await Faulting(engine).inject(Inject("cut", "a", ""))  # type: ignore[arg-type]
    assert answer["links"] == [1]
    assert len(link.done) == 1


async def test_where_nobody_polls_it_says_so() -> None:
    engine = parts(FakeLink(1, "http", in_use=False), clients={"a": [1]})
    with pytest.raises(WorkbenchError, match="Nothing is open"):
        await Faulting(engine).inject(Inject("cut", "", ""))  # type: ignore[arg-type]
