"""The verdict's schema: that of the document, and that of what the program really prints."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest

from tests.engine.reports.sample import Judged
from tests.engine.schema_check import problems, undeclared
from workbench.engine.reports.json_schema import verdict_schema
from workbench.engine.reports.runs import together
from workbench.engine.reports.write import json_report

DOCUMENT = Path(__file__).parents[3] / "docs" / "verdict.schema.json"


def test_the_document_is_what_is_declared() -> None:
    assert json.loads(DOCUMENT.read_text("utf-8")) == verdict_schema(), (
        "run: workbench scenario-schema --verdict > docs/verdict.schema.json"
    )


def test_a_judged_recording_is_valid(lossy: Judged) -> None:
    value = orjson.loads(json_report(lossy[0]))
    assert problems(value, verdict_schema()) == []
    assert undeclared(value, verdict_schema()) == []


def test_several_runs_are_valid(lossy: Judged) -> None:
    value = orjson.loads(json_report(together([lossy[0], lossy[0] | {"verdict": "unknown"}])))
    assert problems(value, verdict_schema()) == []
    assert (value["verdict"], value["run"], len(value["runs"])) == ("invalid", 1, 2)


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (("verdict",), "fine"),
        (("seed",), "7"),
        (("outages", 0, "source"), "guess"),
        (("outages", 0, "clients", 0, "missed"), None),
        (("outages", 0, "clients", 0, "findings", 0, "records", 0), "16"),
        (("outages", 0, "clients", 0, "affected"), 1),
    ],
)
def test_the_schema_refuses(lossy: Judged, place: tuple[str | int, ...], wrong: object) -> None:
    value = orjson.loads(orjson.dumps(lossy[0]))
    at = value
    for part in place[:-1]:
        at = at[part]
    at[place[-1]] = wrong
    assert problems(value, verdict_schema())


def test_a_missing_key_is_refused(lossy: Judged) -> None:
    value = orjson.loads(orjson.dumps(lossy[0]))
    del value["outages"][0]["clients"][0]["reason"]
    assert problems(value, verdict_schema()) == ["$.outages[0].clients[0] lacks reason"]


def test_secrets_in_the_json_are_masked_and_listed(lossy: Judged) -> None:
    lossy[0]["notes"] = ["Cookie: a=b"]
    value = orjson.loads(json_report(lossy[0]))
    assert value["notes"] == ["Cookie: [masked]"]
    assert value["masked"] == ["header Cookie (1)"]
