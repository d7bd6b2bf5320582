"""Where everything that passes is told: the contract towards the engine."""

from __future__ import annotations

from typing import Protocol

from workbench.model.record import Moment, Record


class Tap(Protocol):
    """A recording being written, with its clock and its link numbers."""

    def put(self, record: Record) -> int:
        """Keep a record; its number."""
        ...

    def now(self) -> Moment:
        """Now, on the recording's clock (ns)."""
        ...

    def new_link(self) -> int:
        """A number that no other link of the recording has."""
        ...
