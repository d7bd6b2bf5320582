"""Bytes that wait: found once, skipped without being kept, never out of bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.model.record import Reading
from workbench.model.words import Means
from workbench.protocols.dialects import _flow
from workbench.protocols.dialects._flow import Delimited, Flow, drain
from workbench.protocols.dialects._values import MAX_PAYLOAD


@given(
    st.lists(st.binary(max_size=30).map(lambda b: b.replace(b"\x1e", b"")), max_size=8), st.data()
)
def test_delimited_messages_are_the_same_however_they_are_cut(
    messages: list[bytes], data: st.DataObject
) -> None:
    stream = b"".join(m + b"\x1e" for m in messages)
    flow, found = Flow(), []
    marks = Delimited(flow, b"\x1e")
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        flow.add(stream[:size])
        stream = stream[size:]
        while (message := marks.next()) is not None:
            found.append(message)
        flow.settle()
    assert found == messages


def test_a_message_without_an_end_is_not_kept() -> None:
    flow = Flow()
    marks = Delimited(flow, b"\x1e")
    for _ in range(20):
        flow.add(b"x" * (MAX_PAYLOAD // 8))
        assert marks.next() is None
        flow.settle()
        assert len(flow) <= MAX_PAYLOAD
    flow.add(b"\x1eshort\x1e")
    assert (marks.next(), marks.too_long) == (b"", True)
    assert (marks.next(), marks.too_long) == (b"short", False)


def test_what_is_skipped_may_still_be_on_its_way() -> None:
    flow = Flow()
    flow.add(b"abc")
    flow.skip(5)
    assert len(flow) == 0
    flow.add(b"d")
    flow.add(b"efg")
    assert flow.take(2) == b"fg"


def test_too_many_messages_in_one_frame_end_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_flow, "MAX_READINGS", 10)
    flow = Flow()

    def step() -> list[Reading] | None:
        return [Reading(Means.HEARTBEAT)] if len(flow) and flow.take(1) else None

    assert len(drain(flow, b"x" * 5, step)) == 5
    readings = drain(flow, b"x" * 1000, step)
    assert len(readings) == 12
    assert readings[-1].means == Means.UNREADABLE
    assert [r.means for r in drain(flow, b"x", step)] == [Means.UNREADABLE]
    assert len(flow) == 0
