"""What each key of the filter language asks of headers, links, readings, notes and outages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from workbench.journal.filters.chunk import Chunk, Node
from workbench.journal.filters.errors import FilterError, nearest
from workbench.journal.filters.grammar import Term
from workbench.journal.filters.nodes import HEADER, NotOf, OfChunk, OfHeaders
from workbench.journal.filters.text import compiled
from workbench.journal.filters.values import (
    DURATIONS,
    PLAIN,
    SIZES,
    Mask,
    choice,
    clock,
    interval,
)
from workbench.journal.links import Facts
from workbench.model.words import Direction, How, Kind, Opcode

WITH_CODE = (Kind.CONTROL, Kind.HANDSHAKE, Kind.HTTP, Kind.LINK)
FOREVER = 1 << 62

DIRECTIONS = {"in": int(Direction.IN), "out": int(Direction.OUT)}
OPCODES = {opcode.name.lower(): int(opcode) for opcode in Opcode}
KINDS = {kind.name.lower(): int(kind) for kind in Kind}


def only_equal(term: Term) -> None:
    """FilterError for an operator that makes no sense here."""
    if term.operator not in (":", "=="):
        right = f"{term.key}:{term.value.text}"
        what = f"“{term.key}” goes with “:”, not with “{term.operator}”."
        raise FilterError(what, term.start, term.stop, right)


def negatable(term: Term, node: Node) -> Node:
    """The node, turned round for ``!=``; ``<`` and ``>`` make no sense."""
    if term.operator == "!=":
        return NotOf(node)
    if term.operator in ("<", ">", "<=", ">="):
        what = f"“{term.key}” has no order."
        raise FilterError(what, term.start, term.stop, f"{term.key}:{term.value.text}")
    return node


def text_test(term: Term) -> Callable[[str], bool]:
    """How a text is compared: ``==`` whole, ``:`` and ``~`` as a part, whatever its case."""
    value = term.value
    if value.kind == "pattern":
        pattern = compiled(value)
        return lambda text: pattern.search(text) is not None
    if term.operator in ("==", "!="):
        return lambda text: text == value.text
    part = value.text.lower()
    return lambda text: part in text.lower()


# --- headers ------------------------------------------------------------------------------


def equals(name: str, wanted: int) -> Callable[[Any], Mask]:
    """A header field with one value."""
    return lambda h: np.asarray(h[name] == wanted)


def direction(term: Term) -> Node:
    """``dir:in`` is towards the client."""
    return negatable(term, OfHeaders(equals("direction", choice(term, DIRECTIONS))))


def opcode(term: Term) -> Node:
    """The opcode of messages and control frames."""
    wanted = choice(term, OPCODES)

    def test(h: Any) -> Mask:
        frames = np.isin(h["kind"], (Kind.MESSAGE, Kind.CONTROL))
        return np.asarray(frames & (h["opcode"] == wanted))

    return negatable(term, OfHeaders(test))


def kind(term: Term) -> Node:
    """The kind of record."""
    return negatable(term, OfHeaders(equals("kind", choice(term, KINDS))))


def sized(name: str) -> Callable[[Term], Node]:
    """A header field that is a number, of bytes where it has units."""

    def build(term: Term) -> Node:
        wanted = interval(term, PLAIN if name == "seq" else SIZES)
        return OfHeaders(lambda h: wanted.mask(h[name]))

    return build


def code(term: Term) -> Node:
    """Close codes and HTTP statuses, in frames and in how a link ended."""
    wanted = interval(term)

    def test(chunk: Chunk) -> Mask:
        h = chunk.headers
        mask = np.isin(h["kind"], WITH_CODE) & (h["code"] != 0) & wanted.mask(h["code"])
        closed = chunk.of_links(lambda _, f: _is_number(f.get("code")) and wanted.holds(f["code"]))
        return np.asarray(mask | ((h["kind"] == Kind.LINK) & (h["opcode"] == 5) & closed))

    return OfChunk(test, HEADER)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# --- links --------------------------------------------------------------------------------


def of_fact(name: str, term: Term) -> Node:
    """Rows of the links with a fact."""
    test = text_test(term)

    def passes(_: int, facts: Facts) -> bool:
        value = facts.get(name)
        return isinstance(value, str) and test(value)

    return negatable(term, OfChunk(lambda chunk: chunk.of_links(passes), HEADER))


def conn(term: Term) -> Node:
    """Rows of a client by its name, or of a link by its number."""
    test, text = text_test(term), term.value.text

    def passes(number: int, facts: Facts) -> bool:
        client = facts.get("client")
        return str(number) == text or (isinstance(client, str) and test(client))

    return negatable(term, OfChunk(lambda chunk: chunk.of_links(passes), HEADER))


def replica(term: Term) -> Node:
    """Rows of the links to a replica."""
    return of_fact("replica", term)


def ended(term: Term) -> Node:
    """Rows of the links that ended so."""
    ways = [str(how) for how in How]
    if term.value.kind == "word" and term.value.text.lower() not in ways:
        what = f"“{term.value.text}” is none of {', '.join(ways)}."
        near = nearest(term.value.text, ways)
        raise FilterError(what, term.value.start, term.value.stop, near)
    return of_fact("how", term)


# --- readings -----------------------------------------------------------------------------


def of_name(field: str, term: Term) -> Node:
    """Rows with a reading whose string passes."""
    test = text_test(term)

    def rows(chunk: Chunk) -> Mask:
        column = chunk.readings[field]
        used = np.unique(column)
        names = chunk.names
        good = [n for n in used.tolist() if 0 < n < len(names) and test(names[n])]
        return chunk.of_readings(np.isin(column, good))

    return negatable(term, OfChunk(rows))


def label(term: Term) -> Node:
    """The type that the dialect reads."""
    return of_name("label", term)


def topic(term: Term) -> Node:
    """The stream."""
    return of_name("stream", term)


def identity(term: Term) -> Node:
    """Offsets by number or range, other ids by their text."""
    try:
        wanted = interval(term)
    except FilterError:
        return of_name("text", term)
    return OfChunk(
        lambda c: c.of_readings((c.readings["offset"] >= 0) & wanted.mask(c.readings["offset"]))
    )


def lag(term: Term) -> Node:
    """From the time that the service wrote into an update to its receipt."""
    wanted = interval(term, DURATIONS)

    def rows(chunk: Chunk) -> Mask:
        published = chunk.readings["time"]
        lags = chunk.headers["time"][chunk.reading_rows] - published
        return chunk.of_readings((published != 0) & wanted.mask(lags))

    return OfChunk(rows)


# --- notes, outages, time -----------------------------------------------------------------


def noted(chunk: Chunk, test: Callable[[str], bool]) -> Mask:
    """Rows with a note that passes."""
    mask = np.zeros(len(chunk), np.bool_)
    for number, text in chunk.context.notes.items():
        if 0 <= number - chunk.start < len(chunk) and test(text):
            mask[number - chunk.start] = True
    return mask


def note(term: Term) -> Node:
    """Rows with a note; ``note:*`` is any."""
    test = text_test(term) if term.value.text != "*" else lambda _: True
    return negatable(term, OfChunk(lambda chunk: noted(chunk, test)))


def outage(term: Term) -> Node:
    """Rows from the start of an outage to its end."""
    wanted = interval(term)

    def rows(chunk: Chunk) -> Mask:
        time, mask = chunk.headers["time"], np.zeros(len(chunk), np.bool_)
        for number, (start, end) in chunk.context.outages.items():
            if wanted.holds(number):
                mask |= (time >= start) & (time <= (FOREVER if end is None else end))
        return mask

    return OfChunk(rows, HEADER)


def moment_of(term: Term, *, end: bool) -> Callable[[Chunk], int | None]:
    """The moment that a time means; None for an outage that is not known."""
    only_equal(term)
    word, _, number = term.value.text.partition(":")
    if word.lower() == "outage":
        if not number.isdigit():
            what = "The number of the outage is missing."
            raise FilterError(what, term.value.start, term.value.stop, "outage:1")

        def of_outage(chunk: Chunk) -> int | None:
            start, stop = chunk.context.outages.get(int(number), (None, None))
            if start is None:
                return None
            return (FOREVER if stop is None else stop) if end else start

        return of_outage
    clock(term.value, 10**18)  # wrong words are found now, not while it runs
    return lambda chunk: clock(term.value, chunk.context.moment())


def since(term: Term) -> Node:
    """Rows not before a time."""
    moment = moment_of(term, end=False)

    def rows(chunk: Chunk) -> Mask:
        at = moment(chunk)
        return np.asarray(chunk.headers["time"] >= (FOREVER if at is None else at))

    return OfChunk(rows, HEADER)


def until(term: Term) -> Node:
    """Rows not after a time."""
    moment = moment_of(term, end=True)

    def rows(chunk: Chunk) -> Mask:
        at = moment(chunk)
        return np.asarray(chunk.headers["time"] <= (-1 if at is None else at))

    return OfChunk(rows, HEADER)
