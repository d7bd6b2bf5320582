"""Numbers and times as a person reads them (UX section 19): spaced thousands, units, no jargon."""

from __future__ import annotations

from datetime import datetime, tzinfo

THIN = "\u00a0"  # no-break space: figures and their unit never part at a line's end
NS = 1_000_000_000


def number(value: int) -> str:
    """``18 420``."""
    return f"{value:,}".replace(",", THIN)


def count(value: int, one: str, many: str = "") -> str:
    """``1 client``, ``3 clients``; ``many`` where it is not ``one`` + s."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def duration(ns: int) -> str:
    """A length of time from nanoseconds: ``740 ms``, ``1.84 s``, ``12.3 s``, ``10 min 52 s``."""
    seconds = max(0, ns) / NS
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f}{THIN}ms"
    if seconds < 9.995:
        return f"{seconds:.2f}{THIN}s"
    if seconds < 59.95:
        return f"{seconds:.1f}{THIN}s"
    return _long(round(seconds))


def _long(seconds: int) -> str:
    minutes, left = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes}{THIN}min {left}{THIN}s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}{THIN}h {minutes}{THIN}min"


def seconds(ns: int) -> str:
    """Always in seconds, two digits: ``0.74 s``, ``1.84 s``."""
    return f"{ns / NS:.2f}{THIN}s"


def ticking(ns: int) -> str:
    """A length that changes while it is looked at: ``1.2 s``, ``12 s``, ``3 min``."""
    whole = max(0, ns) / NS
    if whole < 9.95:
        return f"{whole:.1f}{THIN}s"
    if whole < 59.5:
        return f"{whole:.0f}{THIN}s"
    return f"{whole // 60:.0f}{THIN}min" if whole < 3600 else f"{whole // 3600:.0f}{THIN}h"


def elapsed(ns: int) -> str:
    """A running clock: ``11:48``, ``1:02:03``."""
    minutes, left = divmod(max(0, ns) // NS, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes:02}:{left:02}"


def milliseconds(ms: float) -> str:
    """``18 ms``, ``3 041 ms``; tenths below ten: ``0.4 ms``."""
    figure = f"{ms:.1f}" if 0 < ms < 10 else number(round(ms))
    return f"{figure.removesuffix('.0')}{THIN}ms"


def size(count_of_bytes: int) -> str:
    """``214 B``, ``41.2 MB``, ``2 GB`` (powers of 1000)."""
    value = float(count_of_bytes)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if abs(value) < 999.5 or unit == "TB":
            break
        value /= 1000
    figure = f"{value:.0f}" if unit == "B" or value >= 99.95 else f"{value:.1f}"
    return f"{figure.removesuffix('.0')}{THIN}{unit}"


def rate(per_second: float) -> str:
    """``6.5/s``, ``26/s``, ``12 400/s``."""
    if 0 < per_second < 9.95:
        return f"{per_second:.1f}/s"
    return f"{number(round(per_second))}/s"


def clock(moment: int, zone: tzinfo | None = None, digits: int = 0) -> str:
    """The time of day of a moment: ``14:03:22``, with ``digits`` 3 ``14:03:22.400``."""
    whole, rest = divmod(moment, NS)
    text = datetime.fromtimestamp(whole, zone).strftime("%H:%M:%S")
    return f"{text}.{rest:09}"[: 9 + digits] if digits else text


def names(items: list[str], most: int = 3) -> str:
    """``a``, ``a and b``, ``a, b and 4 more``."""
    if len(items) > most:
        return f"{', '.join(items[: most - 1])} and {len(items) - most + 1} more"
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else ""


def shown(text: str, most: int = 200) -> str:
    """Text from outside on one line: no control characters, no endless length."""
    clean = "".join(c if c.isprintable() else " " for c in text[: most + 1])
    return clean if len(clean) <= most else clean[: most - 1] + "…"
