"""A message while it comes in, frame by frame."""

from __future__ import annotations

from workbench.model.words import Flag, Opcode
from workbench.protocols.deflate import Deflate, Inflater
from workbench.protocols.ws_frame import is_utf8, is_utf8_beginning

CUT_SHORT = int(Flag.CUT_SHORT)


class Message:
    """What is kept of a message (or a control frame) so far.

    With an ``inflater`` everything goes through it, since later messages may need its window;
    without one nothing beyond ``keep`` bytes is touched.
    """

    __slots__ = (
        "_inflater", "_keep", "_kept", "_size",
        "allowed_rsv", "fin", "flags", "frames", "opcode", "problem", "wire",
    )  # fmt: skip

    def __init__(self, opcode: int, keep: int, inflater: Inflater | None = None) -> None:
        self.opcode = opcode
        self.flags = int(Flag.COMPRESSED) if inflater else 0
        self.wire = 0
        self.frames = 0
        self.fin = False
        self.problem = ""
        self.allowed_rsv = 4 if inflater else 0
        self._keep = keep
        self._kept = bytearray()
        self._size = 0
        self._inflater = inflater

    @staticmethod
    def context(deflate: Deflate | None, keep: int) -> Inflater | None:
        """The inflater of a direction, where it may send compressed messages."""
        return Inflater(deflate, keep) if deflate else None

    @property
    def room(self) -> int:
        """How many more payload bytes it wants to see."""
        return 1 << 62 if self._inflater else self._keep - len(self._kept)

    def add(self, data: bytes) -> None:
        """Payload, unmasked, in order."""
        if self._inflater:
            self._inflater.add(data)
        else:
            self._kept += data
            self._size += len(data)

    def skip(self, count: int) -> None:
        """Payload that there was no room for."""
        self._size += count

    def blame(self, problem: str) -> None:
        """It breaks the protocol; the first reason stays."""
        self.problem = self.problem or problem

    def end(self, *, whole: bool) -> tuple[bytes, int]:
        """(what was kept, size of the whole); checks text (section 5.6)."""
        payload, size = bytes(self._kept), self._size
        if self._inflater:
            payload, size, problem = self._inflater.end()
            self.blame(problem)
            if problem:
                self.flags |= CUT_SHORT
        if len(payload) < size:
            self.flags |= CUT_SHORT
        if self.opcode == Opcode.TEXT:
            cut = not whole or bool(self.flags & CUT_SHORT)
            if not (is_utf8_beginning(payload) if cut else is_utf8(payload)):
                self.blame("a text message is not UTF-8")
        return payload, size
