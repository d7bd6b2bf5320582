"""Which replica gets the next connection: pure, so that it can be told without a socket."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum


class Policy(StrEnum):
    """How connections are spread."""

    ROUND_ROBIN = "round-robin"
    LEAST_CONNECTIONS = "least-connections"
    ADDRESS = "address"


class Order:
    """Puts the replicas in the order in which they are tried for one connection."""

    def __init__(self, policy: Policy = Policy.ROUND_ROBIN) -> None:
        self.policy = policy
        self._turn = 0
        self._chosen: frozenset[str] = frozenset()
        self._share: float | None = None
        self._due = 0.0

    def share(self, names: Sequence[str], share: float) -> None:
        """Of the connections from now on this share goes to ``names``, the rest elsewhere."""
        self._chosen, self._share, self._due = frozenset(names), share, 0.0

    def alike(self) -> None:
        """No share any more."""
        self._chosen, self._share = frozenset(), None

    def of(self, names: Sequence[str], loads: Mapping[str, int], address: str) -> list[str]:
        """The names, best first; ``address`` is the client's, without its port."""
        group = self._group(names)
        if not group:
            return []
        turn, self._turn = self._turn % len(group), self._turn + 1
        turned = group[turn:] + group[:turn]
        if self.policy is Policy.LEAST_CONNECTIONS:
            return sorted(turned, key=lambda name: loads.get(name, 0))
        if self.policy is Policy.ADDRESS:
            # Rendezvous hashing: when a replica goes, only its own clients move.
            return sorted(turned, key=lambda name: _weight(name, address), reverse=True)
        return turned

    def _group(self, names: Sequence[str]) -> list[str]:
        """The part whose turn it is; all of the other part where the first has nobody."""
        inside = [name for name in names if name in self._chosen]
        outside = [name for name in names if name not in self._chosen]
        if self._share is None:
            return outside or inside
        # Counted, not drawn: of ten connections exactly one goes to a tenth.
        self._due += self._share
        first = self._due >= 1 - 1e-9
        if first:
            self._due -= 1
        if 0 < self._share < 1:
            return (inside or outside) if first else (outside or inside)
        return inside if first else outside


def _weight(name: str, address: str) -> bytes:
    return hashlib.blake2b(f"{name} {address}".encode(), digest_size=8).digest()
