"""Which messages were written to a socket but had not left when it was reset.

"Passed" is said when bytes are handed to the kernel.  A reset throws away what waits there, so
the link's end names the messages that were thrown away with it.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Sequence


class Backlog:
    """One direction.  It remembers nothing while everything leaves at once."""

    def __init__(self) -> None:
        self._total = 0  # bytes passed so far
        self._chunks: deque[tuple[int, int, array[int]]] = deque()

    def all_passed(self, size: int) -> None:
        """A chunk was written, and all there was has left."""
        self._total += size
        if self._chunks:
            self._chunks.clear()

    def passed(self, size: int, last_seq: int, wires: Sequence[int], tail: int, left: int) -> None:
        """A chunk was written: its size, the number of the last message in it, the bytes of the
        messages it completed, those behind the last of them, and how many bytes still wait."""
        if not left:
            self.all_passed(size)
            return
        self._total += size
        self._chunks.append((self._total - tail, last_seq, array("Q", wires)))
        while self._chunks[0][0] <= self._total - left and len(self._chunks) > 1:
            self._chunks.popleft()

    def thrown_away(self, left: int) -> tuple[int, int] | None:
        """(first, last) number of the messages that a reset throws away with ``left`` bytes."""
        gone = self._total - left
        first, last = 0, 0
        for end, seq, wires in reversed(self._chunks):
            last = last or seq
            for wire in reversed(wires):
                if end <= gone:
                    return (first, last) if first else None
                first, end, seq = seq, end - wire, seq - 1
        return (first, last) if first else None
