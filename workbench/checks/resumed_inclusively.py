"""Resumed inclusively: it asked from an update that it already had."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.life import Break
from workbench.checks._ground.receipt import asked_for
from workbench.checks._ground.words import Context, Words, listed
from workbench.model.verdict import EVIDENCE_LIMIT, Finding

TITLE = "Resumed inclusively"
FINDING = "resumed-inclusively"
RANK = 60
EXPLAINS: tuple[str, ...] = ("duplicated",)


def check(ground: Ground) -> Sequence[Finding]:
    """Repeats that came with a replay which the client had asked for."""
    found = [f for broken in ground.breaks if (f := _again(ground, broken)) is not None]
    return found[:1]


def _again(ground: Ground, broken: Break) -> Finding | None:
    view = ground.view
    repeats = np.intersect1d(ground.rows("repeats"), ground.replay(broken))
    kept = [int(r) for r in repeats if _asked_before(ground, broken, int(r))]
    if not kept:
        return None
    asked = asked_for(view, broken, kept[0])
    positions = tuple(view.row_position(r) for r in kept[:EVIDENCE_LIMIT])
    records = tuple(int(view.rows["record"][r]) for r in kept[:EVIDENCE_LIMIT])
    return Finding(FINDING, len(kept), positions, records, str(asked))


def _asked_before(ground: Ground, broken: Break, row: int) -> bool:
    asked = asked_for(ground.view, broken, row)
    position = ground.view.row_position(row)
    if asked is None or asked.epoch != position.epoch:
        return False
    if asked.offset is None and not asked.id:
        return False  # a kept session: the server chose where to go on
    if asked.offset is None or position.offset is None:
        return True
    return asked.offset <= position.offset


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    came = f"{listed([finding])} came twice"
    return f"It asked from an update that it already had; {came}.", (
        "Client: send the last id that was handled, and send it only once it is.",
        "Client: drop ids that were already handled.",
        "Server: send what follows the position, not the position itself.",
    )
