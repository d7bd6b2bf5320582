"""Reading bytes forward within limits."""

from __future__ import annotations

import dataclasses

from workbench.units.shapes import DecodeError, Limits


class Cursor:
    """A place in a payload, and how many values have been read.

    Every claim of a length is held against the bytes that are left before anything is made,
    so that memory follows what was sent and never what was claimed.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        if len(data) > limits.read:
            raise DecodeError(f"longer than {limits.read} bytes")
        self.data = data
        self.at = 0
        self._limits = limits
        self.nodes = 0
        self._depth = 0

    @property
    def left(self) -> int:
        """Bytes not yet read."""
        return len(self.data) - self.at

    def take(self, count: int) -> bytes:
        """So many bytes; raises DecodeError where they are not there."""
        if count > self.left:
            raise DecodeError(f"{count} bytes announced, {self.left} there")
        self.at += count
        return self.data[self.at - count : self.at]

    def byte(self) -> int:
        """One byte as a number."""
        return self.take(1)[0]

    def number(self, size: int) -> int:
        """An unsigned number, most significant byte first."""
        return int.from_bytes(self.take(size), "big")

    def varint(self, most: int = 10) -> int:
        """Seven bits a byte, least significant first (Protobuf, MQTT 3.1.1 section 2.2.3)."""
        value = 0
        for i in range(most):
            byte = self.byte()
            value |= (byte & 0x7F) << (7 * i)
            if byte < 0x80:
                return value
        raise DecodeError("a number of too many bytes")

    def count(self, members: int = 1) -> None:
        """Count values; raises DecodeError above the limit."""
        self.nodes += members
        if self.nodes > self._limits.nodes:
            raise DecodeError(f"more than {self._limits.nodes} values")

    def enter(self, members: int = 0) -> None:
        """Go into a value with so many members, each of one byte at least."""
        self._depth += 1
        if self._depth > self._limits.depth:
            raise DecodeError(f"nested deeper than {self._limits.depth}")
        if members > self.left:
            raise DecodeError(f"{members} members announced, {self.left} bytes there")

    def leave(self) -> None:
        """Out of it again."""
        self._depth -= 1

    def within(self, data: bytes) -> Cursor:
        """A cursor over a part, with what is left of the limits."""
        left = dataclasses.replace(
            self._limits,
            nodes=self._limits.nodes - self.nodes,
            depth=self._limits.depth - self._depth,
        )
        return Cursor(data, left)

    def end(self) -> None:
        """Raises DecodeError where bytes are left."""
        if self.left:
            raise DecodeError(f"{self.left} bytes left over")
