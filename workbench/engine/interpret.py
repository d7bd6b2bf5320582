"""From records to readings: the interpreted columns of a recording.

Runs in the worker process of a recording (or in ``workbench judge``), never in the
engine's loop.  A link's dialect is recognised from its handshake and its first messages,
or is the one the user chose; what was decided is told in ``chosen``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from workbench.engine.exchanges import Bodies
from workbench.journal.columns import ColumnWriter
from workbench.journal.recording import Recording
from workbench.model.chunk import Opening
from workbench.model.hashing import id_hash
from workbench.model.record import READING, Reading
from workbench.model.words import Direction, Ids, Kind, Means
from workbench.protocols import dialects
from workbench.protocols.dialects._pick import pick
from workbench.units.discovery import discover
from workbench.units.settings import build, unknown_key
from workbench.units.shapes import Decoder, Exchanges

#: A dialect is recognised from at most so many messages of a link; sooner where it is sure.
FIRST_MESSAGES = 4
SURE = 0.8
#: Records read in one step, so that a step stays short.
STEP = 20_000


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user chose to read the messages with; empty: recognised by itself."""

    dialect: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class LinkState:
    """What is remembered of a link while its records go by."""

    protocol: str = ""
    request: bytes = b""
    answer: bytes = b""
    early: list[tuple[int, int, int, bytes]] = field(default_factory=list)
    decoder: Decoder | None = None


class Interpreter:
    """Follows a recording; ``step`` reads what is new and commits the columns."""

    def __init__(self, recording: Recording, columns: ColumnWriter, choice: Choice) -> None:
        self.chosen: dict[int, str] = {}
        self._recording = recording
        self._columns = columns
        self._choice = choice
        self._units: dict[str, ModuleType] = discover(dialects)
        if choice.dialect and choice.dialect not in self._units:
            raise unknown_key(choice.dialect, list(self._units), "`dialect`", "dialect")
        self._links: dict[int, LinkState] = {}
        self._names: dict[str, int] = {"": 0}
        self._fresh: list[str] = []
        self._next = recording.first
        self._rows: list[tuple[Any, ...]] = []
        self._undecided: set[int] = set()
        self._exchanges: dict[str, Exchanges] = {}
        self._bodies = Bodies(self._reading_bodies, self.chosen.__setitem__)

    def step(self) -> int:
        """Read at most STEP new records; how many were read."""
        end = min(self._recording.refresh(), self._next + STEP)
        start, self._next = self._next, end
        if end > start:
            self._read(start, end)
        return end - start

    def finish(self, *, force: bool) -> None:
        """Read everything there is; with ``force`` a link that said little is decided too."""
        while self.step():
            pass
        if force:
            self._decide_all(force=True)
            self._commit()

    def _decide_all(self, *, force: bool) -> None:
        for number in sorted(self._undecided):
            self._decide(number, self._links[number], force)

    def _read(self, start: int, end: int) -> None:
        headers = self._recording.headers(start, end)
        kinds = headers["kind"]
        wanted = np.flatnonzero(np.isin(kinds, (Kind.MESSAGE, Kind.HANDSHAKE, Kind.HTTP)))
        for i in wanted.tolist():
            if kinds[i] == Kind.HTTP:
                self._keep(start + i, self._http(start + i, headers[i]))
            else:
                self._record(start + i, headers[i])
        self._decide_all(force=False)
        self._commit()

    def _http(self, row: int, header: np.void) -> Any:
        return self._bodies.read(row, header, lambda: self._recording.payload(row))

    def _reading_bodies(self) -> dict[str, Exchanges]:
        """The dialects that read bodies, each with its one reader of all exchanges."""
        if not self._exchanges:
            for name, unit in self._units.items():
                if hasattr(unit, "exchanges") and self._choice.dialect in ("", name):
                    self._exchanges[name] = unit.exchanges(self._settings(name))
        return self._exchanges

    def _record(self, row: int, header: np.void) -> None:
        link = self._links.setdefault(int(header["link"]), LinkState())
        payload = self._recording.payload(row)
        direction = int(header["direction"])
        if header["kind"] == Kind.HANDSHAKE:
            self._handshake(link, direction, payload)
        self._message(row, int(header["link"]), link, direction, int(header["opcode"]), payload)

    def _handshake(self, link: LinkState, direction: int, head: bytes) -> None:
        if direction == Direction.OUT:
            link.request = head
        else:
            link.answer = head

    def _message(
        self, row: int, number: int, link: LinkState, direction: int, opcode: int, payload: bytes
    ) -> None:
        if link.decoder is not None:
            self._keep(row, link.decoder.read(direction, opcode, payload))
            return
        link.early.append((row, direction, opcode, payload))
        self._undecided.add(number)

    def _decide(self, number: int, link: LinkState, force: bool) -> None:
        opening = opening_of(link.request, link.answer)
        first = [(d, o, p) for _, d, o, p in link.early if o][:FIRST_MESSAGES]
        name, sure = pick(opening, first, self._units)
        if not force and sure < SURE and len(first) < FIRST_MESSAGES and not self._choice.dialect:
            return
        self._undecided.discard(number)
        name = self._choice.dialect or name
        bodies = self._reading_bodies().get(name)
        if bodies is not None:  # the session may have begun there
            link.decoder = bodies.decoder(opening)
        else:
            link.decoder = self._units[name].decoder(self._settings(name), opening)
        self.chosen[number] = name
        early, link.early = link.early, []
        for row, direction, opcode, payload in early:
            self._keep(row, link.decoder.read(direction, opcode, payload))

    def _settings(self, name: str) -> Any:
        """What the user chose, as far as this dialect knows it."""
        unit = self._units[name]
        given = self._choice.settings if self._choice.dialect in ("", name) else {}
        known = {f.replace("-", "_") for f in given} & set(unit.Settings.__dataclass_fields__)
        settings = {k: v for k, v in given.items() if k.replace("-", "_") in known}
        return build(unit.Settings, settings, name)

    def own_ids(self) -> dict[int, Ids]:
        """Link → what its positions prove, where they are its protocol's own."""
        if any(self._choice.settings.get(place) for place in ("id", "offset", "ids")):
            return {}
        known = {name: unit.IDS for name, unit in self._units.items() if hasattr(unit, "IDS")}
        return {link: Ids(known[name]) for link, name in self.chosen.items() if name in known}

    # --- rows ---------------------------------------------------------------------------

    def _keep(self, row: int, readings: Any) -> None:
        for reading in readings:
            self._rows.append(self._interned(row, reading))

    def _interned(self, row: int, r: Reading) -> tuple[Any, ...]:
        text = "" if r.offset is not None and r.means == Means.UPDATE else r.id
        return (
            row,
            -1 if r.offset is None else r.offset,
            id_hash(r.id) if r.id else 0,
            r.time,
            self._intern(r.stream),
            self._intern(r.epoch),
            self._intern(r.key),
            self._intern(r.label),
            self._intern(text),
            r.means,
            0,
            r.flags,
        )

    def _intern(self, text: str) -> int:
        number = self._names.get(text)
        if number is None:
            number = self._names[text] = len(self._names)
            self._fresh.append(text)
        return number

    def _commit(self) -> None:
        if not self._rows and not self._fresh:
            return
        self._rows.sort(key=lambda r: r[0])
        self._columns.append(np.array(self._rows, dtype=READING), self._fresh)
        self._columns.commit()
        self._rows, self._fresh = [], []


def opening_of(request: bytes, answer: bytes) -> Opening:
    """What a link's handshake says, for the dialects to recognise themselves in."""
    first, headers = head_lines(request)
    status, answered = head_lines(answer)
    parts = first.split(" ")
    code = status.split(" ")[1] if status.count(" ") else ""
    given = dict(answered)
    stream = "text/event-stream" in given.get("content-type", "")
    return Opening(
        protocol="sse" if stream else "ws",
        path=parts[1] if len(parts) > 1 else "",
        subprotocol=given.get("sec-websocket-protocol", ""),
        request=headers,
        answer=answered,
        status=int(code) if code.isdigit() else 0,
    )


def head_lines(head: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The first line of an HTTP head and its headers, names in lower case."""
    lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines[1:] if ":" in line)
    return lines[0], tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)


def column_folder_name(choice: Choice) -> str:
    """Which column set a choice makes: the same choice is read once."""
    if not choice.dialect and not choice.settings:
        return "auto"
    return f"own-{id_hash(repr((choice.dialect, sorted(choice.settings.items())))):016x}"


def columns_for(recording_folder: Path, choice: Choice) -> ColumnWriter:
    """A fresh column set for a choice (an older one of the same name is replaced)."""
    return ColumnWriter(recording_folder, column_folder_name(choice), 1)
