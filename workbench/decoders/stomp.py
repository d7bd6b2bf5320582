"""STOMP 1.2: command, headers, body."""

from __future__ import annotations

import re

from workbench.model.tree import Pairs
from workbench.units.shapes import Decoded, DecodeError, Limits

TITLE = "STOMP"
COMMANDS = (
    "CONNECT", "STOMP", "CONNECTED", "SEND", "SUBSCRIBE", "UNSUBSCRIBE", "ACK", "NACK", "BEGIN",
    "COMMIT", "ABORT", "DISCONNECT", "MESSAGE", "RECEIPT", "ERROR",
)  # fmt: skip
FIRST = re.compile(rb"\s{0,8}(" + b"|".join(c.encode() for c in COMMANDS) + rb")\r?\n")
HEADERS = 200  # lines
ESCAPES = {"\\n": "\n", "\\r": "\r", "\\c": ":", "\\\\": "\\"}  # "Value Encoding"


def recognise(payload: bytes, opcode: int) -> float:
    """A command in a line of its own."""
    return 0.95 if FIRST.match(payload[:64]) else 0.0


def decode(payload: bytes, limits: Limits) -> Decoded:
    """``STOMP MESSAGE to /topic/prices``; a frame without a body as its headers."""
    first = FIRST.match(payload)
    if first is None or len(payload) > limits.read:
        raise DecodeError("no command")
    head, gap, body = _parted(payload[first.end() :])
    if not gap:
        raise DecodeError("no empty line after the headers")
    headers = _headers(head)
    command = first[1].decode()
    place = next((value for name, value in headers if name == "destination"), "")
    facts = f"STOMP {command}" + (f" to {place}" if place else "")
    body = body.rstrip(b"\r\n").removesuffix(b"\0")
    if body:
        return Decoded(facts, inner=body)
    return Decoded(facts, tree=headers)


def _parted(rest: bytes) -> tuple[bytes, bytes, bytes]:
    """Headers, the empty line, body."""
    if rest[:1] == b"\n" or rest[:2] == b"\r\n":
        return b"", b"\n", rest.lstrip(b"\r")[1:]
    at = re.search(rb"\r?\n\r?\n", rest)
    return (rest, b"", b"") if at is None else (rest[: at.start()], at[0], rest[at.end() :])


def _headers(head: bytes) -> Pairs:
    lines = head.decode("utf-8", "replace").splitlines()
    if len(lines) > HEADERS:
        raise DecodeError(f"more than {HEADERS} headers")
    parts = (line.partition(":") for line in lines)
    return Pairs((_plain(name), _plain(value)) for name, _, value in parts)


def _plain(text: str) -> str:
    return re.sub(r"\\[nrc\\]", lambda m: ESCAPES[m[0]], text)
