"""Any cutting of any byte stream must mean the same: pieces for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

#: Sizes of the pieces a stream is cut into; what is left over is the last piece.
cuts = st.lists(st.integers(1, 40), max_size=60)


def pieces(data: bytes, sizes: list[int]) -> list[bytes]:
    """The stream cut into pieces of these sizes."""
    out, at = [], 0
    for size in sizes:
        out.append(data[at : at + size])
        at += size
    return [piece for piece in [*out, data[at:]] if piece]
