"""One monotonic clock for a whole recording."""

from __future__ import annotations

import time


class Clock:
    """Moments: the wall clock read once, then only monotonic time added.

    A step of the system's clock therefore never reorders what was recorded.
    """

    def __init__(self) -> None:
        self.wall = time.time_ns()
        self._start = time.monotonic_ns()

    def now(self) -> int:
        """Nanoseconds since the Unix epoch."""
        return self.wall + time.monotonic_ns() - self._start
