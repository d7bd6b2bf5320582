"""Every unit that this program finds, for ``workbench units`` and the forms of the fronts."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from workbench import checks, decoders, deploys, faults
from workbench.engine.presets import all_presets
from workbench.engine.scenario_schema import scenario_schema
from workbench.protocols import dialects
from workbench.units.discovery import discover
from workbench.units.settings import fields_of


def all_units() -> dict[str, dict[str, Any]]:
    """Kind → name → {"title", "says", "hooks", "settings"}; names are what a user types.

    A fault with hooks lasts: it is asked about everything that passes, until it is healed."""
    rooms = {
        "faults": faults,
        "deploys": deploys,
        "checks": checks,
        "dialects": dialects,
        "decoders": decoders,
    }
    found = {kind: _kind(room) for kind, room in rooms.items()}
    found["presets"] = {
        name: {"title": preset.title, "says": preset.sees, "settings": []}
        for name, preset in all_presets().items()
    }
    return found


def own_scenario_schema() -> dict[str, Any]:
    """The JSON Schema of scenario files with the units that this program finds."""
    return scenario_schema(discover(faults), discover(deploys))


def _kind(room: ModuleType) -> dict[str, Any]:
    return {name: _unit(unit) for name, unit in discover(room).items()}


def _unit(unit: ModuleType) -> dict[str, Any]:
    settings = getattr(unit, "Settings", None)
    return {
        "title": getattr(unit, "TITLE", ""),
        "says": getattr(unit, "CLIENT_SEES", getattr(unit, "SENTENCE", "")),
        "hooks": sorted(name for name in vars(unit) if name.startswith("on_")),
        "settings": [] if settings is None else [_field(f) for f in fields_of(settings)],
    }


def _field(field: Any) -> dict[str, Any]:
    return {
        "key": field.key,
        "type": field.type.__name__,
        "default": field.default,
        "optional": field.optional,
        "unit": field.unit,
        "low": field.low,
        "high": field.high,
        "choices": list(field.choices),
        "help": field.help,
    }
