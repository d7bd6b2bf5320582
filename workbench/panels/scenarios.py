"""A scenario file as a list of steps: read for display alone, the engine says what is valid.

A file that is being edited may hold anything; whatever is understood is shown.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.panels import words
from workbench.units.settings import seconds

MOST = 500  # steps, clients and checks that are listed
LONGEST = 1 << 20  # characters; the engine takes no larger file
Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One row.  ``step`` is the engine's number for it: 0 is the setting up, ``steps + 1`` the
    judging.  Lines are counted from 1; ``stop`` is the last one."""

    kind: str  # service, proxy, client, step, expect
    strong: str
    rest: str
    icon: str
    step: int
    line: int
    stop: int
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """What a text says.  ``wrong`` with its ``line`` where it is no TOML."""

    name: str = ""
    items: tuple[Item, ...] = ()
    steps: int = 0
    wrong: str = ""
    line: int = 0

    def at(self, line: int) -> Item | None:
        """The item that a line belongs to."""
        return next((i for i in self.items if i.line <= line <= i.stop), None)


@dataclass(slots=True)
class _Lines:
    """Where each table begins and ends."""

    starts: dict[str, list[int]] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)

    def span(self, name: str, index: int) -> tuple[int, int]:
        """First and last line of a table."""
        starts = self.starts.get(name, [])
        line = starts[index] if index < len(starts) else 1
        return line, self.ends.get(line, line)


HEADER = re.compile(r"\s*\[\[?\s*[\"']?(\w+)[\"']?\s*\]\]?")


def _lines(text: str) -> _Lines:
    found, held, last, filled = _Lines(), "", 0, 0
    for number, line in enumerate(text.split("\n"), 1):
        match = HEADER.match(line) if not held else None
        if match:
            found.ends[last] = filled
            found.starts.setdefault(match[1], []).append(number)
            last = number
        for mark in ('"""', "'''"):
            if held in ("", mark) and line.count(mark) % 2:
                held = "" if held else mark
        if line.strip() and not (line.lstrip().startswith("#") and not held):
            filled = number
    found.ends[last] = filled
    return found


def outline(text: str) -> Outline:
    """The steps of a text, in the order in which they run."""
    if len(text) > LONGEST:
        return Outline(wrong="This file is too large for a scenario.", line=1)
    try:
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as bad:
        where = re.search(r"\(at line (\d+)", str(bad))
        at = int(where[1]) if where else text.count("\n") + 1
        why = re.sub(r"\s*\(at .*\)$", "", str(bad))
        return Outline(wrong=f"This is not valid TOML: {why}.", line=at)
    lines = _lines(text)
    steps = _tables(value, "step")
    items = [*_set_up(value, lines), *_steps(steps, lines), *_expects(value, lines, len(steps))]
    return Outline(words.shown(str(value.get("name", "")), 80), tuple(items), len(steps))


def _tables(value: Table, name: str) -> list[Table]:
    found = value.get(name, [])
    tables: list[Table] = [t for t in found if isinstance(t, dict)] if type(found) is list else []
    return tables[:MOST]


def _set_up(value: Table, lines: _Lines) -> list[Item]:
    items = []
    service = value.get("service")
    if isinstance(service, dict):
        said = [words.count(service.get("replicas", 3), "replica")] if _is(service) else []
        said += [str(service[k]) for k in ("version", "stream") if k in service]
        if service.get("publish_rate"):
            said.append(f"{service['publish_rate']} updates/s")
        items.append(_item("service", "Start service", said, "server", lines.span("service", 0)))
    for i, proxy in enumerate(_tables(value, "proxy")):
        said = [f"{proxy.get('name', '')} to {proxy.get('to', '?')}".strip()]
        items.append(_item("proxy", "Start proxy", said, "proxy", lines.span("proxy", i)))
    clients = _tables(value, "client")
    if clients:
        first = lines.span("client", 0)[0]
        last = lines.span("client", len(clients) - 1)[1]
        said = [str(client.get("name", "?")) for client in clients]
        items.append(_item("client", "Connect", said, "client", (first, last)))
    return items


def _is(service: Table) -> bool:
    return isinstance(service.get("replicas", 3), int)


def _item(
    kind: str, strong: str, said: Sequence[str], icon: str, span: tuple[int, int], step: int = 0
) -> Item:
    rest = words.shown(", ".join(filter(None, said)), 200)
    return Item(kind, strong, rest, icon, step, *span)


ICONS = {
    "wait": "clock", "pause": "pause", "deploy": "deploy", "publish": "play", "heal": "undo",
    "send": "send", "leave": "door", "cut": "cut", "close": "door", "stall": "stall",
    "latency": "latency", "drop": "drop", "repeat": "duplicate", "reorder": "reorder",
    "corrupt": "corrupt", "refuse": "refuse",
}  # fmt: skip
UNTIL = {
    "open": "until all are open",
    "recovered": "until every client has recovered",
    "deployed": "until the deploy is over",
}


def _steps(steps: list[Table], lines: _Lines) -> list[Item]:
    return [_step(table, i, lines.span("step", i)) for i, table in enumerate(steps)]


def _step(table: Table, index: int, span: tuple[int, int]) -> Item:
    do = str(table.get("do", "?"))
    given = {key: value for key, value in table.items() if key != "do"}
    said = _SAID.get(do, _fault)(given)
    icon = ICONS.get(do, "faults")
    if do == "wait" and given.get("until") == "recovered":
        icon = "recovery"
    strong = words.shown(do.replace("-", " ").capitalize(), 40)
    return _item("step", strong, said, icon, span, index + 1)


def _wait(given: Table) -> list[str]:
    until = UNTIL.get(str(given.get("until", "open")), str(given.get("until")))
    return [until, f"at most {_time(given['timeout'])}" if "timeout" in given else ""]


def _pause(given: Table) -> list[str]:
    return [f"for {_time(given.get('for', given.get('seconds', 1)))}"]


def _deploy(given: Table) -> list[str]:
    rest = {k: v for k, v in given.items() if k not in ("strategy", "to", "new_version")}
    to = given.get("to", given.get("new_version"))
    name = str(given.get("strategy", "rolling-drain")).replace("-", " ")
    return [f"{name} to {to}" if to else name, *_rest(rest)]


def _publish(given: Table) -> list[str]:
    n = given.get("count", 1)
    rate = f"at {given['rate']}/s" if given.get("rate") else ""
    said = words.count(n, "update") if isinstance(n, int) else str(n)
    return [f"{said} {rate}".strip(), str(given.get("stream", ""))]


def _send(given: Table) -> list[str]:
    return [f"on {given.get('client', '?')}: {given.get('text', '')}"]


def _leave(given: Table) -> list[str]:
    return [str(given.get("client", "?"))]


def _fault(given: Table) -> list[str]:
    return [str(given.get("client") or "everything"),
            *_rest({k: v for k, v in given.items() if k != "client"})]  # fmt: skip


def _rest(given: Table) -> list[str]:
    said = []
    for key, value in given.items():
        name = "for" if key == "seconds" else key.replace("_", " ").replace("-", " ")
        timed = key in ("seconds", "timeout") or "time" in key or isinstance(value, str)
        said.append(f"{name} {_time(value) if timed else value}")
    return said


def _time(value: Any) -> str:
    if isinstance(value, str):
        known = seconds(value)
        if known is None:
            return value
        value = known
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if 0 < value < 1:
        return words.milliseconds(value * 1000)
    return f"{value:g}{words.THIN}s"


def _heal(given: Table) -> list[str]:
    return ["every fault"]


_SAID: dict[str, Callable[[Table], list[str]]] = {
    "wait": _wait,
    "pause": _pause,
    "deploy": _deploy,
    "publish": _publish,
    "send": _send,
    "leave": _leave,
    "heal": _heal,
}


def _expects(value: Table, lines: _Lines, steps: int) -> list[Item]:
    tables = _tables(value, "expect")
    if not tables:
        return []
    checks = tuple(check for table in tables for check in _checks(table))[:MOST]
    span = lines.span("expect", 0)[0], lines.span("expect", len(tables) - 1)[1]
    rest = words.count(len(checks), "check")
    return [Item("expect", "Expect", rest, "check", steps + 1, *span, checks)]


COUNTS = (("missed", "missed"), ("duplicated", "handled twice"), ("out_of_order", "out of order"))


def _checks(table: Table) -> list[str]:
    """The same words as the engine's own checks, in its order."""
    client = table.get("client", "*")
    who = "every client" if client == "*" else words.shown(str(client), 60)
    counts = (
        ("missed", "missed"),
        ("duplicated", "handled twice"),
        ("out_of_order", "out of order"),
    )
    said = [f"{who} {word} = {table[key]}" for key, word in counts if key in table]
    if "verdict" in table:
        said.append(f"{who} is {table['verdict']}")
    if "recovered_within" in table:
        within = table["recovered_within"]
        known = seconds(within) if isinstance(within, str) else within
        shown = f"{known:g} s" if isinstance(known, int | float) else str(within)
        said.append(f"{who} recovered within {shown}")
    return said
