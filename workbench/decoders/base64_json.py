"""JSON with Base64 in it (RFC 4648): what stands there is shown beneath the member."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from workbench.decoders import json
from workbench.decoders._text import readable
from workbench.model.tree import Figure, Pairs
from workbench.units.shapes import Decoded, DecodeError, Limits

TITLE = "JSON with Base64"
#: A whole string of it, long enough not to be a word by accident.
WHOLE = re.compile(rb'"[A-Za-z0-9+/_-]{20,}={0,2}"')
PARTS = 100  # strings tried in one payload
LEVELS = 3  # Base64 within JSON within Base64


def recognise(payload: bytes, opcode: int) -> float:
    """JSON in which one of the first such strings is readable."""
    if not json.recognise(payload, opcode):
        return 0.0
    found = WHOLE.finditer(payload[:65536])
    tried = (_plain(match[0][1:-1].decode()) for _, match in zip(range(20), found, strict=False))
    return 0.9 if any(tried) else 0.0


def decode(payload: bytes, limits: Limits) -> Decoded:
    """The value, each readable Base64 string opened."""
    tree = json.parse(payload, limits)
    return Decoded(tree=_Opener(limits).opened(tree, 0, 0))


class _Opener:
    """Counts what it opens, over the whole payload."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = PARTS

    def opened(self, value: Any, depth: int, level: int) -> Any:
        """The value with readable Base64 opened."""
        if depth > self._limits.depth:
            return value
        if isinstance(value, Pairs):
            return Pairs((name, self.opened(v, depth + 1, level)) for name, v in value)
        if isinstance(value, list):
            return [self.opened(v, depth + 1, level) for v in value]
        if isinstance(value, str) and not isinstance(value, Figure) and level < LEVELS:
            return self._text(value, depth, level)
        return value

    def _text(self, text: str, depth: int, level: int) -> Any:
        if self._left <= 0 or len(text) < 20:
            return text
        self._left -= 1
        plain = _plain(text)
        if not plain:
            return text
        inner: Any = plain
        if json.recognise(plain.encode(), 1):
            try:
                inner = json.parse(plain.encode(), self._limits)
            except DecodeError:
                inner = plain
        return Pairs([("base64", self.opened(inner, depth + 1, level + 1))])


def _plain(text: str) -> str | None:
    """The readable text that Base64 (also of its URL alphabet, padded or not) stands for."""
    if not WHOLE.fullmatch(b'"' + text.encode("utf-8", "replace") + b'"'):
        return None
    padded = text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
    try:
        data = base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)
    except (ValueError, binascii.Error):
        return None
    return readable(data)
