"""Why a verdict may be unknown (VERDICTS, "Decision")."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.view import contiguous
from workbench.checks._judge.decision import handling_seen, rule_of
from workbench.checks._judge.sources import Source
from workbench.model.verdict import Finding
from workbench.model.words import Truth, Want


def reasons_of(ground: Ground, findings: Sequence[Finding], source: Source) -> list[str]:
    """Every reason that applies, in a fixed order."""
    view = ground.view
    found = {
        "still-away": ground.away and not ground.gone,
        "no-traffic": _returned(ground) and not _traffic(ground),
        "not-live": _returned(ground) and not _live(ground),
        "in-doubt": not view.doubted.isdisjoint(ground.charges),
        "source-gap": source_gap(ground, source),
        "epoch-tail": view.truth == Truth.SEQUENCE and any(map(ground.epochs, ground.breaks)),
        "blind": ground.unseeable,
        "no-source": no_source(ground),
        "reloaded": any(_without_leave(ground, f) for f in findings),
        "handling-unseen": any(_unseen(ground, f) for f in findings),
    }
    if found["source-gap"] or found["no-source"]:
        found["no-traffic"] = False  # nobody could have seen any
    if found["no-source"]:
        found["not-live"] = False
    return [name for name, applies in found.items() if applies]


def _returned(ground: Ground) -> bool:
    return bool(ground.breaks) and not ground.away


def _traffic(ground: Ground) -> bool:
    """Whether anything was published while it was away, or in flight as it broke."""
    view, owed = ground.view, ground.owed
    until = np.array([0] + [b.returned or 0 for b in view.life.breaks], np.int64)
    return bool((view.time[owed] < until[view.charge[owed]]).any())


def _live(ground: Ground) -> bool:
    """Whether it got anything live after it came back, and was calm by the end."""
    view = ground.view
    back = ground.breaks[0].returned or 0
    first = int(np.searchsorted(view.at, back))
    if not view.live[first:].any():
        return False
    waiting = view.recovered[ground.breaks[-1].index] is None
    settled = len(ground.unpaid) > 0 and not len(ground.missing.never_read)
    return not waiting or settled


def source_gap(ground: Ground, source: Source) -> bool:
    """Whether the source itself was away, and the numbers do not prove it either."""
    view = ground.view
    if contiguous(view).all():
        return False
    return any(
        source.gap(view.client.name, b.time, b.returned or view.history.end) for b in ground.breaks
    )


def no_source(ground: Ground) -> bool:
    """Whether nothing at all says what was published."""
    view = ground.view
    return view.truth == Truth.SEQUENCE and bool(view.strands) and not contiguous(view).any()


def _without_leave(ground: Ground, finding: Finding) -> bool:
    wants = (Want.EXACTLY_ONCE, Want.AT_LEAST_ONCE)
    return finding.name == "reloaded" and rule_of(ground.view, finding).want in wants


def _unseen(ground: Ground, finding: Finding) -> bool:
    exactly = rule_of(ground.view, finding).want == Want.EXACTLY_ONCE
    return finding.name == "duplicated" and exactly and not handling_seen(ground.view)
