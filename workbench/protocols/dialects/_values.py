"""What every dialect does with values from the network: bounded, and never an exception."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from workbench.model.hashing import id_hash
from workbench.model.pointer import MISSING
from workbench.model.record import Reading
from workbench.model.words import Means, Opcode, ReadFlag
from workbench.protocols.event_text import decode_event

#: Longer payloads are not read (bytes): reading must not hold the others up.
MAX_PAYLOAD = 8 * 1024 * 1024
#: Longer names and ids are shortened, and stay as different as they were (characters).
MAX_TEXT = 200
#: Offsets are kept as signed 64-bit numbers; negative ones mean nothing.
MAX_OFFSET = 2**63 - 1

#: What common words in a message's type say, compared in lower case.
WORDS: dict[str, Means] = {
    word: means
    for means, words in {
        Means.HEARTBEAT: "ping pong heartbeat keepalive keep_alive ka hb",
        Means.SUBSCRIBED: "subscribed subscription_succeeded confirm_subscription",
        Means.SNAPSHOT: "snapshot",
        Means.ERROR: "error exception reject_subscription",
        Means.TOO_OLD: "too_old history_lost unrecoverable",
        Means.OTHER: "welcome hello connection_ack unsubscribed ack",
    }.items()
    for word in words.split()
}


def load(opcode: int, payload: bytes) -> Any:
    """The JSON value of a message or of an event's data, or ``MISSING``.

    orjson refuses more than 1024 levels and invalid UTF-8; of a name that stands twice the
    last counts, as in a browser (ECMA-262 JSON.parse), so that we read what the app reads.
    """
    if len(payload) > MAX_PAYLOAD:
        return MISSING
    data: bytes | str = payload
    if opcode == Opcode.EVENT:
        data = decode_event(payload).data or ""
    try:
        return orjson.loads(data)
    except (orjson.JSONDecodeError, UnicodeError, RecursionError):
        return MISSING


def text_of(value: Any) -> str:
    """A name or id as text, short enough to be kept; "" for what is none."""
    if isinstance(value, str):
        return short(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return short(str(value))


def short(text: str) -> str:
    """Text of at most ``MAX_TEXT`` characters; different texts stay different."""
    if len(text) <= MAX_TEXT:
        return text
    return f"{text[:64]}…{id_hash(text):016x}"


def offset_of(value: Any) -> int | None:
    """An offset from a whole number or its decimal digits, or None."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_OFFSET:
        return value
    return None


def time_of(value: Any) -> int:
    """A publish time in nanoseconds since 1970, or 0.

    Numbers are taken for s, ms, µs or ns by their size; text for ISO 8601.
    """
    if isinstance(value, str):
        return _iso(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1e8 < value < 9e18:
        return 0
    for limit, unit in ((1e11, 10**9), (1e14, 10**6), (1e17, 10**3)):
        if value < limit:
            # Doubles hold microseconds of our century exactly, nanoseconds not.
            return value * unit if isinstance(value, int) else round(value * unit / 1000) * 1000
    return int(value)


def _iso(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text[:40])
    except ValueError:
        return 0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        found = round(moment.timestamp() * 1_000_000) * 1000
    except (OverflowError, ValueError):
        return 0
    return found if 0 < found <= MAX_OFFSET else 0


def unreadable(label: str = "unreadable") -> tuple[Reading, ...]:
    """The one reading of a payload that cannot be read."""
    return (Reading(Means.UNREADABLE, label=label),)


def by_content(reading: Reading, payload: bytes) -> Reading:
    """An update without an id, known by its content instead."""
    own = f"{id_hash(payload):016x}"
    return reading._replace(id=own, flags=reading.flags | int(ReadFlag.CONTENT))


def means_of(word: str) -> Means | None:
    """What a message's type says, where it is a common word."""
    return WORDS.get(word.lower().rpartition(":")[2])
