"""Numbers, times and sizes as the window writes them (UX section 19)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo

NARROW = "\u202f"  # narrow no-break space between thousands
NS = 1_000_000_000


def count(n: int) -> str:
    """``18 420``."""
    return f"{n:,}".replace(",", NARROW)


def many(n: int, one: str, more: str = "") -> str:
    """``1 client``, ``3 clients``."""
    return f"{count(n)} {one if n == 1 else more or one + 's'}"


def duration(ns: float, digits: int = 2) -> str:
    """``1.84 s``, ``41.0 s``, ``2 min 5 s``, ``1 h 3 min``; ``digits`` below ten seconds."""
    seconds = ns / NS
    if seconds < 9.995:
        return f"{seconds:.{digits}f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def short(ns: float) -> str:
    """Milliseconds below a second: ``18 ms``, else as ``duration``."""
    if abs(ns) < NS:
        return f"{round(ns / 1e6)} ms"
    return duration(ns)


def size(octets: int) -> str:
    """``214 B``, ``1.2 kB``, ``41.2 MB`` (powers of ten)."""
    value, units = float(octets), ["B", "kB", "MB", "GB", "TB"]
    while value >= 999.5 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{octets} B" if units[0] == "B" else f"{value:.1f} {units[0]}"


def at(moment: int, zone: tzinfo | None = None, digits: int = 3) -> str:
    """The time of day ``14:03:24.325``; ``zone`` None: the computer's own."""
    seconds, rest = divmod(moment, NS)
    day = datetime.fromtimestamp(seconds, UTC).astimezone(zone)
    text = day.strftime("%H:%M:%S")
    return f"{text}.{rest:09d}"[: 8 + (digits + 1 if digits else 0)]


def listed(names: Sequence[str], limit: int = 4) -> str:
    """``a``, ``a and b``, ``a, b and c``, ``a, b, c and 7 more``."""
    if len(names) > limit:
        return f"{', '.join(names[: limit - 1])} and {count(len(names) - limit + 1)} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def ranges(numbers: Iterable[int]) -> list[str]:
    """Whole numbers as ranges: ``4482–4493``, ``4500``."""
    found: list[list[int]] = []
    for n in sorted(set(numbers)):
        if found and n == found[-1][1] + 1:
            found[-1][1] = n
        else:
            found.append([n, n])
    return [str(a) if a == b else f"{a}\u2013{b}" for a, b in found]


def plain(text: str, limit: int = 400) -> str:
    """One line for the eye: controls become their pictures, direction marks are named.

    Nothing from the network may turn a line round (Unicode TR 36) or break it."""
    cut = text[:limit]
    if cut.isascii() and cut.isprintable():
        return cut if len(text) <= limit else cut + "…"
    shown = "".join(_visible(c) for c in cut)
    return shown if len(text) <= limit else shown + "…"


def _visible(c: str) -> str:
    code = ord(c)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if c == "\u00a0" or c == NARROW:
        return " "
    if unicodedata.category(c) in ("Cf", "Cs", "Zl", "Zp", "Cc", "Cn", "Co"):
        return f"⟨{code:04X}⟩"
    return c


#: Close codes in words (RFC 6455 section 7.4.1 and the IANA registry).
CODES = {
    1000: "normal closure",
    1001: "going away",
    1002: "protocol error",
    1003: "unsupported data",
    1005: "no code given",
    1006: "closed without a close frame",
    1007: "invalid payload data",
    1008: "policy violation",
    1009: "message too big",
    1010: "mandatory extension missing",
    1011: "internal error",
    1012: "service restart",
    1013: "try again later",
    1014: "bad gateway",
    1015: "TLS handshake failed",
}


def code(number: int) -> str:
    """``1012 service restart``; never a bare code."""
    if number in CODES:
        return f"{number} {CODES[number]}"
    if 3000 <= number < 4000:
        return f"{number} registered for a library"
    if 4000 <= number < 5000:
        return f"{number} the application's own"
    return f"{number} not a known close code"
