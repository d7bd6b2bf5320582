"""The walker agrees with websockets' own parser, and with itself however a stream is cut."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Close, Frame
from websockets.frames import Opcode as Op
from websockets.protocol import Protocol, Side, State

from tests.protocols.cutting import cuts, pieces
from workbench.model.words import Flag, Opcode
from workbench.protocols.deflate import Deflate, negotiated
from workbench.protocols.websocket import Item, Walker
from workbench.protocols.ws_frame import close_frame

MASK = b"\x01\x02\x03\x04"
TEXT, BINARY, PING = 0x81, 0x82, 0x89


def frame(first: int, payload: bytes, mask: bytes = b"", length: int | None = None) -> bytes:
    """A frame with any first byte and any announced length."""
    n = len(payload) if length is None else length
    bit = 0x80 if mask else 0
    if n < 126:
        head = bytes([first, bit | n])
    elif n < 1 << 16:
        head = struct.pack("!BBH", first, bit | 126, n)
    else:
        head = struct.pack("!BBQ", first, bit | 127, n)
    masked = bytes(b ^ mask[i % 4] for i, b in enumerate(payload)) if mask else payload
    return head + mask + masked


def walk(data: bytes, sizes: list[int] = [], **given: object) -> tuple[list[Item], Walker]:  # noqa: B006
    walker = Walker(**{"masked": False, **given})
    items = [item for piece in pieces(data, sizes) for item in walker.feed(piece)]
    return items, walker


def only(items: list[Item]) -> Item:
    assert len(items) == 1, items
    return items[0]


# --- valid streams, as websockets reads them ------------------------------------------------

texts = st.text(max_size=200).map(lambda t: (Op.TEXT, t.encode()))
binaries = st.binary(max_size=300).map(lambda b: (Op.BINARY, b))
long = st.integers(0, 70_000).map(lambda n: (Op.BINARY, bytes(n)))
pings = st.binary(max_size=125).map(lambda b: (Op.PING, b))
pongs = st.binary(max_size=125).map(lambda b: (Op.PONG, b))
messages = st.tuples(
    st.one_of(texts, binaries, long), st.lists(st.integers(0, 50), max_size=3), st.booleans()
)
script = st.lists(st.one_of(messages, pings, pongs), max_size=12)
extension = st.one_of(
    st.none(),
    st.tuples(st.integers(9, 15), st.booleans()).map(lambda t: Deflate(t[0], t[1])),
)


def codec(deflate: Deflate | None) -> list[PerMessageDeflate]:
    if deflate is None:
        return []
    off = not deflate.takeover
    return [PerMessageDeflate(off, off, deflate.bits, deflate.bits)]


def stream_of(steps: list, masked: bool, deflate: Deflate | None) -> bytes:
    """The steps as a peer of websockets would send them; pings stand between fragments too."""
    encode, out = codec(deflate), bytearray()
    for step in steps:
        if not isinstance(step[0], tuple):
            out += Frame(step[0], step[1]).serialize(mask=masked, extensions=encode)
            continue
        (opcode, payload), splits, ping = step
        parts = pieces(payload, [s for s in splits if s]) or [b""]
        for i, part in enumerate(parts):
            op, fin = opcode if i == 0 else Op.CONT, i == len(parts) - 1
            out += Frame(op, part, fin).serialize(mask=masked, extensions=encode)
            if ping and not fin:
                out += Frame(Op.PING, b"between").serialize(mask=masked, extensions=encode)
    return bytes(out)


def as_websockets(data: bytes, masked: bool, deflate: Deflate | None) -> list[tuple[int, bytes]]:
    """What websockets' own parser reads: (opcode, payload) of messages and control frames."""
    side = Side.SERVER if masked else Side.CLIENT
    protocol = Protocol(side, state=State.OPEN, max_size=None)
    protocol.extensions = codec(deflate)
    protocol.receive_data(data)
    assert protocol.parser_exc is None
    out: list[tuple[int, bytes]] = []
    opcode, parts = 0, []
    for event in protocol.events_received():
        if event.opcode >= 8:
            out.append((int(event.opcode), bytes(event.data)))
            continue
        opcode = opcode if event.opcode is Op.CONT else int(event.opcode)
        parts.append(bytes(event.data))
        if event.fin:
            out.append((opcode, b"".join(parts)))
            parts = []
    return out


@settings(max_examples=150, deadline=None)
@given(script, st.booleans(), extension, cuts)
def test_agrees_with_websockets(
    steps: list, masked: bool, deflate: Deflate | None, sizes: list[int]
) -> None:
    data = stream_of(steps, masked, deflate)
    items, walker = walk(data, sizes, masked=masked, deflate=deflate)
    assert [(item.opcode, item.payload) for item in items] == as_websockets(data, masked, deflate)
    assert sum(item.wire for item in items) == len(data)
    assert all(not item.flags & Flag.INVALID for item in items)
    assert all(bool(item.flags & Flag.MASKED) == masked for item in items)
    assert walker.to_boundary == 0
    assert not walker.problems
    assert walker.finish() == []


# --- any stream -----------------------------------------------------------------------------

some_frames = st.builds(
    frame,
    st.integers(0, 255),
    st.binary(max_size=140),
    st.sampled_from([b"", MASK]),
    st.one_of(st.none(), st.integers(0, 2**64 - 1)),
)
any_stream = st.one_of(st.binary(max_size=400), st.lists(some_frames, max_size=8).map(b"".join))


@settings(max_examples=300, deadline=None)
@given(any_stream, st.booleans(), st.one_of(st.none(), st.just(Deflate())), cuts)
def test_any_cutting_of_anything(
    data: bytes, masked: bool, deflate: Deflate | None, sizes: list[int]
) -> None:
    whole, one = walk(data, masked=masked, deflate=deflate, keep=100)
    cut, many = walk(data, sizes, masked=masked, deflate=deflate, keep=100)
    assert whole == cut
    assert one.to_boundary == many.to_boundary
    assert one.finish() == many.finish()
    assert one.problems == many.problems


@settings(max_examples=100, deadline=None)
@given(script, cuts)
def test_boundaries_are_exact(steps: list, sizes: list[int]) -> None:
    """Stepping by ``to_boundary`` stops exactly between frames, wherever one is asked."""
    data = stream_of(steps, True, None)
    ends, at = {0}, 0
    while at < len(data):  # every frame of the script is masked
        length, size = data[at + 1] & 127, 2
        if length == 126:
            (length,), size = struct.unpack_from("!H", data, at + 2), 4
        elif length == 127:
            (length,), size = struct.unpack_from("!Q", data, at + 2), 10
        at += size + 4 + length
        ends.add(at)
    walker, at = Walker(masked=True), 0
    for piece in pieces(data, sizes):
        walker.feed(piece)
        at += len(piece)
        assert (walker.to_boundary == 0) == (at in ends)


# --- what breaks the protocol is named ------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "masked", "said"),
    [
        (frame(0x83, b"x"), False, "reserved opcode 0x3"),
        (frame(0x8B, b"x"), False, "reserved opcode 0xb"),
        (frame(0xC1, b"x"), False, "reserved bits"),
        (frame(TEXT, b"\xc3\x28"), False, "not UTF-8"),
        (frame(TEXT, b"\xed\xa0\x80"), False, "not UTF-8"),
        (frame(TEXT, b"x", MASK), False, "a server's frame is masked"),
        (frame(TEXT, b"x"), True, "a client's frame is not masked"),
        (frame(PING, bytes(126)), False, "a control frame of 126 bytes"),
        (frame(0x09, b""), False, "a control frame is fragmented"),
        (frame(0x80, b"x"), False, "continues nothing"),
        (frame(0x01, b"x") + frame(TEXT, b"y"), False, "a new message begins inside it"),
        (bytes([BINARY, 126, 0, 5]) + b"12345", False, "shortest form"),
        (close_frame(1005), False, "close code 1005"),
        (frame(0x88, b"\x03"), False, "half a code"),
        (frame(0x88, b"\x03\xe8\xff"), False, "the close reason is not UTF-8"),
        (close_frame(1000) + frame(TEXT, b"late"), False, "after the close frame"),
    ],
)
def test_named(data: bytes, masked: bool, said: str) -> None:
    items, _ = walk(data + frame(PING, b"on", MASK if masked else b""), masked=masked)
    bad = [item for item in items if item.flags & Flag.INVALID]
    assert said in bad[0].problem
    # It keeps walking: the ping behind it is still seen.
    assert items[-1].opcode == Opcode.PING
    assert items[-1].payload == b"on"


def test_frame_that_announces_the_moon() -> None:
    items, walker = walk(frame(TEXT, b"begin", length=1 << 62))
    assert items == []
    assert walker.problems == [f"a frame announces {1 << 62} bytes"]
    for _ in range(100):
        walker.feed(bytes(100_000))
    cut = only(walker.finish())
    assert len(cut.payload) < 5_000_000
    assert cut.flags & Flag.CUT_SHORT
    assert cut.size == 10_000_005


def test_keeps_the_beginning_of_what_is_too_large() -> None:
    items, _ = walk(frame(BINARY, bytes(range(256)) * 8), keep=300)
    item = only(items)
    assert item.payload == (bytes(range(256)) * 8)[:300]
    assert (item.size, item.wire) == (2048, 2052)
    assert item.flags & Flag.CUT_SHORT
    assert not item.flags & Flag.INVALID


def test_headers_alone() -> None:
    data = frame(TEXT, b"hello") + frame(BINARY, bytes(70_000)) + frame(PING, b"p")
    for sizes in ([], [3] * 100):
        text, binary, ping = walk(data, sizes, keep=0)[0]
        assert (text.payload, text.size, text.wire, text.flags) == (b"", 5, 7, Flag.CUT_SHORT)
        assert (binary.payload, binary.size, binary.wire) == (b"", 70_000, 70_010)
        assert ping.payload == b"p"


def test_cut_within_a_character_is_no_invalid_text() -> None:
    item = only(walk(frame(TEXT, "é".encode() * 50), keep=31)[0])
    assert item.flags == Flag.CUT_SHORT


def test_endless_fragments_stay_bounded() -> None:
    walker = Walker(masked=False, keep=1000)
    walker.feed(frame(0x02, b"x" * 10))
    for _ in range(2000):
        assert walker.feed(frame(0x00, b"x" * 10)) == []
    item = only(walker.feed(frame(0x80, b"")))
    assert (len(item.payload), item.size, item.frames) == (1000, 20_010, 2002)


def test_a_cut_message_is_told_at_the_end() -> None:
    _, walker = walk(frame(TEXT, b"hello", length=10))
    cut = only(walker.finish())
    assert cut.payload == b"hello"
    assert cut.flags & Flag.CUT_SHORT
    assert cut.flags & Flag.INVALID
    assert "within a frame" in cut.problem


# --- permessage-deflate ---------------------------------------------------------------------


def compressed(payload: bytes, coder: object = None, bits: int = 15) -> bytes:
    coder = coder or zlib.compressobj(wbits=-bits)
    return (coder.compress(payload) + coder.flush(zlib.Z_SYNC_FLUSH))[:-4]


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        ("", None),
        ("x-webkit-deflate-frame", None),
        ("permessage-deflate", (Deflate(), Deflate())),
        (
            "permessage-deflate; server_no_context_takeover; client_max_window_bits=10",
            (Deflate(15, False), Deflate(10, True)),
        ),
        ('foo, permessage-deflate; server_max_window_bits="9"', (Deflate(9), Deflate())),
        ("permessage-deflate; server_max_window_bits=99", None),
    ],
)
def test_negotiated(extensions: str, expected: tuple[Deflate, Deflate] | None) -> None:
    assert negotiated(extensions) == expected


def test_bomb_is_bounded_and_later_messages_say_why_not() -> None:
    coder = zlib.compressobj(9, wbits=-15)
    bomb = frame(0xC2, compressed(bytes(80 << 20), coder))
    after = frame(0xC1, compressed(b"hello", coder))
    items, _ = walk(bomb + after, deflate=Deflate(), keep=1000)
    assert len(items[0].payload) == 1000
    assert "inflates to more than" in items[0].problem
    assert items[1].payload == b""
    assert "not inflated" in items[1].problem


def test_bomb_without_takeover_hurts_nobody_else() -> None:
    bomb = frame(0xC2, compressed(bytes(80 << 20)))
    after = frame(0xC1, compressed(b"hello"))
    items, _ = walk(bomb + after, deflate=Deflate(takeover=False), keep=1000)
    assert items[1].payload == b"hello"
    assert not items[1].problem


def test_large_but_honest_message_keeps_the_window() -> None:
    coder = zlib.compressobj(9, wbits=-15)
    big = bytes(range(256)) * 200
    data = frame(0xC2, compressed(big, coder)) + frame(0xC2, compressed(big[-20_000:], coder))
    items, _ = walk(data, deflate=Deflate(), keep=20_000)
    assert (items[0].size, items[0].payload) == (51_200, big[:20_000])
    assert items[1].payload == big[-20_000:]


def test_garbage_is_not_deflate() -> None:
    items, _ = walk(frame(0xC1, b"\xff\xff\xff") + frame(TEXT, b"plain"), deflate=Deflate())
    assert "cannot be inflated" in items[0].problem
    assert items[1].payload == b"plain"


def test_final_block_flag() -> None:
    coder = zlib.compressobj(wbits=-15)
    whole = coder.compress(b"hello") + coder.flush(zlib.Z_FINISH)
    item = only(walk(frame(0xC1, whole + b"\x00"), deflate=Deflate())[0])
    assert item.payload == b"hello"
    assert not item.problem


# --- frames of ours -------------------------------------------------------------------------


@given(st.one_of(st.none(), st.integers(3000, 4999)), st.text(max_size=80), st.booleans())
def test_close_frame_is_well_formed(code: int | None, reason: str, masked: bool) -> None:
    reason = reason if code is not None else ""
    data = close_frame(code, reason, MASK if masked else None)
    ((opcode, body),) = as_websockets(data, masked, None)
    assert opcode == 8
    if code is not None:
        close = Close.parse(body)
        assert close.code == code
        assert reason.startswith(close.reason)
        assert len(close.reason.encode()) <= 123
