"""One message looked at closely: facts, chips, Pretty, Raw, Hex, Frame, Diff, elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench import decoders
from workbench.model.words import Direction, Flag, Kind, Means, Opcode
from workbench.panels import wording
from workbench.panels.diff import Change, changes
from workbench.panels.preview import event_data
from workbench.panels.rows import MARKS, OPCODES, Row, id_of, lag_of, main_reading, type_of
from workbench.panels.tree import Tree
from workbench.panels.workspace import Workspace

PRETTY = 2_000_000  # bytes read as JSON
BEGINNING = 256_000  # bytes shown of a larger one
RAW_LINE = 4_000  # characters of one line of Raw
HEX_ROW = 16
HOW = 300  # characters that name the decoders
CUT = ", only its beginning"
LOOK_BACK = 4_000  # records looked at for the message before
LOOK_AROUND = 40_000  # records looked at for the same update elsewhere


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same update on another connection; ``record`` -1: it never arrived there."""

    client: str
    record: int
    lag: str
    slow: bool = False


class Inspected:
    """A message by its record number.  Parts are made when asked for."""

    def __init__(self, workspace: Workspace, row: Row) -> None:
        self._space = workspace
        self.row = row
        reader = workspace.source.reader
        self.header = reader.headers(row.record, row.record + 1)[0]
        self.payload = reader.payload(row.record)
        self.readings = workspace.source.read(row.record)
        self._outcome: decoders.Outcome | None = None

    # --- header ---------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """``tick 4494``."""
        return f"{self.row.type} {self.row.id}" if self.row.id not in ("", "–") else self.row.type

    @property
    def facts(self) -> str:
        """Time, opcode, size (wire and plain where they differ), lag."""
        h = self.header
        word = OPCODES.get(int(h["opcode"]), f"opcode {int(h['opcode'])}")  # type: ignore[call-overload]
        parts = [self.row.time, word, wording.size(int(h["size"]))]
        if int(h["flags"]) & Flag.COMPRESSED:
            parts[-1] += f" ({wording.size(int(h['wire']))} on the wire)"
        if self.row.lag not in ("", "–"):
            parts.append(f"lag {self.row.lag}")
        return " · ".join(parts)

    @property
    def chips(self) -> list[tuple[str, str]]:
        """(words, tone) of what is remarkable about it."""
        tones = {"replayed": "replay", "twice": "warn", "order": "error", "changed": "warn"}
        found = [(f"{MARKS[m][0]} {MARKS[m][1].capitalize()}", tones[m]) for m in self.row.marks]
        skipped = self.skipped()
        if skipped > 0:
            words = f"{wording.count(skipped)} {'id' if skipped == 1 else 'ids'} skipped"
            found.insert(0, (f"First after a gap: {words}", "error"))
        flags = int(self.header["flags"])
        if flags & Flag.INVALID:
            found.append(("Breaks the protocol", "error"))
        if flags & Flag.CUT_SHORT:
            found.append(("Only its beginning was kept", "warn"))
        if flags & Flag.INJECTED:
            found.append(("Sent by the workbench", "info"))
        return found

    def skipped(self) -> int:
        """Ids between the update before on this connection and this one, in one epoch."""
        mine, before = main_reading(self.readings), self.previous()
        if mine is None or before is None or int(mine["means"]) != Means.UPDATE:
            return 0
        other = main_reading(self._space.source.read(before))
        if other is None or int(other["offset"]) < 0 or int(mine["offset"]) < 0:
            return 0
        same = mine["stream"] == other["stream"] and mine["epoch"] == other["epoch"]
        return int(mine["offset"]) - int(other["offset"]) - 1 if same else 0

    # --- tabs -----------------------------------------------------------------------------

    def outcome(self) -> decoders.Outcome:
        """What the decoders made of it, and which; a payload beyond PRETTY stays as it came."""
        if self._outcome is None:
            opcode, payload = int(self.header["opcode"]), self.payload[:BEGINNING]
            if len(self.payload) <= PRETTY:
                payload = self.text().encode() if opcode == Opcode.EVENT else self.payload
            self._outcome = decoders.read(payload, opcode)
        return self._outcome

    def value(self) -> Any:
        """The payload as a tree (numbers as sent, objects as pairs); None: it is none."""
        return None if self.large else self.outcome().tree

    @property
    def how(self) -> str:
        """The decoders by name: ``MQTT PUBLISH to prices, QoS 1 › JSON``; "" for raw text."""
        outcome = self.outcome()
        if self.large or (len(outcome.steps) == 1 and outcome.name == "text"):
            return ""
        return wording.plain(outcome.how, HOW) + (CUT if outcome.decoded.cut else "")

    def lines(self) -> tuple[str, ...]:
        """What Pretty shows where there is no tree: decoded text, or rows of octets."""
        found = () if self.large else self.outcome().decoded.lines
        return tuple(part for line in found for part in _pieces(line))

    @property
    def image(self) -> bytes:
        """The file of a picture whose size is bearable; empty: it is none."""
        return b"" if self.large else self.outcome().decoded.image

    def text(self) -> str:
        """The payload as text; bytes that are none become U+FFFD."""
        text = self.payload[:PRETTY].decode("utf-8", "replace")
        return event_data(text) if int(self.header["opcode"]) == Opcode.EVENT else text

    def pretty(self) -> Tree | None:
        """The folding tree; None where Pretty has nothing to add to Raw."""
        value = self.value()
        return Tree(value) if isinstance(value, list) else None

    @property
    def large(self) -> str:
        """What to say above a payload of which only the beginning is shown; "" else."""
        if len(self.payload) <= PRETTY:
            return ""
        return f"Large: {wording.size(len(self.payload))}. Showing the first 256 kB."

    def raw(self) -> list[str]:
        """The payload as it is, in lines; very long lines are broken."""
        text = self.payload[:BEGINNING].decode("utf-8", "replace")
        return [part for line in text.splitlines() for part in _pieces(line)] or [""]

    @property
    def hex_rows(self) -> int:
        """How many rows Hex has."""
        return -(-len(self.payload) // HEX_ROW)

    def hex_row(self, i: int) -> tuple[str, str, str]:
        """(offset, octets, characters) of one row of Hex."""
        part = self.payload[i * HEX_ROW : (i + 1) * HEX_ROW]
        octets = f"{part[:8].hex(' ')}  {part[8:].hex(' ')}".ljust(3 * HEX_ROW)
        shown = "".join(chr(b) if 0x20 <= b < 0x7F else "·" for b in part)
        return f"{i * HEX_ROW:08x}", octets, shown

    def frame(self) -> list[tuple[str, str]]:
        """What is known of its frames (RFC 6455 section 5.2)."""
        h, flags = self.header, int(self.header["flags"])
        opcode = int(h["opcode"])
        word = OPCODES.get(opcode, "reserved")  # type: ignore[call-overload]
        way = "to the server" if int(h["direction"]) == Direction.OUT else "to the client"
        return [
            ("Record", str(self.row.record)),
            ("Link", str(int(h["link"]))),
            ("Direction", way),
            ("Opcode", f"{opcode} {word}"),
            ("Payload", f"{wording.count(int(h['size']))} B"),
            ("On the wire", f"{wording.count(int(h['wire']))} B" if int(h["wire"]) else "–"),
            ("Message", f"number {int(h['seq'])} this way" if int(h["seq"]) else "–"),
            ("Compressed", _yes(flags & Flag.COMPRESSED, "yes, permessage-deflate")),
            ("Fragments", _yes(flags & Flag.FRAGMENTED, "more than one frame", "one frame")),
            ("Masked", _yes(flags & Flag.MASKED)),
            ("Passed on", _yes(flags & Flag.PASSED, no="no: it went no further")),
        ]

    # --- beside others --------------------------------------------------------------------

    def previous(self) -> int | None:
        """The record before it with the same direction and type on this client's links."""
        space, row = self._space, self.row
        links = np.array(space.story.clients.get(row.connection, ()), dtype=np.int64)
        for number in self._back(links):
            header = space.source.reader.headers(number, number + 1)[0]
            main = main_reading(space.source.read(number))
            if type_of(space.source, main, int(header["opcode"])) == self.row.type:
                return number
        return None

    def _back(self, links: Any) -> Iterator[int]:
        record = self.row.record
        low = max(self._space.source.first, record - LOOK_BACK)
        headers = self._space.source.reader.headers(low, record)
        mine = (headers["kind"] == Kind.MESSAGE) & np.isin(headers["link"], links)
        mine &= headers["direction"] == self.header["direction"]
        yield from (low + int(i) for i in np.flatnonzero(mine)[:-60:-1])

    def diff(self) -> tuple[str, list[Change]]:
        """(heading, changes) against the message before of the same type."""
        number = self.previous()
        if number is None:
            return "No earlier message of this type on this connection.", []
        space = self._space
        other = Inspected(space, space.rows.row(2 * number + 1))
        if self.value() is None or other.value() is None:
            return "Only what has members can be compared value by value.", []
        mine = main_reading(self.readings)
        counts = mine is not None and int(mine["means"]) == Means.UPDATE
        ids = frozenset((id_of(space.source, mine),)) if counts else frozenset()
        found = changes(other.value(), self.value(), ids)
        return f"Changes since {other.title} on this connection", found

    def elsewhere(self) -> list[Elsewhere]:
        """The same update on each other connection."""
        mine = main_reading(self.readings)
        readings = self._space.source.readings
        if mine is None or readings is None or int(mine["means"]) != Means.UPDATE:
            return []
        if int(self.header["direction"]) != Direction.IN:
            return []
        record = self.row.record
        rows = readings.between(max(0, record - LOOK_AROUND), record + LOOK_AROUND)
        same = (rows["means"] == Means.UPDATE) & (rows["stream"] == mine["stream"])
        for name in ("epoch", "offset", "id"):
            same &= rows[name] == mine[name]
        return self._by_client(rows[same])

    def _by_client(self, rows: Any) -> list[Elsewhere]:
        space, found = self._space, {}
        for r in rows[:500]:
            record = int(r["row"])
            header = space.source.reader.headers(record, record + 1)[0]
            client = space.story.client_of(int(header["link"]))
            if client == self.row.connection or client in found:
                continue
            if int(header["direction"]) != Direction.IN:
                continue
            lag = lag_of(int(header["time"]), r, Direction.IN)
            text = "arrived" if lag is None else wording.short(lag)
            slow = lag is not None and lag > space.rows.slow_after
            found[client] = Elsewhere(client, record, text, slow)
        others = [c for c in space.clients() if c != self.row.connection]
        return [found.get(c, Elsewhere(c, -1, "never arrived")) for c in others]


def _yes(flag: int, yes: str = "yes", no: str = "no") -> str:
    return yes if flag else no


def _pieces(line: str) -> list[str]:
    return [line[i : i + RAW_LINE] for i in range(0, len(line), RAW_LINE)] or [""]
