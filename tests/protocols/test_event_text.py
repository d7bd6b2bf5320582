"""How one event is kept in a recording."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.protocols.event_text import Event, decode_event, encode_event

WHOLE = Event("e:7", "update", 1500, '{"a":1}\n\nlast')


def test_the_lines_are_normalised() -> None:
    assert encode_event(WHOLE) == (
        b'id: e:7\nevent: update\nretry: 1500\ndata: {"a":1}\ndata: \ndata: last\n'
    )
    assert decode_event(encode_event(WHOLE)) == WHOLE


@pytest.mark.parametrize(
    "event", [Event(), Event(id=""), Event(data=""), Event(retry=0), Event(id="5", data=" x")]
)
def test_what_was_absent_stays_absent(event: Event) -> None:
    assert decode_event(encode_event(event)) == event


line = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"))


@given(st.none() | line, line, st.none() | st.integers(0, 10**14), st.none() | st.lists(line))
def test_every_event_comes_back(
    own: str | None, kind: str, retry: int | None, data: list[str] | None
) -> None:
    event = Event(own, kind, retry, "\n".join(data) if data else None)
    assert decode_event(encode_event(event)) == event


@given(st.binary(max_size=200))
def test_anything_can_be_decoded(payload: bytes) -> None:
    decode_event(payload)


def test_a_reconnection_time_is_ascii_digits() -> None:
    assert decode_event(b"retry: -5\n").retry is None
    assert decode_event("retry: ٣\n".encode()).retry is None
    assert decode_event(b"retry: " + b"9" * 5000 + b"\n").retry is None
