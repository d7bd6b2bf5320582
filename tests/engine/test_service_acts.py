"""Wishes carried out on a balancer of paper: batches, deadlines, and a late word of unready."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from workbench.engine.service_acts import Acts
from workbench.engine.waiting import until
from workbench.model.action import (
    CloseBatches,
    Pause,
    ResumeRouting,
    RouteAlike,
    RouteShare,
    StopRouting,
    WaitEmpty,
)
from workbench.model.errors import WorkbenchError

LIMIT = 20.0


class PaperBalancer:
    """Remembers what it is asked; ``left`` links end as asked."""

    def __init__(self, left: int = 0) -> None:
        self.left = left
        self.asked: list[Any] = []

    def links_of(self, name: str) -> list[int]:
        return list(range(self.left))

    def close_some(self, name: str, count: int, code: int | None, reason: str) -> int:
        there, self.left = self.left, max(0, self.left - count)
        self.asked.append(("close", min(there, count), code))
        return there

    async def close_links(self, name: str, code: int | None, *, cut: bool) -> None:
        self.asked.append(("cut", self.left))
        self.left = 0

    def stop_routing(self, name: str) -> None:
        self.asked.append(("off", name))

    def resume_routing(self, name: str) -> None:
        self.asked.append(("on", name))

    def route_share(self, names: tuple[str, ...], share: float) -> None:
        self.asked.append(("share", names, share))

    def route_alike(self) -> None:
        self.asked.append(("alike",))

    def routable(self) -> list[str]:
        return []


def make(left: int = 0, *, listed: bool = True) -> tuple[Acts, PaperBalancer, list[Any]]:
    balancer, said = PaperBalancer(left), []
    state = SimpleNamespace(name="r1", listed=listed, moved=0, away_since=0, back_ms=None)
    service = SimpleNamespace(
        balancer=balancer, replicas={"r1": state}, tell=lambda: None, route=lambda: None, ending=[]
    )
    acts = Acts(service, lambda: 1, lambda event, **facts: said.append((event, facts)))
    return acts, balancer, said


async def test_batches_one_after_another_until_nobody_is_left() -> None:
    acts, balancer, said = make(5)
    await acts.carry_out(CloseBatches("r1", 1012, 2, 0.01, LIMIT))
    assert balancer.asked == [("close", 2, 1012), ("close", 2, 1012), ("close", 1, 1012)]
    assert [facts["left"] for _, facts in said] == [3, 1, -1]


async def test_at_the_deadline_the_rest_is_cut() -> None:
    acts, balancer, said = make(5)
    await acts.carry_out(CloseBatches("r1", None, 1, 60.0, 0.05))
    assert balancer.asked == [("close", 1, None), ("cut", 4)]
    assert said[-1] == ("cut", {"replica": "r1", "clients": 4})


async def test_the_balancer_hears_late_that_a_replica_is_unready() -> None:
    acts, balancer, said = make()
    await acts.carry_out(StopRouting("r1", 0.05))
    assert said == [("unready", {"replica": "r1", "heard_in": 0.05})]
    assert not balancer.asked
    assert await until(lambda: balancer.asked == [("off", "r1")], LIMIT)


async def test_what_was_to_be_heard_late_is_not_heard_when_it_is_back_before() -> None:
    acts, balancer, _ = make()
    await acts.carry_out(StopRouting("r1", 0.02))
    await acts.carry_out(ResumeRouting("r1"))
    await asyncio.sleep(0.05)
    assert balancer.asked == [("on", "r1")]
    await acts.carry_out(StopRouting("r1", 0.02))
    acts.close()
    await asyncio.sleep(0.05)
    assert balancer.asked == [("on", "r1")]


async def test_a_replica_that_the_balancer_does_not_know_is_not_taken_out() -> None:
    acts, balancer, _ = make(listed=False)
    await acts.carry_out(StopRouting("r1"))
    assert not balancer.asked
    await acts.carry_out(RouteShare(("r1",), 0.5))
    await acts.carry_out(StopRouting("r1"))
    await acts.carry_out(RouteAlike())
    assert balancer.asked == [("share", ("r1",), 0.5), ("off", "r1"), ("alike",)]


async def test_waiting_for_nobody_to_be_left_has_an_end() -> None:
    acts, balancer, _ = make(1)
    await acts.carry_out(WaitEmpty("r1", 0.02))
    assert balancer.left == 1


@pytest.mark.parametrize("wish", [ResumeRouting("r9"), StopRouting("r9"), RouteShare(("r9",), 1)])
async def test_an_unknown_replica_is_an_error(wish: Any) -> None:
    acts, _, _ = make()
    with pytest.raises(WorkbenchError, match="no replica named r9"):
        await acts.carry_out(wish)


async def test_what_nobody_carries_out_is_a_mistake_of_ours() -> None:
    acts, _, _ = make()
    with pytest.raises(WorkbenchError, match="Nobody carries out Pause"):
        await acts.carry_out(Pause(1))
