"""Messages that a reset throws away, to the message."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.wire.backlog import Backlog


def test_nothing_waits() -> None:
    backlog = Backlog()
    backlog.passed(100, 2, [50, 50], 0, 0)
    assert backlog.thrown_away(0) is None


def test_the_tail_of_a_chunk() -> None:
    backlog = Backlog()
    backlog.passed(110, 2, [50, 50], 10, 60)
    assert backlog.thrown_away(60) == (2, 2)  # half of the second, and an unfinished third
    assert backlog.thrown_away(61) == (1, 2)
    assert backlog.thrown_away(11) == (2, 2)
    assert backlog.thrown_away(10) is None


@given(
    st.lists(st.lists(st.integers(1, 50), min_size=1, max_size=6), min_size=1, max_size=8),
    st.data(),
)
def test_as_counted_by_hand(chunks: list[list[int]], data: st.DataObject) -> None:
    backlog, ends, total, left = Backlog(), [], 0, 0
    for wires in chunks:
        for wire in wires:
            total += wire
            ends.append(total)
        left = data.draw(st.integers(0, left + sum(wires)))
        backlog.passed(sum(wires), len(ends), wires, 0, left)
    lost = [i + 1 for i, end in enumerate(ends) if end > total - left]
    assert backlog.thrown_away(left) == ((lost[0], lost[-1]) if lost else None)
