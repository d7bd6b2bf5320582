"""Whole messages are cut out, put together again, and compressed anew."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.protocols.deflate import Deflate
from workbench.protocols.websocket import Walker
from workbench.protocols.ws_cutter import Cutter, Loose, Whole
from workbench.protocols.ws_frame import frame
from workbench.protocols.ws_writer import Writer

PIECES = st.one_of(
    st.tuples(st.just(1), st.binary(max_size=300)),
    st.tuples(st.just(2), st.binary(max_size=70_000)),
    st.tuples(st.sampled_from([8, 9, 10]), st.binary(max_size=125)),
)


def cut(data: bytes, sizes: list[int], limit: int = 1 << 20) -> tuple[list[Whole | Loose], bytes]:
    cutter, out, at = Cutter(limit), [], 0
    for size in itertools.cycle(sizes):
        if at >= len(data):
            break
        out += cutter.feed(data[at : at + size])
        at += size
    return out, cutter.held


@given(st.lists(PIECES, max_size=6), st.lists(st.integers(1, 5000), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_cutting_gives_the_same_messages(
    messages: list[tuple[int, bytes]], sizes: list[int]
) -> None:
    frames = [frame(opcode, payload, b"abcd") for opcode, payload in messages]
    out, held = cut(b"".join(frames), sizes)
    assert [piece.raw for piece in out] == frames
    assert [piece.opcode for piece in out if isinstance(piece, Whole)] == [o for o, _ in messages]
    assert held == b""


@given(st.binary(max_size=2000), st.lists(st.integers(1, 40), min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_hostile_bytes_are_neither_lost_nor_made_up(data: bytes, sizes: list[int]) -> None:
    out, held = cut(data, sizes, limit=200)
    total = b"".join(piece.raw for piece in out) + held
    assert len(total) == len(data)
    assert sorted(total) == sorted(data)
    assert len(held) <= 200 + 14 + 140  # a message up to the limit, a frame within it, a header


def test_a_ping_within_a_message_comes_first() -> None:
    parts = [frame(1, b"a", fin=False), frame(9, b"p"), frame(0, b"b")]
    out, _ = cut(b"".join(parts), [3])
    assert [piece.raw for piece in out] == [parts[1], parts[0] + parts[2]]


def test_a_large_message_passes_as_it_comes() -> None:
    small, large = frame(1, b"s"), frame(2, bytes(500), fin=False) + frame(0, bytes(10))
    out, held = cut(large + small, [64], limit=100)
    assert b"".join(piece.raw for piece in out) == large + small
    assert [piece for piece in out if isinstance(piece, Whole)] == [Whole(small, 1)]
    assert sum(isinstance(piece, Loose) and piece.begins for piece in out) == 1
    assert held == b""


@pytest.mark.parametrize("bits", [8, 9, 12, 15])
@pytest.mark.parametrize("takeover", [True, False])
@pytest.mark.parametrize("fragment", [0, 1, 7])
@pytest.mark.parametrize("mask", [None, lambda: b"wxyz"])
def test_what_is_written_is_read_as_it_was(
    bits: int, takeover: bool, fragment: int, mask: object
) -> None:
    deflate = Deflate(bits, takeover)
    writer = Writer(deflate, mask)
    walker = Walker(masked=mask is not None, deflate=deflate)
    for payload in (b"", b"hello", b"hello again, hello", bytes(5000), b"end"):
        (item,) = walker.feed(writer.message(2, payload, compress=True, fragment=fragment))
        assert (item.payload, item.problem) == (payload, "")
