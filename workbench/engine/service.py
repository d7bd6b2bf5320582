"""One service: its replicas, their balancer, the backplane's file, the publisher."""

from __future__ import annotations

import asyncio
import contextlib
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.deploys._versions import next_version
from workbench.door import commands
from workbench.engine.addresses import host_and_port
from workbench.engine.publisher import Publisher, Ticks
from workbench.engine.replica_state import ReplicaState
from workbench.engine.service_target import target_of
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.words import Kind
from workbench.targets.output import Line
from workbench.targets.replica import Replica
from workbench.targets.target import State, Target
from workbench.units.shapes import ReplicaFacts
from workbench.wire.balancer import Arrival, Balancer
from workbench.wire.balancing import Policy

if TYPE_CHECKING:
    from workbench.engine.engine import Engine
    from workbench.engine.session import Session

END_GRACE = 2.0  # seconds at the end, when nobody looks at how it goes any more
TITLES = {"Demo": "Demo service"}


class Service:
    """Replicas by name.  ``on_arrival`` and ``on_state`` are for whoever measures a deploy."""

    def __init__(self, engine: Engine, session: Session, command: commands.StartService) -> None:
        self._engine = engine
        self._session = session
        self.command = command
        self.name = "service"
        self.version = command.version
        self.drain_time = 0.25
        self._folder = tempfile.TemporaryDirectory(prefix="workbench-", ignore_cleanup_errors=True)
        self.on_arrival: Callable[[Arrival], None] = lambda _: None
        self.on_state: Callable[[str, str, str, str], None] = lambda *_: None
        self.balancer = Balancer(
            self.tell,
            Policy(command.policy),
            on_arrival=lambda arrival: self.on_arrival(arrival),
            clock=engine.clock.now,
        )
        self.replicas: dict[str, ReplicaState] = {}
        self.before: dict[str, str] = {}  # name → version before the last deploy
        self.publisher = Publisher(session, self.address)
        self._ticks = Ticks(random.Random(engine.seed))
        self._ticking: asyncio.Task[None] | None = None
        self._host, self._port = "127.0.0.1", 0
        self._made = 0
        self.ending: list[asyncio.Task[None]] = []  # replicas that were asked to end

    def address(self) -> tuple[str, int]:
        """Where the balancer listens."""
        return self._host, self._port

    @property
    def url(self) -> str:
        """The balancer's address for clients, without a path."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"ws://{host}:{self._port}"

    def target(self) -> Target:
        """The command of a replica, with the drain time of the deploy at hand."""
        return target_of(self.command, Path(self._folder.name) / "backplane.db", self.drain_time)

    async def start(self) -> str:
        """Start every replica, then listen; the address for clients."""
        self._session.say(
            Kind.DEPLOY,
            {"event": "service", "replicas": self.command.replicas, "version": self.version},
        )
        for i in range(self.command.replicas):
            self.new_replica(f"r{i + 1}", self.version)
        # The first makes the backplane's file; the others then start side by side.
        first, *others = list(self.replicas)
        await self._begin(first)
        await asyncio.gather(*(self._begin(name) for name in others))
        host, port = host_and_port(self.command.listen, "listen")
        self._host, self._port = await self.balancer.start(host, port)
        self.route()
        if self.command.publish_rate:
            self._ticking = asyncio.create_task(self._tick())
        self.tell()
        return self.url

    async def _begin(self, name: str) -> None:
        await self.replicas[name].replica.start()
        await self.replicas[name].replica.ready(self.command.ready_timeout)

    def new_replica(self, name: str, version: str, *, listed: bool = True) -> ReplicaState:
        """One more replica, not started yet."""
        if name in self.replicas:
            raise WorkbenchError(f"There is a replica named {name} already.", whose=Whose.USER)
        port = self.command.port + self._made if self.command.port else 0
        self._made += 1
        replica = Replica(
            self.target(),
            name,
            version,
            port=port,
            keep_port=bool(port),
            on_state=self._state,
            on_line=self._line,
            clock=self._engine.clock.now,
        )
        self.replicas[name] = ReplicaState(replica, listed=listed)
        return self.replicas[name]

    def remove_replica(self, name: str) -> None:
        """Forget a replica that is down."""
        del self.replicas[name]
        self.route()
        self._engine.mirror.put("replica", name, None)

    def route(self) -> None:
        """Tell the balancer where the replicas are that it may know."""
        there = [r for r in self.replicas.values() if r.listed and r.replica.port]
        self.balancer.set_targets({r.name: r.replica.address for r in there})

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
        """The version after the present one."""
        return next_version(self.version)

    def facts(self) -> list[ReplicaFacts]:
        """What a strategy may know: of the replicas, and of those the last deploy took away."""
        routed, found = set(self.balancer.routable()), []
        for name in dict.fromkeys([*self.before, *self.replicas]):
            was, r = self.before.get(name, ""), self.replicas.get(name)
            if r is None:
                found.append(ReplicaFacts(name, "", 0, was, "gone", routed=False))
                continue
            links = self._clients_on(name)
            state = str(r.replica.state)
            found.append(ReplicaFacts(name, r.version, links, was, state, routed=name in routed))
        return found

    def begin_deploy(self) -> None:
        """Remember what every replica was before."""
        self.before = {name: r.version for name, r in self.replicas.items()}
        for r in self.replicas.values():
            r.begin_deploy()
        self.tell()

    def end_deploy(self) -> None:
        """The service has the version that every replica has."""
        versions = {r.version for r in self.replicas.values()}
        if len(versions) == 1:
            self.version = versions.pop()
        self.tell()

    # --- telling --------------------------------------------------------------------------

    def loads(self) -> Counter[str]:
        """Open clients by replica: updates that we publish on the same way are none."""
        return Counter({name: self._clients_on(name) for name in self.replicas})

    def _clients_on(self, name: str) -> int:
        links = self.balancer.links_of(name)
        return sum(link.protocol != "http" and link.state == "open" for link in links)

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
        self.on_state(replica.name, str(state), replica.version, reason)
        self.tell()

    def _line(self, replica: Replica, line: Line) -> None:
        value = {"event": "log", "replica": replica.name, "text": line.text[:2000]}
        self._session.say(Kind.NOTE, {**value, "source": line.source})

    def tell(self) -> None:
        """Replicas and service as fronts see them."""
        put, loads = self._engine.mirror.put, self.loads()
        holds = self._engine.parts.connections.on_replicas(self.balancer, self.replicas)
        for r in self.replicas.values():
            clients = holds.get(r.name, [])
            put("replica", r.name, r.value(self.name, clients, loads, self.drain_time))
        put("service", self.name, self._value())

    def _value(self) -> dict[str, Any]:
        own = "Your server" if self.command.command else "Service"
        return {
            "name": self.name,
            "title": TITLES.get(self._session.title, own),
            "address": self.url,
            "version": self.version,
            "replicas": list(self.replicas),
        }

    async def close(self) -> None:
        """End the publisher, the replicas, the balancer; forget the backplane."""
        if self._ticking is not None:
            self._ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticking
        await asyncio.gather(*(r.replica.stop(END_GRACE) for r in self.replicas.values()))
        await asyncio.gather(*self.ending)
        await self.balancer.close()
        for name in self.replicas:
            self._engine.mirror.put("replica", name, None)
        self._engine.mirror.put("service", self.name, None)
        self._folder.cleanup()
