"""The part that breaks connections: one loop carries out what any fault asks for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

import orjson

from workbench import faults
from workbench.door.commands import Heal, Inject, ListUnits
from workbench.engine.units import all_units
from workbench.model.action import LinkAction
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.words import Kind
from workbench.units.discovery import discover
from workbench.units.settings import build

if TYPE_CHECKING:
    from workbench.engine.engine import Answer, Engine

#: How long the next request of a client that polls is waited for, and how often looked for.
NEXT_POLL_SECONDS, NEXT_POLL_BEAT = 0.5, 0.001
#: Faults that take the client away: each opens an outage.
OPENS_OUTAGE = frozenset({"cut", "close", "stall", "finish"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where to break: a client of ours, or a link of a proxy, by its link number."""

    name: str
    link: int
    carry_out: Callable[[LinkAction], None]


@dataclass(slots=True)
class Active:
    """A fault that is switched on."""

    id: str
    name: str
    unit: ModuleType
    settings: Any
    scope: list[str]
    since: int
    until: int = 0
    places: list[Place] = field(default_factory=list)
    timer: asyncio.Task[None] | None = None


class Faulting:
    """All faults that are on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._active: dict[str, Active] = {}
        self._count = 0

    def answers(self) -> dict[type, Answer]:
        """Inject and heal, and what there is to inject."""
        return {Inject: self.inject, Heal: self.heal, ListUnits: self.units}

    async def units(self, command: ListUnits) -> dict[str, Any]:
        """Every unit that the program finds, by kind."""
        return await asyncio.to_thread(all_units)

    async def inject(self, command: Inject) -> dict[str, Any]:
        """Do it, or switch it on; answers {"id", "links"}."""
        unit, settings = self._read(command)
        scope = [name.strip() for name in command.scope.split(",") if name.strip()]
        places = await self._places_in_use(scope)
        session = await self._engine.parts.sessions.live()
        self._count += 1
        number = str(self._count)
        said = {
            "id": number,
            "fault": command.fault,
            "title": unit.TITLE,
            "scope": scope,  # empty: everything, also what has no name yet
            "links": [place.link for place in places],
            "outage": command.fault in OPENS_OUTAGE,
            "sees": unit.CLIENT_SEES,
        }
        session.say(Kind.FAULT, said, code=1)
        for action in unit.inject(settings):
            for place in places:
                place.carry_out(action)
        if unit.heal(settings):
            shown = scope or sorted({place.name for place in places})
            self._switch_on(number, command.fault, unit, settings, places, shown)
        return {"id": number, "links": said["links"]}

    def _read(self, command: Inject) -> tuple[ModuleType, Any]:
        units = discover(faults)
        if command.fault not in units:
            raise WorkbenchError(
                f"There is no fault named `{command.fault}`.",
                whose=Whose.USER,
                to_do=f"Known faults: {', '.join(units)}.",
            )
        try:
            given = orjson.loads(command.settings or "{}")
        except ValueError as bad:
            raise WorkbenchError(
                "The fault's settings are no JSON object.", whose=Whose.USER, why=str(bad)
            ) from None
        unit = units[command.fault]
        return unit, build(unit.Settings, given, f"`{command.fault}`")

    async def _places_in_use(self, scope: Sequence[str]) -> list[Place]:
        """As ``_places``.  A client that polls has nothing to be broken between two requests:
        its next one is waited for, or nobody would notice the fault."""
        loop = asyncio.get_running_loop()
        end = loop.time() + NEXT_POLL_SECONDS
        while True:
            try:
                return self._places(scope)
            except WorkbenchError:
                if not self._engine.parts.proxies.by_name or loop.time() > end:
                    raise
            await asyncio.sleep(NEXT_POLL_BEAT)

    def _places(self, scope: Sequence[str]) -> list[Place]:
        """Where to break the named connections, or all.  Raises WorkbenchError (user)."""
        parts = self._engine.parts
        own = {client.address_of_socket for client in parts.connections.ours.values()}
        there = [
            Place(name, link.number, link.carry_out)
            for name, links in parts.proxies.breakable(named=bool(scope)).items()
            for link in links
            if link.peer not in own  # our own client behind our proxy is broken once
        ]
        there += [
            Place(name, client.link, client.carry_out)
            for name, client in parts.connections.ours.items()
            if client.state == "open"
        ]
        names = {place.name for place in there}
        missing = [name for name in scope if name not in names]
        if missing or not there:
            raise WorkbenchError(
                f"{', '.join(missing) or 'Nothing'} is open, so it can't be broken.",
                whose=Whose.USER,
                to_do="Choose a connection that is open.",
            )
        return [place for place in there if not scope or place.name in scope]

    # --- faults that last -----------------------------------------------------------------

    def _switch_on(
        self,
        number: str,
        name: str,
        unit: ModuleType,
        settings: Any,
        places: list[Place],
        shown: list[str],
    ) -> None:
        now = self._engine.clock.now()
        seconds = getattr(settings, "seconds", None)
        until = now + int(seconds * 1e9) if seconds else 0
        on = Active(number, name, unit, settings, shown, now, until, places)
        self._active[number] = on
        if seconds:
            on.timer = asyncio.create_task(self._heal_later(number, seconds))
        value = {
            "id": number,
            "fault": name,
            "scope": shown,
            "since": now,
            "until": until,
            "chip": unit.TITLE,
            "sees": unit.CLIENT_SEES,
        }
        self._engine.mirror.put("fault", number, value)

    async def _heal_later(self, number: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._active[number].timer = None
        await self._switch_off(number)

    async def heal(self, command: Heal) -> dict[str, Any]:
        """Switch one off, or all."""
        if command.id and command.id not in self._active:
            raise WorkbenchError(f"Fault {command.id} is not switched on.", whose=Whose.USER)
        for number in [command.id] if command.id else list(self._active):
            await self._switch_off(number)
        return {}

    async def _switch_off(self, number: str) -> None:
        on = self._active.pop(number)
        if on.timer is not None:
            on.timer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await on.timer
        for action in on.unit.heal(on.settings):
            for place in on.places:
                place.carry_out(action)
        session = self._engine.session
        if session is not None:
            links = [place.link for place in on.places]
            said = {"id": number, "fault": on.name, "scope": on.scope, "links": links}
            session.say(Kind.FAULT, said, code=0)
        self._engine.mirror.put("fault", number, None)

    def chip(self, name: str) -> str:
        """The word beside a connection while a fault is on it."""
        return next((on.unit.TITLE for on in self._active.values() if name in on.scope), "")

    async def close(self) -> None:
        """Faults end when the engine does."""
        await self.heal(Heal())
