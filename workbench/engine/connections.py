"""The part that owns our clients, and shows them and the proxies' clients to the fronts."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from workbench.door import commands
from workbench.engine.shown import Shown
from workbench.model.errors import Whose, WorkbenchError
from workbench.wire.balancer import Balancer
from workbench.wire.client import Client
from workbench.wire.spec import ClientSpec

if TYPE_CHECKING:
    from workbench.engine.engine import Answer, Engine

BEAT = 0.1  # seconds between changes told


class Connections:
    """Our clients by name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.ours: dict[str, Client] = {}
        self._shown: dict[str, Shown] = {}
        self._beat: asyncio.Task[None] | None = None
        self._replicas: dict[str, str] = {}

    def answers(self) -> dict[type, Answer]:
        """Connect, leave, send."""
        return {
            commands.Connect: self.connect,
            commands.Disconnect: self.disconnect,
            commands.Reconnect: self._reconnect,
            commands.Remove: self._remove,
            commands.Send: self.send,
        }

    async def connect(self, command: commands.Connect) -> dict[str, Any]:
        """Open a client; answers {"name"}."""
        name = command.name or self._free_name(command.address)
        if name in self._shown:
            raise WorkbenchError(
                f"There is a connection named {name} already.",
                whose=Whose.USER,
                to_do="Take another name.",
            )
        spec = ClientSpec(**{**dataclasses.asdict(command), "name": name})
        session = await self._engine.parts.sessions.live()
        client = Client(session, spec, self._engine.luck.random, lambda _: self._changed(name))
        self.ours[name] = client
        self._shown[name] = Shown(name, self._group(command.address), spec.protocol)
        self._follow()
        client.start()
        self._changed(name)
        return {"name": name}

    def _free_name(self, address: str) -> str:
        host = address.partition("://")[2].partition("/")[0] or address
        name, n = host, 1
        while name in self._shown:
            n += 1
            name = f"{host} {n}"
        return name

    def _group(self, address: str) -> str:
        services = self._engine.mirror["service"].values()
        for value in services:
            if address.partition("://")[2].startswith(value["address"].partition("://")[2]):
                return str(value["title"])
        return "Direct"

    def _named(self, name: str) -> Client:
        if name not in self.ours:
            raise WorkbenchError(
                f"There is no connection of ours named {name}.",
                whose=Whose.USER,
                why="Connections behind a proxy belong to the app.",
            )
        return self.ours[name]

    async def disconnect(self, command: commands.Disconnect) -> dict[str, Any]:
        """Leave on purpose."""
        await self._named(command.name).leave()
        return {}

    async def _reconnect(self, command: commands.Reconnect) -> dict[str, Any]:
        self._named(command.name).reconnect()
        return {}

    async def _remove(self, command: commands.Remove) -> dict[str, Any]:
        if command.name in self._engine.parts.proxies.by_name:
            return await self._engine.parts.proxies.stop(commands.StopProxy(command.name))
        await self._named(command.name).leave()
        del self.ours[command.name]
        self._forget(command.name)
        return {}

    async def send(self, command: commands.Send) -> dict[str, Any]:
        """Send a message on one of ours."""
        self._named(command.name).send(command.text)
        return {}

    # --- what others ask ------------------------------------------------------------------

    def all_open(self) -> bool:
        """True when there are clients and each is open."""
        return bool(self.ours) and all(c.state == "open" for c in self.ours.values())

    def on_replicas(self, balancer: Balancer, replicas: Iterable[str]) -> dict[str, list[str]]:
        """Replica → names of the clients that the balancer has put there."""
        places = {client.address_of_socket: name for name, client in self.ours.items()}
        places |= self._engine.parts.proxies.outgoing()
        found = {
            replica: [
                places[link.peer] for link in balancer.links_of(replica) if link.peer in places
            ]
            for replica in replicas
        }
        self._replicas = {name: replica for replica, names in found.items() for name in names}
        return found

    # --- telling --------------------------------------------------------------------------

    def _follow(self) -> None:
        if self._beat is None:
            self._beat = asyncio.create_task(self._tell_on_beat())

    def follow(self) -> None:
        """Begin to tell (a proxy has been started)."""
        self._follow()

    async def _tell_on_beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            self._take_proxy_clients()
            for name in list(self._shown):
                self._changed(name)

    def _take_proxy_clients(self) -> None:
        """The clients that the worker has made out behind the proxies."""
        live = self._engine.parts.proxies.links_by_number()
        for name, links in self._engine.parts.judge.clients.items():
            if name in self.ours:
                continue
            proxy, link = next(
                (live[n] for n in reversed(links) if n in live and live[n][1].in_use),
                live.get(links[-1], ("", None)),
            )
            if name not in self._shown:
                if not proxy:
                    continue  # over before it was made out: it is in the recording
                self._shown[name] = Shown(name, proxy, "ws")
            self._shown[name].take_link(links, link, self._engine.clock.now())
            session = self._engine.session
            if session is not None:
                self._shown[name].count(sum(session.inward[n] for n in links))

    def _changed(self, name: str) -> None:
        shown = self._shown.get(name)
        if shown is None:
            return
        now = self._engine.clock.now()
        client = self.ours.get(name)
        if client is not None:
            shown.take_client(client, now)
        value = shown.value(
            now,
            dialect=self._engine.parts.judge.dialects.get(shown.link, ""),
            fault=self._engine.parts.faulting.chip(name),
            replica=self._replicas.get(name, ""),
        )
        if value is not None:
            self._engine.mirror.put("connection", name, value)

    def _forget(self, name: str) -> None:
        self._shown.pop(name, None)
        self._engine.mirror.put("connection", name, None)

    async def close(self) -> None:
        """Every client of ours leaves, and the list is empty."""
        if self._beat is not None:
            self._beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._beat
            self._beat = None
        await asyncio.gather(*(client.leave() for client in self.ours.values()))
        self.ours.clear()
        for name in list(self._shown):
            self._forget(name)
