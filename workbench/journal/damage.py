"""Stretches of a recording that cannot be read, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Damage:
    """Records ``first`` up to ``stop`` (not included) that are not, or not wholly, readable.

    ``what``: "unreadable" (nothing of them), "payload unreadable" (their headers are fine),
    "missing" (their commit entry is gone), or with ``blocks`` 0 words of its own.
    ``size`` in bytes; ``moment`` when the block was committed (ns, 0: not known).
    ``hole``: acknowledged records may be missing; without it none are.
    """

    what: str
    first: int
    stop: int
    size: int = 0
    moment: int = 0
    blocks: int = 1
    hole: bool = True

    def __str__(self) -> str:
        text = self.what
        if self.blocks:
            count = f"{self.blocks} block{'s' if self.blocks > 1 else ''}"
            text = f"{count} of {in_words(self.size)} {self.what}"
        if self.moment:
            text += f" at {time_of_day(self.moment)}"
        return text if self.stop <= self.first else f"{text} (records {self.first}–{self.stop - 1})"


def time_of_day(moment: int) -> str:
    """Local time; a damaged file may hold any number."""
    try:
        return f"{datetime.fromtimestamp(moment // 10**9):%H:%M:%S}"
    except (ValueError, OverflowError, OSError):
        return "an unknown time"


def in_words(size: int) -> str:
    """Bytes as a person reads them."""
    if size < 1024:
        return f"{size} bytes"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KiB"
    return f"{size / 1024 / 1024:.1f} MiB"


def merged(found: Iterable[Damage]) -> list[Damage]:
    """The same, neighbours of one kind taken together, in order of record number."""
    result: list[Damage] = []
    for one in sorted(found, key=lambda d: (d.first, d.stop)):
        last = result[-1] if result else None
        if last and last.what == one.what and last.stop == one.first and last.blocks and one.blocks:
            blocks, size = last.blocks + one.blocks, last.size + one.size
            result[-1] = replace(last, stop=one.stop, size=size, blocks=blocks)
        else:
            result.append(one)
    return result
