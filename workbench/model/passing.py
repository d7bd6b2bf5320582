"""What a fault is told of what passes: facts alone, no socket and no clock."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.model.words import Direction


@dataclass(frozen=True, slots=True)
class Bytes:
    """A piece of what one side sent, as it was read.

    ``before`` counts the bytes that went this way since the fault was switched on."""

    direction: Direction
    size: int
    before: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message, control frame (opcode 8 and above) or event (Opcode.EVENT).

    ``payload`` is unmasked and inflated, of an event the block of lines as it came; ``wire``
    counts its bytes on the wire; ``before`` the messages (control frames not) that went this
    way since the fault was switched on."""

    direction: Direction
    opcode: int
    payload: bytes
    wire: int
    before: int = 0

    @property
    def control(self) -> bool:
        """True for a ping, pong or close frame."""
        return 8 <= self.opcode < 16

    @property
    def event(self) -> bool:
        """True for an event of an event stream."""
        return self.opcode == 16


@dataclass(frozen=True, slots=True)
class Opening:
    """A connection that was accepted (``protocol`` empty: nothing is known yet), or a request
    that would open a link ("ws", "sse") or is plain HTTP ("http")."""

    protocol: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer to an opening handshake."""

    protocol: str
    status: int
    kind: str  #: its Content-Type
