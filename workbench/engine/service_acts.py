"""Carries out what a strategy wishes of a service's replicas and their balancer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.engine.waiting import until
from workbench.model import action
from workbench.model.errors import Whose, WorkbenchError

if TYPE_CHECKING:
    from workbench.engine.replica_state import ReplicaState
    from workbench.engine.service import Service


class Acts:
    """The wishes of one deploy.  ``say(event, **facts)`` keeps a DEPLOY record."""

    def __init__(
        self, service: Service, clock: Callable[[], int], say: Callable[..., None]
    ) -> None:
        self._service = service
        self._balancer = service.balancer
        self._clock = clock
        self._say = say
        self._unready: dict[str, asyncio.TimerHandle] = {}

    async def carry_out(self, wish: action.DeployAction) -> None:
        """One wish.  Raises WorkbenchError (target)."""
        match wish:
            case action.StopRouting(name, after):
                self._stop_routing(name, after)
            case action.ResumeRouting(name):
                self._resume(name)
            case action.RouteShare(names, share):
                self._route_share(names, share)
            case action.RouteAlike():
                self._balancer.route_alike()
                self._say("routing", replicas=self._balancer.routable(), share=None)
            case action.Advise(name, text):
                self._say("advise", replica=name, clients=len(self._balancer.links_of(name)))
                self._balancer.advise(name, text)
            case action.CloseLinks() | action.CloseBatches() | action.CutLinks():
                await self._end_links(wish)
            case action.WaitEmpty(name, timeout):
                await until(lambda: not self._balancer.links_of(name), timeout)
            case _:
                await self._process(wish)
        self._service.tell()

    async def _process(self, wish: action.DeployAction) -> None:
        """What is asked of a process."""
        match wish:
            case action.Terminate(name, grace, signal):
                stop = self._named(name).replica.stop(grace, signal)
                self._service.ending.append(asyncio.create_task(stop))
            case action.CutProcess(name):
                self._note_moved(name)
                await self._named(name).replica.cut()
            case action.StartReplica(name, version):
                await self._start(self._named(name), version)
            case action.AddReplica(name, version):
                await self._start(self._service.new_replica(name, version, listed=False), version)
            case action.RemoveReplica(name):
                self._service.remove_replica(name)
            case action.WaitReady(name, timeout):
                await self._named(name).replica.ready(timeout)
            case action.WaitGone(name, timeout):
                await self._wait_gone(name, timeout)
            case _:
                raise WorkbenchError(f"Nobody carries out {type(wish).__name__}.", whose=Whose.OURS)

    def _named(self, name: str) -> ReplicaState:
        if name not in self._service.replicas:
            raise WorkbenchError(f"There is no replica named {name}.", whose=Whose.USER)
        return self._service.replicas[name]

    async def _start(self, state: ReplicaState, version: str) -> None:
        state.replica.target = self._service.target()
        await state.replica.start(version)

    async def _wait_gone(self, name: str, timeout: float) -> None:
        if not await self._named(name).replica.gone(timeout):
            raise WorkbenchError(
                f"{name} did not end within {timeout:g} s.",
                whose=Whose.TARGET,
                to_do="Give it a longer grace period, or let it end by SIGKILL.",
            )

    # --- routing --------------------------------------------------------------------------

    def _note_moved(self, name: str) -> None:
        state = self._named(name)
        if not state.away_since:
            state.moved = len(self._balancer.links_of(name))
            state.away_since = self._clock()

    def _stop_routing(self, name: str, after: float) -> None:
        self._note_moved(name)
        if after:
            loop = asyncio.get_running_loop()
            self._unready[name] = loop.call_later(after, self._unroute, name)
            self._say("unready", replica=name, heard_in=after)
        else:
            self._unroute(name)

    def _unroute(self, name: str) -> None:
        self._unready.pop(name, None)
        state = self._service.replicas.get(name)
        if state is not None and state.listed:
            self._balancer.stop_routing(name)
        self._say("routing", replica=name, on=False)

    def _resume(self, name: str) -> None:
        state = self._named(name)
        timer = self._unready.pop(name, None)
        if timer is not None:
            timer.cancel()
        state.listed = True
        self._service.route()
        self._balancer.resume_routing(name)
        self._say("routing", replica=name, on=True)
        if state.away_since:
            state.back_ms = (self._clock() - state.away_since) / 1e6

    def _route_share(self, names: tuple[str, ...], share: float) -> None:
        for name in names:
            self._named(name).listed = True
        self._service.route()
        self._balancer.route_share(names, share)
        self._say("routing", replicas=list(names), share=share)

    # --- links ----------------------------------------------------------------------------

    async def _end_links(self, wish: action.DeployAction) -> None:
        match wish:
            case action.CloseLinks(name, code, over, reason):
                self._say("close", replica=name, code=code, over=over)
                await self._balancer.close_links(name, code, over, reason)
            case action.CloseBatches():
                await self._batches(wish)
            case action.CutLinks(name):
                self._say("cut", replica=name, clients=len(self._balancer.links_of(name)))
                await self._balancer.close_links(name, None, cut=True)

    async def _batches(self, wish: action.CloseBatches) -> None:
        loop, name = asyncio.get_running_loop(), wish.replica
        end = loop.time() + wish.deadline
        while left := self._balancer.close_some(name, wish.batch, wish.code, wish.reason):
            self._say("batch", replica=name, closed=min(left, wish.batch), left=left - wish.batch)
            if left <= wish.batch:
                break
            await asyncio.sleep(max(0.0, min(wish.every, end - loop.time())))
            if loop.time() >= end:
                await self._end_links(action.CutLinks(name))
                return

    def close(self) -> None:
        """Nothing happens later any more."""
        for timer in self._unready.values():
            timer.cancel()
        self._unready.clear()
