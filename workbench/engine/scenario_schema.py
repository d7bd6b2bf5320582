"""The scenario format as a JSON Schema (draft 07: what TOML editors read), from its declarations.

Nothing is written here that scenario_file.py, door/commands.py or a unit does not declare.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from workbench.door import commands
from workbench.engine.scenario_file import (
    ALIASES,
    STEPS,
    DeployStep,
    Expect,
    FaultStep,
    Head,
)
from workbench.units.settings import DURATION, Field, fields_of

DRAFT = "http://json-schema.org/draft-07/schema#"
KINDS = {str: "string", int: "integer", float: "number", bool: "boolean"}
#: Tables of the file: name → declaration, and whether there may be several.
TABLES: dict[str, tuple[type, bool]] = {
    "service": (commands.StartService, False),
    "proxy": (commands.StartProxy, True),
    "client": (commands.Connect, True),
    "expect": (Expect, True),
}


def scenario_schema(faults: Mapping[str, Any], deploys: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a scenario file with these units (name → module)."""
    properties = _properties(Head)
    for name, (declared, several) in TABLES.items():
        table = _table(declared, name)
        properties[name] = {"type": "array", "items": table} if several else table
    client = properties["client"]["items"]
    client["allOf"] = [{"required": ["name"]}, {"anyOf": _either("client", "address")}]
    steps = [_step(do, cls) for do, cls in STEPS.items()]
    steps += [_fault(name, unit) for name, unit in faults.items()]
    steps += [_deploy(name, unit) for name, unit in deploys.items()]
    properties["step"] = {"type": "array", "items": {"anyOf": steps}}
    return {
        "$schema": DRAFT,
        "title": "Scenario of the Workbench",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def _either(table: str, key: str) -> list[dict[str, Any]]:
    words = [word for word, meant in ALIASES[table].items() if meant == key]
    return [{"required": [each]} for each in (key, *words)]


def _table(declared: type, name: str) -> dict[str, Any]:
    properties = _properties(declared)
    for word, key in ALIASES.get(name, {}).items():
        if key in properties:
            properties[word] = properties[key]
    return {
        "type": "object",
        "description": (inspect.getdoc(declared) or "").split("\n")[0],
        "properties": properties,
        "additionalProperties": False,
    }


def _step(do: str, declared: type) -> dict[str, Any]:
    return _with(_table(declared, do), {"do": {"const": do}}, ["do"])


def _fault(name: str, unit: Any) -> dict[str, Any]:
    own = {"do": {"const": name}, **_properties(FaultStep)}
    return _with(_table(unit.Settings, name) | {"description": _says(unit)}, own, ["do"])


def _deploy(name: str, unit: Any) -> dict[str, Any]:
    usual = fields_of(DeployStep)[0]
    own = {"do": {"const": "deploy"}, **_properties(DeployStep)}
    own[usual.name] = {"const": name, "description": usual.help}
    required = ["do"] if name == usual.default else ["do", usual.name]
    return _with(_table(unit.Settings, "deploy") | {"description": _says(unit)}, own, required)


def _says(unit: Any) -> str:
    return str(getattr(unit, "SENTENCE", getattr(unit, "CLIENT_SEES", "")))


def _with(table: dict[str, Any], own: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return table | {"properties": own | table["properties"], "required": required}


def _properties(declared: type) -> dict[str, Any]:
    """The keys of a declaration; those of two words are read with ``-`` too."""
    found: dict[str, Any] = {}
    for field in fields_of(declared):
        found[field.name] = _property(field)
    for field in fields_of(declared):
        if field.key != field.name:
            found[field.key] = found[field.name]
    return found


def _property(field: Field) -> dict[str, Any]:
    words = f"{field.help} In {field.unit}." if field.unit else field.help
    about: dict[str, Any] = {"description": words}
    if field.default is not None:
        about["default"] = field.default
    if field.choices:
        return about | {"enum": list(field.choices)}
    plain: dict[str, Any] = {"type": KINDS[field.type]}
    for limit, key in ((field.low, "minimum"), (field.high, "maximum")):
        if limit is not None:
            plain[key] = limit
    ways = [plain]
    if field.unit in ("s", "ms"):
        ways.append({"type": "string", "pattern": f"^{DURATION.pattern}$"})
    if field.optional and field.type is not str:
        ways.append({"const": "none"})
    return about | (plain if len(ways) == 1 else {"anyOf": ways})
