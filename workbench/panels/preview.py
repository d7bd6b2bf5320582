"""One line that says what a message holds, leaving out what other columns show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from workbench.model.tree import Figure, Pairs
from workbench.model.words import Opcode
from workbench.panels.wording import plain

#: A longer payload is shown as it begins; it is not read as JSON for one line.
PARSED = 64 * 1024
SHOWN = 300
#: Shown in the columns Type, Id, Time, Lag and Connection, or in the inspector.
ELSEWHERE = frozenset(
    (
        *("type", "op", "event", "id", "offset", "seq", "epoch", "ts", "time", "timestamp"),
        *("server", "replayed", "key", "streamEpoch"),
    )
)
#: Said with their name even where they come first.
NAMED = frozenset(("stream", "topic", "channel"))
#: Where applications put what they mean.
INNER = ("payload", "data", "body", "params")
#: Text in front of the JSON: packet types of Engine.IO and Socket.IO, and a namespace.
PREFIX = re.compile(r"\s*\d{1,4}-?(?:/[^,\[{]{0,100},)?\d{0,10}(?=[\[{])")


def preview(opcode: int, payload: bytes) -> str:
    """The line.  Never raises, whatever was sent."""
    if not payload:
        return "(empty)"
    if opcode == Opcode.BINARY:
        return binary(payload)
    try:
        text = payload[: PARSED + 1].decode("utf-8")
    except UnicodeDecodeError:
        text = payload[:PARSED].decode("utf-8", "replace")
    if opcode == Opcode.EVENT:
        text = event_data(text)
    if len(payload) <= PARSED:
        value = parse(PREFIX.sub("", text, count=1))
        if value is not None:
            return plain(" ".join(_words(value)) or text.strip(), SHOWN)
    return plain(text.strip(), SHOWN)


def binary(payload: bytes) -> str:
    """``0a ff 12 …`` of bytes that are no text."""
    return payload[:24].hex(" ") + (" …" if len(payload) > 24 else "")


def event_data(text: str) -> str:
    """The data of an event of an event stream (WHATWG HTML section 9.2.6)."""
    lines = [line[5:].removeprefix(" ") for line in text.splitlines() if line.startswith("data:")]
    return "\n".join(lines) if lines else text


def parse(text: str) -> Any:
    """JSON with numbers as they were sent and objects as pairs; None: it is no object or array."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text, parse_float=Figure, parse_int=Figure, object_pairs_hook=Pairs)
    except (ValueError, RecursionError):
        return None


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, Pairs):
        yield from _object_words(value)
    elif isinstance(value, list):
        yield from _array_words(value)
    else:
        yield scalar(value)


def _array_words(values: list[Any]) -> Iterator[str]:
    rest = values[1:] if values and isinstance(values[0], str) and len(values) > 1 else values
    for value in rest[:8]:
        if isinstance(value, Pairs):
            yield from _object_words(value)
        else:
            yield _nested(value)


def _object_words(pairs: Pairs) -> Iterator[str]:
    inner = next((v for k, v in pairs if k in INNER and isinstance(v, Pairs) and v), None)
    if inner is not None:
        yield from _object_words(inner)
        return
    shown = [(k, v) for k, v in pairs if k not in ELSEWHERE and v is not None]
    for i, (key, value) in enumerate(shown):
        bare = i == 0 and type(value) is str and 0 < len(value) <= 40 and key not in NAMED
        yield value if bare else f"{key} {_nested(value)}"


def _nested(value: Any) -> str:
    if isinstance(value, Pairs):
        return "{" + ", ".join(f"{k} {_nested(v)}" for k, v in value[:6]) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_nested(v) for v in value[:6]) + "]"
    return scalar(value)


def scalar(value: Any) -> str:
    """A JSON value without members, as a person writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
