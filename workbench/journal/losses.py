"""What is not in the recording, counted and said (house rule 13)."""

from __future__ import annotations

import errno
import json
from pathlib import Path

from workbench.model.errors import Whose, WorkbenchError
from workbench.model.record import Record
from workbench.model.words import Flag, Kind


class Losses:
    """Counts dropped records until a LOSS record says them."""

    def __init__(self) -> None:
        self.total = 0
        self.untold = 0
        self._bytes = 0
        self._from = 0
        self._to = 0

    def drop(self, time: int, size: int) -> int:
        """Count one dropped record; -1, the number it does not have."""
        if not self.untold:
            self._from = time
        self._to = time
        self.total += 1
        self.untold += 1
        self._bytes += size
        return -1

    def record(self, time: int, why: str) -> Record | None:
        """The LOSS record for what was dropped since the last one; None: nothing was."""
        if not self.untold:
            return None
        value = {
            "what": "dropped",
            "count": self.untold,
            "bytes": self._bytes,
            "from": self._from,
            "to": self._to,
            "why": why,
        }
        self.untold = self._bytes = 0
        return loss(time, value)

    def trimmed(self, time: int, first: int, count: int, size: int) -> Record:
        """The LOSS record for the oldest segment, taken away to stay under the limit."""
        return loss(
            time,
            {
                "what": "trimmed",
                "count": count,
                "first": first,
                "last": first + count - 1,
                "bytes": size,
                "why": "The size limit was reached; the newest records are kept.",
            },
        )

    def stopped(self, time: int, limit: int) -> Record:
        """The LOSS record where recording stops at the limit."""
        return loss(time, {"what": "stopped", "count": 0, "why": f"The limit of {limit} bytes."})


def loss(time: int, value: dict[str, object]) -> Record:
    """A record of kind LOSS."""
    flags = int(Flag.ARRIVED | Flag.PASSED)
    return Record(time, 0, int(Kind.LOSS), flags=flags, payload=json.dumps(value).encode())


def disk_error(e: OSError, folder: Path, paused: str = "Recording is paused") -> WorkbenchError:
    """What the disk said, in words of a person; ``paused``: what waits for room on it."""
    full = e.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return WorkbenchError(
        f"{paused}: the disk is full." if full else "The recording cannot be written.",
        whose=Whose.USER,
        why=f"{folder}: {e.strerror or e}.",
        to_do="Make room; it goes on by itself." if full else "Choose another folder.",
        details=repr(e),
    )


def full_error(limit: int) -> WorkbenchError:
    """The recording has reached its limit and was told to stop there."""
    return WorkbenchError(
        f"Recording has stopped at its limit of {limit / 1e9:.3g} GB.",
        whose=Whose.USER,
        to_do="Begin a new session, or raise the limit.",
    )
