"""The bytes of one direction of a link, for protocols whose messages are not cut where
frames are: bounded, and the same messages whatever the cutting."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workbench.model.record import Reading
from workbench.protocols.dialects._values import MAX_PAYLOAD, unreadable

#: Readings that one frame may give; a frame of millions of tiny messages is an attack.
MAX_READINGS = 100_000


class Flow:
    """Bytes that wait to be read.  What is skipped is counted, not kept.

    ``broken``: out of step for good, because lengths can no longer be believed.
    """

    def __init__(self) -> None:
        self.broken = False
        self._data = bytearray()
        self._at = 0
        self._looked = 0
        self._skip = 0

    def __len__(self) -> int:
        return len(self._data) - self._at

    def add(self, data: bytes) -> None:
        """Bytes that have come in."""
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        self._data += memoryview(data)[skipped:]

    def peek(self, count: int) -> bytes:
        """The next bytes, or as many of them as are here."""
        return bytes(self._data[self._at : self._at + count])

    def take(self, count: int) -> bytes:
        """The next bytes, which must be here."""
        found = self.peek(count)
        self._at += count
        self._looked = self._at
        return found

    def skip(self, count: int) -> None:
        """Leave out so many bytes, of which some may still be on their way."""
        here = min(count, len(self))
        self._skip += count - here
        self._at += here
        self._looked = self._at

    def find(self, mark: bytes) -> int:
        """Where a mark stands from here, or -1; nothing is looked through twice."""
        found = self._data.find(mark, max(self._at, self._looked - len(mark) + 1))
        self._looked = self._at if found >= 0 else len(self._data)
        return found - self._at if found >= 0 else -1

    def settle(self) -> None:
        """Forget what was taken, or everything when out of step."""
        if self.broken:
            self._at = len(self._data)
        del self._data[: self._at]
        self._looked = max(0, self._looked - self._at)
        self._at = 0


def drain(
    flow: Flow, payload: bytes, step: Callable[[], Sequence[Reading] | None]
) -> Sequence[Reading]:
    """The readings of all messages that are whole once ``payload`` has come in.

    ``step`` reads the next message of the flow; None: the rest of it is still to come.
    """
    if flow.broken:
        return unreadable("out of step")
    flow.add(payload)
    readings: list[Reading] = []
    while not flow.broken and (found := step()) is not None:
        readings.extend(found)
        if len(readings) > MAX_READINGS:
            flow.broken = True
            readings.extend(unreadable("too many"))
    flow.settle()
    return readings


class Delimited:
    """A step for messages that each end with a mark."""

    def __init__(self, flow: Flow, mark: bytes) -> None:
        self._flow = flow
        self._mark = mark
        self._long = False

    def next(self) -> bytes | None:
        """The next message without its mark; None: not whole yet.

        One that is longer than ``MAX_PAYLOAD`` is told by ``too_long`` with its mark.
        """
        self.too_long = False
        end = self._flow.find(self._mark)
        if end < 0:
            if len(self._flow) > MAX_PAYLOAD:
                self._long = True
                # Half a mark may stand at the end.
                self._flow.skip(len(self._flow) - len(self._mark) + 1)
            return None
        self.too_long, self._long = self._long or end > MAX_PAYLOAD, False
        if self.too_long:
            self._flow.skip(end + len(self._mark))
            return b""
        message = self._flow.take(end)
        self._flow.skip(len(self._mark))
        return message

    too_long = False
