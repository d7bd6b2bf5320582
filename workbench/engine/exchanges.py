"""Messages in bodies of plain HTTP: which exchange each body belongs to, and who reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from workbench.model.record import Reading
from workbench.model.words import Direction, Flag, Opcode
from workbench.units.shapes import Exchanges

#: Requests of one connection whose answers are awaited.
MANY_REQUESTS = 1000


@dataclass(slots=True)
class Connection:
    """What is remembered of a kept-alive connection: the requests that are to be read, by the
    records of their heads and of their answers'."""

    asked: dict[int, tuple[str, str]] = field(default_factory=dict)  # (dialect, target)
    answering: tuple[int, str, str] = (-1, "", "")


class Bodies:
    """Reads records of kind HTTP.  ``exchanges`` are the dialects that read bodies; ``took`` is
    told which dialect a link speaks."""

    def __init__(
        self, exchanges: Callable[[], dict[str, Exchanges]], took: Callable[[int, str], None]
    ) -> None:
        self._exchanges = exchanges
        self._took = took
        self._connections: dict[int, Connection] = {}

    def read(self, row: int, header: np.void, payload: Callable[[], bytes]) -> Sequence[Reading]:
        """What one record means; its payload is only fetched where somebody reads it."""
        link, outward = int(header["link"]), header["direction"] == Direction.OUT
        if header["opcode"] == Opcode.BODY:
            return self._body(link, header, payload)
        if outward:
            return self._request(row, link, target_of(payload()))
        self._answer(row, link, int(header["ref"]) - 1)
        return ()

    def _request(self, row: int, link: int, target: str) -> Sequence[Reading]:
        for name, exchange in self._exchanges().items():
            if exchange.of(target):
                known = self._connections.setdefault(link, Connection())
                known.asked[row] = (name, target)
                if len(known.asked) > MANY_REQUESTS:
                    del known.asked[next(iter(known.asked))]
                self._took(link, name)
                return exchange.asks(target)
        return ()

    def _answer(self, row: int, link: int, request: int) -> None:
        known = self._connections.get(link)
        if known is not None and request in known.asked:
            known.answering = (row, *known.asked[request])

    def _body(self, link: int, header: np.void, payload: Callable[[], bytes]) -> Sequence[Reading]:
        known, head = self._connections.get(link), int(header["ref"]) - 1
        if known is None or not header["flags"] & Flag.ARRIVED:
            return ()  # nobody's, or cut off on its way
        row, name, target = known.answering
        if header["direction"] == Direction.OUT:
            name, target = known.asked.get(head, ("", ""))
        elif head != row:
            name = ""
        if not name:
            return ()
        whole = b"" if header["flags"] & Flag.CUT_SHORT else payload()
        exchange = self._exchanges()[name]
        return exchange.read(target, int(header["direction"]), int(header["code"]), whole)


def target_of(head: bytes) -> str:
    """The target in the first line of a request's head."""
    parts = head[:8192].split(b"\n", 1)[0].split(b" ")
    return parts[1].decode("latin-1") if len(parts) > 1 else ""
