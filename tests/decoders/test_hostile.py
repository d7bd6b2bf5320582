"""Whatever comes from the network: nothing raises, and what is made stays bounded."""

from __future__ import annotations

import contextlib
import json
import math
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import cbor2
import msgpack
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import decoders
from workbench.decoders import _chain
from workbench.model.tree import Figure, Pairs
from workbench.model.words import Opcode
from workbench.panels.tree import Tree, flat
from workbench.units.shapes import DecodeError, Limits

ROOT = Path(__file__).resolve().parents[2]
SMALL = Limits(read=4096, inflated=4096, nodes=500, depth=20)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text()
    | st.floats(allow_nan=False)
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=5) | st.dictionaries(st.text(), v, max_size=5)
)
STARTS = st.sampled_from(
    [b"", b"\x1f\x8b\x08", b"\x78\x9c", b"\x28\xb5\x2f\xfd", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff",
     b"RIFF\0\0\0\0WEBP", b"GIF89a", b"BM", b"SEND\n", b"42[", b"\xd9\xd9\xf7", b"\x10\x0e\0\4MQTT",
     b'{"a":"', b'{"type":1}\x1e', b"\x83", b"\xa3", b"\x0a\x05"]
)  # fmt: skip


def size(tree: Any) -> int:
    if isinstance(tree, Pairs):
        return 1 + sum(size(value) for _, value in tree)
    return 1 + sum(map(size, tree)) if isinstance(tree, list) else 1


def same(tree: Any, value: Any) -> bool:
    if isinstance(value, dict):
        named = [(k, v) for k, v in value.items()]
        return len(tree) == len(named) and all(
            t[0] == v[0] and same(t[1], v[1]) for t, v in zip(tree, named, strict=True)
        )
    if isinstance(value, list):
        return len(tree) == len(value) and all(map(same, tree, value))
    if isinstance(value, float):
        return math.isclose(float(tree), value, rel_tol=1e-6, abs_tol=0.0)
    if isinstance(value, int) and not isinstance(value, bool):
        return isinstance(tree, Figure) and int(tree) == value
    return bool(tree == value)


@settings(max_examples=300, deadline=None)
@given(STARTS, st.binary(max_size=300), st.sampled_from([Opcode.TEXT, Opcode.BINARY, 16, 0, 99]))
def test_anything_gives_something_to_show(start: bytes, rest: bytes, opcode: int) -> None:
    outcome = decoders.read(start + rest, opcode, SMALL)
    assert outcome.steps
    assert len(outcome.payload) <= max(len(start + rest), SMALL.inflated)
    if outcome.tree is not None:
        assert size(outcome.tree) <= 2 * SMALL.nodes + len(outcome.payload)
        Tree(outcome.tree)
        flat(outcome.tree)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(_chain._units())), STARTS, st.binary(max_size=200))
def test_a_unit_refuses_by_its_one_error(name: str, start: bytes, rest: bytes) -> None:
    unit = _chain._units()[name]
    assert 0 <= unit.recognise(start + rest, Opcode.BINARY) <= 1
    with contextlib.suppress(DecodeError):
        unit.decode(start + rest, SMALL)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_messagepack_says_what_the_library_wrote(value: Any) -> None:
    data = msgpack.packb(value)
    assert same(_chain._units()["messagepack"].decode(data, Limits()).tree, value)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_cbor_says_what_the_library_wrote(value: Any) -> None:
    data = cbor2.dumps(value)
    assert same(_chain._units()["cbor"].decode(data, Limits()).tree, value)


@settings(max_examples=100, deadline=None)
@given(st.lists(VALUES, max_size=3))
def test_compressed_json_is_read_through(value: Any) -> None:
    data = zlib.compress(json.dumps(value).encode())
    outcome = decoders.read(data, Opcode.BINARY)
    assert outcome.steps[0][0] == "zlib"
    assert outcome.name in ("json", "base64-json")


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=1, max_size=200), st.integers(0, 199), st.integers(0, 255))
def test_a_broken_stream_is_shown_all_the_same(data: bytes, at: int, byte: int) -> None:
    broken = bytearray(zlib.compress(data))
    broken[at % len(broken)] = byte
    assert decoders.read(bytes(broken), Opcode.BINARY, SMALL).steps


def test_libraries_are_imported_when_needed() -> None:
    """Neither the inspector nor a text message loads a library."""
    code = (
        "import sys; from workbench import decoders; from workbench.panels import inspector\n"
        "decoders.read(b'{\"a\":1}', 1)\n"
        "print([m for m in ('brotli', 'backports.zstd', 'msgpack', 'cbor2') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.stdout.strip() == "[]", run.stderr


def test_without_the_extra_the_bytes_are_shown() -> None:
    code = (
        "import sys; sys.modules.update({'brotli': None, 'backports.zstd': None,"
        " 'compression.zstd': None, 'compression': None, 'backports': None})\n"
        "from workbench import decoders\n"
        "print(decoders.read(b'\\x28\\xb5\\x2f\\xfd\\x04\\x00', 2).name)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.stdout.strip() == "hex", run.stderr
