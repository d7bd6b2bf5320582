"""What the filter bar offers while a person types: keys, names, and what was really seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np
import orjson

from workbench.journal.filters.plan import KEYS
from workbench.journal.filters.states import STATES
from workbench.model.words import Kind
from workbench.panels import words
from workbench.panels.source import Source

SAMPLED, LARGEST = 4_000, 16_384  # messages looked into, and bytes of the largest one
FIELDS, DEEP, VALUES, LONG = 300, 4, 6, 24
SHOWN = 8  # of one kind


@dataclass(slots=True)
class SeenField:
    """A field of JSON payloads: how often, of which types, with which values."""

    count: int = 0
    kinds: set[str] = field(default_factory=set)
    values: list[str] = field(default_factory=list)

    def about(self) -> str:
        """``text · 4 values: tick, ack``; ``number · seen in 212 messages``."""
        kind = " or ".join(sorted(self.kinds))
        if self.kinds == {"text"} and 0 < len(self.values) < VALUES:
            said = ", ".join(self.values)
            return f"{kind} · {words.count(len(self.values), 'value')}: {said}"
        return f"{kind} · seen in {words.count(self.count, 'message')}"


class Seen:
    """Samples a recording bit by bit: fields, types of messages and streams."""

    def __init__(self) -> None:
        self.fields: dict[str, SeenField] = {}
        self.types: dict[str, int] = {}
        self.streams: dict[str, int] = {}
        self._source: Source | None = None
        self._next = self._taken = 0

    def step(self, source: Source, count: int, budget: float = 0.003) -> bool:
        """Look at more; True when there is nothing more to look at for now."""
        if source is not self._source:
            self.__init__()  # type: ignore[misc]
            self._source, self._next = source, source.first
        end = perf_counter() + budget
        while self._next < count and self._taken < SAMPLED and perf_counter() < end:
            self._some(source, min(count, self._next + 64))
        return self._next >= count or self._taken >= SAMPLED

    def _some(self, source: Source, stop: int) -> None:
        start, self._next = self._next, stop
        headers = source.reader.headers(start, stop)
        for at in np.flatnonzero(headers["kind"] == Kind.MESSAGE).tolist():
            if int(headers[at]["size"]) <= LARGEST:
                self._taken += 1
                self._look(bytes(source.reader.payload(start + at)))
        if source.readings is not None:
            for reading in source.readings.between(start, stop):
                _count(self.types, source.name(int(reading["label"])))
                _count(self.streams, source.name(int(reading["stream"])))

    def _look(self, payload: bytes) -> None:
        if payload[:1] != b"{":
            return
        try:
            value = orjson.loads(payload)
        except orjson.JSONDecodeError:
            return
        self._flatten("json", value, DEEP)

    def _flatten(self, path: str, value: Any, deep: int) -> None:
        if isinstance(value, dict):
            for key, inner in list(value.items())[:60] if deep else ():
                if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", key) and len(key) <= LONG:
                    self._flatten(f"{path}.{key}", inner, deep - 1)
        elif not isinstance(value, list):
            self._note(path, value)

    def _note(self, path: str, value: Any) -> None:
        if path not in self.fields and len(self.fields) >= FIELDS:
            return
        seen = self.fields.setdefault(path, SeenField())
        seen.count += 1
        seen.kinds.add(_kind(value))
        text = words.shown(str(value), LONG)
        if isinstance(value, str) and len(seen.values) < VALUES and text not in seen.values:
            seen.values.append(text)


def _count(counts: dict[str, int], name: str) -> None:
    if name and (name in counts or len(counts) < FIELDS):
        counts[name] = counts.get(name, 0) + 1


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if value is None:
        return "null"
    return "text" if isinstance(value, str) else "number"


@dataclass(frozen=True, slots=True)
class Option:
    """What would be put in, and what it means."""

    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """Options under headings, for the word from ``start`` up to ``stop`` of the text."""

    start: int
    stop: int
    groups: tuple[tuple[str, tuple[Option, ...]], ...]

    @property
    def options(self) -> list[Option]:
        """All of them in order."""
        return [option for _, options in self.groups for option in options]


WORD = re.compile(r'(?:[^\s()"]|"[^"]*"?)*$')


def offer(
    text: str, cursor: int, clients: Iterable[str], replicas: Iterable[str], seen: Seen
) -> Offer:
    """What fits the word that ends at the cursor; nothing for an empty or a whole one."""
    found = WORD.search(text[:cursor])
    start = found.start() if found else cursor
    start += text[start:cursor].startswith("-")
    word = text[start:cursor]
    key, colon, value = word.partition(":")
    if colon:
        groups = _values(key.lower(), value.strip('"'), clients, replicas, seen)
    else:
        groups = _keys(word, seen)
    kept = tuple((title, tuple(options)) for title, options in groups if options)
    only = [o.text for _, options in kept for o in options]
    return Offer(start, cursor, () if not word or only == [word] else kept)


def _keys(word: str, seen: Seen) -> list[tuple[str, list[Option]]]:
    low = word.lower()
    keys = [
        Option(f"{name}." if name == "json" else f"{name}:", f"{key.means} · {key.example}")
        for name, key in KEYS.items()
        if name.startswith(low)
    ]
    fields = _best(low, seen.fields)
    found = [Option(name, seen.fields[name].about()) for name in fields]
    return [("Keys", keys[:SHOWN]), ("Fields seen in this session", found)]


def _best(low: str, names: Iterable[str]) -> list[str]:
    """Those that begin with it, then those of which a part does."""
    first = [n for n in names if n.lower().startswith(low)]
    rest = [n for n in names if f".{low}" in n.lower() and n not in first]
    return [*first, *rest][:SHOWN]


def _values(
    key: str, value: str, clients: Iterable[str], replicas: Iterable[str], seen: Seen
) -> list[tuple[str, list[Option]]]:
    known: Mapping[str, tuple[str, Sequence[str]]] = {
        "conn": ("Connections", list(clients)),
        "replica": ("Replicas", list(replicas)),
        "type": ("Types seen in this session", list(seen.types)),
        "topic": ("Streams seen in this session", list(seen.streams)),
        "is": ("States", list(STATES)),
        "dir": ("Directions", ["in", "out"]),
        "has": ("Fields seen in this session", list(seen.fields)),
    }
    if key.startswith("json.") and key in seen.fields:
        known = {key: ("Values seen in this session", seen.fields[key].values)}
    title, names = known.get(key, ("", ()))
    low = value.lower()
    fitting = [n for n in names if n.lower().startswith(low)]
    fitting += [n for n in names if low in n.lower() and n not in fitting]
    about = seen.types if key == "type" else seen.streams if key == "topic" else {}
    options = [
        Option(f"{key}:{_quoted(n)}", words.count(about[n], "message") if n in about else "")
        for n in fitting[:SHOWN]
    ]
    return [(title, options)]


def _quoted(text: str) -> str:
    plain = re.fullmatch(r"[^\s()\"]+", text)
    return text if plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
