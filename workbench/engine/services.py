"""The part that runs the reference service: replicas behind our balancer, and a publisher."""

from __future__ import annotations

import asyncio
import contextlib
import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from workbench.door import commands
from workbench.engine.publisher import Publisher, Ticks
from workbench.engine.waiting import until
from workbench.model import action
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.words import Kind
from workbench.targets.output import Line
from workbench.targets.reference import reference_service
from workbench.targets.replica import Replica
from workbench.targets.target import State, Target
from workbench.wire.balancer import Balancer

if TYPE_CHECKING:
    from workbench.engine.engine import Answer, Engine
    from workbench.engine.session import Session

READY_LIMIT = 30.0  # seconds for a replica of ours to be ready
END_GRACE = 2.0  # seconds at the end, when nobody looks at how it goes any more


class ReplicaState:
    """A replica, what a running deploy makes of it, and which clients it holds."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica
        self.old_version = ""
        self.since = 0
        self.drain_seconds = 0.0
        self.moved = 0
        self.away_since = 0
        self.back_ms: float | None = None

    @property
    def name(self) -> str:
        """Its name."""
        return self.replica.name

    @property
    def version(self) -> str:
        """Its version label."""
        return self.replica.version


class Service:
    """One service: its replicas, their balancer, the backplane's file, the publisher."""

    def __init__(self, engine: Engine, session: Session, command: commands.StartService) -> None:
        self._engine = engine
        self._session = session
        self.command = command
        self.name = "service"
        self.version = command.version
        self.drain_time = 0.25
        self._folder = tempfile.TemporaryDirectory(prefix="workbench-", ignore_cleanup_errors=True)
        self.balancer = Balancer(self.tell)
        self.replicas: dict[str, ReplicaState] = {}
        self.publisher = Publisher(session, self.address)
        self._ticks = Ticks(random.Random(engine.seed))
        self._ticking: asyncio.Task[None] | None = None
        self._port = 0
        self._ending: list[asyncio.Task[None]] = []

    def address(self) -> tuple[str, int]:
        """Where the balancer listens."""
        return "127.0.0.1", self._port

    def target(self) -> Target:
        """The command of a replica, with the drain time of the deploy at hand."""
        file = Path(self._folder.name) / "backplane.db"
        return reference_service(
            file, history=self.command.history, drain_time=self.drain_time, grace=10.0
        )

    async def start(self) -> str:
        """Start every replica, then listen; the address for clients."""
        self._session.say(
            Kind.DEPLOY,
            {"event": "service", "replicas": self.command.replicas, "version": self.version},
        )
        for i in range(self.command.replicas):
            name = f"r{i + 1}"
            replica = Replica(
                self.target(),
                name,
                self.version,
                on_state=self._state,
                on_line=self._line,
                clock=self._engine.clock.now,
            )
            self.replicas[name] = ReplicaState(replica)
        # The first makes the backplane's file; the others then start side by side.
        first, *others = list(self.replicas)
        await self._begin(first)
        await asyncio.gather(*(self._begin(name) for name in others))
        _, self._port = await self.balancer.start("127.0.0.1", 0)
        self._route()
        if self.command.publish_rate:
            self._ticking = asyncio.create_task(self._tick())
        self.tell()
        return f"ws://127.0.0.1:{self._port}"

    async def _begin(self, name: str) -> None:
        await self.replicas[name].replica.start()
        await self.replicas[name].replica.ready(READY_LIMIT)

    def _route(self) -> None:
        serving = {r.name: r.replica.address for r in self.replicas.values() if r.replica.port}
        self.balancer.set_targets(serving)

    # --- publishing -----------------------------------------------------------------------

    async def _tick(self) -> None:
        """Publish on a fixed beat; an update that took long delays none of the later ones."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += 1 / self.command.publish_rate
            with contextlib.suppress(WorkbenchError):  # it is in the ledger as fail or info
                await self.publisher.publish(self.command.stream, self._ticks.next())
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def publish_some(self, count: int, rate: float, stream: str) -> None:
        """Publish ``count`` updates, ``rate`` a second (0: as fast as they are confirmed)."""
        for _ in range(count):
            with contextlib.suppress(WorkbenchError):
                await self.publisher.publish(stream or self.command.stream, self._ticks.next())
            if rate:
                await asyncio.sleep(1 / rate)

    # --- deploys --------------------------------------------------------------------------

    def next_version(self) -> str:
        """``v42`` is followed by ``v43``; any other label by itself with ``-next``."""
        digits = self.version.lstrip("v")
        return f"v{int(digits) + 1}" if digits.isdigit() else f"{self.version}-next"

    def begin_deploy(self, version: str) -> None:
        """Remember what every replica was before."""
        for r in self.replicas.values():
            r.old_version, r.moved, r.back_ms = r.version, 0, None
        self.tell()

    def end_deploy(self, version: str) -> None:
        """The service has this version when every replica has it."""
        if all(r.version == version for r in self.replicas.values()):
            self.version = version
        self.tell()

    async def start_replica(self, name: str, version: str) -> None:
        """Start a replica that is down, with this version."""
        state = self._named(name)
        state.replica.target = self.target()
        await state.replica.start(version)

    async def carry_out(self, wish: action.DeployAction) -> None:
        """One wish of a strategy.  Raises WorkbenchError (target)."""
        match wish:
            case action.StopRouting(name):
                self._note_moved(name)
                self.balancer.stop_routing(name)
            case action.ResumeRouting(name):
                self._resume(name)
            case action.Terminate(name, grace, signal):
                self._ending.append(
                    asyncio.create_task(self._named(name).replica.stop(grace, signal))
                )
            case action.CutProcess(name):
                await self._named(name).replica.cut()
            case action.CloseLinks(name, code, over, reason):
                await self.balancer.close_links(name, code, over, reason)
            case action.WaitReady(name, timeout):
                await self._named(name).replica.ready(timeout)
            case action.WaitGone(name, timeout):
                await self._wait_gone(name, timeout)
            case action.WaitEmpty(name, timeout):
                await self._wait_empty(name, timeout)
        self.tell()

    def _named(self, name: str) -> ReplicaState:
        if name not in self.replicas:
            raise WorkbenchError(f"There is no replica named {name}.", whose=Whose.USER)
        return self.replicas[name]

    def _note_moved(self, name: str) -> None:
        state = self._named(name)
        state.moved = len(self.balancer.links_of(name))
        state.away_since = self._engine.clock.now()

    def _resume(self, name: str) -> None:
        state = self._named(name)
        self._route()
        self.balancer.resume_routing(name)
        if state.away_since:
            state.back_ms = (self._engine.clock.now() - state.away_since) / 1e6

    async def _wait_gone(self, name: str, timeout: float) -> None:
        if not await self._named(name).replica.gone(timeout):
            raise WorkbenchError(
                f"{name} did not end within {timeout:g} s.",
                whose=Whose.TARGET,
                to_do="Give it a longer grace period, or let it end by SIGKILL.",
            )

    async def _wait_empty(self, name: str, timeout: float) -> None:
        await until(lambda: not self.balancer.links_of(name), timeout)

    # --- telling --------------------------------------------------------------------------

    def _state(self, replica: Replica, state: State, reason: str) -> None:
        kept = self.replicas.get(replica.name)
        if kept is not None:
            kept.since = self._engine.clock.now()
        value = {
            "event": "replica",
            "replica": replica.name,
            "state": str(state),
            "version": replica.version,
            "reason": reason,
        }
        self._session.say(Kind.DEPLOY, value)
        self.tell()

    def _line(self, replica: Replica, line: Line) -> None:
        value = {"event": "log", "replica": replica.name, "text": line.text[:2000]}
        self._session.say(Kind.NOTE, {**value, "source": line.source})

    def tell(self) -> None:
        """Replicas and service as fronts see them."""
        put = self._engine.mirror.put
        holds = self._engine.parts.connections.on_replicas(self.balancer, self.replicas)
        loads = Counter({name: len(self.balancer.links_of(name)) for name in self.replicas})
        for r in self.replicas.values():
            put("replica", r.name, self._replica_value(r, holds.get(r.name, []), loads))
        value = {
            "name": self.name,
            "title": "Demo service" if self._session.title == "Demo" else "Service",
            "address": f"ws://127.0.0.1:{self._port}",
            "version": self.version,
            "replicas": list(self.replicas),
        }
        put("service", self.name, value)

    def _replica_value(
        self, r: ReplicaState, clients: list[str], loads: Counter[str]
    ) -> dict[str, Any]:
        links, total = loads[r.name], sum(loads.values())
        share = total / max(len(self.replicas), 1)
        enough = total >= len(self.replicas) > 1
        return {
            "name": r.name,
            "service": self.name,
            "version": r.version,
            "old_version": r.old_version if r.old_version != r.version else "",
            "state": str(r.replica.state),
            "since": r.since,
            "clients": sorted(clients),
            "links": links,
            "drain_seconds": self.drain_time,
            "moved": r.moved,
            "back_ms": r.back_ms,
            "uneven": enough and (links == 0 or links > 2 * share),
        }

    async def close(self) -> None:
        """End the publisher, the replicas, the balancer; forget the backplane."""
        if self._ticking is not None:
            self._ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticking
        await asyncio.gather(*(r.replica.stop(END_GRACE) for r in self.replicas.values()))
        await asyncio.gather(*self._ending)
        await self.balancer.close()
        for name in self.replicas:
            self._engine.mirror.put("replica", name, None)
        self._engine.mirror.put("service", self.name, None)
        self._folder.cleanup()


class Services:
    """The one service of the session."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._service: Service | None = None

    def answers(self) -> dict[type, Answer]:
        """Start, stop, publish."""
        return {
            commands.StartService: self.start,
            commands.StopService: self._stop,
            commands.Publish: self._publish,
        }

    def only(self) -> Service:
        """The running service; raises WorkbenchError (user) where there is none."""
        if self._service is None:
            raise WorkbenchError(
                "No service is running.",
                whose=Whose.USER,
                to_do="Start one first, or run the demo.",
            )
        return self._service

    async def start(self, command: commands.StartService) -> dict[str, Any]:
        """Start it; answers {"name", "address"}."""
        if self._service is not None:
            raise WorkbenchError(
                "A service is running already.", whose=Whose.USER, to_do="Stop it first."
            )
        session = await self._engine.parts.sessions.live()
        service = self._service = Service(self._engine, session, command)
        try:
            address = await service.start()
        except BaseException:
            self._service = None
            await service.close()
            raise
        return {"name": service.name, "address": address}

    async def _stop(self, command: commands.StopService) -> dict[str, Any]:
        self.only()
        await self.close()
        return {}

    async def _publish(self, command: commands.Publish) -> dict[str, Any]:
        try:
            payload = orjson.loads(command.payload)
        except ValueError as bad:
            raise WorkbenchError(
                "The payload is no JSON.", whose=Whose.USER, why=str(bad)
            ) from None
        return await self.only().publisher.publish(command.stream, payload)

    async def close(self) -> None:
        """End it."""
        service, self._service = self._service, None
        if service is not None:
            await service.close()
