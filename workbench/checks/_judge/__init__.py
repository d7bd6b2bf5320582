"""From a history to a judgement (VERDICTS)."""

from __future__ import annotations

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.life import Life, life_of
from workbench.checks._ground.view import View
from workbench.checks._judge.client import Case, judge_client, prepare
from workbench.checks._judge.outages import Outage, outages_of
from workbench.checks._judge.sources import Source, source_of
from workbench.model.history import History
from workbench.model.position import Position
from workbench.model.verdict import ClientVerdict, Judgement, OutageVerdict
from workbench.model.words import Truth, Value, worst

Sayings = list[tuple[int, Position]]


def judge(history: History) -> Judgement:
    """Judge a whole history: every client in every outage, and outside of them (number 0).

    A witness is a yardstick and is not judged.  Never raises for what a recording holds;
    a check that crashed makes its verdicts unknown.
    """
    lives = {name: life_of(client, history.end) for name, client in history.clients.items()}
    source = source_of(history, lives)
    judged = {name: life for name, life in lives.items() if name != history.witness}
    outages = outages_of(history, judged)
    sayings = _disagreements(history, lives, source)
    notes: list[str] = []
    cases = {
        (o.number, name): case for o in outages for name, case in _cases(history, o, outages,
                                                                         sayings, notes)
    }  # fmt: skip
    verdicts: dict[int, list[ClientVerdict]] = {o.number: [] for o in outages}
    outside: list[ClientVerdict] = []
    for name, life in judged.items():
        view = prepare(history, history.clients[name], life, source)
        for outage in outages:
            verdicts[outage.number].append(_one(view, outage, cases, source))
        outside.append(judge_client(view, Case(0, notes=notes), source))
    return _assembled(history, lives, source, outages, verdicts, outside, sayings, notes)


def _cases(
    history: History, outage: Outage, outages: list[Outage], sayings: Sayings, notes: list[str]
) -> list[tuple[str, Case]]:
    herd = outage.herd(history.limits.herd, history.limits.herd_window)
    said = tuple(p for _, p in _said_in(history, outage, outages, sayings))
    return [
        (name, Case(outage.number, breaks, herd.get(name, 0), said, notes))
        for name, breaks in outage.breaks.items()
    ]


def _one(
    view: View, outage: Outage, cases: dict[tuple[int, str], Case], source: Source
) -> ClientVerdict:
    case = cases.get((outage.number, view.client.name))
    if case is None:
        value = Value.VALID
        return ClientVerdict(view.client.name, outage.number, value, affected=False)
    return judge_client(view, case, source)


def _said_in(history: History, outage: Outage, outages: list[Outage], sayings: Sayings) -> Sayings:
    """The disagreements from the start of an outage to the start of the next one."""
    start = outage.start - history.limits.in_flight
    following = [o.start for o in outages if o.start > outage.start]
    end = min(following, default=history.end + 1)
    return [(time, position) for time, position in sayings if start <= time < end]


def _disagreements(history: History, lives: dict[str, Life], source: Source) -> Sayings:
    """What the ledger denies and two clients got; what it says and an unbroken witness lacks."""
    sayings = list(source.refuted)
    witness = history.clients.get(history.witness)
    if source.truth == Truth.LEDGER and witness is not None and Truth.WITNESS in history.truths:
        view = prepare(history, witness, lives[witness.name], source)
        lost = Ground(view, 0).missing.lost
        sayings += [(int(view.time[place]), view.position(int(place))) for place in lost]
    return sorted(sayings)


def _assembled(
    history: History,
    lives: dict[str, Life],
    source: Source,
    outages: list[Outage],
    verdicts: dict[int, list[ClientVerdict]],
    outside: list[ClientVerdict],
    sayings: Sayings,
    notes: list[str],
) -> Judgement:
    made = []
    for outage in outages:
        clients = _untouched(outage, verdicts[outage.number])
        said = _said_in(history, outage, outages, sayings)
        made.append(_outage(outage, clients, source, [p for _, p in said]))
    strays = [v for v in outside if v.findings or v.reasons]
    reasons: tuple[str, ...] = ()
    if not outages:
        strays = outside
        if not any(life.ended for life in lives.values()):
            reasons = ("no-cut",)
    if strays:
        calm = Outage(0, "none", 0, title="Outside of any outage")
        made.insert(0, _outage(calm, strays, source, []))
    value = worst([o.value for o in made])
    if reasons and value == Value.VALID:
        value = Value.UNKNOWN
    return Judgement(value, tuple(made), reasons, tuple(notes))


def _untouched(outage: Outage, clients: list[ClientVerdict]) -> list[ClientVerdict]:
    """A deploy that breaks nobody has succeeded; a cut that hits nobody has shown nothing."""
    if outage.breaks or outage.kind == "deploy":
        return clients
    return [
        ClientVerdict(c.client, c.outage, Value.UNKNOWN, reasons=("no-cut",), affected=False)
        for c in clients
    ]


def _outage(
    outage: Outage, clients: list[ClientVerdict], source: Source, said: list[Position]
) -> OutageVerdict:
    value = worst([c.value for c in clients])
    starts = [b.first for breaks in outage.breaks.values() for b in breaks]
    text = ""
    if said:
        places = ", ".join(map(str, said[:10]))
        text = f"The sources do not say the same about {places}."
    return OutageVerdict(
        number=outage.number,
        kind=outage.kind,
        start=min([outage.start, *starts]),
        value=value,
        truth=source.truth,
        clients=tuple(clients),
        end=outage.end,
        title=outage.title,
        disagree=text,
    )


__all__ = ["judge"]
