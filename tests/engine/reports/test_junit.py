"""JUnit: parsed back by ElementTree; its numbers agree with the verdict, whatever the names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.engine.reports.sample import Judged
from workbench.engine.reports.junit import junit

HOSTILE = (
    "<script>alert(1)</script>",
    "a\x00\x1b[31m\x0b\ud800\ufffe]]>",
    "n" * 10_000,
    "\"&'\n<![",
)


def parsed(value: dict[str, Any]) -> ElementTree.Element:
    return ElementTree.fromstring(junit(value))


def counts(root: ElementTree.Element) -> dict[str, int]:
    return {name: int(root.get(name, "")) for name in ("tests", "failures", "errors", "skipped")}


def test_one_case_per_client_and_outage(lossy: Judged) -> None:
    root = parsed(lossy[0])
    assert counts(root) == {"tests": 2, "failures": 1, "errors": 0, "skipped": 1}
    suite = root.find("testsuite")
    assert suite is not None
    assert suite.get("timestamp") == "2023-11-14T22:13:22"
    assert suite.get("name") == "outage 1: Unplanned disconnect"
    naive, calm = suite.findall("testcase")
    assert naive.get("name") == "b-naive"
    failure = naive.find("failure")
    assert failure is not None
    assert failure.get("message") == "Lost updates: 3 updates missed"
    body = failure.text or ""
    assert "Missed: 4–6" in body
    assert "without saying where it had stopped" in body
    assert "Change: Client: send the last id handled" in body
    assert "records 16, 18, 20" in body
    assert calm.find("skipped") is not None


def test_time_is_that_to_recovery(lossy: Judged) -> None:
    client = lossy[0]["outages"][0]["clients"][0]
    client |= {"verdict": "valid", "time_to_recovered_ms": 1234.5, "word": "Recovered"}
    lossy[0]["verdict"] = "valid"
    case = parsed(lossy[0]).find("testsuite/testcase")
    assert case is not None
    assert case.get("time") == "1.234"


def check(verdict: str) -> dict[str, str]:
    return {"text": f"a is {verdict}", "verdict": verdict, "found": "3"}


@pytest.mark.parametrize(
    ("checks", "verdict", "expected"),
    [
        (["valid"], "valid", (1, 0, 0)),
        (["valid", "unknown"], "unknown", (2, 0, 1)),
        (["valid", "unknown", "invalid"], "invalid", (3, 1, 1)),
    ],
)
def test_with_expectations_they_alone_decide(
    lossy: Judged, checks: list[str], verdict: str, expected: tuple[int, int, int]
) -> None:
    """A client that had to lose updates (and did) must not turn a valid run red."""
    root = parsed(lossy[0] | {"checks": [check(c) for c in checks], "verdict": verdict})
    found = counts(root)
    assert (found["tests"], found["failures"], found["errors"]) == expected
    for kind, tag in (("invalid", "failure"), ("unknown", "error")):
        told = root.findall(f".//{tag}")
        assert len(told) == checks.count(kind)
        assert all("Missed: 4–6" in (each.text or "") for each in told)


def test_unknown_is_an_error_with_its_reason(lossy: Judged) -> None:
    client = lossy[0]["outages"][0]["clients"][0]
    client |= {"verdict": "unknown", "word": "Can't tell", "reason": "no-ids", "missed": 0}
    root = parsed(lossy[0] | {"verdict": "unknown"})
    assert counts(root)["errors"] == 1
    error = root.find(".//error")
    assert error is not None
    assert error.get("message") == "Can't tell: no id field chosen"


@pytest.mark.parametrize("outages", [[], "calm"])
def test_no_evidence_is_never_green(lossy: Judged, outages: Any) -> None:
    value = lossy[0] | {"verdict": "unknown", "reasons": ["no-cut"]}
    if outages == "calm":  # an outage that touched nobody
        value["outages"][0]["clients"] = value["outages"][0]["clients"][1:]
    else:
        value["outages"] = []
    root = parsed(value)
    assert counts(root)["errors"] == 1
    error = root.find(".//error")
    assert error is not None
    assert error.get("message") == "no cut was seen"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(lossy: Judged, name: str) -> None:
    value = lossy[0]
    for client in value["outages"][0]["clients"]:
        client["name"] = name
        client["explain"]["why"] = name
    value["outages"][0]["title"] = name
    value["notes"] = [name]
    raw = junit(value)
    root = ElementTree.fromstring(raw)
    assert counts(root)["failures"] == 1
    assert len(raw) < 60_000
    text = raw.decode()
    assert not any(ord(c) < 32 and c != "\n" for c in text)
    assert "<script" not in text


def test_a_name_cannot_forge_lines(lossy: Judged) -> None:
    lossy[0]["outages"][0]["clients"][0]["name"] = "x\nWhy: all is well"
    failure = parsed(lossy[0]).find(".//failure")
    assert failure is not None
    assert "\nWhy: all is well" not in (failure.text or "")


def test_secrets_are_masked(lossy: Judged) -> None:
    lossy[0]["outages"][0]["clients"][0]["explain"]["why"] = "ws://h/ws?access_token=s3cret"
    assert b"s3cret" not in junit(lossy[0])


def test_all_runs_are_in_it(lossy: Judged, lossy_as: Callable[..., Judged]) -> None:
    good = lossy_as()[0] | {"checks": [check("valid")], "verdict": "valid"}
    root = parsed(lossy[0] | {"run": 1, "runs": [lossy[0], good]})
    names = [suite.get("name") for suite in root.findall("testsuite")]
    assert names == ["run 1: outage 1: Unplanned disconnect", "run 2: expectations"]
    assert counts(root)["failures"] == 1
