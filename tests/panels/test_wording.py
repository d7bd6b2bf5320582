"""Numbers and times as the window writes them."""

from __future__ import annotations

import datetime

import pytest

from workbench.panels import wording

NS = wording.NS


@pytest.mark.parametrize(
    ("ns", "text"),
    [(0.74 * NS, "0.74 s"), (1.84 * NS, "1.84 s"), (41.04 * NS, "41.0 s"), (60 * NS, "1 min"),
     (125 * NS, "2 min 5 s"), (59.97 * NS, "1 min"), (3780 * NS, "1 h 3 min")],
)  # fmt: skip
def test_duration(ns: float, text: str) -> None:
    assert wording.duration(ns) == text


@pytest.mark.parametrize(
    ("octets", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (41_200_000, "41.2 MB"), (999_960, "1.0 MB")],
)
def test_size(octets: int, text: str) -> None:
    assert wording.size(octets) == text


def test_count_uses_narrow_spaces() -> None:
    assert wording.count(18420) == "18\u202f420"


def test_ranges() -> None:
    assert wording.ranges([4493, 4482, 4483, 4484, 4484, 4500]) == ["4482–4484", "4493", "4500"]


def test_time_of_day() -> None:
    moment = 1_763_993_004_325_999_999
    assert wording.at(moment, datetime.UTC) == "14:03:24.325"
    assert wording.at(moment, datetime.UTC, 0) == "14:03:24"
    assert wording.at(moment, datetime.UTC, 1) == "14:03:24.3"


def test_close_codes_are_never_bare() -> None:
    assert wording.code(1006) == "1006 closed without a close frame"
    assert wording.code(4001) == "4001 the application's own"
    assert "not a known" in wording.code(1999)


def test_text_from_the_network_stays_on_its_line_and_in_its_order() -> None:
    shown = wording.plain("a\nb\x00\u202ec\u2066\ud800")
    assert shown == "a␊b␀⟨202E⟩c⟨2066⟩⟨D800⟩"
    assert wording.plain("x" * 500, 10) == "x" * 10 + "…"
    assert wording.plain("Grüße, 世界 🎉") == "Grüße, 世界 🎉"


def test_listed() -> None:
    assert wording.listed(["a", "b", "c"]) == "a, b and c"
    assert wording.listed(list("abcdefg")) == "a, b, c and 4 more"
