"""Which links belong to one client (VERDICTS, "Client").

Our own clients are known by name.  Behind a proxy links are joined by a strong key
(session id, resume token, a client id read by the dialect), else by a fingerprint
(address, user agent, path) only when exactly one client of that fingerprint is away.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.engine.lives import LinkLife

Fingerprint = tuple[str, str, str, str]


@dataclass(slots=True)
class Joined:
    """A client with its links in order; ``known`` False: the join is a guess nobody should
    trust."""

    name: str
    ours: bool
    links: list[LinkLife] = field(default_factory=list)
    keys: set[tuple[str, str]] = field(default_factory=set)
    known: bool = True

    def away_at(self, moment: int) -> bool:
        """True when none of its links is open at that moment."""
        return all(link.ended is not None and link.ended <= moment for link in self.links)


def fingerprint(link: LinkLife) -> Fingerprint:
    """Proxy, client address without its port, user agent, path without its query."""
    keys = link.facts.get("keys") or {}
    address = str(keys.get("addr", "")).rpartition(":")[0]
    path = str(keys.get("path", link.facts.get("path", ""))).partition("?")[0]
    return (str(link.facts.get("proxy", "")), address, str(keys.get("user-agent", "")), path)


def join(links: list[LinkLife], strong: dict[int, set[tuple[str, str]]]) -> list[Joined]:
    """All clients, in order of their first link.  ``strong`` gives the keys read on a link."""
    clients: list[Joined] = []
    links = _without_own_shadows(links)
    for link in sorted(links, key=lambda each: (each.opening, each.number)):
        keys = strong.get(link.number, set())
        if _came_to_nothing(link):
            _attempt(clients, link)
            continue
        client = _own(clients, link) if link.ours else _behind_proxy(clients, link, keys)
        client.links.append(link)
        client.keys |= keys
    _name(clients)
    return clients


def _without_own_shadows(links: list[LinkLife]) -> list[LinkLife]:
    """Without what a proxy of ours saw of our own clients: they are told by themselves."""
    own = {str(link.facts.get("local", "")): link for link in links if link.ours}
    return [link for link in links if link.ours or not _shadow(link, own)]


def _shadow(link: LinkLife, own: dict[str, LinkLife]) -> bool:
    ours = own.get(str((link.facts.get("keys") or {}).get("addr", "?")))
    if ours is None:
        return False
    # The same port can belong to an app later on: the two must have been there together.
    ended = ours.ended if ours.ended is not None else link.opening
    return ours.opening <= link.opening <= ended


def _own(clients: list[Joined], link: LinkLife) -> Joined:
    name = str(link.facts.get("client", f"client {link.number}"))
    for client in clients:
        if client.ours and client.name == name:
            return client
    clients.append(Joined(name, ours=True))
    return clients[-1]


def _behind_proxy(clients: list[Joined], link: LinkLife, keys: set[tuple[str, str]]) -> Joined:
    for client in clients:
        if not client.ours and keys & client.keys:
            return client
    alike = [c for c in clients if not c.ours and fingerprint(c.links[0]) == fingerprint(link)]
    away = [c for c in alike if c.away_at(link.opening)]
    if len(away) == 1:
        return away[0]
    for client in away:  # more than one could be this one: none of them is certain any more
        client.known = False
    clients.append(Joined("", ours=False, known=not away))
    return clients[-1]


def _came_to_nothing(link: LinkLife) -> bool:
    """An attempt behind a proxy that never opened: it says who tried only where that is clear."""
    return not link.ours and link.opened is None and link.ended is not None


def _attempt(clients: list[Joined], link: LinkLife) -> None:
    alike = [c for c in clients if not c.ours and fingerprint(c.links[0]) == fingerprint(link)]
    away = [c for c in alike if c.away_at(link.opening)]
    if len(away) == 1:
        away[0].links.append(link)


def _name(clients: list[Joined]) -> None:
    counts: dict[str, int] = {}
    for client in clients:
        if client.name:
            continue
        proxy = str(client.links[0].facts.get("proxy") or "client")
        counts[proxy] = counts.get(proxy, 0) + 1
        client.name = f"{proxy}-{counts[proxy]}"
