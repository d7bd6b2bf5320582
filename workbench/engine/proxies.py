"""The part that stands between apps and their servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.door.commands import StartProxy, StopProxy
from workbench.engine.addresses import host_and_port
from workbench.model.errors import Whose, WorkbenchError
from workbench.protocols import dialects
from workbench.units.discovery import discover
from workbench.units.shapes import Exchanges
from workbench.wire.link import Link
from workbench.wire.proxy import Proxy

if TYPE_CHECKING:
    from workbench.engine.engine import Answer, Engine


class Proxies:
    """All recording proxies by name, and their links as connections in the mirror."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.by_name: dict[str, Proxy] = {}
        self._values: dict[str, dict[str, Any]] = {}
        units = [unit for unit in discover(dialects).values() if hasattr(unit, "exchanges")]
        self._exchanges: list[Exchanges] = [unit.exchanges(unit.Settings()) for unit in units]

    def answers(self) -> dict[type, Answer]:
        """Start and stop."""
        return {StartProxy: self.start, StopProxy: self.stop}

    async def start(self, command: StartProxy) -> dict[str, Any]:
        """Listen; answers {"name", "listen"}: the address to put into the app."""
        host, port = host_and_port(command.listen, "listen on")
        name = command.name or f"proxy{len(self.by_name) + 1 if self.by_name else ''}"
        if name in self.by_name:
            raise WorkbenchError(
                f"There is a proxy named {name} already.",
                whose=Whose.USER,
                to_do="Take another name.",
            )
        session = await self._engine.parts.sessions.live()
        proxy = Proxy(
            session,
            upstream=command.to,
            name=name,
            rewrite_host=command.rewrite_host,
            on_change=lambda: self._tell(name),
            welcome=lambda link: self._engine.parts.faulting.welcome(name, link),
        )
        host, port = await proxy.start(host, port)
        self.by_name[name] = proxy
        scheme = "https" if command.to.startswith("http") else "ws"
        scheme = "http" if command.to.startswith("http") else scheme
        shown = f"[{host}]" if ":" in host else host
        self._values[name] = {
            "name": name,
            "listen": f"{scheme}://{shown}:{port}",
            "to": command.to,
            "links": 0,
            "open": [],
            "state": "listening",
            "error": None,
        }
        self._tell(name)
        self._engine.parts.connections.follow()
        if host not in ("127.0.0.1", "::1", "localhost"):
            self._engine.tell(
                "warn", f"{name} listens on {shown}:{port}: other machines can reach it."
            )
        return {"name": name, "listen": self._values[name]["listen"]}

    def _tell(self, name: str) -> None:
        proxy = self.by_name.get(name)
        if proxy is None:
            return
        links = proxy.links
        opened = [link.number for link in links if link.state == "open"]
        value = {**self._values[name], "links": len(links), "open": opened}
        self._engine.mirror.put("proxy", name, value)

    def links_by_number(self) -> dict[int, tuple[str, Link]]:
        """Link number → (proxy name, link) of every live link."""
        return {
            link.number: (name, link)
            for name, proxy in self.by_name.items()
            for link in proxy.links
        }

    def outgoing(self) -> dict[tuple[str, int], str]:
        """The address that a server or balancer sees → connection name."""
        return {link.outgoing: name for name, links in self.breakable().items() for link in links}

    def breakable(self, *, named: bool = True) -> dict[str, list[Link]]:
        """Connection name → its live links behind a proxy: WebSockets, event streams, and HTTP
        on which requests are under way (a client that polls may have several).

        A client gets its name when its first messages have been read; with ``named`` False the
        links that have none yet are there too, by their number."""
        judge = self._engine.parts.judge
        names = {n: name for name, numbers in judge.clients.items() for n in numbers}
        found: dict[str, list[Link]] = {}
        for number, (_, link) in self.links_by_number().items():
            if link.in_use:
                name = self._polling(link) or names.get(number) or f"link {number}"
                if not named or name in judge.clients:
                    found.setdefault(name, []).append(link)
        return found

    def _polling(self, link: Link) -> str:
        """The client whose session a request under way names; "" where it names none."""
        if link.protocol == "http":
            for exchange in self._exchanges:
                for reading in exchange.asks(link.path) if exchange.of(link.path) else ():
                    return self._engine.parts.judge.keys.get((reading.label, reading.id), "")
        return ""

    async def stop(self, command: StopProxy) -> dict[str, Any]:
        """End a proxy and its links."""
        proxy = self.by_name.pop(command.name, None)
        if proxy is None:
            raise WorkbenchError(f"There is no proxy named {command.name}.", whose=Whose.USER)
        await proxy.close()
        self._engine.mirror.put("proxy", command.name, None)
        return {}

    async def close(self) -> None:
        """End them all."""
        for name in list(self.by_name):
            await self.stop(StopProxy(name))
