"""Outages of a recording: the breaks of all clients joined to what the recording says happened."""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.checks._ground.life import Break, Life
from workbench.model.history import History, OutageMark

#: Breaks that no mark covers and that begin within this time (ns) of each other are one outage.
TOGETHER = 250_000_000
#: A link may be seen to end this much before its mark was written (ns).
EARLY = 50_000_000


@dataclass(slots=True)
class Outage:
    """One numbered outage and the breaks that belong to it."""

    number: int
    kind: str
    start: int
    end: int | None = None
    title: str = ""
    breaks: dict[str, list[Break]] = field(default_factory=dict)

    def herd(self, size: int, window: int) -> dict[str, int]:
        """The clients that returned within one window of ``size`` or more, with how many."""
        back = sorted(
            (b.returned, name) for name, found in self.breaks.items() for b in found
            if b.returned is not None
        )  # fmt: skip
        inside: dict[str, int] = {}  # how often each client returned within the window
        found: set[str] = set()
        low = marked = most = 0
        for high, (moment, name) in enumerate(back):
            inside[name] = inside.get(name, 0) + 1
            while moment - back[low][0] > window:
                gone = back[low][1]
                inside[gone] -= 1
                if not inside[gone]:
                    del inside[gone]
                low += 1
            if len(inside) >= size:
                found.update(n for _, n in back[max(low, marked) : high + 1])
                marked, most = high + 1, max(most, len(inside))
        return dict.fromkeys(found, most)


def outages_of(history: History, lives: dict[str, Life]) -> list[Outage]:
    """All outages in order of time; unplanned ones are numbered after the marked ones."""
    marked = {m.number: Outage(m.number, m.kind, m.start, m.end, m.title) for m in history.outages}
    loose: list[tuple[str, Break]] = []
    for name, life in lives.items():
        for broken in life.breaks:
            mark = _mark(history, name, broken)
            if mark is None:
                loose.append((name, broken))
            else:
                marked[mark.number].breaks.setdefault(name, []).append(broken)
    last = max(marked, default=0)
    return sorted([*marked.values(), *_grouped(loose, last)], key=lambda o: (o.start, o.number))


def _mark(history: History, name: str, broken: Break) -> OutageMark | None:
    """The mark that a break belongs to: the one that began last, of those that cover it."""
    covering = [
        m for m in history.outages
        if m.start - EARLY <= broken.time
        and (m.end is None or broken.time <= max(m.end, m.start) + TOGETHER)
        and (not m.clients or name in m.clients)
    ]  # fmt: skip
    return max(covering, key=lambda m: m.start, default=None)


def _grouped(loose: list[tuple[str, Break]], last: int) -> list[Outage]:
    groups: list[Outage] = []
    for name, broken in sorted(loose, key=lambda pair: (pair[1].time, pair[0])):
        group = groups[-1] if groups else None
        if group is None or broken.time - group.start > TOGETHER or name in group.breaks:
            group = Outage(last + len(groups) + 1, "unplanned", broken.time)
            groups.append(group)
        group.breaks[name] = [broken]
    return groups
