"""A validator for the part of JSON Schema that we emit; any other keyword is an error.

Written here rather than taken from a library: it is fifty lines, adds nothing to the lock, and
unlike a library it refuses a keyword or a property that the schema does not declare.
"""

from __future__ import annotations

import re
from typing import Any

KINDS: dict[str, Any] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
    "object": dict,
    "array": list,
}
SAYS_NOTHING = {"$schema", "$defs", "title", "description", "default"}


def problems(value: Any, schema: Any, root: Any = None, path: str = "$") -> list[str]:
    """What is wrong with a value, each with its path; nothing: it is valid."""
    root = schema if root is None else root
    found: list[str] = []
    for keyword in schema.keys() - SAYS_NOTHING:
        found += CHECKS[keyword](value, schema, root, path)
    return found


def _ref(value: Any, schema: Any, root: Any, path: str) -> list[str]:
    target = root
    for part in schema["$ref"].removeprefix("#/").split("/"):
        target = target[part]
    return problems(value, target, root, path)


def _type(value: Any, schema: Any, root: Any, path: str) -> list[str]:
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    fits = any(
        isinstance(value, KINDS[name]) and (name == "boolean" or not isinstance(value, bool))
        for name in names
    )
    return [] if fits else [f"{path} is no {'/'.join(names)}: {value!r:.60}"]


def _properties(value: Any, schema: Any, root: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return []
    known = schema["properties"]
    return [
        problem
        for key, each in value.items()
        if key in known
        for problem in problems(each, known[key], root, f"{path}.{key}")
    ]


def undeclared(value: Any, schema: Any, root: Any = None, path: str = "$") -> list[str]:
    """Keys in a value that the schema does not name (it allows them: more keys are welcome)."""
    root = schema if root is None else root
    if "$ref" in schema:
        return undeclared(value, root["$defs"][schema["$ref"].split("/")[-1]], root, path)
    if isinstance(value, list):
        return [u for each in value for u in undeclared(each, schema["items"], root, path + "[]")]
    if not isinstance(value, dict):
        return []
    if isinstance(schema.get("additionalProperties"), dict):  # any key, one shape
        inner = schema["additionalProperties"]
        return [u for key in value for u in undeclared(value[key], inner, root, f"{path}.{key}")]
    known = schema["properties"]
    found = [f"{path}.{key}" for key in value if key not in known]
    for key in value.keys() & known.keys():
        found += undeclared(value[key], known[key], root, f"{path}.{key}")
    return found


def _enum(value: Any, schema: Any, root: Any, path: str) -> list[str]:
    return [] if value in schema["enum"] else [f"{path} is none of {schema['enum']}: {value!r:.60}"]


def _additional(value: Any, schema: Any, root: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return []
    allowed, known = schema["additionalProperties"], schema.get("properties", {})
    others = [key for key in value if key not in known]
    if allowed is False:
        return [f"{path} has the unknown key {key}" for key in others]
    return [x for key in others for x in problems(value[key], allowed, root, f"{path}.{key}")]


CHECKS: dict[str, Any] = {
    "$ref": _ref,
    "type": _type,
    "enum": _enum,
    "const": lambda v, s, r, p: [] if v == s["const"] else [f"{p} is not {s['const']!r}"],
    "properties": _properties,
    "required": lambda v, s, r, p: (
        [f"{p} lacks {key}" for key in s["required"] if key not in v] if isinstance(v, dict) else []
    ),
    "additionalProperties": _additional,
    "items": lambda v, s, r, p: (
        [x for i, each in enumerate(v) for x in problems(each, s["items"], r, f"{p}[{i}]")]
        if isinstance(v, list)
        else []
    ),
    "anyOf": lambda v, s, r, p: (
        []
        if any(not problems(v, each, r, p) for each in s["anyOf"])
        else [f"{p} fits no alternative: {v!r:.80}"]
    ),
    "allOf": lambda v, s, r, p: [x for each in s["allOf"] for x in problems(v, each, r, p)],
    "minimum": lambda v, s, r, p: (
        [f"{p} is too small"] if isinstance(v, int | float) and v < s["minimum"] else []
    ),
    "maximum": lambda v, s, r, p: (
        [f"{p} is too large"] if isinstance(v, int | float) and v > s["maximum"] else []
    ),
    "pattern": lambda v, s, r, p: (
        [f"{p} does not match"] if isinstance(v, str) and not re.search(s["pattern"], v) else []
    ),
}
