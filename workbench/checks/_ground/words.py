"""What the words of a verdict are made of (UX section 12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workbench.model.position import Position, ranges
from workbench.model.verdict import ClientVerdict, Finding, OutageVerdict

#: Why and what to change.
Words = tuple[str, tuple[str, ...]]
#: More ranges than this are counted instead of written.
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Context:
    """One client in one outage, in words."""

    verdict: ClientVerdict
    outage: OutageVerdict

    def returned(self) -> str:
        """``It reconnected 1.84 s after r2 closed the connection``."""
        broke = self.verdict.broke or "it was cut off"
        if self.verdict.away is None:
            return f"It did not come back after {broke}"
        return f"It reconnected {seconds(self.verdict.away)} after {broke}"

    def missed(self) -> str:
        """``4482–4493 were never sent.``, or nothing where nothing is missing."""
        found = [f for f in self.verdict.findings if f.name in ("lost", "skipped")]
        if not found:
            return ""
        return f"{listed(found)} {were(sum(f.count for f in found))} never sent."

    def of(self, name: str) -> str:
        """The positions of one kind of finding."""
        return listed([f for f in self.verdict.findings if f.name == name])

    def count(self, *names: str) -> int:
        """How many of some kinds of finding."""
        return sum(self.verdict.count(name) for name in names)


def listed(findings: Iterable[Finding]) -> str:
    """The positions of findings as ranges; the rest that is not kept is counted."""
    found = list(findings)
    positions = [p for f in found for p in f.positions]
    parts = ranges(positions).split(", ")
    shown = ", ".join(parts[:SHOWN])
    if len(parts) > SHOWN or sum(f.count for f in found) > len(positions):
        return f"{shown} and more ({sum(f.count for f in found)} in all)"
    return shown


def place(position: Position) -> str:
    """The last part of a position: its offset or id."""
    return position.id if position.offset is None else str(position.offset)


def seconds(ns: int) -> str:
    """``1.84 s``, ``410 ms``, ``2 min 5 s``."""
    if ns < 1_000_000_000:
        return f"{ns / 1e6:.0f} ms"
    if ns < 100_000_000_000:
        return f"{ns / 1e9:.3g} s"
    minutes, rest = divmod(round(ns / 1e9), 60)
    return f"{minutes} min {rest} s"


def were(count: int) -> str:
    """was or were."""
    return "was" if count == 1 else "were"


def times(count: int, one: str, many: str = "") -> str:
    """``1 update``, ``3 updates``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}".replace(",", " ")
