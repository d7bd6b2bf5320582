"""A verdict as a value that an assertion can ask, and that says why when the assertion fails."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.model.errors import Whose, WorkbenchError

LOST = frozenset({"lost", "skipped"})
TWICE = frozenset({"duplicated"})
ORDER = frozenset({"nonmonotonic"})
SHOWN = 20  # ids in one line of text
NUMBERS = re.compile(r"(\d+)")
Id = int | str


class Word(str):
    """``valid``, ``invalid`` or ``unknown``; knows the verdict it belongs to."""

    verdict: Verdict

    def __new__(cls, word: str, verdict: Verdict) -> Word:
        self = super().__new__(cls, word)
        self.verdict = verdict
        return self


class Ids(list[Id]):
    """Ids in order; knows the verdict it belongs to."""

    def __init__(self, ids: Iterable[Id], verdict: Verdict) -> None:
        super().__init__(ids)
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class ClientResult:
    """One client in one outage.  Durations are seconds, None: never, or not known."""

    name: str
    outage: int
    verdict: str
    word: str  # "Lost updates", "Recovered", ...
    affected: bool
    missed: tuple[Id, ...]
    twice: tuple[Id, ...]
    out_of_order: tuple[Id, ...]
    missed_count: int  # ``missed`` and the others name the first 100 of each finding
    replayed: int
    away: float | None
    recovered: float | None
    reasons: tuple[str, ...]
    why: str
    changes: tuple[str, ...]


class Verdict:
    """What became of every client in every outage of this test.

    ``value`` is the worst: ``valid``, ``invalid`` or ``unknown`` (no evidence is never a pass).
    ``raw`` is the whole ``--json`` object, ``recording`` the folder it was judged from.
    """

    def __init__(self, judged: dict[str, Any], recording: Path) -> None:
        self.raw = judged
        self.recording = recording
        self.value = Word(judged["verdict"], self)
        self.results = tuple(
            _result(client, outage["number"])
            for outage in judged["outages"]
            for client in outage["clients"]
        )

    @property
    def outages(self) -> list[str]:
        """The kind of each outage, in order: cut, close, stall, deploy, ..."""
        return [outage["kind"] for outage in self.raw["outages"] if outage["number"]]

    @property
    def clients(self) -> list[str]:
        """The names of all clients, sorted."""
        return sorted({result.name for result in self.results})

    def missed(self, client: str = "") -> Ids:
        """The ids that a client never got; without a name, of all clients.

        A finding names its first 100; ``ClientResult.missed_count`` is the whole number."""
        return self._ids("missed", client)

    def twice(self, client: str = "") -> Ids:
        """The ids that came more than once."""
        return self._ids("twice", client)

    def out_of_order(self, client: str = "") -> Ids:
        """The ids that came after a later one."""
        return self._ids("out_of_order", client)

    def of(self, client: str = "") -> list[ClientResult]:
        """The results of a client, one an outage.

        Raises WorkbenchError (user) for a name that nobody has.
        """
        if client and client not in self.clients:
            raise WorkbenchError(
                f"The verdict knows no client named {client}.",
                whose=Whose.USER,
                why=f"It knows: {', '.join(self.clients) or 'none'}.",
                to_do="Take one of these names, or none for all clients.",
            )
        return [result for result in self.results if client in ("", result.name)]

    def _ids(self, what: str, client: str) -> Ids:
        found = {found for result in self.of(client) for found in getattr(result, what)}
        return Ids(sorted(found, key=_in_order), self)

    def must_be(self, value: str = "valid") -> Verdict:
        """Itself; raises AssertionError with the explanation where the verdict is another."""
        __tracebackhide__ = True
        if self.value != value:
            raise AssertionError(f"The verdict should be {value}.\n{self}")
        return self

    def explain(self) -> str:
        """Why, what to change, and where the recording is."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"The verdict is {self.value}."
        if not self.outages:
            yield "Nothing was cut, stalled, closed or deployed."
        for outage in self.raw["outages"]:
            yield f"Outage {outage['number']}: {outage['title'] or outage['kind']}"
            for result in self.results:
                if result.outage == outage["number"]:
                    yield from _client_lines(result)
        yield from (f"Note: {line}" for line in self.raw.get("reasons", ()))
        yield f"Recording: {self.recording}"

    def __str__(self) -> str:
        return self.explain()

    def __repr__(self) -> str:
        return f"<Verdict\n{self.explain()}>"


def _client_lines(result: ClientResult) -> Iterator[str]:
    yield f"  {result.name}: {result.word}"
    for title, ids in (
        (f"missed {result.missed_count}", result.missed),
        ("twice", result.twice),
        ("out of order", result.out_of_order),
    ):
        if ids:
            more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
            yield f"    {title}: {', '.join(map(str, ids[:SHOWN]))}{more}"
    if result.verdict != "valid" and result.why:
        yield f"    Why: {result.why}"
        yield from (f"    Change: {change}" for change in result.changes)


def _result(client: dict[str, Any], outage: int) -> ClientResult:
    explain = client.get("explain") or {}
    return ClientResult(
        name=client["name"],
        outage=outage,
        verdict=client["verdict"],
        word=client["word"],
        affected=client["affected"],
        missed=_positions(client, LOST),
        twice=_positions(client, TWICE),
        out_of_order=_positions(client, ORDER),
        missed_count=client["missed"],
        replayed=client["replayed"],
        away=_seconds(client["away_ms"]),
        recovered=_seconds(client["time_to_recovered_ms"]),
        reasons=tuple(filter(None, client["reason"].split(", "))),
        why=explain.get("why", ""),
        changes=tuple(explain.get("changes", ())),
    )


def _positions(client: dict[str, Any], names: frozenset[str]) -> tuple[Id, ...]:
    return tuple(
        position["offset"] if position["offset"] is not None else position["id"]
        for finding in client["findings"]
        if finding["name"] in names
        for position in finding["positions"]
    )


def _seconds(ms: float | None) -> float | None:
    return None if ms is None else ms / 1000


def _in_order(value: Id) -> list[tuple[int, int, str]]:
    """Numbers by size, also inside of text: ``e-9`` before ``e-10``."""
    parts = NUMBERS.split(str(value))
    return [(0, int(p[:4000]), "") if p.isdecimal() else (1, 0, p) for p in parts if p]
