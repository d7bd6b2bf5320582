"""Numbers and times as a person reads them."""

from __future__ import annotations

from datetime import UTC

import pytest

from workbench.panels import words

NS = 1_000_000_000


def plain(text: str) -> str:
    return text.replace(words.THIN, " ")


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 ms"),
        (740_000_000, "740 ms"),
        (999_600_000, "1.00 s"),
        (1_840_000_000, "1.84 s"),
        (9_996_000_000, "10.0 s"),
        (12_340_000_000, "12.3 s"),
        (59_960_000_000, "1 min 0 s"),
        (652 * NS, "10 min 52 s"),
        (7_500 * NS, "2 h 5 min"),
        (-5, "0 ms"),
    ],
)
def test_durations(ns: int, text: str) -> None:
    assert plain(words.duration(ns)) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (214, "214 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (41_200_000, "41.2 MB"),
        (2_000_000_000, "2 GB"),
        (999_600, "1 MB"),
        (412_000_000_000_000, "412 TB"),
    ],
)
def test_sizes(count: int, text: str) -> None:
    assert plain(words.size(count)) == text


def test_numbers_and_counts() -> None:
    assert plain(words.number(18_420)) == "18 420"
    assert plain(words.number(-1_000)) == "-1 000"
    assert plain(words.count(1, "client")) == "1 client"
    assert plain(words.count(3, "client")) == "3 clients"
    assert plain(words.count(2, "reply", "replies")) == "2 replies"


def test_rates_lags_and_clocks() -> None:
    assert words.rate(6.5) == "6.5/s"
    assert words.rate(0) == "0/s"
    assert plain(words.rate(12_400)) == "12 400/s"
    assert plain(words.milliseconds(3041)) == "3 041 ms"
    assert plain(words.milliseconds(0.44)) == "0.4 ms"
    assert words.elapsed(708 * NS) == "11:48"
    assert words.elapsed(3723 * NS) == "1:02:03"
    assert plain(words.seconds(740_000_000)) == "0.74 s"
    moment = 1_763_993_002_400_000_000
    assert words.clock(moment, UTC) == "14:03:22"
    assert words.clock(moment, UTC, 3) == "14:03:22.400"


@pytest.mark.parametrize(
    ("ns", "text"),
    [(1_200_000_000, "1.2 s"), (12 * NS, "12 s"), (59 * NS, "59 s"), (200 * NS, "3 min")],
)
def test_what_ticks_has_few_digits(ns: int, text: str) -> None:
    assert plain(words.ticking(ns)) == text


def test_names() -> None:
    assert words.names([]) == ""
    assert words.names(["a"]) == "a"
    assert words.names(["a", "b"]) == "a and b"
    assert words.names(["a", "b", "c"]) == "a, b and c"
    assert words.names(["a", "b", "c", "d"]) == "a, b and 2 more"


def test_text_from_outside_is_one_short_line() -> None:
    assert words.shown("a\nb\x00c\u202e") == "a b c "
    assert words.shown("x" * 10_000_000, 10) == "xxxxxxxxx…"
