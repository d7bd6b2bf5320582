"""Chunked bodies (RFC 9112 section 7.1) however they are cut."""

from __future__ import annotations

import pytest

from workbench.protocols.http_stream import BodyPart, Broken, Ended, Reader

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BODY = b"d\r\n:hello world\n\r\n3;x=y\r\nabc\r\n0\r\nTrailer: 1\r\n\r\n"


def facts(data: bytes, size: int) -> list[object]:
    reader = Reader(answers=True)
    reader.expect("GET")
    return [fact for i in range(0, len(data), size) for fact in reader.feed(data[i : i + size])]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_chunks_are_joined_and_every_byte_is_told(size: int) -> None:
    told = facts(HEAD + BODY, size)
    parts = [fact for fact in told if isinstance(fact, BodyPart)]
    assert b"".join(part.data for part in parts) == b":hello world\nabc"
    ends = [fact for fact in told if isinstance(fact, Ended)]
    assert len(ends) == 1
    assert b"".join(part.raw for part in parts) + ends[0].raw == BODY


@pytest.mark.parametrize("line", [b"xyz", b"", b"-1", b"fffffffffffffffff", b"1 1"])
def test_what_is_no_chunk_size_is_named(line: bytes) -> None:
    told = facts(HEAD + line + b"\r\nabc\r\n", 1000)
    assert any(isinstance(fact, Broken) for fact in told)
