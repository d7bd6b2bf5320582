"""The contract of a backplane, in the terms of the gateway that uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from workbench.service.backplane.values import Draft, Head, Snapshot, Update

# Called with the name of a stream that has something new, or with None: "any of them".
Wake = Callable[[str | None], None]


class Backplane(Protocol):
    """Publishes, reads and announces updates.

    Every method may raise :class:`BackplaneError`. Offsets are contiguous from 1 within
    an epoch; epoch, offset and history change together or not at all.
    """

    async def open(self, wake: Wake) -> None:
        """Connect; from now on ``wake`` is called within milliseconds of any replica's publish."""

    async def close(self) -> None:
        """Finish what was accepted and let go of files, sockets and threads."""

    async def head(self, stream: str) -> Head:
        """Where the stream stands; a stream nobody has touched yet gets its epoch here."""

    async def publish(self, draft: Draft) -> Update:
        """The update with its position, once it is durable. Order of calls is kept."""

    async def read(self, stream: str, epoch: str, after: int, limit: int) -> list[Update]:
        """Up to ``limit`` updates directly behind ``after``; raises :class:`TooOldError`."""

    async def snapshot(self, stream: str) -> Snapshot:
        """The latest update per key together with the position they are true at."""
