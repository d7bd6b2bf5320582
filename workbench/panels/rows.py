"""Rows of the message table, decoded when they are seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from workbench.model.words import Direction, Flag, Kind, Means, Opcode, ReadFlag
from workbench.panels import wording
from workbench.panels.events import EventWords, event_words, gap_row
from workbench.panels.preview import preview
from workbench.panels.source import Source
from workbench.panels.story import Story

KEPT = 1024
#: Name, mark, and the word for the screen reader.
MARKS = {
    "replayed": ("◆", "replayed"),
    "twice": ("×2", "handled twice"),
    "order": ("⇅", "out of order"),
    "changed": ("✎", "changed by a fault"),
}
#: Their position is what is asked for; it is not the message's own id.
ASKS = (Means.SUBSCRIBE, Means.RESUME, Means.TOO_OLD)
OPCODES = {
    Opcode.TEXT: "text",
    Opcode.BINARY: "binary",
    Opcode.CLOSE: "close",
    Opcode.PING: "ping",
    Opcode.PONG: "pong",
    Opcode.EVENT: "event",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row in words.  ``event`` is None for a message."""

    key: int
    record: int
    moment: int
    time: str
    connection: str = ""
    direction: int = 0
    type: str = ""
    id: str = ""
    size: str = ""
    lag: str = ""
    slow: bool = False
    preview: str = ""
    marks: tuple[str, ...] = ()
    event: EventWords | None = None
    read: bool = False  # a dialect has read it

    @property
    def number(self) -> str:
        """What the column # shows."""
        return "" if self.event else str(self.record)

    @property
    def spoken(self) -> str:
        """The row as one sentence, for screen readers."""
        if self.event is not None:
            parts = [self.time, self.event.client, self.event.text, self.event.aside]
            return ", ".join(part for part in parts if part)
        way = "sent" if self.direction == Direction.OUT else "received"
        lag = f"lag {self.lag}" if self.lag not in ("", "–") else ""
        named = f"{self.type} {self.id}" if self.id not in ("", "–") else self.type
        marks = [MARKS[mark][1] for mark in self.marks]
        parts = [
            f"{self.time}, {way}",
            self.connection,
            named,
            *marks,
            self.size,
            lag,
            self.preview,
        ]
        return ", ".join(part for part in parts if part)


class Rows:
    """Decodes rows, and remembers those seen last."""

    def __init__(self, source: Source, story: Story, zone: tzinfo | None = None) -> None:
        self._source = source
        self._story = story
        self._zone = zone
        self._seen: OrderedDict[int, tuple[object, Row]] = OrderedDict()
        self._judged = 0
        self._marked: dict[int, str] = {}
        self.slow_after = 250_000_000  # ns

    def mark(self, outages: Iterable[Mapping[str, Any]]) -> None:
        """Records that verdicts name as handled twice or out of order."""
        names = {"duplicated": "twice", "nonmonotonic": "order"}
        self._marked = {
            int(record): names[finding["name"]]
            for outage in outages
            for client in outage.get("clients", ())
            for finding in client.get("findings", ())
            if finding.get("name") in names
            for record in finding.get("records", ())
        }
        self._judged -= 1  # never the same as a story's version

    def row(self, key: int) -> Row:
        """The row of a key.  Its words may still change while a verdict is awaited."""
        kept = self._seen.get(key)
        if kept is not None and kept[0] == self._stamp(kept[1]):
            self._seen.move_to_end(key)
            return kept[1]
        made = self._made(key)
        self._seen[key] = (self._stamp(made), made)
        if len(self._seen) > KEPT:
            self._seen.popitem(last=False)
        return made

    def _stamp(self, row: Row) -> object:
        """What the words of this row may depend on; a message that was read stays as it is."""
        if row.event is not None:
            return self._story.version
        if row.read:
            return self._judged
        readings = self._source.readings
        return (self._judged, len(readings) if readings is not None else -1)

    def _made(self, key: int) -> Row:
        record = key // 2
        header = self._source.reader.headers(record, record + 1)[0]
        time = int(header["time"])
        said = wording.at(time, self._zone)
        if key % 2 == 0:
            gap = self._story.gap_at[record]
            return Row(key, record, time, said, gap.client, event=gap_row(gap))
        payload = self._source.reader.payload(record)
        kind = int(header["kind"])
        if kind not in (Kind.MESSAGE, Kind.CONTROL):
            words = event_words(self._story, header, payload)
            words = words or EventWords("info", (), tone="plain")
            return Row(key, record, time, said, words.client, event=words)
        return self._message(key, record, header, said, payload)

    def _message(self, key: int, record: int, header: Any, said: str, payload: bytes) -> Row:
        opcode, time = int(header["opcode"]), int(header["time"])
        readings = self._source.read(record)
        main = main_reading(readings)
        lag = lag_of(time, main, int(header["direction"]))
        return Row(
            key=key,
            record=record,
            moment=time,
            time=said,
            connection=self._story.client_of(int(header["link"])),
            direction=int(header["direction"]),
            type=wording.plain(type_of(self._source, main, opcode), 60),
            id=wording.plain(id_of(self._source, main), 60) or "–",
            size=wording.size(int(header["size"])),
            lag="–" if lag is None else wording.short(lag),
            slow=lag is not None and lag > self.slow_after,
            preview=preview(opcode, payload),
            marks=self._marks(record, int(header["flags"]), main),
            read=main is not None,
        )

    def _marks(self, record: int, flags: int, main: Any) -> tuple[str, ...]:
        found = []
        if main is not None and int(main["flags"]) & ReadFlag.REPLAYED:
            found.append("replayed")
        if record in self._marked:
            found.append(self._marked[record])
        if flags & Flag.CHANGED:
            found.append("changed")
        return tuple(found)


def main_reading(readings: Any) -> Any:
    """The reading that names a message: its update, else its first."""
    if readings is None or not len(readings):
        return None
    updates = readings[readings["means"] == Means.UPDATE]
    return updates[0] if len(updates) else readings[0]


def type_of(source: Source, main: Any, opcode: int) -> str:
    """The column Type: what the dialect calls it, else the opcode."""
    label = source.name(int(main["label"])) if main is not None else ""
    return label or OPCODES.get(opcode, f"opcode {opcode}")  # type: ignore[call-overload]


def id_of(source: Source, main: Any) -> str:
    """The column Id: the offset, else the id as text."""
    if main is None or int(main["means"]) in ASKS:
        return ""
    if int(main["offset"]) >= 0:
        return str(int(main["offset"]))
    return source.name(int(main["text"]))


def lag_of(time: int, main: Any, direction: int) -> int | None:
    """Nanoseconds from when the service says it was published to its receipt."""
    if main is None or direction != Direction.IN or not int(main["time"]):
        return None
    if int(main["means"]) != Means.UPDATE:
        return None
    return time - int(main["time"])
