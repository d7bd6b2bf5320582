"""A filter at work: chunk by chunk, so that it can be stopped, shown and gone on with."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workbench.journal.filters.chunk import Chunk, Context
from workbench.journal.filters.nodes import PATTERN
from workbench.journal.filters.plan import plan_of

#: Records looked at in one step; fewer where each must be read by itself.
CHUNK, SMALL_CHUNK = 1 << 16, 1 << 13


class Search:
    """The records that satisfy a filter, found from the first to the last.

    ``step`` looks at one chunk; call it until ``done``, and again when the recording has
    grown.  To cancel, stop calling.  FilterError from the constructor alone.
    """

    def __init__(self, text: str, context: Context, chunk: int = 0) -> None:
        self._plan = plan_of(text)
        self._context = context
        self._chunk = chunk or (SMALL_CHUNK if self._plan.cost >= PATTERN else CHUNK)
        self._found: list[npt.NDArray[np.int64]] = []
        self.checked = context.recording.first  #: records before this one have been looked at
        self.count = 0  #: records found

    @property
    def total(self) -> int:
        """Where it ends for now."""
        return self._context.recording.count

    @property
    def done(self) -> bool:
        """Whether everything that is there has been looked at."""
        return self.checked >= self.total

    def step(self) -> npt.NDArray[np.int64]:
        """Look at the next chunk; the numbers found in it."""
        start = max(self.checked, self._context.recording.first)
        stop = min(start + self._chunk, self.total)
        chunk = Chunk(self._context, start, stop)
        wanted = np.asarray(chunk.headers["kind"] != 0)
        found = np.flatnonzero(wanted & self._plan.rows(chunk, wanted)) + start
        self.checked = max(stop, self.checked)
        if len(found):
            self._found.append(found)
            self.count += len(found)
        return found

    def finish(self) -> npt.NDArray[np.int64]:
        """Look at everything there is; all numbers found."""
        while not self.done:
            self.step()
        return self.numbers()

    def numbers(self) -> npt.NDArray[np.int64]:
        """All numbers found so far, in order."""
        if len(self._found) > 1:
            self._found = [np.concatenate(self._found)]
        return self._found[0] if self._found else np.zeros(0, np.int64)
