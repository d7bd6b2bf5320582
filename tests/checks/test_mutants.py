"""Mutants of the judge: the pairs and the corpus catch every change of every check."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

import workbench.checks
from tests.checks.corpus import World, history, world
from tests.checks.mutants import Mutant, in_place, mutants
from tests.checks.pairs import MORE, lines
from tests.checks.test_corpus import SEED, differences
from tests.checks.test_pairs import check
from workbench.checks import judge
from workbench.checks._ground import receipt, strand
from workbench.model.history import History
from workbench.units.discovery import discover

UNITS = discover(workbench.checks)
#: What the checks stand on: the modules in which verdicts are decided.
GROUND = (
    "_ground.content", "_ground.cover", "_ground.receipt", "_ground.recovery",
    "_ground.sequence", "_judge.decision", "_judge.outages", "_judge.reasons",
)  # fmt: skip
#: Mutants of checks that change nothing a verdict could show, each with its reason.
SAME = {
    "shift missing[0] < begins.min()": "what is missing is not among what was replayed",
    "deny seconds(2 * away)": "words only (test_words)",
    "broken.record >= 0": "records of evidence (test_life)",
    "(broken.record,) if": "records of evidence",
    "NO_IDS": "words only (test_words)",
    "offsets < 0": "words only (test_words)",
    "client.protocol == 'sse'": "words only (test_words)",
    "found is None or not view.strands": "a snapshot of a strand nobody knows: ends in a crash",
    "asked.offset is None or position": "positions of one strand are of one kind",
    "shift view.at[rows[rows >= 0]] < event.time": "both in the same nanosecond",
    "shift rows >= 0": "the first row of a client, with nothing held beside it",
}
LINES = [*lines(), *lines(MORE)]


@pytest.fixture(scope="module")
def worlds() -> list[tuple[World, History]]:
    made = [world(seed) for seed in range(SEED, SEED + 60)]
    return [(one, history(one)) for one in made]


def caught(worlds: list[tuple[World, History]]) -> bool:
    """Whether some history is judged otherwise than it should be."""
    return any(wrong(line) for line in LINES) or any(
        differences_or_crash(made, told) for made, told in worlds
    )


def wrong(line: Any) -> bool:
    try:
        check(line)
    except Exception:
        return True
    return False


def differences_or_crash(made: World, told: History) -> bool:
    try:
        return bool(differences(made, judge(told)))
    except Exception:
        return True


def chosen(module: Any) -> list[Mutant]:
    """Every mutant of a check; every second one of the larger modules below."""
    found = mutants(module, ("explain", "_span"))
    return found if module in UNITS.values() else found[::2]


def survivors(module: Any, worlds: list[tuple[World, History]]) -> Iterator[Mutant]:
    for mutant in chosen(module):
        with in_place(mutant):
            found = caught(worlds)
        if not found:
            yield mutant


def test_the_original_survives(worlds: list[tuple[World, History]]) -> None:
    assert not caught(worlds)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(UNITS))
def test_every_mutant_of_a_check_is_caught(name: str, worlds: list[tuple[World, History]]) -> None:
    left = [str(m) for m in survivors(UNITS[name], worlds)]
    assert [text for text in left if not any(part in text for part in SAME)] == []


@pytest.mark.parametrize("name", sorted(UNITS))
def test_a_check_that_finds_nothing_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UNITS[name], "check", lambda _ground: [])
    assert any(wrong(line) for line in LINES)


@pytest.mark.slow
@pytest.mark.parametrize("name", GROUND)
def test_most_mutants_of_the_ground_are_caught(
    name: str, worlds: list[tuple[World, History]]
) -> None:
    """Those that are left differ in a case that can't come (the same nanosecond, row 0)."""
    module = importlib.import_module(f"workbench.checks.{name}")
    left = [str(m) for m in survivors(module, worlds)]
    assert len(left) <= 0.45 * len(chosen(module)), "\n".join(left)


def ignoring_epochs(columns: Any) -> Iterator[tuple[tuple[int, int], Any]]:
    rows = columns.copy()
    rows["epoch"] = 0
    yield from strand_split(rows)


def swapping_streams(columns: Any) -> Iterator[tuple[tuple[int, int], Any]]:
    for (stream, epoch), rows in strand_split(columns):
        yield ({3: 4, 4: 3, 1: 2, 2: 1}.get(stream, stream), epoch), rows


strand_split = strand.split


@pytest.mark.parametrize("split", [ignoring_epochs, swapping_streams])
def test_epochs_and_streams_matter(
    split: Any, worlds: list[tuple[World, History]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client's own rows are read wrongly, what was published is read right."""
    monkeypatch.setattr(receipt, "split", split)
    assert any(wrong(line) for line in LINES)
    assert any(differences_or_crash(made, told) for made, told in worlds)
