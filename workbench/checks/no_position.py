"""No position: it subscribed again without saying where it had stopped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.words import Context, Words
from workbench.model.history import Event
from workbench.model.verdict import Finding

TITLE = "No resume position"
FINDING = "no-position"
RANK = 50
NO_IDS = "no ids"
EXPLAINS: tuple[str, ...] = ("lost", "skipped")


def check(ground: Ground) -> Sequence[Finding]:
    """A return that asked for nothing, got no snapshot, and lacks updates."""
    given = {e.position.stream for e in ground.of(Event.SNAPSHOT) if e.position is not None}
    view = ground.view
    silent = [
        missing
        for broken in ground.breaks
        for missing in ground.strands(ground.due(broken))
        if (stream := view.position(int(missing[0])).stream) not in given
        and ground.silent(broken, stream)
    ]
    note = NO_IDS if _without_ids(ground) else ""
    return ground.found(FINDING, np.concatenate(silent), note) if silent else []


def _without_ids(ground: Ground) -> bool:
    """An event stream whose events carry nothing to resume from (WHATWG HTML 9.2.6)."""
    client = ground.view.client
    offsets = client.delivered["offset"]
    return client.protocol == "sse" and bool((offsets < 0).all())


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    if finding.note == NO_IDS:
        return f"The stream carries no `id:`, so the browser cannot resume. {context.missed()}", (
            "Server: send `id:` with each event and honour `Last-Event-ID`.",
        )
    why = f"{context.returned()}, then subscribed again without saying where it had stopped."
    return f"{why} {context.missed()}".rstrip(), (
        "Client: send the last id handled on reconnect, or take a snapshot first.",
        "Server: refuse a subscription without a position, or begin it with a snapshot.",
    )
