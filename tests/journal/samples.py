"""Records that can be told apart."""

from __future__ import annotations

from workbench.model.record import Record
from workbench.model.words import Kind

START = 1_790_000_000_000_000_000


def message(number: int, size: int = 40) -> Record:
    """The record that a test puts as its n-th."""
    return Record(
        time=START + number * 1000,
        link=1 + number % 3,
        kind=Kind.MESSAGE,
        direction=1 + number % 2,
        opcode=1,
        flags=3,
        code=number % 7,
        wire=size + 2,
        seq=number + 1,
        ref=number,
        payload=(b"message %d " % number).ljust(size, b"."),
    )
