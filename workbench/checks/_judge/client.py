"""The verdicts on one client: its view, every check in every outage, the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType

import numpy as np

import workbench.checks
from workbench.checks._ground.cover import cover
from workbench.checks._ground.ground import Ground
from workbench.checks._ground.life import Break, Life
from workbench.checks._ground.receipt import lag, order, receive
from workbench.checks._ground.recovery import charge
from workbench.checks._ground.sequence import fill
from workbench.checks._ground.view import View, entitle, view_of
from workbench.checks._judge.audience import differs
from workbench.checks._judge.decision import decide
from workbench.checks._judge.reasons import reasons_of
from workbench.checks._judge.sources import Source, strange
from workbench.model.history import Client, History
from workbench.model.position import Position
from workbench.model.verdict import ClientVerdict, Finding
from workbench.model.words import How, Value
from workbench.units.discovery import discover

#: Findings that say an update is missing: taken back where the audience is not the same.
MISSING = ("lost", "skipped", "stale-state", "never-read", "no-position", "resume-ignored",
           "history-too-short", "false-claim", "epoch-changed")  # fmt: skip


@cache
def checks() -> Mapping[str, ModuleType]:
    """Every check unit by its name."""
    return discover(workbench.checks)


@dataclass(slots=True)
class Case:
    """What is known beside a client itself when it is judged in one outage."""

    number: int
    breaks: Sequence[Break] = ()
    herd: int = 0
    disagreements: tuple[Position, ...] = ()
    notes: list[str] = field(default_factory=list)


def prepare(history: History, client: Client, life: Life, source: Source) -> View:
    """Everything that the checks stand on, for one client."""
    view = view_of(history, client, life, source.truth, source.strands)
    receive(view)
    view.strange = strange(view)
    order(view)
    fill(view)
    lag(view)
    entitle(view)
    cover(view)
    charge(view)
    return view


def judge_client(view: View, case: Case, source: Source) -> ClientVerdict:
    """The verdict on one client in one outage (number 0: outside of any)."""
    ground = Ground(view, case.number, tuple(case.breaks), case.herd, case.disagreements)
    if not view.client.known:
        if not case.number and view.life.breaks:
            return _verdict(ground, Value.VALID, (), ())  # said once, where it broke
        return _verdict(ground, Value.UNKNOWN, (), ("identity",))
    findings, crashed = _run(ground, case.notes)
    reasons = reasons_of(ground, findings, source)
    if differs(view, source):
        if case.number or any(f.name in MISSING for f in findings):
            reasons.append("audience")
        findings = [f for f in findings if f.name not in MISSING]
    if crashed:
        reasons.append("check-crashed")
    value = decide(view, findings, reasons)
    kept = tuple(reasons) if value == Value.UNKNOWN else ()
    return _verdict(ground, value, tuple(findings), kept)


def _run(ground: Ground, notes: list[str]) -> tuple[list[Finding], bool]:
    findings: list[Finding] = []
    crashed = False
    for name, unit in checks().items():
        try:
            findings.extend(unit.check(ground))
        except Exception as error:  # a check of ours or the user's own: never a pass
            crashed = True
            notes.append(f"{name} crashed on {ground.view.client.name}: {error!r}")
    return findings, crashed


def _verdict(
    ground: Ground, value: Value, findings: tuple[Finding, ...], reasons: tuple[str, ...]
) -> ClientVerdict:
    breaks, view = ground.breaks, ground.view
    if not breaks:
        name = view.client.name
        return ClientVerdict(name, ground.number, value, findings, reasons, affected=False)
    first, last = breaks[0], breaks[-1]
    recovered = view.recovered[last.index] if view.recovered else None
    back = all(b.returned is not None for b in breaks)
    asked = [e.position for b in breaks for e in b.asks if e.position is not None]
    return ClientVerdict(
        client=view.client.name,
        outage=ground.number,
        value=value,
        findings=findings,
        reasons=reasons,
        away_from=first.first,
        away=sum((b.returned or 0) - b.first for b in breaks) if back else None,
        reconnect=_reconnect(last),
        recovered=None if recovered is None else recovered - first.first,
        asked_from=asked[-1] if asked else None,
        replayed=sum(len(np.unique(view.place[ground.replay(b)])) for b in breaks),
        broke=_broke(last),
        attempts=sum(len(b.failed) + (b.returned is not None) for b in breaks),
    )


def _reconnect(last: Break) -> int | None:
    """From the first attempt (or, where none was seen, the first broken byte) to open."""
    if last.returned is None:
        return None
    begun = last.first if last.attempt is None else last.attempt
    return last.returned - begun


ENDS = {
    How.RST: "the connection was reset",
    How.FIN: "the connection was ended",
    How.CLOSE: "the connection was closed",
    How.STALL: "the link fell silent",
    How.TIMEOUT: "an answer was overdue",
}


def _broke(last: Break) -> str:
    """How a client was cut off: ``r2 closed the connection (1012)``."""
    words = ENDS.get(last.how, "it was cut off") if last.how else "it was cut off"
    if last.address and last.how in (How.CLOSE, How.FIN):
        words = f"{last.address} {'closed' if last.how == How.CLOSE else 'ended'} the connection"
    return f"{words} ({last.code})" if last.code else words
