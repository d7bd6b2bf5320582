"""JUnit XML: one testcase per expectation, or, without any, per client and outage.

*Unknown* is an ``<error>``.  CI systems treat a skipped test as green, and no evidence is never
a pass; an error turns the pipeline red as exit code 2 does, and stays apart from the failures.
A client that an outage did not touch is skipped: it says nothing either way.

The numbers agree with the verdict: any failure means invalid, else any error means unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from workbench.door.told import TRUTHS
from workbench.engine.reports import words
from workbench.engine.reports.masking import Masker, one_line

#: Names and messages, and bodies, are at most so long.
NAME, BODY = 300, 8_000
TAGS = {"invalid": "failure", "unknown": "error"}


@dataclass(slots=True)
class Case:
    """One testcase.  ``outcome``: valid, invalid, unknown or skipped."""

    name: str
    group: str
    outcome: str
    message: str = ""
    body: str = ""
    seconds: float | None = None


@dataclass(slots=True)
class Suite:
    """One testsuite."""

    name: str
    cases: list[Case] = field(default_factory=list)
    started: str = ""
    seconds: float | None = None
    told: str = ""

    def count(self, outcome: str) -> int:
        """How many cases came out so."""
        return sum(case.outcome == outcome for case in self.cases)


def junit(value: Mapping[str, Any], masker: Masker | None = None) -> bytes:
    """The XML document of a ``--json`` object; with ``runs`` in it, of all of them."""
    writer = _Writer(masker or Masker())
    runs = value.get("runs") or [value]
    suites = [
        suite
        for i, run in enumerate(runs)
        for suite in suites_of(run, f"run {i + 1}: " if len(runs) > 1 else "")
    ]
    return writer.document(str(value.get("scenario") or "workbench"), suites)


def suites_of(value: Mapping[str, Any], prefix: str = "") -> list[Suite]:
    """The suites of one run."""
    checks = value.get("checks") or ()
    suites = [_expectations(value, prefix)] if checks else []
    if not checks:
        suites = [_outage(outage, prefix) for outage in value["outages"]]
    if verdict_of(suites) != value["verdict"]:  # so too where there is no suite at all
        suites.append(_whole(value, prefix))
    suites[0].told = "\n".join([f"seed {value['seed']}", *value.get("notes", ()), suites[0].told])
    return suites


def verdict_of(suites: Sequence[Suite]) -> str:
    """What the counts of the suites say; "" where they say nothing."""
    if any(suite.count("invalid") for suite in suites):
        return "invalid"
    if any(suite.count("unknown") for suite in suites):
        return "unknown"
    return "valid" if any(suite.count("valid") for suite in suites) else ""


def _whole(value: Mapping[str, Any], prefix: str) -> Suite:
    """What no single testcase says: nothing was seen, or the run as a whole came out worse."""
    why = words.reasons(value.get("reasons") or ())
    suite = Suite(f"{prefix}verdict", started=_started(value))
    suite.cases = [Case("the run as a whole", "verdict", str(value["verdict"]), why)]
    return suite


def _expectations(value: Mapping[str, Any], prefix: str) -> Suite:
    suite = Suite(f"{prefix}expectations", started=_started(value))
    suite.told = "\n\n".join(
        _told(client, outage) for outage in value["outages"] for client in outage["clients"]
    )
    hurt = [
        _told(client, outage)
        for outage in value["outages"]
        for client in outage["clients"]
        if client["affected"] and client["verdict"] != "valid"
    ]
    for check in value["checks"]:
        found = f"found {check['found']}"
        case = Case(check["text"], "expectations", check["verdict"], found)
        case.body = "\n\n".join([found, *hurt])
        suite.cases.append(case)
    suite.seconds = _took(value["outages"])
    return suite


def _outage(outage: Mapping[str, Any], prefix: str) -> Suite:
    name = f"{prefix}outage {outage['number']}: {words.title(outage)}"
    suite = Suite(name, started=str(outage["started"]), seconds=_took([outage]))
    suite.told = f"source of truth: {TRUTHS.get(outage['source'], outage['source'])}"
    if outage.get("disagree"):
        suite.told += f"\n{outage['disagree']}"
    suite.cases = [_client(client, outage, name) for client in outage["clients"]]
    return suite


def _client(client: Mapping[str, Any], outage: Mapping[str, Any], group: str) -> Case:
    took = client["time_to_recovered_ms"]
    case = Case(client["name"], group, str(client["verdict"]))
    case.seconds = took / 1000 if took is not None else None
    if not client["affected"]:
        case.outcome, case.message = "skipped", "Not affected by this outage."
        return case
    case.message = client["word"]
    if client["missed"]:
        case.message = f"{client['word']}: {words.many(client['missed'], 'update')} missed"
    elif client["verdict"] == "unknown":
        case.message = f"{client['word']}: {words.reason(client)}"
    case.body = _told(client, outage)
    return case


def _told(client: Mapping[str, Any], outage: Mapping[str, Any]) -> str:
    lines = [f"{one_line(client['name'], 100)} in outage {outage['number']}: {client['word']}"]
    if client["affected"]:
        lines.append(f"Why: {words.why(client)}")
    lines += [f"Change: {change}" for change in words.changes(client)]
    if missed := words.missed_ranges(client):
        lines.append(f"Missed: {missed}")
    for finding in client["findings"]:
        records = ", ".join(map(str, finding["records"][:20]))
        lines.append(f"Found: {finding['name']} ({finding['count']}); records {records or 'none'}")
    return "\n".join(lines)


def _started(value: Mapping[str, Any]) -> str:
    return min((str(outage["started"]) for outage in value["outages"]), default="")


def _took(outages: Sequence[Mapping[str, Any]]) -> float | None:
    """From the first break to the last end or recovery that is known, in seconds."""
    starts = [o["started_ns"] for o in outages]
    ends = [o["ended_ns"] for o in outages if o["ended_ns"]]
    ends += [
        c["away_from_ns"] + c["time_to_recovered_ms"] * 1e6
        for o in outages
        for c in o["clients"]
        if c["affected"] and c["time_to_recovered_ms"] is not None
    ]
    return max(0.0, (max(ends) - min(starts)) / 1e9) if starts and ends else None


class _Writer:
    """Suites as XML; every text cleaned and masked."""

    def __init__(self, masker: Masker) -> None:
        self._text = masker.text
        self._block = masker.block

    def document(self, name: str, suites: list[Suite]) -> bytes:
        root = ElementTree.Element("testsuites", name=self._text(name, NAME))
        self._counts(root, suites)
        starts = [suite.started for suite in suites if suite.started]
        if starts:
            root.set("timestamp", _timestamp(min(starts)))
        root.set("time", _time(sum(suite.seconds or 0.0 for suite in suites)))
        for suite in suites:
            self._suite(root, suite)
        ElementTree.indent(root)
        return bytes(ElementTree.tostring(root, "utf-8", xml_declaration=True)) + b"\n"

    def _counts(self, element: ElementTree.Element, suites: list[Suite]) -> None:
        element.set("tests", str(sum(len(suite.cases) for suite in suites)))
        for name, outcome in (
            ("failures", "invalid"),
            ("errors", "unknown"),
            ("skipped", "skipped"),
        ):
            element.set(name, str(sum(suite.count(outcome) for suite in suites)))

    def _suite(self, root: ElementTree.Element, suite: Suite) -> None:
        element = ElementTree.SubElement(root, "testsuite", name=self._text(suite.name, NAME))
        self._counts(element, [suite])
        if suite.started:
            element.set("timestamp", _timestamp(suite.started))
        element.set("time", _time(suite.seconds or 0.0))
        for case in suite.cases:
            self._case(element, case)
        if suite.told.strip():
            out = ElementTree.SubElement(element, "system-out")
            out.text = self._block(suite.told.strip(), BODY)

    def _case(self, suite: ElementTree.Element, case: Case) -> None:
        element = ElementTree.SubElement(
            suite,
            "testcase",
            name=self._text(case.name, NAME),
            classname=self._text(f"workbench.{case.group}", NAME),
            time=_time(case.seconds or 0.0),
        )
        message = self._text(case.message, NAME)
        if case.outcome == "skipped":
            ElementTree.SubElement(element, "skipped", message=message)
        elif case.outcome in TAGS:
            tag = TAGS[case.outcome]
            told = ElementTree.SubElement(element, tag, message=message, type=case.outcome)
            told.text = self._block(case.body or case.message, BODY)
        elif case.body:
            ElementTree.SubElement(element, "system-out").text = self._block(case.body, BODY)


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"


def _timestamp(iso: str) -> str:
    """The JUnit schema's dateTime has neither fraction nor zone: UTC is meant."""
    return iso[:19]
