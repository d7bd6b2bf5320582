"""The exported schema and the reader of scenario files: what one takes, the other takes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from tests.engine.schema_check import problems
from workbench import deploys, faults
from workbench.engine.scenario_document import DECLARED, MARKED, renewed, table
from workbench.engine.scenario_file import STEPS, parse_scenario
from workbench.engine.scenario_schema import scenario_schema
from workbench.model.errors import WorkbenchError
from workbench.units.discovery import discover

ROOT = Path(__file__).parents[2]
FAULTS, DEPLOYS = discover(faults), discover(deploys)
SCHEMA = scenario_schema(FAULTS, DEPLOYS)
Case = tuple[str, dict[str, Any], dict[str, Any]]


def read(value: dict[str, Any]) -> str:
    """What the reader has against a scenario; "" where it takes it."""
    try:
        parse_scenario(tomlkit.dumps(value), "s.toml", FAULTS, DEPLOYS)
    except WorkbenchError as bad:
        return str(bad)
    return ""


def tables() -> Iterator[Case]:
    """Every table and step: name, what it cannot be without, its schema."""
    for name in ("service", "proxy", "client", "expect"):
        schema = SCHEMA["properties"][name]
        needed = {"name": "a", "address": "ws://h"} if name == "client" else {}
        yield name, needed, schema.get("items", schema)
    for schema in SCHEMA["properties"]["step"]["items"]["anyOf"]:
        properties = schema["properties"]
        needed = {
            k: properties[k]["const"]
            for k in ("do", "strategy")
            if "const" in properties.get(k, {})
        }
        yield "step", needed, schema


TABLES = list(tables())
NAMES = [" ".join([name, *needed.values()]) for name, needed, _ in TABLES]


def whole(name: str, inside: dict[str, Any]) -> dict[str, Any]:
    return {name: inside if name == "service" else [inside]}


def good(schema: dict[str, Any]) -> Iterator[Any]:
    if "enum" in schema:
        yield from schema["enum"]
    elif "const" in schema:
        yield schema["const"]
    elif "anyOf" in schema:
        yield from good(schema["anyOf"][0])
        for way in schema["anyOf"][1:]:
            yield from ("1500ms", "2 s") if "pattern" in way else good(way)
    else:
        low = schema.get("minimum", 0)
        kind = schema["type"]
        yield {"string": "x", "boolean": True, "integer": int(low), "number": float(low)}[kind]
        if "maximum" in schema:
            yield schema["maximum"] if kind == "number" else int(schema["maximum"])


def bad(schema: dict[str, Any]) -> Iterator[Any]:
    yield [1]
    if "enum" in schema:
        yield "zzz"
    if "anyOf" in schema:
        yield "soon"
        yield from bad(schema["anyOf"][0])
    if "minimum" in schema:
        yield schema["minimum"] - 1
    if "maximum" in schema:
        yield schema["maximum"] + 1
    if schema.get("type") == "integer":
        yield 1.5
    if schema.get("type") in ("string", "boolean"):
        yield 3


def with_key(name: str, needed: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    inside = needed | {key: value}
    if (name, key) == ("client", "to"):
        del inside["address"]
    return whole(name, inside)


@pytest.mark.parametrize(("name", "needed", "schema"), TABLES, ids=NAMES)
def test_reader_and_schema_agree(name: str, needed: dict[str, Any], schema: Any) -> None:
    for key, declared in schema["properties"].items():
        for value in good(declared):
            scenario = with_key(name, needed, key, value)
            assert problems(scenario, SCHEMA) == []
            assert read(scenario) == ""
        for value in bad(declared):
            scenario = with_key(name, needed, key, value)
            assert problems(scenario, SCHEMA), scenario
            assert read(scenario), scenario
    misspelt = whole(name, needed | {"naem": 1})
    assert problems(misspelt, SCHEMA)
    assert "line" in read(misspelt)


def test_every_step_and_unit_is_in_the_schema() -> None:
    steps = [s["properties"] for s in SCHEMA["properties"]["step"]["items"]["anyOf"]]
    assert {s["do"]["const"] for s in steps} == {*STEPS, *FAULTS, "deploy"}
    strategies = {s["strategy"]["const"] for s in steps if "strategy" in s}
    assert strategies == set(DEPLOYS)


@pytest.mark.parametrize(
    "value",
    [
        {"nmae": "x"},
        {"seed": "x"},
        {"client": [{"name": "a"}]},
        {"client": [{"address": "ws://h"}]},
        {"client": {"name": "a", "address": "ws://h"}},
        {"step": [{"until": "open"}]},
        {"step": [{"do": "explode"}]},
        {"step": [{"do": "deploy", "strategy": "by-hope"}]},
        {"service": []},
    ],
)
def test_both_refuse(value: dict[str, Any]) -> None:
    assert problems(value, SCHEMA)
    assert read(value)


def test_two_words_for_one_key_are_refused() -> None:
    told = read({"client": [{"name": "a", "to": "service", "address": "ws://h"}]})
    assert "not both" in told


@pytest.mark.parametrize(
    "path", sorted((ROOT / "resources" / "scenarios").glob("*.toml")), ids=lambda path: path.stem
)
def test_the_samples_fit(path: Path) -> None:
    value = tomllib.loads(path.read_text("utf-8"))
    assert problems(value, SCHEMA) == []
    assert read(value) == ""


# -- the document ---------------------------------------------------------------------------------
DOCUMENT = (ROOT / "docs" / "scenarios.md").read_text("utf-8")


def test_the_document_is_what_is_declared() -> None:
    assert renewed(DOCUMENT) == DOCUMENT, (
        "run: workbench scenario-schema --document docs/scenarios.md"
    )


def test_the_document_has_every_table() -> None:
    assert {m[2] for m in MARKED.finditer(DOCUMENT)} == set(DECLARED)


def test_the_example_in_the_document_fits() -> None:
    example = DOCUMENT.split("```toml\n")[1].split("```")[0]
    assert read(tomllib.loads(example)) == ""


def test_tables_are_written_anew() -> None:
    text = "a\n<!-- table step pause -->\nold\n<!-- end -->\nb\n"
    assert renewed(text) == f"a\n<!-- table step pause -->\n{table('step pause')}<!-- end -->\nb\n"
    assert "| `seconds`, `for` | seconds" in renewed(text)
    with pytest.raises(WorkbenchError, match="no table `step jump`"):
        renewed("<!-- table step jump -->\n<!-- end -->")
