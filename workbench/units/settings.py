"""Settings declared once (house rule 5): a frozen dataclass whose fields say it all.

The form in the window, the flag, the scenario key, the control API and the manual are
derived from ``fields_of``.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from workbench.model.errors import Whose, WorkbenchError

T = TypeVar("T")


def setting(
    default: Any,
    *,
    help: str,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[Any, ...] = (),
) -> Any:
    """A field of a settings dataclass: default, one line of help, unit, limits, choices."""
    meta = {"help": help, "unit": unit, "low": low, "high": high, "choices": choices}
    return dataclasses.field(default=default, metadata=meta)


@dataclass(frozen=True, slots=True)
class Field:
    """One declared setting."""

    name: str
    type: type
    default: Any
    optional: bool
    help: str
    unit: str
    low: float | None
    high: float | None
    choices: tuple[Any, ...]

    @property
    def key(self) -> str:
        """How the user types it: ``drain_time`` is typed ``drain-time``."""
        return self.name.replace("_", "-")


def fields_of(cls: type) -> tuple[Field, ...]:
    """The declared settings of a dataclass, in order."""
    hints = get_type_hints(cls)
    return tuple(_field(f, hints[f.name]) for f in dataclasses.fields(cls))


def _field(f: dataclasses.Field[Any], hint: Any) -> Field:
    kinds = [a for a in get_args(hint) if a is not type(None)]
    optional = type(None) in get_args(hint)
    plain = kinds[0] if optional else (get_origin(hint) or hint)
    meta = f.metadata
    return Field(
        name=f.name,
        type=plain,
        default=f.default,
        optional=optional,
        help=meta.get("help", ""),
        unit=meta.get("unit", ""),
        low=meta.get("low"),
        high=meta.get("high"),
        choices=meta.get("choices", ()),
    )


def build(cls: type[T], values: Mapping[str, Any], where: str) -> T:
    """The settings made from what a user wrote; ``where`` names the place in errors.

    Raises WorkbenchError (user) for an unknown key, a wrong type or a value out of limits.
    """
    known = {f.key: f for f in fields_of(cls)}
    ready: dict[str, Any] = {}
    for raw, value in values.items():
        key = raw.replace("_", "-")
        if key not in known:
            raise unknown_key(raw, list(known), where)
        ready[known[key].name] = checked(known[key], value, where)
    return cls(**ready)


def unknown_key(key: str, known: list[str], where: str, noun: str = "key") -> WorkbenchError:
    """The error for a misspelt key (or other ``noun``), with the nearest known one."""
    near = difflib.get_close_matches(key, known, 1)
    hint = f"Did you mean `{near[0]}`?" if near else f"Known: {', '.join(known) or 'none'}."
    return WorkbenchError(f"Unknown {noun} `{key}` in {where}.", whose=Whose.USER, to_do=hint)


def checked(field: Field, value: Any, where: str) -> Any:
    """The value in the field's type and within its limits."""
    if field.optional and (value is None or (value == "none" and field.type is not str)):
        return None  # TOML has no null: there it is typed "none"
    value = _typed(field, value, where)
    if field.choices and value not in field.choices:
        raise _bad(field, where, f"it must be one of {', '.join(map(str, field.choices))}")
    if field.low is not None and value < field.low:
        raise _bad(field, where, f"it must be at least {field.low} {field.unit}".rstrip())
    if field.high is not None and value > field.high:
        raise _bad(field, where, f"it must be at most {field.high} {field.unit}".rstrip())
    return value


DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|min|h)\s*")
SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}


def seconds(text: str) -> float | None:
    """``250ms``, ``5 s``, ``2min``, ``1h`` in seconds; None where it is no duration."""
    match = DURATION.fullmatch(text)
    return float(match[1]) * SECONDS[match[2]] if match else None


def _typed(field: Field, value: Any, where: str) -> Any:
    if field.unit in ("s", "ms") and isinstance(value, str):
        given = seconds(value)
        if given is not None:
            value = given if field.unit == "s" else round(given * 1000, 6)
    if field.type is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if field.type is bool and isinstance(value, str) and value in ("true", "false"):
        return value == "true"
    if isinstance(value, field.type) and not (field.type is int and isinstance(value, bool)):
        return value
    if isinstance(value, str) and field.type in (int, float):
        try:
            return field.type(value)
        except ValueError:
            pass
    name = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}
    raise _bad(field, where, f"it must be {name.get(field.type.__name__, field.type.__name__)}")


def _bad(field: Field, where: str, why: str) -> WorkbenchError:
    return WorkbenchError(
        f"`{field.key}` in {where} can't be used: {why}.", whose=Whose.USER, to_do=field.help
    )
