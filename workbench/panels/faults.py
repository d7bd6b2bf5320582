"""The Faults dock without a screen: which faults there are, their settings, what is on.

Everything comes from what the units declare; no fault is known here by name.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.door.state import Mirror
from workbench.model.errors import WorkbenchError
from workbench.panels import words
from workbench.units.settings import Field, checked

__all__ = ["Fault", "Field", "read_units", "settings_of"]

TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
NEEDS_PROXY = frozenset({"on_opening", "on_answer"})  # hooks at the door of a proxy
WAYS = (("both", "Both"), ("in", "To client"), ("out", "To server"))
SPANS = (("10", "10 s"), ("30", "30 s"), ("120", "2 min"), ("", "until off"))
STALL = 5.0  # seconds for what is done once and would else last until it is healed
STEPS = 1000  # of a slider


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault unit.  ``lasts``: it is switched on and off, and not done once."""

    name: str
    title: str
    sees: str
    lasts: bool
    hooks: frozenset[str]
    fields: tuple[Field, ...]

    @property
    def shown(self) -> list[Field]:
        """The settings of its form: way and duration of a lasting one are set for all."""
        return [f for f in self.fields if not self._common(f)]

    def _common(self, field: Field) -> bool:
        return field.name == "direction" or (field.name == "seconds" and self.lasts)

    @property
    def main(self) -> Field | None:
        """The setting that its slider sets: the first number."""
        return next((f for f in self.shown if f.type in (int, float) and _top(f)), None)

    def default(self, field: Field) -> Any:
        """What its field begins with."""
        if field.name == "seconds" and field.default is None:
            return STALL
        return field.default


def read_units(told: Mapping[str, Any]) -> list[Fault]:
    """The faults of a ``list-units`` answer; what is not understood is left out."""
    faults = told.get("faults", {})
    return [_fault(str(name), unit) for name, unit in faults.items() if isinstance(unit, dict)]


def _fault(name: str, unit: Mapping[str, Any]) -> Fault:
    fields = tuple(_field(f) for f in unit.get("settings", ()) if f.get("type") in TYPES)
    sees = words.shown(str(unit.get("says", "")), 160)
    return Fault(
        name=name,
        title=words.shown(str(unit.get("title") or name), 40),
        sees=sees[:1].upper() + sees[1:],
        lasts=bool(unit.get("hooks")),
        hooks=frozenset(unit.get("hooks", ())),
        fields=fields,
    )


def _field(told: Mapping[str, Any]) -> Field:
    return Field(
        name=str(told["key"]).replace("-", "_"),
        type=TYPES[told["type"]],
        default=told.get("default"),
        optional=bool(told.get("optional", told.get("default") is None)),
        help=str(told.get("help", "")),
        unit=str(told.get("unit", "")),
        low=told.get("low"),
        high=told.get("high"),
        choices=tuple(told.get("choices", ())),
    )


# --- values -------------------------------------------------------------------------------


def shown_value(field: Field, value: Any) -> str:
    """A value as its entry shows it: ``120 ms``, ``2 %``, nothing for none."""
    if value is None:
        return ""
    if _is_share(field):
        return f"{100 * float(value):g} %"
    figure = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{figure} {field.unit}".strip()


def _is_share(field: Field) -> bool:
    return field.type is float and field.low == 0 and field.high == 1


def read_value(field: Field, text: str, where: str) -> Any:
    """What was typed, checked.  Raises WorkbenchError (user)."""
    given = text.strip()
    if not given and field.optional:
        return None
    if _is_share(field) and given.endswith("%"):
        with contextlib.suppress(ValueError):
            given = str(float(given[:-1]) / 100)
    elif field.unit and given.endswith(field.unit):
        given = given[: -len(field.unit)].strip() or given
    return checked(field, given, where)


def settings_of(fault: Fault, texts: Mapping[str, str], way: str, span: str) -> dict[str, Any]:
    """The settings for ``inject``.  Raises WorkbenchError for what can't be used."""
    values: dict[str, Any] = {}
    for field in fault.fields:
        if field.name == "direction":
            if way in field.choices:
                values[field.key] = way
        elif field.name == "seconds" and fault.lasts:
            values[field.key] = float(span) if span else None
        elif field.name in texts:
            values[field.key] = read_value(field, texts[field.name], f"“{fault.title}”")
    return values


def _top(field: Field) -> float:
    """Where the slider ends; 0: it has none."""
    if field.high is not None and field.high <= 1:
        return float(field.high)
    if not isinstance(field.default, int | float) or isinstance(field.default, bool):
        return 0.0
    most = 10.0 * float(field.default)
    return min(most, float(field.high)) if field.high is not None else most


def slid(field: Field, place: int) -> str:
    """The value at a place of the slider: finer near its start."""
    low, share = float(field.low or 0), place / STEPS
    value = low + (_top(field) - low) * share * share
    if field.type is int:
        return shown_value(field, round(value))
    return shown_value(field, float(f"{value:.2g}"))


def place_of(field: Field, value: Any) -> int:
    """The place of a value on the slider."""
    low, top = float(field.low or 0), _top(field)
    if value is None or top <= low:
        return 0
    share = min(1.0, max(0.0, (float(value) - low) / (top - low)))
    return round(STEPS * float(share**0.5))


# --- what is on ---------------------------------------------------------------------------


def on_value(mirror: Mirror, fault: Fault, scope: Sequence[str]) -> Mapping[str, Any] | None:
    """The FaultValue of this fault on this scope (nothing: everything), if it is on."""
    for value in mirror["fault"].values():
        mine = not scope or bool(set(scope) & set(value["scope"]))
        if value["fault"] == fault.name and mine:
            return value
    return None


def ends(value: Mapping[str, Any], now: int) -> str:
    """``Ends in 0:24``, or how it ends else."""
    until = int(value.get("until") or 0)
    if not until:
        return "On until it is switched off"
    minutes, seconds = divmod(max(0, -(-(until - now) // 1_000_000_000)), 60)
    return f"Ends in {minutes}:{seconds:02}"


def why_not(mirror: Mirror, fault: Fault, scope: Sequence[str]) -> str:
    """Why a fault can't be had on this scope now, and the way to it; nothing: it can."""
    connections = mirror["connection"]
    wanted = [connections[n] for n in scope if n in connections] or list(connections.values())
    if fault.hooks & NEEDS_PROXY and (
        not mirror["proxy"] or (scope and all(v.get("ours") for v in wanted))
    ):
        return "Needs the proxy: this client connects directly. Add a proxy and connect through it."
    if fault.hooks & NEEDS_PROXY:
        return ""
    if not any(v["state"] in ("open", "silent") for v in wanted):
        names = words.names(list(scope))
        return f"{names} is not connected now." if names else "Nothing is connected now."
    return ""


def refused(bad: WorkbenchError) -> str:
    """An error in one line, for the place beside its cause."""
    return " ".join(filter(None, (bad.what, bad.why, bad.to_do)))
