"""From a history to a judgement (VERDICTS)."""

from __future__ import annotations

from bisect import bisect_right

from workbench.checks._ground.ground import Ground
from workbench.checks._ground.life import life_of
from workbench.checks._judge.client import Case, judge_client, prepare
from workbench.checks._judge.outages import Outage, outages_of
from workbench.checks._judge.sources import source_of
from workbench.model.history import History
from workbench.model.position import Position, ranges
from workbench.model.verdict import ClientVerdict, Judgement, OutageVerdict
from workbench.model.words import Truth, Value, worst

#: Clients that an outage did not touch are listed up to so many rows in all outages together.
UNTOUCHED_ROWS = 100_000
CALM = "Outside of any outage"


def judge(history: History) -> Judgement:
    """Judge a whole history: every client in every outage, and outside of them (number 0).

    A witness is a yardstick and is not judged.  Never raises for what a recording holds;
    a check that crashed makes its verdicts unknown.
    """
    return _Bench(history).judgement()


class _Bench:
    """One judging of one history."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.notes: list[str] = []
        self.lives = {n: life_of(client, history.end) for n, client in history.clients.items()}
        self.source = source_of(history, self.lives)
        self.judged = {n: life for n, life in self.lives.items() if n != history.witness}
        self.outages = outages_of(history, self.judged)
        self.said = self._said()
        self.verdicts: dict[int, list[ClientVerdict]] = {o.number: [] for o in self.outages}
        self.verdicts[0] = []

    def judgement(self) -> Judgement:
        """Judge client by client: a client's columns are let go before the next one."""
        cases = self._cases()
        for name, life in self.judged.items():
            view = prepare(self.history, self.history.clients[name], life, self.source)
            for case in [*cases.get(name, ()), Case(0)]:
                case.notes = self.notes
                self.verdicts[case.number].append(judge_client(view, case, self.source))
        self._add_untouched()
        made = [self._outage(o, self.verdicts[o.number]) for o in self.outages]
        calm = self._calm()
        made = [calm, *made] if calm is not None else made
        broken = self.outages or any(life.ended for life in self.lives.values())
        reasons = () if broken else ("no-cut",)
        value = worst([o.value for o in made])
        if reasons and value == Value.VALID:
            value = Value.UNKNOWN
        return Judgement(value, tuple(made), reasons, tuple(self.notes))

    def _cases(self) -> dict[str, list[Case]]:
        limits = self.history.limits
        cases: dict[str, list[Case]] = {}
        for outage in self.outages:
            herd = outage.herd(limits.herd, limits.herd_window)
            said = tuple(self.said.get(outage.number, ()))
            for name, breaks in outage.breaks.items():
                case = Case(outage.number, breaks, herd.get(name, 0), said)
                cases.setdefault(name, []).append(case)
        return cases

    def _said(self) -> dict[int, list[Position]]:
        """Where sources disagree, by outage: from its start to the start of the next one.

        What the ledger denies and two clients got; what it says and an unbroken witness lacks.
        """
        history, source = self.history, self.source
        sayings = list(source.refuted)
        witness = history.clients.get(history.witness)
        if source.truth == Truth.LEDGER and witness and Truth.WITNESS in history.truths:
            view = prepare(history, witness, self.lives[witness.name], source)
            lost = Ground(view, 0).missing.lost
            sayings += [(int(view.time[place]), view.position(int(place))) for place in lost]
        starts = [o.start - history.limits.in_flight for o in self.outages]
        said: dict[int, list[Position]] = {}
        for moment, position in sorted(sayings):
            index = bisect_right(starts, moment)
            number = self.outages[index - 1].number if index else 0
            said.setdefault(number, []).append(position)
        return said

    def _add_untouched(self) -> None:
        """Name the clients that an outage did not touch, while that stays a short list."""
        if len(self.outages) * len(self.judged) > UNTOUCHED_ROWS:
            self.notes.append("Clients that an outage did not touch are not listed: too many.")
            return
        for outage in self.outages:
            # A deploy that breaks nobody has succeeded; a cut that hits nobody shows nothing.
            shown = bool(outage.breaks) or outage.kind == "deploy"
            value, reasons = (Value.VALID, ()) if shown else (Value.UNKNOWN, ("no-cut",))
            self.verdicts[outage.number] += [
                ClientVerdict(name, outage.number, value, reasons=reasons, affected=False)
                for name in self.judged
                if name not in outage.breaks
            ]

    def _calm(self) -> OutageVerdict | None:
        """What was found outside of any outage; whole where there was no outage at all."""
        clients = self.verdicts[0]
        if self.outages:
            clients = [c for c in clients if c.findings or c.reasons]
        return self._outage(Outage(0, "none", 0, title=CALM), clients) if clients else None

    def _outage(self, outage: Outage, clients: list[ClientVerdict]) -> OutageVerdict:
        said = self.said.get(outage.number, [])
        starts = [b.first for breaks in outage.breaks.values() for b in breaks]
        return OutageVerdict(
            number=outage.number,
            kind=outage.kind,
            start=min([outage.start, *starts]),
            value=worst([c.value for c in clients]),
            truth=self.source.truth,
            clients=tuple(clients),
            end=outage.end,
            title=outage.title,
            disagree=f"The sources do not say the same about {ranges(said)}." if said else "",
        )


__all__ = ["judge"]
