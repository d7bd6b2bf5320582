"""History too short: the server no longer had what the client asked for."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.ground import Ground, said
from workbench.checks._ground.life import Break
from workbench.checks._ground.words import Context, Words, place, seconds
from workbench.model.history import Event
from workbench.model.verdict import Finding

TITLE = "History too short"
FINDING = "history-too-short"
RANK = 30
EXPLAINS: tuple[str, ...] = ("lost", "skipped")


def check(ground: Ground) -> Sequence[Finding]:
    """A replay that begins after what is missing, or the server's own word for it."""
    found = [f for broken in ground.breaks if (f := _short(ground, broken)) is not None]
    refused = ground.of(Event.TOO_OLD)
    if not found and refused and len(ground.lacking):
        return [said(FINDING, refused)]
    return found


def _short(ground: Ground, broken: Break) -> Finding | None:
    for asked, missing in ground.unanswered(broken):
        begins = ground.replayed(broken, missing)
        if len(begins) and missing[0] < begins.min():
            return Finding(FINDING, 1, (asked, ground.view.position(int(begins.min()))))
    return None


def explain(finding: Finding, context: Context) -> Words:
    """Why, and what to change."""
    if len(finding.positions) == 2:
        asked, kept = map(place, finding.positions)
        why = f"It asked for what follows {asked}, but the server only kept from {kept}."
    else:
        why = "The server said that the position it asked for is too old."
    return f"{why} {context.missed()}".rstrip(), (
        f"Server: keep at least {_span(context)} of history.",
        'Server: answer "too old" instead of leaving a gap; client: reload then.',
    )


def _span(context: Context) -> str:
    away = context.verdict.away
    return seconds(2 * away) if away else "as long as clients may be away"
