"""JSON Schema (draft 2020-12) of the verdict, from the declarations of door/verdict_value.py."""

from __future__ import annotations

import inspect
import types
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from workbench.door.verdict_value import VerdictValue

DRAFT = "https://json-schema.org/draft/2020-12/schema"
PLAIN = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


def verdict_schema() -> dict[str, Any]:
    """The schema of ``--json`` and verdict.json."""
    definitions: dict[str, Any] = {}
    _object(VerdictValue, definitions)
    return {
        "$schema": DRAFT,
        "title": "Verdict of the Workbench",
        "$ref": f"#/$defs/{VerdictValue.__name__}",
        "$defs": dict(sorted(definitions.items())),
    }


def _object(declared: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    name = declared.__name__
    if name not in definitions:
        definitions[name] = {}  # known from here on: the declarations may name each other
        hints = get_type_hints(declared, include_extras=True)
        definitions[name] = {
            "type": "object",
            "description": inspect.getdoc(declared) or "",
            "properties": {key: _any(hint, definitions) for key, hint in hints.items()},
            "required": [key for key, hint in hints.items() if get_origin(hint) != NotRequired],
        }
    return {"$ref": f"#/$defs/{name}"}


def _any(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is NotRequired:
        return _any(arguments[0], definitions)
    if origin is Annotated:
        return _any(arguments[0], definitions) | {"description": arguments[1]}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is list:
        return {"type": "array", "items": _any(arguments[0], definitions)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _any(arguments[1], definitions)}
    if origin in (Union, types.UnionType):
        return {"type": [PLAIN[each] for each in arguments]}
    if is_typeddict(hint):
        return _object(hint, definitions)
    return {"type": PLAIN[hint]}
