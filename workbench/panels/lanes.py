"""What the overview shows: lanes with ticks, gaps, replays, faults, deploys, and their chips."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.panels import wording
from workbench.panels.story import Gap, Story

#: How wide a chip with these words and this icon will be, in pixels.
Measure = Callable[[str, str], float]
#: Chips are this far from what they belong to, and from one another.
ROOM = 5.0


@dataclass(frozen=True, slots=True)
class Chip:
    """Words beside a mark.  ``x`` is set once it has found its place."""

    text: str
    tone: str  # error, warn, replay, ok
    left: float  # the mark it belongs to
    right: float
    x: float = 0.0
    width: float = 0.0
    icon: str = ""


@dataclass(slots=True)
class Lane:
    """One client's lane, in pixels of the drawing area."""

    client: str
    gaps: list[tuple[float, float, Gap]] = field(default_factory=list)
    replayed: list[float] = field(default_factory=list)
    faults: list[tuple[float, float, str]] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    dropped: list[Chip] = field(default_factory=list)  # no room: in the tooltip


@dataclass(frozen=True, slots=True)
class Bar:
    """A replica in one state: ``old``, ``new``, ``draining`` or ``down``."""

    x0: float
    x1: float
    look: str


@dataclass(frozen=True, slots=True)
class Scale:
    """From moments to pixels."""

    start: int
    end: int
    pixels: float

    def x(self, moment: int) -> float:
        """Where a moment lies; may be out of the window."""
        return (moment - self.start) / (self.end - self.start) * self.pixels

    def moment(self, x: float) -> int:
        """The moment at a pixel."""
        return self.start + round(x / self.pixels * (self.end - self.start))


def lane_of(
    story: Story, client: str, replays: Sequence[int], scale: Scale, now: int, measure: Measure
) -> Lane:
    """Everything of one lane but its ticks.  ``replays`` are moments within the window."""
    lane = Lane(client)
    lane.replayed = [scale.x(moment) for moment in replays]
    for gap in story.gaps.get(client, ()):
        x0, x1 = scale.x(gap.start), scale.x(gap.end or now)
        if x1 < 0 or x0 > scale.pixels:
            continue
        lane.gaps.append((x0, x1, gap))
    for mark in story.faults:
        if (mark.clients and client not in mark.clients) or mark.end == mark.start:
            continue
        x0, x1 = scale.x(mark.start), scale.x(mark.end or now)
        if x1 >= 0 and x0 <= scale.pixels:
            lane.faults.append((x0, x1, mark.chip))
    _place(lane, scale, measure)
    return lane


def _place(lane: Lane, scale: Scale, measure: Measure) -> None:
    wanted = []
    for i, (x0, x1, gap) in enumerate(lane.gaps):
        words = gap_chip(gap)
        if words is None:
            continue
        until = lane.gaps[i + 1][0] if i + 1 < len(lane.gaps) else scale.pixels + 1
        tail = [x for x in lane.replayed if x1 - 2 <= x < min(until, x1 + 90)]
        text, tone, icon = words
        wanted.append(Chip(text, tone, x0, max([x1, *(x + 4 for x in tail)]), icon=icon))
    blocked = [(x0, x1) for x0, x1, _ in lane.gaps]
    fault_chips = [Chip(c, "warn", x1, x0, icon="faults") for x0, x1, c in lane.faults]
    sized = [_sized(chip, measure) for chip in [*wanted, *fault_chips]]
    lane.chips, lane.dropped = place_chips(sized, blocked, scale.pixels)


def _sized(chip: Chip, measure: Measure) -> Chip:
    width = measure(chip.text, chip.icon)
    return Chip(chip.text, chip.tone, chip.left, chip.right, 0.0, width, chip.icon)


def place_chips(
    chips: Sequence[Chip], blocked: Sequence[tuple[float, float]], pixels: float
) -> tuple[list[Chip], list[Chip]]:
    """Nearest free place right of the mark, then left of it; else dropped (to the tooltip)."""
    taken, placed, dropped = list(blocked), [], []
    for chip in chips:
        right, left = chip.right + ROOM, chip.left - ROOM - chip.width
        x = next((x for x in (right, left) if _free(x, x + chip.width, taken, pixels)), None)
        if x is None:
            dropped.append(chip)
            continue
        taken.append((x, x + chip.width))
        placed.append(Chip(chip.text, chip.tone, chip.left, chip.right, x, chip.width, chip.icon))
    return placed, dropped


def _free(x0: float, x1: float, taken: Sequence[tuple[float, float]], pixels: float) -> bool:
    if x0 < 0 or x1 > pixels:
        return False
    return all(x1 + 2 <= a or x0 >= b + 2 for a, b in taken)


def gap_chip(gap: Gap) -> tuple[str, str, str] | None:
    """(words, tone, icon) of the verdict on a gap; None: not judged, or nothing to say."""
    v = gap.verdict
    if v is None:
        return None
    missed, twice, order = (int(v.get(k) or 0) for k in ("missed", "duplicated", "out_of_order"))
    if missed:
        return f"{wording.count(missed)} missed", "error", "close"
    if v.get("verdict") == "invalid" and order:
        return f"{wording.count(order)} out of order", "error", "reorder"
    if twice:
        return f"{wording.count(twice)} handled twice", "warn", "warn"
    if v.get("replayed"):
        return f"{wording.count(int(v['replayed']))} replayed", "replay", ""
    return None


def gap_words(gap: Gap, now: int) -> str:
    """``b-naive, gap of 1.84 s, 12 missed``, for tooltips and screen readers."""
    length = wording.duration((gap.end or now) - gap.start)
    chip = gap_chip(gap)
    state = f"gap of {length}" if gap.end else f"away for {length}, not back yet"
    return ", ".join(part for part in (gap.client, state, chip[0] if chip else "") if part)


def bars_of(story: Story, scale: Scale, now: int) -> list[tuple[str, list[Bar]]]:
    """The replicas' bars, in order of their names."""
    newest = story.deploys[-1].version if story.deploys else ""
    found = []
    for name, stretches in sorted(story.replicas.items()):
        bars = []
        for i, each in enumerate(stretches):
            end = stretches[i + 1].start if i + 1 < len(stretches) else now
            x0, x1 = scale.x(each.start), scale.x(end)
            if x1 >= 0 and x0 <= scale.pixels:
                bars.append(Bar(x0, x1, _look(each.state, each.version, newest)))
        found.append((name, bars))
    return found


def _look(state: str, version: str, newest: str) -> str:
    if state == "serving":
        return "new" if newest and version == newest else "old"
    return "draining" if state == "draining" else "down"


def versions_words(story: Story) -> str:
    """``v42 → v43``, or the one version there is."""
    if not story.versions:
        return ""
    last = story.deploys[-1].version if story.deploys else story.versions[-1]
    before = [v for v in story.versions if v != last]
    return f"{before[-1]} → {last}" if before and story.deploys else last


def summary(story: Story, clients: Sequence[str], start: int, end: int, zone: Any = None) -> str:
    """The overview in one sentence (UX section 18)."""
    gaps = sum(
        1
        for all_ in story.gaps.values()
        for g in all_
        if g.start <= end and (g.end or end) >= start
    )
    deploys = sum(1 for d in story.deploys if start <= d.start <= end)
    span = f"{wording.at(start, zone, 0)} to {wording.at(end, zone, 0)}"
    parts = [wording.many(len(clients), "connection"), span, wording.many(gaps, "gap")]
    return ", ".join([*parts, wording.many(deploys, "deploy")])


def order(clients: Sequence[str], pinned: Sequence[str], selected: str) -> list[str]:
    """Pinned lanes first, then the rest as they came.  (The selected one is lit, not moved: a
    lane that jumps away under the pointer cannot be followed.)"""
    first = [name for name in pinned if name in clients]
    return first + [name for name in clients if name not in first]


Verdicts = Mapping[str, Mapping[str, Any]]
