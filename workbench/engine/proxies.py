"""The part that stands between apps and their servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.door.commands import StartProxy, StopProxy
from workbench.engine.addresses import host_and_port
from workbench.model.errors import Whose, WorkbenchError
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
        value = {**self._values[name], "links": len(links)}
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
        return {link.outgoing: name for name, link in self.breakable().items()}

    def breakable(self, *, named: bool = True) -> dict[str, Link]:
        """Connection name → its live link behind a proxy.

        A client gets its name when its first messages have been read; with ``named`` False the
        links that have none yet are there too, by their number."""
        live = self.links_by_number()
        found = {}
        for name, links in self._engine.parts.judge.clients.items():
            open_ones = [live.pop(n)[1] for n in links if n in live]
            if open_ones:
                found[name] = open_ones[-1]
        if not named:
            found |= {f"link {number}": link for number, (_, link) in live.items()}
        return found

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
