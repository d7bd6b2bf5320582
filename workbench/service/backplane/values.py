"""The values that cross the backplane's contract, and the three ways it can say no."""

from __future__ import annotations

from dataclasses import dataclass

# Both limits exist so that a publisher cannot fill the backplane by inventing names.
MAX_STREAMS = 10_000
MAX_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Draft:
    """An update before it has a position. ``payload`` is JSON text, already checked."""

    stream: str
    payload: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """A published update: its position, publish time (ms since 1970) and payload (JSON text)."""

    stream: str
    epoch: str
    offset: int
    ts: float
    key: str | None
    payload: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a stream stands. ``oldest`` is the first offset kept (``top + 1`` when none is)."""

    stream: str
    epoch: str
    top: int
    oldest: int

    def reaches(self, after: int) -> bool:
        """Whether everything behind ``after`` is still kept."""
        return after >= self.oldest - 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The latest update of every key, all of them at or before ``head.top``."""

    head: Head
    updates: tuple[Update, ...]


class TooOldError(Exception):
    """The position asked for is older than the history, or of another epoch."""

    def __init__(self, head: Head) -> None:
        super().__init__(f"{head.stream}: history starts at {head.epoch}:{head.oldest}")
        self.head = head


class LimitReachedError(Exception):
    """The publisher's fault: one stream or key more than the backplane keeps."""


class BackplaneError(Exception):
    """The backplane could not be reached or could not write.

    ``outcome`` is "fail" when the update is certainly not published, and "unknown" when the
    answer was lost on the way, so that it may have been.
    """

    def __init__(self, message: str, outcome: str = "fail") -> None:
        super().__init__(message)
        self.outcome = outcome


def page_of(head: Head, epoch: str, after: int, updates: list[Update]) -> list[Update]:
    """``updates`` if they follow on from ``after`` without a hole, else :class:`TooOldError`.

    Both backplanes end their reads here, so that a trimmed, evicted or replaced history can
    never look like a quiet stream.
    """
    if head.epoch != epoch or not head.reaches(after):
        raise TooOldError(head)
    if updates and updates[0].offset != after + 1:
        raise TooOldError(head)
    if not updates and head.top > after:
        raise TooOldError(head)
    return updates
