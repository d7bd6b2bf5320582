"""The small curve of the last minute."""

from __future__ import annotations

from workbench.panels.pulse import BUCKETS, SPAN_NS, STEP_NS, Pulse

T0 = 1_000 * SPAN_NS


def test_always_37_bars_unseen_ones_empty() -> None:
    bars = Pulse().of("nobody", T0)
    assert bars == [(0.0, "none")] * 37


def test_heights_are_shares_of_the_highest() -> None:
    pulse = Pulse()
    pulse.note("a", 5.0, True, T0 - STEP_NS)
    pulse.note("a", 10.0, True, T0)
    assert pulse.of("a", T0)[-2:] == [(0.5, "on"), (1.0, "on")]


def test_a_short_gap_marks_its_bucket() -> None:
    pulse = Pulse()
    pulse.note("a", 5.0, True, T0)
    pulse.note("a", 0.0, False, T0 + 1)
    pulse.note("a", 5.0, True, T0 + 2)
    assert pulse.of("a", T0)[-1] == (0.0, "off")


def test_old_buckets_go_and_so_do_connections() -> None:
    pulse = Pulse()
    for n in range(10 * BUCKETS):
        pulse.note("a", 1.0, True, T0 + n * STEP_NS)
    assert len(pulse._buckets["a"]) == BUCKETS
    pulse.keep(["b"])
    assert pulse._buckets == {}
