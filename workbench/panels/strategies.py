"""Deploy strategies and their parameters, as a form shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.model.errors import WorkbenchError
from workbench.panels import wording
from workbench.units.settings import Field, checked, fields_of, setting

__all__ = ["DEFAULT", "Field", "Form", "Strategy", "by_name", "close_codes", "label", "value_text"]


@dataclass(frozen=True, slots=True)
class Strategy:
    """One strategy: what is typed, its title, one sentence, its declared settings."""

    name: str
    title: str
    sentence: str = ""
    fields: tuple[Field, ...] = ()

    def shown(self) -> list[Field]:
        """The settings that stand on the bar: the drain and the close code."""
        wanted = ("drain_time", "down_time", "close_code")
        return [f for f in self.fields if f.name in wanted]


@dataclass(slots=True)
class Form:
    """What the user has chosen for one strategy; checked as it is typed."""

    strategy: Strategy
    values: dict[str, Any] = field(default_factory=dict)

    def put(self, f: Field, text: str) -> str:
        """Take a value over; what is wrong with it, or ""."""
        try:
            given = None if f.optional and text.strip() in ("", "none") else text
            self.values[f.name] = checked(f, given, self.strategy.title)
        except WorkbenchError as bad:
            return f"{bad.why or bad.what} {bad.to_do}".strip()
        return ""

    def settings(self) -> dict[str, Any]:
        """The settings for the command ``deploy``."""
        return dict(self.values)


LABELS = {"drain_time": "Drain", "down_time": "Down for", "close_code": "Close code"}


def label(f: Field) -> str:
    """The word before a field."""
    return LABELS.get(f.name, f.name.replace("_", " ").capitalize())


def value_text(f: Field, value: Any) -> str:
    """A value as the field shows it: ``250 ms``, ``3 s``."""
    if value is None:
        return "none"
    if f.unit == "s" and isinstance(value, int | float):
        return wording.short(value * 1e9) if value < 1 else f"{value:g} s"
    return str(value)


def close_codes() -> list[tuple[int, str]]:
    """The close codes a service sends when it goes, in words."""
    return [(n, wording.code(n)) for n in (1000, 1001, 1008, 1011, 1012, 1013)]


def by_name(strategies: Sequence[Strategy]) -> Mapping[str, Strategy]:
    """The strategies by what is typed."""
    return {s.name: s for s in strategies}


@dataclass(frozen=True, slots=True)
class _Rolling:
    drain_time: float = setting(0.25, unit="s", low=0, high=3600, help="Time a replica drains.")
    close_code: int | None = setting(1012, low=1000, high=4999, help="Code sent to each client.")


@dataclass(frozen=True, slots=True)
class _Sever:
    down_time: float = setting(1.0, unit="s", low=0, high=3600, help="Time with no server.")
    close_code: int | None = setting(1012, low=1000, high=4999, help="Code sent to each client.")


#: What is offered where the engine's own list is not handed in.
DEFAULT = (
    Strategy("sever-all", "Sever all", "Every replica stops at once.", fields_of(_Sever)),
    Strategy(
        "rolling-drain",
        "Rolling drain",
        "One replica after another: no new clients, close the old ones slowly, replace it.",
        fields_of(_Rolling),
    ),
)
