"""A recording as everybody but its writer sees it: live, ended, crashed or packed."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.journal.blobs import Source
from workbench.journal.damage import Damage, in_words, merged
from workbench.journal.info import MAX_BYTES, parse_info
from workbench.journal.layout import INFO, LOCK, MAX_GAP_RECORDS, segment_file, segment_number
from workbench.journal.links import Facts, Links
from workbench.journal.lock import is_locked
from workbench.journal.segment import Headers, Segment
from workbench.journal.sources import is_cut, not_a_recording, source_of
from workbench.model.record import RECORD
from workbench.model.words import Kind

Raw = bytes  # inside the class ``bytes`` is how large the recording is
CHUNK = 1 << 18  # records looked at in one go by ``where``


class Recording:
    """Reads a recording; never writes, never raises for what is damaged in it.

    Records have absolute numbers: ``first`` up to ``count`` (not included).  Numbers below
    ``first`` were trimmed.  A record that cannot be read has kind 0 and no payload, and
    ``damage`` names its stretch.
    """

    def __init__(self, path: Path, source: Source, info: dict[str, Any]) -> None:
        self.path = self.folder = path
        self.info = info
        self.count = 0
        self.last_segment = 0  #: number of the newest segment (0: none)
        self._source = source
        self._tail: Segment | None = None
        self._unread: list[Segment] = []  # no good commit mark
        self._segments: list[Segment] = []
        self._bases: list[int] = []
        self._named: list[Damage] = []
        self._links = Links()

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Recording:
        """Open a recording's folder or a packed file.

        WorkbenchError: there is no recording, or its format is newer than this program.
        """
        path = Path(path)
        source = source_of(path)
        info, damage = info_of(source, path)
        recording = cls(path, source, info)
        recording._named += damage
        if is_cut(source):
            recording._named.append(Damage("the end of the file is missing", 0, 0, blocks=0))
        recording._find_segments()
        recording._named += unmarked(source, recording.last_segment)
        return recording

    # --- following ------------------------------------------------------------------------

    def refresh(self) -> int:
        """Take over what was committed since; the number after the last record.

        Cheap enough to be called at every frame.
        """
        if self._tail is None:
            return self._find_segments()
        if not self._source.exists(segment_file(self._tail.number, "commit")):
            self._forget_all()  # so long ago was the last look that all it saw is trimmed
            return self._find_segments()
        while True:
            following = self._tail.number + 1
            newer = self._source.exists(segment_file(following, "commit"))
            self._follow(self._tail)
            if not newer:
                break
            self._tail = Segment(self._source, following)
        self._forget_trimmed()
        return self.count

    def _find_segments(self) -> int:
        for number in sorted(filter(None, map(segment_number, self._source.top_names()))):
            self._tail = Segment(self._source, number)
            self._follow(self._tail)
            if self._tail.base < 0:
                self._unread.append(self._tail)
        return self.count

    def _follow(self, segment: Segment) -> None:
        """Take over a segment's new records, unless they cannot belong here."""
        self.last_segment = segment.number
        if not segment.refresh():
            return
        if not self._segments or segment is not self._segments[-1]:
            gap = segment.base - self.count
            if self._segments and not 0 <= gap <= MAX_GAP_RECORDS:
                text = f"segment {segment.number:06} does not continue the recording: left out"
                self._named.append(Damage(text, self.count, self.count, blocks=0))
                return
            if self._segments and gap:
                self._named.append(Damage(MISSING, self.count, segment.base, blocks=0))
            self._segments.append(segment)
            self._bases.append(segment.base)
        self.count = segment.base + segment.rows

    def _forget_all(self) -> None:
        self._segments, self._bases, self._unread = [], [], []

    def _forget_trimmed(self) -> None:
        while len(self._segments) > 1:
            if self._source.exists(segment_file(self._segments[0].number, "commit")):
                return
            del self._segments[0], self._bases[0]

    @property
    def first(self) -> int:
        """The number of the oldest record that is still here."""
        return self._bases[0] if self._bases else self.count

    @property
    def live(self) -> bool:
        """True while a living process writes this recording."""
        return self.path.is_dir() and is_locked(self.path / LOCK)

    @property
    def bytes(self) -> int:
        """Committed bytes of headers, payload and commit marks."""
        return sum(segment.disk for segment in self._segments)

    def segments(self) -> list[tuple[int, int, int, int]]:
        """Number, first record, records and bytes of each segment, oldest first."""
        return [(s.number, s.base, s.rows, s.disk) for s in self._segments]

    # --- reading --------------------------------------------------------------------------

    def _parts(self, start: int, stop: int) -> Iterator[tuple[Segment, int, int]]:
        """The segments that hold some of these records, each with the numbers it holds."""
        for i in range(max(bisect_right(self._bases, start) - 1, 0), len(self._bases)):
            base, segment = self._bases[i], self._segments[i]
            if base >= stop:
                return
            low, high = max(base, start), min(base + segment.rows, stop)
            if low < high:
                yield segment, low, high

    def headers(self, start: int, stop: int) -> Headers:
        """Headers (dtype RECORD) of records ``start`` up to ``stop``, or to the end.

        Row i is record ``start + i``, also where records are trimmed or damaged (kind 0).
        Without a copy where they lie in one segment; do not write to them.
        """
        start, stop = max(start, 0), min(stop, self.count)
        parts = list(self._parts(start, stop))
        if len(parts) == 1 and parts[0][1:] == (start, stop):
            base = parts[0][0].base
            return parts[0][0].headers(start - base, stop - base)
        rows = np.zeros(max(stop - start, 0), RECORD)
        for segment, low, high in parts:
            part = segment.headers(low - segment.base, high - segment.base)
            rows[low - start : high - start] = part
        return rows

    def field(self, name: str, start: int = 0, stop: int | None = None) -> npt.NDArray[Any]:
        """One field of the headers as ``headers`` would give it, without copying the others."""
        start, stop = max(start, 0), self.count if stop is None else min(stop, self.count)
        parts = list(self._parts(start, stop))
        if len(parts) == 1 and parts[0][1:] == (start, stop):
            base = parts[0][0].base
            return parts[0][0].headers(start - base, stop - base)[name]
        column = np.zeros(max(stop - start, 0), RECORD[name])
        for segment, low, high in parts:
            part = segment.headers(low - segment.base, high - segment.base)
            column[low - start : high - start] = part[name]
        return column

    def payload(self, number: int) -> Raw:
        """The payload of one record; empty where it cannot be read."""
        return self.payloads_at(np.array([number], np.int64))[0]

    def payloads(self, start: int, stop: int) -> list[Raw]:
        """The payloads of records ``start`` up to ``stop``, or to the end."""
        return self.payloads_at(np.arange(max(start, 0), min(stop, self.count), dtype=np.int64))

    def payloads_at(self, numbers: npt.NDArray[np.int64]) -> list[Raw]:
        """The payloads of some records, given in rising order."""
        result: list[Raw] = []
        if len(numbers):
            for segment, low, high in self._parts(int(numbers[0]), int(numbers[-1]) + 1):
                first, last = np.searchsorted(numbers, (low, high)).tolist()
                result += [b""] * (first - len(result))  # trimmed, or missing
                result += segment.payloads(numbers[first:last] - segment.base)
        return result + [b""] * (len(numbers) - len(result))

    def regions(self, start: int, stop: int) -> Iterator[tuple[int, int, memoryview, int]]:
        """The payloads of neighbouring records where they lie, for whoever searches in them.

        Yields the first number, the last + 1, the bytes (a newline between payloads), and the
        ``offset`` of their first byte.  What cannot be read is left out.
        """
        for segment, low, high in self._parts(max(start, 0), min(stop, self.count)):
            base = segment.base
            for first, last, data, at in segment.regions(low - base, high - base):
                yield first + base, last + base, data, at

    def where(
        self,
        predicate: Callable[[Headers], npt.NDArray[np.bool_]],
        start: int = 0,
        stop: int | None = None,
        chunk: int = CHUNK,
    ) -> Iterator[npt.NDArray[np.int64]]:
        """Numbers of the records whose headers satisfy ``predicate``, chunk by chunk.

        Yields an array (perhaps empty) for each chunk, so that the caller can show progress
        or stop.  Unreadable records are never among them.
        """
        start, stop = max(start, self.first), self.count if stop is None else min(stop, self.count)
        for low in range(start, stop, chunk):
            rows = self.headers(low, min(low + chunk, stop))
            yield np.flatnonzero(predicate(rows) & (rows["kind"] != 0)) + low

    def at(self, moment: int) -> int:
        """The number of the first record at or after a moment, or ``count``.

        Records lie in the order in which they were put; their times are nearly sorted.
        """
        for segment in self._segments:
            row = segment.row_at(moment)
            if row < segment.rows:
                return segment.base + row
        return self.count

    def links(self) -> dict[int, Facts]:
        """What the LINK records say of each link, by its number; cheap to ask again.

        All keys of their JSON (client, proxy, protocol, address, how, ...; the newest wins),
        and ``number``, ``event`` (the last LinkEvent) and the moments ``opening``, ``opened``,
        ``closed`` (ns, 0: not, or not yet).
        """
        for numbers in self.where(lambda h: h["kind"] == Kind.LINK, self._links.seen):
            for number in numbers.tolist():
                self._links.take(self.headers(number, number + 1)[0], self.payload(number))
        self._links.seen = self.count
        return self._links.by_number

    # --- damage ---------------------------------------------------------------------------

    @property
    def damage(self) -> list[Damage]:
        """What cannot be read, as far as it was touched (``verify`` touches everything)."""
        found = self._named + [d for segment in self._segments for d in segment.damage()]
        if not self.live:
            found += filter(None, map(self._uncommitted, self._segments))
            found += filter(None, map(self._unmarked, self._unread))
        return merged(found)

    def _uncommitted(self, segment: Segment) -> Damage | None:
        size, end = segment.uncommitted(), segment.base + segment.rows
        if not size:
            return None
        text = (
            f"{in_words(size)} after record {end - 1} were never acknowledged: "
            "what happened then is unknown"
        )
        return Damage(text, end, end, size, blocks=0, hole=False)

    def _unmarked(self, segment: Segment) -> Damage | None:
        """What to say of a segment of which nothing is committed, as far as one can see."""
        size, number = segment.uncommitted(), segment.number
        if segment.base >= 0 or not size:
            return None
        text = f"segment {number:06} has no readable commit mark: {in_words(size)} left out"
        before_all = bool(self._segments) and number < self._segments[0].number
        if not before_all and not self._source.size(segment_file(number, "commit")):
            text = (  # the numbers go on behind it, or it is the last: nothing acknowledged is lost
                f"{in_words(size)} at the start of segment {number:06} were never acknowledged: "
                "what happened then is unknown"
            )
            return Damage(text, 0, 0, size, blocks=0, hole=False)
        return Damage(text, 0, 0, size, blocks=0)

    def verify(self) -> list[Damage]:
        """Check every block against its checksums; the damage found."""
        for segment in self._segments:
            segment.verify()
        return self.damage


MISSING = "a segment is missing"


def unmarked(source: Source, last: int) -> list[Damage]:
    """Segments after the last whose commit file is gone (a crash leaves only empty ones so;
    before it they may just be being trimmed)."""
    found = []
    for name in sorted(source.top_names()):
        number = segment_number(name.removesuffix(".idx") + ".commit")
        size = source.size(name) if name.endswith(".idx") and number > last else 0
        if size:
            text = f"the commit marks of segment {number:06} are gone: {in_words(size)} left out"
            found.append(Damage(text, 0, 0, size, blocks=0))
    return found


def info_of(source: Source, path: Path) -> tuple[dict[str, Any], list[Damage]]:
    """``recording.json``, or what is left to say where it cannot be read."""
    try:
        return parse_info(source.read(INFO, 0, MAX_BYTES + 1)), []
    except ValueError:
        if not any(map(segment_number, source.top_names())):
            raise not_a_recording(path, "It holds no recording.json and no segment.") from None
        text = f"{INFO} is unreadable; the records are not affected"
        return {}, [Damage(text, 0, 0, blocks=0, hole=False)]
