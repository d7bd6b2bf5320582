"""Replica cards and the deploy's progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.panels import wording

STATES = {
    "starting": ("Starting", "info"),
    "serving": ("Serving", "ok"),
    "draining": ("Draining", "warn"),
    "down": ("Down", "error"),
    "failed": ("Failed", "error"),
}
CHIPS = 6


@dataclass(frozen=True, slots=True)
class Card:
    """One replica.  ``share`` is how much of a drain is done (0 to 1), None outside of one."""

    name: str
    old: str
    version: str
    state: str
    tone: str
    clients: tuple[str, ...]
    total: int
    aside: str
    uneven: bool
    share: float | None

    @property
    def spoken(self) -> str:
        """The card as one sentence."""
        change = f"{self.old} to {self.version}" if self.old else self.version
        uneven = "uneven" if self.uneven else ""
        parts = [self.name, change, self.state, wording.many(self.total, "client"), uneven]
        return ", ".join(part for part in [*parts, self.aside] if part)


def card(value: Mapping[str, Any], now: int) -> Card:
    """The card of a ReplicaValue at a moment of the recording's clock."""
    state, tone = STATES.get(str(value.get("state")), (str(value.get("state")), "info"))
    clients = [wording.plain(str(c), 40) for c in value.get("clients") or ()]
    links = max(int(value.get("links") or 0), len(clients))
    share = None
    if value.get("state") == "draining":
        length = float(value.get("drain_seconds") or 0)
        spent = max(0.0, (now - int(value.get("since") or now)) / 1e9)
        share = min(1.0, spent / length) if length else 0.0
        state = f"{state} {max(0.0, length - spent):.1f} s"
    version = wording.plain(str(value.get("version") or ""), 20)
    old = wording.plain(str(value.get("old_version") or ""), 20)
    return Card(
        name=wording.plain(str(value.get("name")), 40),
        old="" if old == version else old,
        version=version,
        state=state,
        tone=tone,
        clients=tuple(clients[:CHIPS]),
        total=links,
        aside=_aside(value),
        uneven=bool(value.get("uneven")),
        share=share,
    )


def _aside(value: Mapping[str, Any]) -> str:
    moved, back = int(value.get("moved") or 0), value.get("back_ms")
    told = [f"{wording.count(moved)} moved"] if moved or back is not None else []
    if back is not None:
        told.append(f"back in {wording.duration(float(back) * 1e6, 1)}")
    return " · ".join(told)


@dataclass(frozen=True, slots=True)
class Progress:
    """The deploy in words: ``running``, what it does, tone of the words."""

    running: bool
    text: str
    tone: str


def progress(value: Mapping[str, Any] | None) -> Progress | None:
    """None where nothing was deployed."""
    if not value:
        return None
    if value.get("running"):
        steps = f"Step {value.get('step')} of {value.get('steps')}: " if value.get("steps") else ""
        return Progress(True, steps + wording.plain(str(value.get("text") or ""), 120), "info")
    took = int(value.get("ended") or 0) - int(value.get("started") or 0)
    error = value.get("error")
    if error:
        return Progress(False, wording.plain(str(error.get("what") or "Failed"), 120), "error")
    if value.get("aborted"):
        return Progress(False, f"Stopped after {wording.duration(took, 1)}", "warn")
    return Progress(False, f"Finished in {wording.duration(took, 1)}", "ok")
