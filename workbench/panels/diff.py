"""What changed between two messages of one type on one connection."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.panels.tree import flat


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


def _note(before: str | None, after: str, steps: frozenset[str]) -> str:
    if before is None or after not in steps:
        return ""
    try:
        step = int(after) - int(before)
    except ValueError:
        return ""
    return "" if step == 1 else f"{step:+d}, expected +1"
