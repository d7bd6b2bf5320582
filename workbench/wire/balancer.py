"""A small balancer: spreads connections over replicas, as an L4 load balancer does.

Bytes pass untouched.  It reads the frames along for one reason: so that it can close a replica's
links with a close frame, between two frames, when a deploy asks for that.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from workbench.model.action import Close, Finish, Reset, Say
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.record import Moment, Record
from workbench.wire.balancing import Order, Policy
from workbench.wire.gate import Gate
from workbench.wire.joint import Joint
from workbench.wire.leg import Intake
from workbench.wire.link import Link
from workbench.wire.upstream import Upstream, connect

Address = tuple[str, int]


class Unrecorded:
    """A tap that keeps nothing: links through the balancer are recorded by whoever uses it."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def put(self, record: Record) -> int:
        return -1

    def now(self) -> Moment:
        return 0

    def new_link(self) -> int:
        return next(self._numbers)


@dataclass(slots=True)
class Replica:
    """Where a replica listens, and whether it gets new connections."""

    address: Address
    routable: bool = True


@dataclass(slots=True)
class Arrival:
    """One connection that came to the balancer.  ``landed`` is the replica ("": none could be
    reached), ``opened`` the moment a WebSocket or event stream was answered (0: not)."""

    peer: Address
    at: Moment
    landed: str = ""
    protocol: str = ""
    opened: Moment = 0


class Balancer:
    """Spreads connections over the routable targets; ``on_change`` is called when links come
    or go, ``on_arrival`` with each connection when it comes, lands and opens.

    A target that cannot be connected to is passed over; where none can, the client is reset,
    for a balancer on this layer has no other way to say it.
    """

    def __init__(
        self,
        on_change: Callable[[], None] = lambda: None,
        policy: Policy = Policy.ROUND_ROBIN,
        *,
        on_arrival: Callable[[Arrival], None] = lambda _: None,
        clock: Callable[[], Moment] = lambda: 0,
    ) -> None:
        self._on_change = on_change
        self._on_arrival = on_arrival
        self._clock = clock
        self._tap = Unrecorded()
        self._targets: dict[str, Replica] = {}
        self._order = Order(policy)
        self._on: dict[Joint, str] = {}
        self._arrivals: dict[Joint, Arrival] = {}
        self._gate: Gate[Link] = Gate(self._link, self._connect, self._changed)

    async def start(self, host: str, port: int) -> Address:
        """Listen; the address listened on.  Raises WorkbenchError (user)."""
        return await self._gate.start(host, port)

    async def close(self) -> None:
        """Stop listening and end every link."""
        await self._gate.close()

    # --- where connections go -------------------------------------------------------------

    def set_targets(self, targets: Mapping[str, Address]) -> None:
        """The replicas by name; one that was known keeps whether it is routable."""
        self._targets = {
            name: Replica(address, self._targets[name].routable if name in self._targets else True)
            for name, address in targets.items()
        }

    def stop_routing(self, name: str) -> None:
        """No new connection goes there; its links stay.  Raises WorkbenchError (user)."""
        self._target(name).routable = False

    def resume_routing(self, name: str) -> None:
        """New connections go there again.  Raises WorkbenchError (user)."""
        self._target(name).routable = True

    def route_share(self, names: Sequence[str], share: float) -> None:
        """Of the new connections this share (0 to 1) goes to these, the rest to the others."""
        for name in names:
            self._target(name).routable = True
        self._order.share(names, share)

    def route_alike(self) -> None:
        """End of a share."""
        self._order.alike()

    def routable(self) -> list[str]:
        """The targets that get new connections."""
        return [name for name, target in self._targets.items() if target.routable]

    def links_of(self, name: str) -> list[Link]:
        """The live links on a replica; ``link.peer`` is the client's (host, port)."""
        return [link for link in self._gate.links if self._on.get(link) == name]

    def advise(self, name: str, text: str) -> None:
        """A text message to every WebSocket client on a replica."""
        for link in self.links_of(name):
            link.carry_out(Say(text))

    async def close_links(
        self, name: str, code: int | None, over: float = 0.0, reason: str = "", *, cut: bool = False
    ) -> None:
        """End a replica's links, spread evenly over ``over`` seconds: by a close frame with
        ``code``, by FIN (None), or with ``cut`` by RST."""
        links = self.links_of(name)
        for link in links:
            _end(link, code, reason, cut=cut)
            if over:
                await asyncio.sleep(over / len(links))

    def close_some(self, name: str, count: int, code: int | None, reason: str = "") -> int:
        """End the oldest ``count`` links of a replica that are not ending yet; how many there
        were to end."""
        links = [link for link in self.links_of(name) if link.ending is None]
        for link in links[:count]:
            _end(link, code, reason)
        return len(links)

    def _target(self, name: str) -> Replica:
        if name not in self._targets:
            known = ", ".join(self._targets) or "none"
            raise WorkbenchError(
                f"The balancer knows no replica named {name}.",
                whose=Whose.USER,
                to_do=f"Known replicas: {known}.",
            )
        return self._targets[name]

    # --- connections ----------------------------------------------------------------------

    def _link(self, intake: Intake, over: Callable[[Joint], None]) -> Link:
        link = Link(
            self._tap,
            intake,
            Upstream("http", "balancer", 80),
            name="balancer",
            rewrite_host=False,
            over=over,
            changed=lambda: self._arrived(link),
            keep=0,
        )
        return link

    def _arrived(self, link: Link) -> None:
        """Its state changed: an arrival may have opened."""
        arrival = self._arrivals.get(link)
        if arrival is None or arrival.opened or link.state != "open":
            return
        arrival.protocol = link.protocol
        if link.protocol != "http":
            arrival.opened = self._clock()
        self._on_arrival(arrival)

    async def _connect(self, link: Link) -> None:
        arrival = self._arrivals[link] = Arrival(link.peer, self._clock())
        self._on_arrival(arrival)
        loads = Counter(self._on.values())
        for name in self._order.of(self.routable(), loads, link.peer[0]):
            host, port = self._targets[name].address
            try:
                await connect(link.server, Upstream("http", host, port), None)
            except WorkbenchError:
                continue
            if not link.client.gone:
                self._on[link] = arrival.landed = name
                self._on_change()
                self._on_arrival(arrival)
            return
        link.carry_out(Reset())

    def _changed(self) -> None:
        living = set(self._gate.links)
        self._on = {joint: name for joint, name in self._on.items() if joint in living}
        self._arrivals = {joint: a for joint, a in self._arrivals.items() if joint in living}
        self._on_change()


def _end(link: Link, code: int | None, reason: str, *, cut: bool = False) -> None:
    if cut:
        link.carry_out(Reset())
    elif code is None:
        link.carry_out(Finish())
    else:
        link.carry_out(Close(code, reason))
