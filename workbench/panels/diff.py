"""What changed between two messages of one type on one connection."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from workbench.panels.tree import flat
from workbench.panels.wording import plain


@dataclass(frozen=True, slots=True)
class Change:
    """One value: before (None: new) and after (None: gone); ``note`` says what is odd."""

    path: str
    before: str | None
    after: str | None
    note: str = ""


def changes(before: object, after: object, steps: frozenset[str]) -> list[Change]:
    """Changed values in the order of the newer message; ``steps`` are the ids of the newer
    one as text: a value that is one of them is expected to rise by one."""
    old, new = flat(before), flat(after)
    found = [
        Change(path, old.get(path), value, _note(old.get(path), value, steps))
        for path, value in new.items()
        if old.get(path) != value
    ]
    return found + [Change(path, value, None) for path, value in old.items() if path not in new]


def in_short(found: list[Change], limit: int = 5) -> str:
    """``offset +13, payload.bid +0.00013, server r2 → r3``, for a narrow place."""
    told = [_step(change) for change in found[:limit]]
    return ", ".join(told) + (f" and {len(found) - limit} more" if len(found) > limit else "")


def _step(change: Change) -> str:
    name = plain(change.path, 60)
    if change.before is None:
        return f"{name} is new"
    if change.after is None:
        return f"{name} is gone"
    try:
        step = Decimal(change.after) - Decimal(change.before)
    except InvalidOperation:
        shown = (plain(text.strip('"'), 40) for text in (change.before, change.after))
        return f"{name} {' → '.join(shown)}"
    return f"{name} {step:+f}"


def _note(before: str | None, after: str, steps: frozenset[str]) -> str:
    if before is None or after not in steps:
        return ""
    try:
        step = int(after) - int(before)
    except ValueError:
        return ""
    return "" if step == 1 else f"{step:+d}, expected +1"
