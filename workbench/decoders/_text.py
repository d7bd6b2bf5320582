"""Bytes that are text that a person can read."""

from __future__ import annotations

import codecs
import re

#: Controls that no readable text holds (tab, line feed and carriage return are fine).
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def readable(payload: bytes) -> str | None:
    """The text; None where it is no UTF-8 or holds control characters."""
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if CONTROLS.search(text) else text


def begins_readable(head: bytes) -> bool:
    """Whether the beginning of a longer text is readable; it may end within a character."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return bool(text) and not CONTROLS.search(text)
