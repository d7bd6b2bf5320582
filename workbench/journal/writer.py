"""The journal's pen: records in, committed blocks on disk."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from workbench.journal import info as information
from workbench.journal.layout import (
    BLOCK_RECORDS,
    FORMAT,
    INFO,
    LOCK,
    SEGMENT_BYTES,
    SEGMENT_RECORDS,
)
from workbench.journal.lock import take_lock
from workbench.journal.losses import Losses, disk_error, full_error
from workbench.journal.recording import Recording
from workbench.journal.rows import Batch, batch_of
from workbench.journal.segment_files import SegmentFiles, remove_segment, segment_paths
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.record import Record

RETRY = 500_000_000  # ns between attempts while the disk says no
WAITING = 1 << 20  # records that may wait for the next flush


class State(StrEnum):
    """What the writer does with records."""

    RECORDING = "recording"
    PAUSED = "paused"  #: the disk says no: keeps what fits its buffer, tries again by itself
    FULL = "full"  #: the limit is reached and ``when_full`` is "stop"
    CLOSED = "closed"


class Writer:
    """Appends to a recording's folder; made new, or continued after its last good record.

    ``now()`` gives moments (ns), ``anchor`` is the wall clock's moment when the recording's
    clock started.  ``limit_bytes`` bounds what is on disk: then the oldest segments go
    ("keep-newest") or recording stops ("stop").  ``buffer_bytes`` bounds what waits in
    memory while the disk says no; beyond it records are dropped and counted in a LOSS record.

    Only the constructor raises (WorkbenchError: in use elsewhere, cannot be written).
    ``count`` is the number of the next record, ``acknowledged`` the last one on disk.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        now: Callable[[], int],
        anchor: int = 0,
        segment_bytes: int = SEGMENT_BYTES,
        limit_bytes: float = 2e9,
        when_full: str = "keep-newest",
        buffer_bytes: int = SEGMENT_BYTES,
        creator: str = "workbench",
    ) -> None:
        if when_full not in ("keep-newest", "stop"):
            raise ValueError(f"when_full is keep-newest or stop, not {when_full!r}")
        self.folder = Path(folder)
        self.limit_bytes = int(limit_bytes)
        self.state = State.RECORDING
        self.error: WorkbenchError | None = None
        self._now = now
        self._when_full = when_full
        self._segment_bytes = max(1, min(segment_bytes, self.limit_bytes // 8))
        self._buffer_bytes = buffer_bytes
        self._losses = Losses()
        self._retry_at = 0
        self._records: list[Record] = []
        self._waiting: list[Batch] = []  # with their final offsets: written exactly so
        try:
            self._open(anchor, creator)
        except OSError as e:
            raise disk_error(e, self.folder) from e
        self._stop = self.count + WAITING

    def _open(self, anchor: int, creator: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = take_lock(self.folder / LOCK)
        if self._lock is None:
            raise WorkbenchError(
                "This recording is being written by another workbench.",
                whose=Whose.USER,
                to_do="Close it there, or choose another folder.",
            )
        self._old: list[tuple[int, int, int, int]] = []  # number, first, records, bytes
        self.count = last = 0
        if (self.folder / INFO).exists():
            recording = Recording.open(self.folder)
            self._old, self.count = recording.segments(), recording.count
            last = recording.last_segment
            # Files that a crash left without a commit file hold nothing.
            remove_segment(segment_paths(self.folder, last + 1))
        else:
            information.write_info(self.folder, fresh_info(anchor, creator))
        self.acknowledged = self.count - 1
        self._files = SegmentFiles(self.folder, last + 1, self.count)

    # --- records in -----------------------------------------------------------------------

    def put(self, record: Record) -> int:
        """Keep a record; its number, or -1 where it had to be dropped (and was counted)."""
        number = self.count
        if number >= self._stop:
            return self._losses.drop(record.time, len(record.payload))
        self._records.append(record)
        self.count = number + 1
        return number

    @property
    def dropped(self) -> int:
        """Records that could not be kept since the writer was opened."""
        return self._losses.total

    @property
    def bytes(self) -> int:
        """Bytes of the recording on disk (headers, payload, commit marks)."""
        return self._files.disk + sum(size for *_, size in self._old)

    # --- blocks out -----------------------------------------------------------------------

    def flush(self) -> int:
        """Commit what was put; the last acknowledged number (-1: none).

        What is acknowledged survives SIGKILL of this process (not a power cut).
        """
        if self.state is State.CLOSED:
            return self.acknowledged
        self._take()
        if self.state is State.PAUSED and self._now() < self._retry_at:
            self._bound()
            return self.acknowledged
        try:
            self._drain()
            self._resume()
            self._roll()
            self._obey_limit()
        except OSError as e:
            self._pause(e)
        return self.acknowledged

    def _take(self) -> None:
        """Turn records into bytes; from here on they have their place in the segment."""
        records, self._records = self._records, []
        if records:
            at = self._files.payload + sum(len(batch.payload) for batch in self._waiting)
            moment = self._now()
            for i in range(0, len(records), BLOCK_RECORDS):  # a block at a time stays in cache
                self._waiting.append(batch_of(records[i : i + BLOCK_RECORDS], at, moment))
                at += len(self._waiting[-1].payload)

    def _drain(self) -> None:
        while self._waiting:
            batch = self._waiting[0]
            self._files.append(batch.heads, batch.payload, batch.moment)
            self.acknowledged += batch.rows
            del self._waiting[0]

    def _pause(self, e: OSError) -> None:
        if self.state is not State.FULL:
            self.state = State.PAUSED
        self.error = disk_error(e, self.folder)
        self._retry_at = self._now() + RETRY
        self._bound()

    def _bound(self) -> None:
        """While paused: drop from here on when the buffer is full."""
        if sum(batch.size for batch in self._waiting) > self._buffer_bytes:
            self._stop = 0

    def _resume(self) -> None:
        if self.state is State.PAUSED:
            self.state, self.error = State.RECORDING, None
        if self.state is State.RECORDING:
            self._stop = self.count + WAITING
            self._say_losses("The disk did not take them in time.")

    def _say_losses(self, why: str) -> None:
        record = self._losses.record(self._now(), why)
        if record is not None:
            self.put(record)

    def _roll(self) -> None:
        files = self._files
        if files.payload < self._segment_bytes and files.rows < SEGMENT_RECORDS:
            return
        self._files = SegmentFiles(self.folder, files.number + 1, self.acknowledged + 1)
        files.close()
        self._old.append((files.number, files.base, files.rows, files.disk))

    # --- the limit ------------------------------------------------------------------------

    def _obey_limit(self) -> None:
        if self.state is State.FULL or self.bytes <= self.limit_bytes:
            return
        if self._when_full == "stop":
            self.put(self._losses.stopped(self._now(), self.limit_bytes))
            self.state, self.error = State.FULL, full_error(self.limit_bytes)
            self._stop = 0
            return
        while self._old and self.bytes > self.limit_bytes:
            number, first, records, size = self._old.pop(0)
            remove_segment(segment_paths(self.folder, number))
            self.put(self._losses.trimmed(self._now(), first, records, size))

    def close(self) -> None:
        """Commit what can be committed, and give the folder back."""
        if self.state is State.CLOSED:
            return
        self._retry_at = 0
        self._stop = self.count + 1
        self._say_losses("Recording had stopped.")
        self.flush()
        self.flush()  # a LOSS record that the first one brought
        self.state = State.CLOSED
        self._stop = 0
        self._files.close()
        if self._lock is not None:
            os.close(self._lock)


def fresh_info(anchor: int, creator: str) -> dict[str, object]:
    """The first content of ``recording.json``."""
    return {
        "format": FORMAT,
        "id": secrets.token_hex(16),
        "anchor": anchor,
        "created": datetime.fromtimestamp(anchor / 1e9, UTC).isoformat(),
        "creator": creator,
    }
