"""The form for a deploy: which strategies, what they ask, and the settings made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.units.settings import seconds


@dataclass(frozen=True, slots=True)
class Parameter:
    """One field.  ``key`` is the setting's typed name, ``kind`` seconds, code or text."""

    key: str
    title: str
    kind: str
    default: str = ""
    empty: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Strategy:
    """A strategy as the window offers it."""

    name: str
    title: str
    sentence: str
    parameters: tuple[Parameter, ...]


CODE = Parameter("close-code", "Close code", "code", "1012", hint="1012 is service restart.")
VERSION = Parameter("new-version", "New version", "text", empty="the one after the present")
STRATEGIES = (
    Strategy(
        "rolling-drain",
        "Rolling drain",
        "One replica after another: no new clients, the old ones are closed over the drain "
        "time, then it is replaced.",
        (Parameter("drain-time", "Drain over", "seconds", "250 ms"), CODE, VERSION),
    ),
    Strategy(
        "sever-all",
        "Sever all",
        "Every replica stops at once; all clients are away until the new version is ready.",
        (Parameter("down-time", "Down for", "seconds", "1 s"), CODE, VERSION),
    ),
)


def settings_of(name: str, values: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings object for the door, and what is wrong by field.  Empty fields are left to
    the strategy."""
    strategy = next(s for s in STRATEGIES if s.name == name)
    ready: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for parameter in strategy.parameters:
        text = values.get(parameter.key, "").strip()
        if not text:
            continue
        value, reason = _read(parameter, text)
        if reason:
            wrong[parameter.key] = reason
        else:
            ready[parameter.key] = value
    return ready, wrong


def _read(parameter: Parameter, text: str) -> tuple[Any, str]:
    if parameter.kind == "seconds":
        length = seconds(text)
        return length, "" if length is not None else "Write a duration, for example 250 ms or 3 s."
    if parameter.kind == "code":
        if text.isascii() and text.isdigit() and 1000 <= int(text) <= 4999:
            return int(text), ""
        return None, "A close code is a number from 1000 to 4999."
    return text, ""
