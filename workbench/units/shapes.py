"""The shape of each kind of plug-in (house rules 2 and 4).

A unit is a module; its file name is its name (``rolling_drain.py`` is typed
``rolling-drain``).  It holds the objects below under fixed names, and nothing else
keeps a list of units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # the window looks at one kind of unit, and loads no other's words for it
    from workbench.model.action import DeployAction, FaultAction
    from workbench.model.chunk import Opening
    from workbench.model.record import Reading
    from workbench.model.verdict import Finding


class Decoder(Protocol):
    """Reads the messages of one link; holds what it must remember between them."""

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What one message means: none, one or many readings.  Never raises."""
        ...


class DialectUnit(Protocol):
    """protocols/dialects/*.py: ``TITLE``, ``Settings``, ``recognise``, ``decoder``.

    Where the position of an update is the protocol's own, ``IDS`` says what it proves
    (words.Ids); ``exchanges`` is for messages in bodies of plain HTTP (see Exchanges)."""

    TITLE: str
    Settings: type

    def recognise(self, opening: Opening, first: Sequence[tuple[int, int, bytes]]) -> float:
        """How sure it is (0 to 1) that a link speaks this dialect; ``first`` are the first
        messages as (direction, opcode, payload)."""
        ...

    def decoder(self, settings: Any, opening: Opening) -> Decoder:
        """A fresh decoder for one link."""
        ...


class Exchanges(Protocol):
    """What a dialect whose messages may also travel in bodies of plain HTTP gives under
    ``exchanges(settings)``: one for a whole recording, because one session takes many
    exchanges, on several connections.  Each reading of an exchange that belongs to a known
    session is preceded by the session's key (IDENTITY, flag SESSION).  Nothing here raises."""

    def of(self, path: str) -> bool:
        """Whether a request with this target belongs to it."""
        ...

    def asks(self, path: str) -> Sequence[Reading]:
        """What the head of such a request says."""
        ...

    def read(self, path: str, direction: int, status: int, payload: bytes) -> Sequence[Reading]:
        """What a body says; empty: it is longer than what is kept."""
        ...

    def decoder(self, opening: Opening) -> Decoder:
        """The decoder of a link that a session may have moved to (MOVED when it does)."""
        ...


class FaultUnit(Protocol):
    """faults/*.py: ``TITLE``, ``CLIENT_SEES``, ``Settings``, ``inject``, ``heal``.

    ``inject`` and ``heal`` answer with actions on a link as a whole (or on the door of a
    proxy).  What lasts has hooks beside them, which are asked about everything that passes:
    ``on_bytes``, ``on_message``, ``on_opening``, ``on_answer``, each called with (settings,
    facts of model/passing.py, luck); an empty answer lets it pass as it came.  A setting
    ``seconds`` says after how long it is healed by itself.  ``inject(settings)`` of a fault
    that only has hooks is empty.  units/applied.py binds them for a link."""

    TITLE: str
    CLIENT_SEES: str
    Settings: type

    def inject(self, settings: Any) -> Sequence[FaultAction]: ...

    def heal(self, settings: Any) -> Sequence[FaultAction]: ...


@dataclass(frozen=True, slots=True)
class ReplicaFacts:
    """What a strategy may know of a replica.  ``was`` is its version before the last deploy
    ("": it did not exist), ``state`` one of targets.State or "gone" (taken off the list)."""

    name: str
    version: str
    links: int
    was: str = ""
    state: str = "serving"
    routed: bool = True


class DeployUnit(Protocol):
    """deploys/*.py: ``TITLE``, ``SENTENCE``, ``FAMILY``, ``Settings``, ``steps``.

    ``NEEDS_SERVERS = False`` where it works without a service of ours."""

    TITLE: str
    SENTENCE: str
    FAMILY: str
    Settings: type

    def steps(self, replicas: Sequence[ReplicaFacts], settings: Any) -> Iterator[DeployAction]: ...


class CheckUnit(Protocol):
    """checks/*.py: ``TITLE``, ``FINDING``, ``RANK``, ``EXPLAINS``, ``check``, ``explain``.

    ``check(ground)`` is given the common ground of one client in one outage (checks/_ground)
    and returns findings.  ``explain(finding, context)`` puts one into words: why (one or two
    plain sentences) and what to change, on the server or in the client.  A cause names the
    findings that it ``EXPLAINS``, which then need no words of their own; ``RANK`` says what
    is told first (low)."""

    TITLE: str
    FINDING: str
    RANK: int
    EXPLAINS: tuple[str, ...]
    check: Callable[[Any], Sequence[Finding]]
    explain: Callable[[Finding, Any], tuple[str, tuple[str, ...]]]


class DecodeError(ValueError):
    """The payload is not what this decoder reads, or is beyond a limit; says which."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a hostile payload may cost: work is bounded by these, since no clock is read."""

    read: int = 2_000_000  # bytes of one payload looked at
    inflated: int = 2_000_000  # bytes that one compressed payload may become
    nodes: int = 100_000  # values in a tree
    depth: int = 100  # values within values
    steps: int = 6  # decoders one after the other


@dataclass(frozen=True, slots=True)
class Decoded:
    """What one decoder made of a payload: a ``tree`` (model/tree.py), ``lines`` of text, an
    ``image`` file for showing, or an ``inner`` payload for the next decoder (``facts`` then
    say in words what stood around it).  ``cut``: only the beginning was read."""

    facts: str = ""
    tree: Any = None
    lines: tuple[str, ...] = ()
    image: bytes = b""
    inner: bytes | None = None
    cut: bool = False


class DecoderUnit(Protocol):
    """decoders/*.py: ``TITLE``, ``recognise``, ``decode``.  Libraries are imported when needed."""

    TITLE: str

    def recognise(self, payload: bytes, opcode: int) -> float:
        """How sure it is (0 to 1) that it can read this; cheap, and never raises."""
        ...

    def decode(self, payload: bytes, limits: Limits) -> Decoded:
        """What the payload says; raises DecodeError."""
        ...
