"""Standard input, line by line, for a thread that may be left behind when the program ends.

``os.read`` and not ``sys.stdin``: a thread that waits in a buffered read holds a lock that the
interpreter needs to end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

STDIN = 0
LONGEST = 1 << 20  # bytes of a line; the rest of a longer one is another line


def stdin_lines() -> Iterator[bytes]:
    """Every line without its end, until standard input ends; nothing where there is none."""
    rest = b""
    while sys.stdin is not None and (data := _read_some()):
        *lines, rest = (rest + data).split(b"\n")
        yield from lines
        if len(rest) > LONGEST:
            yield rest
            rest = b""


def _read_some() -> bytes:
    try:
        return os.read(STDIN, 1 << 16)
    except OSError:
        return b""
