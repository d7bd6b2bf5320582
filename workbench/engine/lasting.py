"""Faults that last: what is on, where, and on which links that open later."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

from workbench.model.action import HalfClose, LinkAction, OpenDoor, ShutDoor
from workbench.model.errors import Whose, WorkbenchError
from workbench.units.applied import apply, lasts
from workbench.wire.link import Link
from workbench.wire.proxy import Proxy

if TYPE_CHECKING:
    from workbench.engine.engine import Engine

NEEDS_PROXY = "Needs the proxy: this client connects directly."


@dataclass(frozen=True, slots=True)
class Place:
    """Where to break: a client of ours, or a link of a proxy, by its link number.

    ``proxied`` is the link itself where it passes through a proxy."""

    name: str
    link: int
    carry_out: Callable[[LinkAction], None]
    proxied: Link | None = None


@dataclass(slots=True)
class Active:
    """A fault that is switched on.  ``names`` is its scope as it was given (empty: everything),
    ``shown`` the names a person reads."""

    id: str
    name: str
    unit: ModuleType
    settings: Any
    names: list[str]
    shown: list[str]
    since: int
    until: int = 0
    places: list[Place] = field(default_factory=list)
    links: dict[int, Link] = field(default_factory=dict)
    proxies: list[Proxy] = field(default_factory=list)
    timer: asyncio.Task[None] | None = None

    @property
    def numbers(self) -> list[int]:
        """The links it is on, and was on."""
        return [*(place.link for place in self.places), *self.links]


def needs_proxy(unit: ModuleType, settings: Any) -> bool:
    """True for what can only be done to a link that passes through a proxy."""
    actions = unit.inject(settings)
    return lasts(unit) or any(isinstance(a, HalfClose | ShutDoor | OpenDoor) for a in actions)


class Reach:
    """Which proxies and links a scope names."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def links(self, names: list[str]) -> dict[Link, str]:
        """The live links of a scope with their clients' names."""
        proxies = self._engine.parts.proxies
        found: dict[Link, str] = {}
        for name, proxy in proxies.by_name.items():
            for link in proxy.links:
                if not names or name in names:
                    found[link] = f"link {link.number}"
        for name, links in proxies.breakable().items():
            found |= {link: name for link in links if not names or name in names}
        ours = {c.address_of_socket: n for n, c in self._engine.parts.connections.ours.items()}
        for _, link in proxies.links_by_number().values():
            name = ours.get(link.peer, "")
            if name and (not names or name in names or link in found):
                found[link] = name
        return found

    def check(self, names: list[str]) -> None:
        """Raises WorkbenchError (user) for a name that no proxy stands before."""
        parts = self._engine.parts
        if not parts.proxies.by_name:
            raise direct(names)
        known = {*parts.proxies.by_name, *parts.proxies.breakable(), *parts.judge.clients}
        for name in names:
            client = parts.connections.ours.get(name)
            if client is not None and not self._through_proxy(client.spec.address):
                raise direct([name])
            if client is None and name not in known:
                raise WorkbenchError(
                    f"There is no connection named {name}.",
                    whose=Whose.USER,
                    to_do="Choose one that is there, or a proxy.",
                )

    def check_whole(self, names: list[str], title: str) -> None:
        """Raises WorkbenchError (user) for a name that is no proxy's."""
        proxies = self._engine.parts.proxies.by_name
        wrong = [name for name in names if name not in proxies]
        if wrong:
            raise WorkbenchError(
                f"{title} is for a whole proxy, not for {', '.join(wrong)} alone.",
                whose=Whose.USER,
                to_do=f"Choose everything, or one of: {', '.join(proxies)}.",
            )

    def _through_proxy(self, address: str) -> bool:
        place = address.partition("://")[2].partition("/")[0]
        listening = (v["listen"] for v in self._engine.mirror["proxy"].values())
        return any(each.partition("://")[2] == place for each in listening)


def direct(names: list[str]) -> WorkbenchError:
    """The error for a client that no proxy stands before."""
    said = f"{', '.join(names)}: " if names else ""
    return WorkbenchError(
        f"{said}{NEEDS_PROXY}" if names else "Needs the proxy: nothing passes through one.",
        whose=Whose.USER,
        to_do="Start a proxy, and let the client connect to its address.",
    )


def put_on(on: Active, link: Link, seed: int) -> None:
    """Switch it on for one link, with luck that only this link draws from."""
    if link.number in on.links:
        return
    on.links[link.number] = link
    luck = random.Random(f"{seed}/{on.id}/{len(on.links)}")
    link.apply(apply(on.id, on.unit, on.settings, luck))
