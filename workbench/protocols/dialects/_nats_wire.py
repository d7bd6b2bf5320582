"""Operations of the NATS client protocol in a stream of bytes, and JetStream's positions."""

from __future__ import annotations

from typing import NamedTuple

from workbench.protocols.dialects._flow import Flow
from workbench.protocols.dialects._values import MAX_OFFSET, MAX_PAYLOAD

END = b"\r\n"
#: Longer control lines are taken for garbage (bytes); INFO of a large cluster is the longest.
MAX_LINE = 64 * 1024
#: Operations that carry a payload, and how many words stand at least before its sizes.
CARRIERS = {"PUB": 2, "HPUB": 3, "MSG": 3, "HMSG": 4}


class OutOfStepError(ValueError):
    """Bytes that are no operation; where the next one begins cannot be known."""


class Operation(NamedTuple):
    """One operation: its name in capitals, its words, and what it carries.

    ``data`` None: too long to be kept.  ``headers`` is the block of a HPUB or HMSG.
    """

    name: str
    words: tuple[str, ...] = ()
    headers: bytes = b""
    data: bytes | None = b""


class Reader:
    """Reads one direction; remembers an operation whose payload is still to come."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._waiting: tuple[str, tuple[str, ...], int, int] | None = None

    def next(self) -> Operation | None:
        """The next operation; None: the rest is still to come.  Raises OutOfStepError."""
        if self._waiting is None:
            operation = self._line()
            if self._waiting is None:
                return operation
        name, words, headers, total = self._waiting
        if total > MAX_PAYLOAD:
            self._flow.skip(total + len(END))
            self._waiting = None
            return Operation(name, words, b"", None)
        if len(self._flow) < total + len(END):
            return None
        data = self._flow.take(total)
        self._waiting = None
        if self._flow.take(len(END)) != END:
            raise OutOfStepError
        return Operation(name, words, data[:headers], data[headers:])

    def _line(self) -> Operation | None:
        end = self._flow.find(END)
        if end > MAX_LINE or (end < 0 and len(self._flow) > MAX_LINE):
            raise OutOfStepError
        if end < 0:
            return None
        line = self._flow.take(end)
        self._flow.skip(len(END))
        name, _, rest = line.replace(b"\t", b" ").partition(b" ")
        if not name.isalpha() and name not in (b"+OK", b"-ERR"):
            raise OutOfStepError
        text = name.decode("ascii", "replace").upper()
        if text not in CARRIERS:
            # INFO, CONNECT and -ERR are read whole, the others as words.
            return Operation(text, tuple(rest.decode("utf-8", "replace").split()), b"", rest)
        self._carries(text, tuple(rest.decode("utf-8", "replace").split()))
        return None

    def _carries(self, name: str, words: tuple[str, ...]) -> None:
        """``PUB subject [reply] size``, ``MSG subject sid [reply] size``; with headers the
        size of their block stands before that of all."""
        sizes = 2 if name[0] == "H" else 1
        if not CARRIERS[name] <= len(words) <= CARRIERS[name] + 1:
            raise OutOfStepError
        numbers = words[-sizes:]
        if not all(n.isascii() and n.isdigit() and len(n) <= 10 for n in numbers):
            raise OutOfStepError
        headers, total = (int(numbers[0]), int(numbers[-1])) if sizes == 2 else (0, int(numbers[0]))
        if headers > total:
            raise OutOfStepError
        self._waiting = (name, words[:-sizes], headers, total)


class Headers(NamedTuple):
    """A block of headers: status (0: none), its words, and the fields in lower case."""

    status: int
    text: str
    fields: dict[str, str]


def headers_of(block: bytes) -> Headers:
    """``NATS/1.0 100 Idle Heartbeat`` and the fields below it; the first of equals."""
    lines = block[:MAX_LINE].decode("utf-8", "replace").split("\r\n")
    _, _, rest = lines[0].partition(" ")
    code, _, text = rest.strip().partition(" ")
    fields: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return Headers(
        int(code) if code.isascii() and code.isdigit() and len(code) < 4 else 0, text, fields
    )


class Delivery(NamedTuple):
    """What the reply subject of a JetStream message says of it; ``time`` in ns."""

    stream: str
    consumer: str
    delivered: int
    stream_sequence: int
    consumer_sequence: int
    time: int


def delivery_of(reply: str) -> Delivery | None:
    """A position from ``$JS.ACK...``, None where the subject is none.

    Nine tokens in the first form; the second puts domain and account hash before the
    stream, so that there are eleven; more may follow.
    """
    tokens = reply.split(".")
    if tokens[:2] != ["$JS", "ACK"] or len(tokens) < 9 or len(tokens) == 10:
        return None
    start = 2 if len(tokens) == 9 else 4
    numbers = tokens[start + 2 : start + 6]
    if not all(n.isascii() and n.isdigit() and len(n) <= 19 for n in numbers):
        return None
    values = [int(n) for n in numbers]
    if max(values) > MAX_OFFSET:
        return None
    return Delivery(tokens[start], tokens[start + 1], *values)
