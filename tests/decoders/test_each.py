"""Each decoder is picked for what it reads, and says what is in it."""

from __future__ import annotations

import base64
import gzip
import json
import random
import struct
import zlib
from collections import Counter
from typing import Any

import brotli
import cbor2
import msgpack
import pytest

from workbench import decoders
from workbench.decoders import _chain
from workbench.model.tree import Figure, Note, Pairs
from workbench.model.words import Opcode
from workbench.units.shapes import Limits

try:
    from compression import zstd  # Python 3.14
except ImportError:
    from backports import zstd

TEXT, BINARY = Opcode.TEXT, Opcode.BINARY
VALUE = {"type": "tick", "seq": 4491, "bid": 1.25, "tags": ["a", None, True], "deep": {"x": -1}}
JSON = json.dumps(VALUE).encode()
LONG = json.dumps([VALUE] * 20).encode()


def plain(tree: Any) -> Any:
    """A tree as Python values, to be compared."""
    if isinstance(tree, Pairs):
        return {name: plain(value) for name, value in tree}
    if isinstance(tree, list):
        return [plain(value) for value in tree]
    if isinstance(tree, Figure) and not isinstance(tree, Note):
        return float(tree) if "." in tree or "e" in tree else int(tree)
    return tree


def packed(title: str, data: bytes, plain: bytes) -> str:
    return f"{title} ({len(data)} B for {len(plain)} B) › JSON"


def deflated(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)


PUBLISH = b"\x32" + bytes([2 + 8 + 2 + len(JSON)]) + b"\0\x08prices/a" + b"\0\x07" + JSON
STOMP = b"MESSAGE\ndestination:/topic/p\nmessage-id:a\\cb\n\n" + JSON + b"\0"

SAMPLES = [
    (JSON, TEXT, "JSON", VALUE),
    (b'42["tick",{"seq":1}]', TEXT, "Socket.IO event › JSON", ["tick", {"seq": 1}]),
    (b'451-/chat,17["f",{"a":0}]', TEXT,
     "Socket.IO binary event in /chat, ack 17, 1 attached › JSON", ["f", {"a": 0}]),
    (b'0{"sid":"x"}', TEXT, "Engine.IO open › JSON", {"sid": "x"}),
    (b'{"type":1,"target":"t"}\x1e', TEXT, "SignalR Invocation", {"type": 1, "target": "t"}),
    (b'{"type":6}\x1e{"type":7}\x1e', TEXT, "SignalR Ping, Close", [{"type": 6}, {"type": 7}]),
    (b'{"protocol":"json","version":1}\x1e', TEXT, "SignalR handshake",
     {"protocol": "json", "version": 1}),
    (STOMP, TEXT, "STOMP MESSAGE to /topic/p › JSON", VALUE),
    (b"CONNECTED\r\nversion:1.2\r\n\r\n\0", TEXT, "STOMP CONNECTED", {"version": "1.2"}),
    (PUBLISH, BINARY, "MQTT PUBLISH to prices/a, QoS 1, packet 7 › JSON", VALUE),
    (b"\x10\x10\0\4MQTT\4\2\0\x3c\0\4me-1", BINARY, "MQTT CONNECT",
     {"packet": "CONNECT", "version": "3.1.1", "clean": True, "keep alive": 60, "client": "me-1"}),
    (b"\xc0\0", BINARY, "MQTT PINGREQ", {"packet": "PINGREQ"}),
    (msgpack.packb(VALUE), BINARY, "MessagePack", VALUE),
    (cbor2.dumps(VALUE), BINARY, "CBOR", VALUE),
    (cbor2.dumps(cbor2.CBORTag(55799, VALUE)), BINARY, "CBOR", VALUE),
    (gzip.compress(LONG), BINARY, packed("gzip", gzip.compress(LONG), LONG),
     [VALUE] * 20),
    (zlib.compress(JSON), BINARY, packed("zlib", zlib.compress(JSON), JSON),
     VALUE),
    (deflated(JSON), BINARY, packed("deflate", deflated(JSON), JSON), VALUE),
    (brotli.compress(LONG), BINARY, packed("Brotli", brotli.compress(LONG), LONG),
     [VALUE] * 20),
    (zstd.compress(LONG), BINARY, packed("Zstandard", zstd.compress(LONG), LONG),
     [VALUE] * 20),
    (b"\x08\x96\x01\x12\x07testing\x1a\x02\x08\x01", BINARY, "Protobuf, raw fields",
     {"1": 150, "2": "testing", "3": {"1": 1}}),
    (json.dumps({"p": base64.b64encode(JSON).decode(), "n": 1}).encode(), TEXT, "JSON with Base64",
     {"p": {"base64": VALUE}, "n": 1}),
    (gzip.compress(msgpack.packb(VALUE)), BINARY, None, VALUE),
]  # fmt: skip


@pytest.mark.parametrize(("payload", "opcode", "how", "value"), SAMPLES)
def test_read(payload: bytes, opcode: int, how: str | None, value: Any) -> None:
    outcome = decoders.read(payload, opcode)
    assert plain(outcome.tree) == value
    if how is not None:
        assert outcome.how == how
    assert not outcome.decoded.cut


def jpeg(width: int, height: int) -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHH", 11, 8, height, width) + b"\1\1\x11\0"
    return b"\xff\xd8\xff\xe0\0\x04ab" + frame + b"\xff\xd9"


IMAGES = [
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\2\0\0\0", "PNG"),
    (b"GIF89a" + struct.pack("<HH", 640, 480) + b"\0\0\0;", "GIF"),
    (jpeg(640, 480), "JPEG"),
    (b"BM" + struct.pack("<IHHIIii", 30, 0, 0, 54, 40, 640, -480) + b"\0\0\0\0", "BMP"),
    (b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\x7f\x02\0\xdf\x01\0", "WebP"),
    (b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", 639 | 479 << 14), "WebP"),
]


@pytest.mark.parametrize(("payload", "kind"), IMAGES)
def test_an_image_is_handed_on(payload: bytes, kind: str) -> None:
    outcome = decoders.read(payload, BINARY)
    assert outcome.how == f"{kind} image, 640 × 480"
    assert outcome.decoded.image == payload


def test_a_picture_that_claims_to_be_huge_is_not_shown() -> None:
    payload = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 60_000, 60_000)
    outcome = decoders.read(payload, BINARY)
    assert outcome.how == "PNG image, 60000 × 60000"
    assert outcome.decoded.image == b""


def test_what_nothing_reads_is_text_or_hex() -> None:
    assert decoders.read(b"hello\nthere", TEXT).decoded.lines == ("hello", "there")
    outcome = decoders.read(b"\xff\x00\x01abc", BINARY)
    assert outcome.name == "hex"
    assert outcome.decoded.lines[0].startswith("00000000  ff 00 01 61 62 63")
    assert decoders.read(b"", BINARY).name in ("hex", "text")


def test_members_that_come_twice_and_tags_are_shown() -> None:
    assert decoders.read(b"\x82\xa1a\x01\xa1a\x02", BINARY).tree == [("a", "1"), ("a", "2")]
    regex = cbor2.dumps({"r": cbor2.CBORTag(35, "(a+)+$")})
    assert decoders.read(regex, BINARY).tree == [("r", [("tag 35", "(a+)+$")])]
    cycle = bytes.fromhex("81d81c81d81d00")
    tree = _chain._units()["cbor"].decode(cycle, Limits()).tree
    assert tree == [[("tag 28", [[("tag 29", "0")]])]]


def test_a_timestamp_is_a_moment() -> None:
    stamp = msgpack.packb({"t": msgpack.Timestamp(1_700_000_000, 5)})
    assert plain(decoders.read(stamp, BINARY).tree) == {"t": "2023-11-14 22:13:20.000000005 UTC"}


def test_a_password_is_not_shown() -> None:
    packet = b"\x10\x1a\0\4MQTT\4\xc2\0\x3c\0\2me\0\2us\0\6secret"
    outcome = decoders.read(packet, BINARY)
    assert outcome.name == "mqtt"
    assert ("client", "me") in outcome.tree
    assert "secret" not in repr((outcome.how, outcome.tree))


def test_a_bomb_stops_at_the_limit() -> None:
    limits = Limits(inflated=1000)
    for bomb in (gzip.compress(b"[" + b" " * 10**7), zlib.compress(b"a" * 10**7),
                 deflated(b"a" * 10**7), brotli.compress(b"a" * 10**7),
                 zstd.compress(b"a" * 10**7)):  # fmt: skip
        outcome = decoders.read(bomb, BINARY, limits)
        assert outcome.steps[0][0] in ("gzip", "zlib", "deflate", "brotli", "zstd")
        assert len(outcome.payload) <= 1000
        assert "only its beginning" in outcome.how


def test_bombs_within_bombs_end() -> None:
    payload = JSON
    for _ in range(20):
        payload = gzip.compress(payload)
    outcome = decoders.read(payload, BINARY)
    assert len(outcome.steps) == Limits().steps


@pytest.mark.parametrize(("unit", "data"), [
    ("messagepack", b"\x91" * 5000 + b"\xc0"),
    ("messagepack", b"\xdd\xff\xff\xff\xff"),
    ("messagepack", b"\xdd\x00\x0f\xff\xff" * 300),
    ("messagepack", b"\xdc\xff\xff" + b"\xc0" * 65535),
    ("cbor", b"\x81" * 5000 + b"\xf6"),
    ("cbor", b"\x9b\x7f" + b"\xff" * 7),
    ("cbor", b"\x9f" * 5000),
    ("cbor", b"\xff"),
    ("cbor", b"\x5f\x5f\xff\xff"),
    ("protobuf", b"\x0a\xff\xff\xff\xff\x0f"),
    ("protobuf", b"\x0a" + b"\xff" * 20),
    ("json", b"[" * 100_000),
    ("mqtt", b"\x30\xff\xff\xff\xff\x01"),
    ("stomp", b"SEND\n" + b"a:b\n" * 1000 + b"\n"),
])  # fmt: skip
def test_a_claim_is_refused(unit: str, data: bytes) -> None:
    """Whatever is announced and not there, or beyond a limit."""
    limits = Limits(nodes=60_000)
    with pytest.raises(decoders._chain.DecodeError):
        _chain._units()[unit].decode(data, limits)


def test_bytes_without_a_meaning_are_seldom_given_one() -> None:
    luck = random.Random(7)
    names = Counter(decoders.read(luck.randbytes(120), BINARY).name for _ in range(1000))
    assert names["hex"] > 980, names


def test_each_unit_has_its_shape() -> None:
    for name, unit in _chain._units().items():
        assert unit.TITLE, name
        assert 0 <= unit.recognise(b"", BINARY) <= 1
