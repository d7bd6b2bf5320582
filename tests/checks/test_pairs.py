"""The 79 histories of VERDICTS and ours: exactly the findings named, and nothing more."""

from __future__ import annotations

import pytest

from tests.checks.pairs import MORE, Line, Row, history, lines
from workbench.checks import judge
from workbench.model.verdict import ClientVerdict, Judgement
from workbench.model.words import worst

LINES = lines()
OURS = lines(MORE)


def verdicts(judgement: Judgement, row: Row) -> list[ClientVerdict]:
    """What was said of a client in the outage that a row names (in all: no number)."""
    return [
        client
        for outage in judgement.outages
        for client in outage.clients
        if client.client == row.client and row.outage in (None, outage.number)
    ]


def seen(found: list[ClientVerdict], row: Row) -> dict[str, object]:
    """The same shape as a row of the file.  Causes are written without positions there."""
    positions: dict[str, list[str]] = {}
    for finding in (f for client in found for f in client.findings):
        places = positions.setdefault(finding.name, [])
        if row.findings.get(finding.name, ("",)):
            places += [str(p) for p in finding.positions]
    return {
        "verdict": str(worst([client.value for client in found])),
        "findings": {name: sorted(set(places)) for name, places in positions.items()},
        "reasons": sorted({reason for client in found for reason in client.reasons}),
    }


def test_file_is_whole() -> None:
    assert len(LINES) == 79


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.number}-{line.name}")
def test_pair(line: Line) -> None:
    check(line)


@pytest.mark.parametrize("line", OURS, ids=lambda line: f"{line.number}-{line.name}")
def test_ours(line: Line) -> None:
    check(line)


def check(line: Line) -> None:
    """Every row as it is written, and no finding on any client without a row."""
    judgement = judge(history(line.events))
    assert judgement.notes == ()
    for row in line.rows:
        found = verdicts(judgement, row)
        assert seen(found, row) == {
            "verdict": row.verdict,
            "findings": {name: sorted(places) for name, places in row.findings.items()},
            "reasons": sorted(row.reasons),
        }
        if row.ttr is not None:
            assert [c.recovered for c in found if c.affected] == [round(row.ttr * 1e9)]
    named = {(row.client, row.outage) for row in line.rows}
    for outage in judgement.outages:
        for client in outage.clients:
            if not {(client.client, None), (client.client, outage.number)} & named:
                assert client.findings == ()
