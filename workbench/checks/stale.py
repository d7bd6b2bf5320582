"""Stale: a snapshot older than what the client already held."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground, said
from workbench.checks._ground.words import Context, Words, listed
from workbench.model.history import ClientEvent, Event
from workbench.model.position import Position
from workbench.model.verdict import Finding

TITLE = "Stale snapshot"
FINDING = "stale"
RANK = 115
EXPLAINS: tuple[str, ...] = ()


def check(ground: Ground) -> Sequence[Finding]:
    """Snapshots whose position is below the highest one handled before them."""
    return [
        said(FINDING, [event])
        for event in ground.of(Event.SNAPSHOT)
        if event.position is not None and _older(ground, event)
    ]


def _older(ground: Ground, event: ClientEvent) -> bool:
    view = ground.view
    found = view.locate(event.position or Position())
    if found is None or not view.strands[found[0]].ordered:
        return False
    number, top = found
    rows = view.got[top + 1 : int(view.starts[number + 1])]
    return bool((view.at[rows[rows >= 0]] < event.time).any())


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    return f"It was given a snapshot of {listed([finding])}, older than what it already held.", (
        "Server: take snapshots from a replica that has caught up.",
        "Client: keep what it has when a snapshot is older.",
    )
