"""A decoded payload as a person reads it: text, figures, notes, lists and pairs.

A tree is made of ``str``, ``Figure``, ``Note``, ``bool``, ``None``, ``list`` and ``Pairs``.
"""

from __future__ import annotations

from typing import Any


class Figure(str):
    """A number exactly as it was sent: ``1.08420`` stays ``1.08420``."""

    __slots__ = ()


class Note(Figure):
    """A value that JSON has no form for, in words: octets, a tag, a time."""

    __slots__ = ()


class Pairs(list[tuple[str, Any]]):
    """The members of an object in order; a name that comes twice is kept twice."""


def octets(data: bytes, shown: int = 24) -> Note:
    """Bytes that are no text: how many, and how they begin."""
    more = " …" if len(data) > shown else ""
    return Note(f"{len(data)} B: {data[:shown].hex(' ')}{more}" if data else "0 B")
