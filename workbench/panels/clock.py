"""The one clock of the window: a stretch of time and a cursor shared by every view (rule 1)."""

from __future__ import annotations

from collections.abc import Callable

NS = 1_000_000_000
#: While nobody has chosen a window it grows in these steps, then slides.
STEPS = (12 * NS, 16 * NS, 22 * NS, 30 * NS)
SHORTEST = 2_000_000  # two milliseconds
HISTORY = 100


class Clock:
    """Window, cursor, and the way back.  Moments and widths are nanoseconds.

    ``following``: the window keeps the newest record in view.  ``version`` grows at every
    change, for views that look once a beat.
    """

    def __init__(self) -> None:
        self.first = 0
        self.last = 0
        self.start = 0
        self.end = STEPS[0]
        self.cursor: int | None = None
        self.following = True
        self.chosen = False
        self.version = 0
        self._earlier: list[tuple[int, int]] = []
        self._later: list[tuple[int, int]] = []
        self._listeners: list[Callable[[], None]] = []

    @property
    def width(self) -> int:
        """The length of the window."""
        return self.end - self.start

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls ``listener()`` after each change; returns how to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def reset(self) -> None:
        """Another recording: everything as at the start."""
        self.first = self.last = self.start = 0
        self.end = STEPS[0]
        self.cursor, self.following, self.chosen = None, True, False
        self._earlier.clear()
        self._later.clear()
        self._changed()

    def advance(self, first: int, last: int) -> None:
        """The recording reaches from ``first`` to ``last``; a following window goes along."""
        if (first, last) == (self.first, self.last):
            return
        self.first, self.last = first, max(last, first)
        if not self.following:
            self._changed()
            return
        width = self.width if self.chosen else self._grown()
        start = max(first, last - round(width * 0.97)) if last - first > width * 0.97 else first
        self._place(start, start + width)

    def _grown(self) -> int:
        length = (self.last - self.first) * 1.04
        return next((step for step in STEPS if step >= length), STEPS[-1])

    def select(self, start: int, end: int, *, remember: bool = True) -> None:
        """Show this stretch; the one before can be had back (``earlier``)."""
        start, end = min(start, end), max(start, end)
        if end - start < SHORTEST:
            middle = (start + end) // 2
            start, end = middle - SHORTEST // 2, middle + SHORTEST // 2
        if remember:
            self._remember()
        self.following, self.chosen = False, True
        self._place(start, end)

    def zoom(self, factor: float, about: int | None = None) -> None:
        """Make the window ``factor`` times as long, about a moment that keeps its place."""
        middle = (self.start + self.end) // 2 if about is None else about
        longest = max(self.last - self.first, STEPS[0]) * 4
        width = min(max(self.width * factor, SHORTEST), longest)
        start = middle - round((middle - self.start) * width / self.width)
        if self.following:
            start = self.end - round(width)
        self._remember()
        self.chosen = True
        self._place(start, start + round(width))

    def pan(self, by: int) -> None:
        """Move the window; it leaves the newest record."""
        self.following, self.chosen = False, True
        self._place(self.start + by, self.end + by)

    def fit(self) -> None:
        """The whole recording."""
        self._remember()
        margin = max((self.last - self.first) // 50, NS // 10)
        self.following, self.chosen = False, True
        self._place(self.first, self.last + margin)

    def follow(self, on: bool = True) -> None:
        """Keep the newest record in view, or stay."""
        self.following = on
        if on:
            start = max(self.first, self.last - round(self.width * 0.97))
            self._place(start, start + self.width)
        else:
            self._changed()

    def earlier(self) -> bool:
        """The window before this one; False where there is none."""
        return self._step(self._earlier, self._later)

    def later(self) -> bool:
        """Forward again; False where there is none."""
        return self._step(self._later, self._earlier)

    def set_cursor(self, moment: int | None, *, reveal: bool = False) -> None:
        """Put the cursor; with ``reveal`` the window comes along when it is out of it."""
        self.cursor = moment
        if reveal and moment is not None and not self.start <= moment <= self.end:
            half = self.width // 2
            self.select(moment - half, moment + half)
            return
        self._changed()

    def _step(self, source: list[tuple[int, int]], other: list[tuple[int, int]]) -> bool:
        if not source:
            return False
        other.append((self.start, self.end))
        self.following, self.chosen = False, True
        self._place(*source.pop())
        return True

    def _remember(self) -> None:
        if not self._earlier or self._earlier[-1] != (self.start, self.end):
            self._earlier.append((self.start, self.end))
        del self._earlier[:-HISTORY]
        self._later.clear()

    def _place(self, start: int, end: int) -> None:
        self.start, self.end = int(start), int(end)
        self._changed()

    def _changed(self) -> None:
        self.version += 1
        for listener in tuple(self._listeners):
            listener()
