"""The part that breaks connections: one loop carries out what any fault asks for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

import orjson

from workbench import faults
from workbench.door.commands import Heal, Inject, ListUnits
from workbench.engine.lasting import Active, Place, Reach, needs_proxy, put_on
from workbench.engine.units import all_units
from workbench.model.action import (
    Close,
    DoorAction,
    FaultAction,
    Finish,
    OpenDoor,
    Reset,
    ShutDoor,
    Stall,
)
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.words import Kind
from workbench.units.applied import lasts
from workbench.units.discovery import discover
from workbench.units.settings import build
from workbench.wire.link import Link
from workbench.wire.proxy import Proxy

if TYPE_CHECKING:
    from workbench.engine.engine import Answer, Engine

#: How long the next request of a client that polls is waited for, and how often looked for.
NEXT_POLL_SECONDS, NEXT_POLL_BEAT = 0.5, 0.001
#: How often links that have got their client's name are looked for.
NAMES_BEAT = 0.1


class Faulting:
    """All faults that are on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._active: dict[str, Active] = {}
        self._count = 0
        self._reach = Reach(engine)
        self._naming: asyncio.Task[None] | None = None

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
        places = await self._where(unit, settings, scope)
        session = await self._engine.parts.sessions.live()
        self._count += 1
        on = Active(
            id=str(self._count),
            name=command.fault,
            unit=unit,
            settings=settings,
            names=scope,
            shown=scope or sorted({place.name for place in places}),
            since=self._engine.clock.now(),
        )
        actions = unit.inject(settings)
        said = {
            "id": on.id,
            "fault": on.name,
            "title": unit.TITLE,
            "scope": scope,  # empty: everything, also what has no name yet
            "links": [place.link for place in places],
            "outage": any(isinstance(a, Close | Reset | Finish | Stall) for a in actions),
            "sees": unit.CLIENT_SEES,
            "settings": orjson.loads(command.settings or "{}"),
        }
        session.say(Kind.FAULT, said, code=1)
        await self._do(on, actions, places)
        if unit.heal(settings) or lasts(unit):
            self._switch_on(on, places)
        return {"id": on.id, "links": said["links"]}

    async def _where(self, unit: ModuleType, settings: Any, scope: list[str]) -> list[Place]:
        if not needs_proxy(unit, settings):
            return await self._places_in_use(scope)
        self._reach.check(scope)
        if any(isinstance(action, ShutDoor) for action in unit.inject(settings)):
            self._reach.check_whole(scope, unit.TITLE)
        return [
            Place(name, link.number, link.carry_out, link)
            for link, name in self._reach.links(scope).items()
        ]

    async def _do(
        self, on: Active, actions: Sequence[FaultAction], places: Sequence[Place]
    ) -> None:
        """Carry out what a fault asks of links as a whole, and of the doors of proxies."""
        for action in actions:
            if isinstance(action, ShutDoor | OpenDoor):
                await self._doors(on, action)
            else:
                for place in places:
                    place.carry_out(action)

    async def _doors(self, on: Active, action: DoorAction) -> None:
        by_name = self._engine.parts.proxies.by_name
        if isinstance(action, ShutDoor):
            on.proxies = [by_name[name] for name in on.names or by_name]
        for proxy in on.proxies:
            if proxy in by_name.values():
                await self._door(proxy, action)

    async def _door(self, proxy: Proxy, action: DoorAction) -> None:
        try:
            await proxy.carry_out(action)
        except WorkbenchError as error:
            self._engine.tell("error", f"{proxy.name} can't listen again.", error)

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

    def _switch_on(self, on: Active, places: list[Place]) -> None:
        seconds = getattr(on.settings, "seconds", None)
        on.until = on.since + int(seconds * 1e9) if seconds else 0
        if lasts(on.unit):
            for place in places:
                if place.proxied is not None:
                    put_on(on, place.proxied, self._engine.seed)
        else:
            on.places = places
        self._active[on.id] = on
        if seconds:
            on.timer = asyncio.create_task(self._heal_later(on.id, seconds))
        if on.names and self._naming is None:
            self._naming = asyncio.create_task(self._name_links())
        value = {
            "id": on.id,
            "fault": on.name,
            "scope": on.shown,
            "since": on.since,
            "until": on.until,
            "chip": on.unit.TITLE,
            "sees": on.unit.CLIENT_SEES,
        }
        self._engine.mirror.put("fault", on.id, value)

    def welcome(self, proxy: str, link: Link) -> None:
        """A link has come in: what is on for everything, its proxy or its client is on for it."""
        ours = self._engine.parts.connections.ours
        name = next((n for n, c in ours.items() if c.address_of_socket == link.peer), "")
        for on in list(self._active.values()):
            if lasts(on.unit) and (not on.names or proxy in on.names or name in on.names):
                put_on(on, link, self._engine.seed)

    async def _name_links(self) -> None:
        """An app's link has no name before its first messages are read: then it is struck."""
        while any(on.names and lasts(on.unit) for on in self._active.values()):
            for on in list(self._active.values()):
                if on.names and lasts(on.unit):
                    for link in self._reach.links(on.names):
                        put_on(on, link, self._engine.seed)
            await asyncio.sleep(NAMES_BEAT)
        self._naming = None

    async def _heal_later(self, number: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._active[number].timer = None
        await self._switch_off(number)

    async def heal(self, command: Heal) -> dict[str, Any]:
        """Switch one off (``last``: undo the latest), or all."""
        if command.id == "last" and self._active:
            command = Heal(next(reversed(self._active)))
        if not command.id:
            await self._engine.parts.presets.stop()
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
        await self._do(on, on.unit.heal(on.settings), on.places)
        for link in on.links.values():
            link.lift(number)
        session = self._engine.session
        if session is not None:
            said = {"id": number, "fault": on.name, "scope": on.shown, "links": on.numbers}
            session.say(Kind.FAULT, said, code=0)
        self._engine.mirror.put("fault", number, None)

    def chip(self, name: str) -> str:
        """The word beside a connection while a fault is on it."""
        return next((on.unit.TITLE for on in self._active.values() if name in on.shown), "")

    async def close(self) -> None:
        """Faults end when the engine does."""
        await self.heal(Heal())
        if self._naming is not None:
            self._naming.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._naming
            self._naming = None
