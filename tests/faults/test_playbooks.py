"""What each lasting fault wishes for what passes: facts and luck in, wishes out."""

from __future__ import annotations

import random
from typing import Any

import pytest

from workbench import faults
from workbench.model.action import (
    Behind,
    Drop,
    Finish,
    Forward,
    Fragment,
    Gather,
    HalfClose,
    Headers,
    Hold,
    Only,
    OpenDoor,
    Pace,
    Refuse,
    Repeat,
    Reset,
    Room,
    ShutDoor,
    Slice,
)
from workbench.model.passing import Answer, Bytes, Message, Opening
from workbench.model.words import Direction, Opcode
from workbench.units.applied import apply
from workbench.units.discovery import discover
from workbench.units.settings import build

IN, OUT = Direction.IN, Direction.OUT
UNITS = discover(faults)
TEXT = Message(IN, Opcode.TEXT, b"hello", 7)
EVENT = Message(IN, Opcode.EVENT, b"id: 1\ndata: x\n\n", 16)
PING = Message(IN, Opcode.PING, b"", 2)
CLOSE = Message(IN, Opcode.CLOSE, b"\x03\xe8", 4)


def on(name: str, hook: str, seed: int = 1, **given: Any) -> Any:
    settings = build(UNITS[name].Settings, given, name)
    return getattr(apply("1", UNITS[name], settings, random.Random(seed)), hook)


def message(name: str, facts: Message, **given: Any) -> Any:
    return on(name, "on_message", **given)(facts)


def piece(name: str, facts: Bytes, **given: Any) -> Any:
    return on(name, "on_bytes", **given)(facts)


@pytest.mark.parametrize(
    ("name", "given", "facts", "wished"),
    [
        ("bandwidth", {"rate": 2}, Bytes(IN, 9), (Pace(2048),)),
        ("bandwidth", {"direction": "out"}, Bytes(IN, 9), ()),
        ("slice", {"size": 3, "gap": 20}, Bytes(OUT, 9), (Slice(3, 0.02),)),
        ("buffering", {"size": 2}, Bytes(IN, 9), (Gather(2048),)),
        ("buffering", {}, Bytes(OUT, 9), ()),
        ("slow-reader", {"rate": 5, "room": 7}, Bytes(IN, 9), (Pace(5), Room(7))),
        ("slow-reader", {}, Bytes(OUT, 9), ()),
        ("latency", {"delay": 120}, Bytes(IN, 9), (Hold(0.12),)),
        ("latency", {"delay": "120ms", "direction": "out"}, Bytes(IN, 9), ()),
        ("limit", {"size": 10}, Bytes(IN, 9, 0), ()),
        ("limit", {"size": 10}, Bytes(IN, 9, 9), (Only(1), Reset())),
        ("limit", {"size": 10, "end": "fin"}, Bytes(IN, 9, 1), (Only(9), Finish())),
        ("limit", {"size": 10}, Bytes(IN, 9, 11), ()),  # it has ended already
        ("limit", {"size": 10}, Bytes(OUT, 99, 0), ()),
    ],
)
def test_bytes(name: str, given: dict[str, Any], facts: Bytes, wished: Any) -> None:
    assert piece(name, facts, **given) == wished


@pytest.mark.parametrize("distribution", ["uniform", "normal", "pareto"])
def test_latency_is_never_negative_and_as_uneven_as_asked(distribution: str) -> None:
    hook = on("latency", "on_bytes", delay=30, jitter=20, distribution=distribution)
    holds = [hook(Bytes(IN, 1))[0].seconds for _ in range(500)]
    assert min(holds) >= 0
    assert len(set(holds)) > 400
    if distribution == "uniform":
        assert 0.0099 <= min(holds) < 0.012
        assert 0.048 < max(holds) <= 0.0501
    if distribution == "pareto":
        assert min(holds) >= 0.03
        assert max(holds) > 0.08  # the long tail


@pytest.mark.parametrize(
    ("name", "given", "facts", "wished"),
    [
        ("drop", {}, TEXT, (Drop(),)),
        ("drop", {}, PING, ()),
        ("drop", {"direction": "out"}, TEXT, ()),
        ("drop", {"skip": 1}, TEXT, ()),
        ("drop", {"count": 1}, Message(IN, 1, b"x", 3, 1), ()),
        ("drop", {"probability": 0}, TEXT, ()),
        ("drop", {}, EVENT, (Drop(),)),
        ("repeat", {"times": 3}, TEXT, (Repeat(3),)),
        ("repeat", {}, CLOSE, ()),
        ("hold", {"delay": 2}, TEXT, (Hold(2.0),)),
        ("hold", {}, TEXT, (Hold(None),)),
        ("hold", {}, PING, ()),
        ("truncate", {"size": 2}, TEXT, (Forward(b"he"),)),
        ("truncate", {"size": 5}, TEXT, ()),
        ("truncate", {"size": 3}, Message(IN, 1, "hüü".encode(), 9), (Forward("hü".encode()),)),
        ("truncate", {"size": 9}, EVENT, (Forward(b"id: 1\ndat\n\n"),)),
        ("fragment", {"size": 2}, TEXT, (Fragment(2),)),
        ("fragment", {}, EVENT, ()),
        ("ignore-pings", {}, PING, (Drop(),)),
        ("ignore-pings", {"what": "pongs"}, PING, ()),
        ("ignore-pings", {"what": "both"}, Message(OUT, Opcode.PONG, b"", 6), (Drop(),)),
        ("wrong-close-code", {"code": 4001, "reason": "r"}, CLOSE, (Forward(b"\x0f\xa1r"),)),
        ("wrong-close-code", {}, TEXT, ()),
        ("cut-frame", {}, TEXT, (Only(3), Reset())),
        ("cut-frame", {"part": 0, "end": "fin"}, TEXT, (Only(1), Finish())),
        ("cut-frame", {"part": 1}, TEXT, (Only(6), Reset())),
        ("cut-frame", {}, PING, ()),
        ("cut-event", {}, EVENT, (Only(7), Finish())),
        ("cut-event", {}, TEXT, ()),
        ("cut-event", {"skip": 1}, EVENT, ()),
        ("cut-event", {"part": 1, "end": "rst"}, EVENT, (Only(13), Reset())),
        ("drop-id", {}, EVENT, (Forward(b"data: x\n\n"),)),
        ("drop-id", {}, TEXT, ()),
    ],
)
def test_messages(name: str, given: dict[str, Any], facts: Message, wished: Any) -> None:
    assert message(name, facts, **given) == wished


def test_reorder_goes_no_further_than_asked() -> None:
    hook = on("reorder", "on_message", within=3, probability=1, patience=2)
    wished = [hook(TEXT)[0] for _ in range(100)]
    assert {each.messages for each in wished} == {1, 2, 3}
    assert all(isinstance(each, Behind) and each.seconds == 2 for each in wished)


@pytest.mark.parametrize("payload", [b"hello", bytes(range(256)), "hüü".encode(), b"x"])
def test_corrupt_changes_so_many_bytes_at_most_and_at_least_one(payload: bytes) -> None:
    hook = on("corrupt", "on_message", count=1)
    for _ in range(200):
        (wish,) = hook(Message(IN, Opcode.BINARY, payload, 9))
        assert len(wish.data) == len(payload)
        assert sum(a != b for a, b in zip(wish.data, payload, strict=True)) == 1
    assert hook(Message(IN, Opcode.TEXT, b"", 2)) == ()


@pytest.mark.parametrize(
    "name", ["drop", "repeat", "reorder", "corrupt", "truncate", "fragment", "drop-id"]
)
def test_probability_is_kept_and_the_seed_repeats_it(name: str) -> None:
    given = {"probability": 0.25, **({"size": 1} if name == "truncate" else {})}
    facts = EVENT if name == "drop-id" else TEXT
    runs = []
    for _ in range(2):
        hook = on(name, "on_message", seed=5, **given)
        runs.append([bool(hook(facts)) for _ in range(1000)])
    assert runs[0] == runs[1]
    assert 180 < sum(runs[0]) < 320


@pytest.mark.parametrize("status", [204, 302, 429, 502, 503])
def test_refuse(status: int) -> None:
    hook = on("refuse", "on_opening", status=status, retry_after=5, location="/x\r\nEvil: 1")
    (wish,) = hook(Opening("ws", "/"))
    assert isinstance(wish, Refuse)
    assert wish.status == status
    headers = dict(wish.headers)
    assert headers["Retry-After"] == "5"
    assert bool(wish.body) == (status != 204)
    assert (b"<html>" in wish.body) == (status == 502)
    assert headers.get("Location") == ("/xEvil: 1" if status == 302 else None)
    assert hook(Opening("http", "/")) == ()
    assert hook(Opening()) == ()
    assert on("refuse", "on_opening", requests="all")(Opening("http", "/"))


def test_the_other_faults_at_the_door() -> None:
    assert on("slow-handshake", "on_opening")(Opening("sse", "/")) == (Hold(5.0),)
    assert on("slow-handshake", "on_opening")(Opening()) == ()
    assert on("accept-close", "on_opening")(Opening()) == (Finish(),)
    assert on("accept-close", "on_opening", end="rst")(Opening()) == (Reset(),)
    assert on("accept-close", "on_opening")(Opening("ws", "/")) == ()
    said = Headers((("Content-Type", "text/html"),))
    assert on("wrong-type", "on_answer")(Answer("sse", 200, "text/event-stream")) == (said,)
    assert on("wrong-type", "on_answer")(Answer("ws", 101, "")) == ()
    shut = UNITS["refuse-connect"]
    assert shut.inject(shut.Settings()) == (ShutDoor(),)
    assert shut.heal(shut.Settings()) == (OpenDoor(),)
    half = UNITS["half-close"]
    assert half.inject(half.Settings("out")) == (HalfClose(OUT),)
    assert UNITS["finish"].inject(UNITS["finish"].Settings()) == (Finish(),)
