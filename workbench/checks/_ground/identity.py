"""Which links belong to one client (VERDICTS, "Terms": *Client*).

A strong key (client id, session, resume token, cookie) joins links for sure.  Without one
a link is joined by its fingerprint, and only when exactly one client of that fingerprint
is away; when several are, nobody can tell which of them came back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from workbench.checks._ground.life import life_of
from workbench.checks._ground.strand import NEVER
from workbench.model.history import Client, Columns

#: Keys that stay the same over reconnects and belong to one client alone.
STRONG = frozenset({"client", "cid", "session", "resume", "token", "cookie"})


def join(links: Iterable[Client]) -> dict[str, Client]:
    """Clients made from links; each link comes as a client of its own, its events on link 1.

    A client bears the name of its first link.  Clients among whom a link could not be
    told apart have ``known`` False, and that link is left out.
    """
    clients: dict[str, Client] = {}
    for link in sorted(links, key=began):
        sure = [c for c in clients.values() if _strong(c) & _strong(link)]
        alike = sure or [c for c in clients.values() if _alike(c, link) and _away(c, began(link))]
        if not alike:
            clients[link.name] = link
        elif len(alike) == 1:
            clients[alike[0].name] = _joined(alike[0], link)
        else:
            clients |= {c.name: replace(c, known=False) for c in alike}
    return clients


def began(link: Client) -> int:
    """The first moment known of a link."""
    moments = [e.time for e in link.events[:1]]
    if len(link.delivered):
        moments.append(int(link.delivered["time"][0]))
    return min(moments, default=NEVER)


def _strong(client: Client) -> set[tuple[str, str]]:
    return {key for key in client.keys if key[0] in STRONG}


def _alike(client: Client, link: Client) -> bool:
    if _strong(client) and _strong(link):
        return False  # both say who they are, and it is not the same
    weak = {key for key in link.keys if key[0] not in STRONG}
    return bool(weak) and weak == {key for key in client.keys if key[0] not in STRONG}


def _away(client: Client, moment: int) -> bool:
    before = [e for e in client.events if e.time <= moment]
    breaks = life_of(replace(client, events=tuple(before)), moment).breaks
    return bool(breaks) and breaks[-1].returned is None and not breaks[-1].left


def _joined(client: Client, link: Client) -> Client:
    number = 1 + max([e.link for e in client.events] or [1])
    events = [replace(e, link=number) for e in link.events]
    merged = sorted([*client.events, *events], key=lambda e: e.time)
    upstream = [c for c in (client.upstream, link.upstream) if c is not None]
    return replace(
        client,
        events=tuple(merged),
        delivered=_merged([client.delivered, _numbered(link.delivered, number)]),
        upstream=_merged([upstream[0], *upstream[1:]]) if upstream else None,
        keys=tuple(dict.fromkeys([*client.keys, *link.keys])),
    )


def _numbered(columns: Columns, number: int) -> Columns:
    columns = columns.copy()
    columns["link"] = number
    return columns


def _merged(parts: list[Columns]) -> Columns:
    rows = np.concatenate(parts)
    return rows[np.argsort(rows["time"], kind="stable")]
