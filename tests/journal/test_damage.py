"""Torn tails and flipped bits: the good part opens, the rest is named, no row is wrong."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from tests.journal.samples import START, message
from workbench.journal.packing import pack
from workbench.journal.recording import Recording
from workbench.journal.writer import Writer
from workbench.model.errors import WorkbenchError

RECORDS = 400


@pytest.fixture
def whole(folder, writer, fill) -> Path:
    """A closed recording of 400 messages in blocks of 50."""
    w = writer()
    fill(w, RECORDS)
    w.close()
    return folder


def flip(path: Path, at: int, bit: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)


def named(recording: Recording) -> set[int]:
    return {n for d in recording.verify() for n in range(d.first, d.stop)}


def test_flipped_payload(whole, same):
    at = int(Recording.open(whole).headers(120, 121)["offset"][0])
    flip(whole / "000001.pay", at + 3)
    recording = Recording.open(whole)
    assert recording.damage == []  # nobody has touched it yet
    assert recording.payload(120) == recording.payload(101) == b""
    assert recording.headers(120, 121)["seq"] == 121
    same(recording, 99)
    same(recording, 150)
    (damage,) = recording.damage
    assert (damage.first, damage.stop, damage.what) == (100, 150, "payload unreadable")
    assert str(damage).startswith("1 block of 2 KiB payload unreadable at ")
    assert str(damage).endswith("(records 100–149)")


def test_flipped_headers(whole, same):
    flip(whole / "000001.idx", 48 * 60 + 5)
    flip(whole / "000001.idx", 48 * 110 + 5)
    recording = Recording.open(whole)
    rows = recording.headers(0, RECORDS)
    assert rows["kind"].tolist() == [1] * 50 + [0] * 100 + [1] * 250
    assert rows["seq"][150] == 151
    assert recording.field("seq", 140, 160).tolist() == [0] * 10 + list(range(151, 161))
    assert recording.payload(60) == b""
    same(recording, 150)
    assert [n for part in recording.where(lambda h: h["seq"] < 200) for n in part] == [
        *range(50),
        *range(150, 199),
    ]
    (damage,) = recording.damage
    assert (damage.first, damage.stop, damage.blocks) == (50, 150, 2)


def test_flipped_commit_mark_hides_its_block_alone(whole, same):
    flip(whole / "000001.commit", 64 * 2 + 9)
    recording = Recording.open(whole)
    assert recording.count == RECORDS
    assert recording.headers(95, 155)["kind"].tolist() == [1] * 5 + [0] * 50 + [1] * 5
    assert recording.payload(149) == recording.payload(100) == b""
    same(recording, 99)
    same(recording, 150)
    (damage,) = recording.damage
    assert (damage.first, damage.stop, damage.what) == (100, 150, "missing")


def test_torn_commit_tail(whole, same):
    data = (whole / "000001.commit").read_bytes()
    (whole / "000001.commit").write_bytes(data[:-10])
    recording = Recording.open(whole)
    assert recording.count == 350
    same(recording, 349)
    (damage,) = recording.damage
    assert "after record 349 were never acknowledged" in str(damage)


def test_torn_payload_and_headers(whole, same):
    for end in ("pay", "idx"):
        data = (whole / f"000001.{end}").read_bytes()
        (whole / f"000001.{end}").write_bytes(data[: len(data) - 100])
    recording = Recording.open(whole)
    assert recording.count == RECORDS  # they were acknowledged: they are missed, and named
    same(recording, 349)
    assert recording.headers(340, 400)["kind"].tolist() == [1] * 10 + [0] * 50
    assert [(d.first, d.stop) for d in recording.verify()] == [(350, 400)]


def test_a_lost_segment_in_the_middle(folder, writer, fill, same):
    w = writer(segment_bytes=2000)
    fill(w, 500)
    w.close()
    _, first, records, _ = Recording.open(folder).segments()[2]
    for path in folder.glob("000003.*"):
        path.unlink()
    recording = Recording.open(folder)
    assert (recording.first, recording.count) == (0, 500)
    rows = recording.headers(0, 500)
    assert rows["kind"].tolist().count(0) == records
    same(recording, first - 1)
    same(recording, first + records)
    assert [(d.first, d.stop) for d in recording.damage] == [(first, first + records)]


def test_a_segment_without_a_readable_mark_is_named(folder, writer, fill, same):
    w = writer(segment_bytes=2000)
    fill(w, 500)
    w.close()
    (folder / "000001.commit").write_bytes(b"")
    recording = Recording.open(folder)
    same(recording, recording.first)
    assert any("segment 000001 has no readable commit mark" in str(d) for d in recording.damage)


def test_killed_before_the_first_mark_of_a_segment(folder, writer, fill, same):
    w = writer(segment_bytes=2000)
    fill(w, 500)
    w.close()
    last = Recording.open(folder).last_segment
    (folder / f"{last + 1:06}.pay").write_bytes(b"arrived")
    for end in ("idx", "commit"):
        (folder / f"{last + 1:06}.{end}").write_bytes(b"")
    for _ in range(2):
        recording = Recording.open(folder)
        (damage,) = recording.damage
        assert "7 bytes at the start of segment" in str(damage)
        assert "never acknowledged" in str(damage)
        w = writer()  # going on changes nothing about it
        fill(w, 10)
        w.close()
    same(Recording.open(folder), 519)


def test_a_segment_that_belongs_elsewhere_is_left_out(folder, writer, fill, same):
    w = writer(segment_bytes=2000)
    fill(w, 500)
    w.close()
    last = Recording.open(folder).last_segment
    for end in ("pay", "idx", "commit"):
        shutil.copy(folder / f"000002.{end}", folder / f"{last + 1:06}.{end}")
    recording = Recording.open(folder)
    assert recording.count == 500
    assert any("does not continue" in str(d) for d in recording.damage)


def test_information_that_is_damaged_costs_no_record(whole, same):
    flip(whole / "recording.json", 13, 1)
    recording = Recording.open(whole)
    assert recording.info == {}
    same(recording, 399)
    assert "recording.json is unreadable" in str(recording.damage[0])


def test_writing_goes_on_after_damage(whole, writer, fill, same):
    data = (whole / "000001.commit").read_bytes()
    (whole / "000001.commit").write_bytes(data[:-10])
    w = writer()
    assert w.count == 350
    fill(w, 50)
    w.close()
    recording = Recording.open(whole)
    for number in (349, 350, 399):
        same(recording, number)


# --- at random ----------------------------------------------------------------------------


def hurt(luck: random.Random, folder: Path) -> None:
    """Flip some bits, or cut, zero or lengthen a file."""
    path = luck.choice(sorted(p for p in folder.iterdir() if p.stat().st_size))
    data = bytearray(path.read_bytes())
    act = luck.randrange(5)
    at = luck.randrange(len(data))
    if act == 0:
        del data[at:]
    elif act == 1:
        data[at : at + luck.randrange(1, 200)] = bytes(luck.randrange(1, 200))
    elif act == 2:
        data += luck.randbytes(luck.randrange(1, 200))
    else:
        for _ in range(luck.choice([1, 1, 1, 8])):
            data[luck.randrange(len(data))] ^= 1 << luck.randrange(8)
    path.write_bytes(data)


def nothing_is_silently_wrong(path: Path, count: int) -> None:
    try:
        recording = Recording.open(path)
    except WorkbenchError:
        assert path.is_file()  # a packed file may be hurt in the names of its members
        return
    damaged = named(recording)
    rows = recording.headers(0, recording.count)
    assert recording.count <= count
    for number in range(recording.first, recording.count):
        wanted = message(number)
        if rows[number]["kind"]:
            assert rows[number]["seq"] == wanted.seq
            assert rows[number]["time"] == wanted.time
            assert rows[number]["ref"] == wanted.ref
        else:
            assert number in damaged
        assert recording.payload(number) == wanted.payload or number in damaged
    assert recording.count == count or recording.damage
    assert recording.first == 0 or recording.damage
    recording.links()
    recording.at(START)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed recording of three segments that each case copies."""
    folder = tmp_path_factory.mktemp("sound") / "recording"
    moments = iter(range(START, START + 10**9, 10**6))
    w = Writer(folder, now=lambda: next(moments), anchor=START, segment_bytes=2500)
    for number in range(150):
        w.put(message(number))
        if number % 10 == 9:
            w.flush()
    w.close()
    (folder / "writer.lock").unlink()
    return folder


def fuzz(sound: Path, place: Path, seeds: range) -> None:
    for seed in seeds:
        luck = random.Random(seed)
        copy = place / str(seed)
        shutil.copytree(sound, copy)
        for _ in range(luck.choice([1, 1, 2, 5])):
            hurt(luck, copy)
        try:
            nothing_is_silently_wrong(copy, 150)
        except Exception as e:
            e.add_note(f"seed {seed}")
            raise
        shutil.rmtree(copy)


def test_fuzz(sound, tmp_path):
    fuzz(sound, tmp_path, range(200))


@pytest.mark.slow
def test_fuzz_thoroughly(sound, tmp_path):
    fuzz(sound, tmp_path, range(200, 1200))


def test_fuzz_packed(sound, tmp_path):
    data = pack(sound, tmp_path / "whole.wbrec").read_bytes()
    path = tmp_path / "hurt.wbrec"
    for seed in range(150):
        luck = random.Random(seed)
        hurt_data = bytearray(data)
        if seed % 3 == 0:
            del hurt_data[luck.randrange(len(data)) :]
        for _ in range(luck.choice([0, 1, 8]) if seed % 3 == 0 else luck.choice([1, 1, 8])):
            hurt_data[luck.randrange(max(len(hurt_data), 1)) - 1] ^= 1 << luck.randrange(8)
        path.write_bytes(hurt_data)
        try:
            nothing_is_silently_wrong(path, 150)
        except Exception as e:
            e.add_note(f"seed {seed}")
            raise
