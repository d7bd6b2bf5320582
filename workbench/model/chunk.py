"""What comes off a socket, and what the protocols make of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Chunk(NamedTuple):
    """Bytes as they arrived: moment (ns), direction of travel, data."""

    time: int
    direction: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known of a link when it opens; dialects recognise themselves in it.

    ``headers`` are lower-case names with values in order of arrival.
    """

    protocol: str  # "ws" or "sse"
    path: str = ""
    subprotocol: str = ""
    request: tuple[tuple[str, str], ...] = ()
    answer: tuple[tuple[str, str], ...] = ()
    status: int = 0
