"""``is:…``: states of a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from workbench.journal.filters.chunk import Chunk, Node
from workbench.journal.filters.errors import FilterError, nearest
from workbench.journal.filters.grammar import Term
from workbench.journal.filters.keys import noted, only_equal
from workbench.journal.filters.nodes import OfChunk, OfHeaders
from workbench.journal.filters.values import Mask
from workbench.model.words import Direction, Flag, Kind, Means, Opcode, ReadFlag

EVENTS = (Kind.LINK, Kind.FAULT, Kind.DEPLOY, Kind.PUBLISH, Kind.LOSS, Kind.NOTE)


def flagged(flag: Flag) -> Callable[[Any], Mask]:
    """Rows with a flag."""
    return lambda h: np.asarray(h["flags"] & int(flag) != 0)


def kinds(*wanted: Kind) -> Callable[[Any], Mask]:
    """Rows of some kinds."""
    return lambda h: np.isin(h["kind"], wanted)


def control(opcode: Opcode) -> Callable[[Any], Mask]:
    """Control frames of one opcode."""
    return lambda h: (h["kind"] == Kind.CONTROL) & (h["opcode"] == opcode)


def moving(direction: Direction) -> Callable[[Any], Mask]:
    """Messages in one direction."""
    return lambda h: (h["kind"] == Kind.MESSAGE) & (h["direction"] == direction)


def dropped(h: Any) -> Mask:
    """Messages that came and were not passed on."""
    flags = h["flags"] & int(Flag.ARRIVED | Flag.PASSED)
    return np.asarray((h["kind"] == Kind.MESSAGE) & (flags == int(Flag.ARRIVED)))


OF_HEADERS: dict[str, Callable[[Any], Mask]] = {
    "message": kinds(Kind.MESSAGE),
    "control": kinds(Kind.CONTROL),
    "event": kinds(*EVENTS),
    "ping": control(Opcode.PING),
    "pong": control(Opcode.PONG),
    "close": control(Opcode.CLOSE),
    "sent": moving(Direction.OUT),
    "received": moving(Direction.IN),
    "dropped": dropped,
    "changed": flagged(Flag.CHANGED),
    "injected": flagged(Flag.INJECTED),
    "compressed": flagged(Flag.COMPRESSED),
    "fragmented": flagged(Flag.FRAGMENTED),
    "cut": flagged(Flag.CUT_SHORT),
    "invalid": flagged(Flag.INVALID),
    "failed": flagged(Flag.FAILED),
}

OF_READINGS: dict[str, Callable[[Any], Mask]] = {
    "replayed": lambda r: np.asarray(r["flags"] & int(ReadFlag.REPLAYED) != 0),
    "update": lambda r: np.asarray(r["means"] == Means.UPDATE),
    "snapshot": lambda r: np.asarray(r["means"] == Means.SNAPSHOT),
    "heartbeat": lambda r: np.asarray(r["means"] == Means.HEARTBEAT),
    "unreadable": lambda r: np.asarray(r["means"] == Means.UNREADABLE),
}

STATES = (*OF_HEADERS, *OF_READINGS, "noted")


def state(term: Term) -> Node:
    """The node of ``is:…``."""
    only_equal(term)
    word = term.value.text.lower()
    if word in OF_HEADERS:
        return OfHeaders(OF_HEADERS[word])
    if word in OF_READINGS:
        return OfChunk(of_readings(OF_READINGS[word]))
    if word == "noted":
        return OfChunk(lambda chunk: noted(chunk, lambda _: True))
    what = f"“{term.value.text}” is no state: {', '.join(STATES)}."
    raise FilterError(what, term.value.start, term.value.stop, nearest(word, STATES))


def of_readings(test: Callable[[Any], Mask]) -> Callable[[Chunk], Mask]:
    """Rows with a reading that passes."""
    return lambda chunk: chunk.of_readings(test(chunk.readings))
