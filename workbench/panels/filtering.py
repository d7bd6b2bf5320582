"""The text of the filter bar at work: which rows it keeps, and which events go with them.

The language is that of ``journal/filters``; here it is evaluated in small steps on the
window's beat, so that typing is never held up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from workbench.journal.columns import Columns
from workbench.journal.filters.chunk import Chunk, Context
from workbench.journal.filters.errors import FilterError
from workbench.journal.filters.grammar import All, Not, Term, Tree, parse
from workbench.journal.filters.plan import planned
from workbench.journal.recording import Recording
from workbench.model.words import Kind
from workbench.panels import words
from workbench.panels.messages import RowFilter, row_filter
from workbench.panels.source import Array, Source

#: Keys that say which connections are shown, and which stretch of time: events follow them.
PLACES, TIMES = ("conn", "replica"), ("since", "until", "outage")
#: What is hidden with the heartbeats unless it is asked for.
QUIET = frozenset({"ping", "pong", "close", "control", "heartbeat"})

__all__ = ["FilterError", "Query", "counted", "read_filter"]


@dataclass(frozen=True, slots=True)
class Query:
    """A filter that was understood, over one recording."""

    text: str
    source: Source
    outages: Mapping[str, Any]
    tree: Tree

    def _context(self) -> Context:
        known = {
            int(o["number"]): (int(o.get("started_ns") or 0), o.get("ended_ns"))
            for o in self.outages.values()
            if o.get("number")
        }
        return Context(
            cast(Recording, self.source.reader),
            cast("Columns | None", self.source.readings),
            outages=known,
        )

    def rows(self, start: int, wanted: Array) -> Array:
        """Of the wanted rows from a record on, those that satisfy the filter."""
        chunk = Chunk(self._context(), start, start + len(wanted))
        return np.asarray(wanted & planned(self.tree).rows(chunk, wanted))

    def events(self, start: int, kinds: Array) -> Array:
        """The event rows that belong to what is shown: those of its connections and its time;
        what concerns no single connection is kept."""
        chunk = Chunk(self._context(), start, start + len(kinds))
        kept = np.ones(len(kinds), np.bool_)
        times, places = self._scope(TIMES), self._scope(PLACES)
        if times.parts:
            kept &= planned(times).rows(chunk, kept)
        if places.parts:
            of_links = kinds == Kind.LINK
            kept &= ~of_links | planned(places).rows(chunk, of_links)
        return kept

    def _scope(self, keys: tuple[str, ...]) -> All:
        top = self.tree.parts if isinstance(self.tree, All) else (self.tree,)
        return All(tuple(part for part in top if _key(part) in keys))


def _key(tree: Tree) -> str:
    inner = tree.part if isinstance(tree, Not) else tree
    return inner.key if isinstance(inner, Term) else ""


def _terms(tree: Tree, wanted: bool = True) -> Iterator[tuple[Term, bool]]:
    """Every term, and whether it is asked for (True) or excluded."""
    if isinstance(tree, Term):
        yield tree, wanted
    elif isinstance(tree, Not):
        yield from _terms(tree.part, not wanted)
    else:
        for part in tree.parts:
            yield from _terms(part, wanted)


def read_filter(
    text: str, source: Source, clients: Mapping[str, Any], outages: Mapping[str, Any]
) -> tuple[RowFilter, Query | None]:
    """What a text asks for; no query where names alone do.  Raises FilterError with its span."""
    simple = row_filter(text)
    if simple is not None and all(name in clients for name in simple.clients):
        return simple, None
    tree = parse(text)
    planned(tree)  # every mistake is told now
    terms = [(t.key, t.value.text.lower(), wanted) for t, wanted in _terms(tree)]
    quiet = any(key == "op" or (key == "is" and value in QUIET) for key, value, w in terms if w)
    events = ("is", "event", False) not in terms
    named = [t for t, wanted in _terms(tree) if t.key == "conn" and wanted]
    one = {t.value.text for t in named if t.value.text in clients and _is_top(tree, t)}
    made = RowFilter(frozenset(one if len(one) == 1 else ()), quiet, events, text.strip())
    return made, Query(text, source, outages, tree)


def _is_top(tree: Tree, term: Term) -> bool:
    return tree is term or (isinstance(tree, All) and term in tree.parts)


def counted(text: str, shown: int, total: int, checked: int, walked: int, first: int) -> str:
    """What stands at the right of the bar: ``187 of 18 420``, or how far it is."""
    if not text.strip():
        return words.number(total) if total else ""
    if checked < walked:
        return f"{words.number(checked - first)} of {words.number(walked - first)} checked"
    return f"{words.number(shown)} of {words.number(total)}"
