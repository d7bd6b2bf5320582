"""Limits and a full disk: memory stays bounded, what is lost is counted, what is kept stays."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.journal import segment_files
from workbench.journal.recording import Recording
from workbench.model.record import Record
from workbench.model.words import Kind


def losses(recording: Recording) -> list[dict[str, object]]:
    found = recording.where(lambda h: h["kind"] == Kind.LOSS)
    return [json.loads(recording.payload(n)) for part in found for n in part.tolist()]


# --- the limit ----------------------------------------------------------------------------


def test_keep_newest(folder, writer, fill, same):
    w = writer(limit_bytes=20_000, segment_bytes=2000)
    follower = Recording.open(folder)
    for _ in range(40):
        fill(w, 50, every=10)
        follower.refresh()
        assert w.bytes <= 20_000 + 2000
    recording = Recording.open(folder)
    on_disk = sum(p.stat().st_size for p in folder.glob("0*"))
    assert on_disk == w.bytes == recording.bytes
    assert 0 < recording.first < recording.count == w.count
    assert (follower.first, follower.count) == (recording.first, recording.count)
    said = losses(recording)
    assert {value["what"] for value in said} == {"trimmed"}
    assert said[-1]["last"] == recording.first - 1
    assert said[-1]["count"] == int(said[-1]["last"]) - int(said[-1]["first"]) + 1
    kinds = recording.field("kind", recording.first)
    for number in range(recording.first, recording.count):
        if kinds[number - recording.first] == Kind.MESSAGE:
            same(recording, number)
    assert recording.headers(0, 3)["kind"].tolist() == [0, 0, 0]
    assert recording.payload(0) == b""
    assert recording.damage == []


def test_a_follower_that_holds_trimmed_pages_goes_on(folder, writer, fill, same):
    w = writer(limit_bytes=20_000, segment_bytes=2000)
    fill(w, 50)
    follower = Recording.open(folder)
    page = follower.headers(0, 10)
    fill(w, 1000)
    assert page["seq"].tolist() == list(range(1, 11))  # mapped files stay readable
    assert len(follower.headers(0, 500)) == 50  # it has not looked again
    follower.refresh()
    assert follower.first > 50
    assert follower.headers(0, 10)["kind"].tolist() == [0] * 10


def test_stop_at_the_limit(folder, writer, fill, same):
    w = writer(limit_bytes=20_000, segment_bytes=2000, when_full="stop")
    fill(w, 400)
    assert w.state == "full"
    assert w.error is not None
    assert "limit" in w.error.what
    count, dropped = w.count, w.dropped
    assert count + dropped == 400 + 1  # and the record that says so
    assert w.put(Record(1, 1, 1)) == -1
    w.close()
    recording = Recording.open(folder)
    same(recording, 0)
    said = losses(recording)
    assert [value["what"] for value in said] == ["stopped", "dropped"]
    assert said[1]["count"] == dropped + 1


def test_an_unknown_policy_is_refused(writer):
    with pytest.raises(ValueError, match="keep-newest"):
        writer(when_full="panic")


# --- the disk is full: injected -----------------------------------------------------------


class Disk:
    """Stands in for ``write_at``: takes ``room`` bytes, a part of the last call too."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room = 10**9
        self._write = segment_files.write_at
        monkeypatch.setattr(segment_files, "write_at", self.write_at)

    def write_at(self, file, position, data):
        part = data[: self.room]
        self.room -= len(part)
        self._write(file, position, part)
        if len(part) < len(data):
            raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@pytest.mark.parametrize("room", [0, 1, 150, 450, 2000, 2400, 4450, 4500, 4513])
def test_full_disk_pauses_and_resumes(folder, writer, fill, same, disk, room):
    """50 records need 2,050 bytes of payload, 2,400 of headers, 64 of marks."""
    w = writer()
    fill(w, 100)
    follower = Recording.open(folder)
    disk.room = room
    fill(w, 50)
    assert w.acknowledged == 99
    assert w.state == "paused"
    assert w.error is not None
    assert "disk is full" in w.error.what
    fill(w, 500)
    assert follower.refresh() == 100
    disk.room = 10**9
    flush_until(w, lambda: w.state == "recording")
    assert (w.error, w.dropped, w.acknowledged) == (None, 0, 649)
    assert follower.refresh() == 650
    for recording in (follower, Recording.open(folder)):
        for number in (0, 99, 100, 149, 150, 649):
            same(recording, number)
    w.close()
    assert Recording.open(folder).verify() == []


def flush_until(w, done) -> None:
    for _ in range(10_000):  # the clock of these tests moves a millisecond at each look
        w.flush()
        if done():
            return
    raise AssertionError(w.state)


def test_beyond_the_buffer_records_are_dropped_and_counted(folder, writer, fill, same, disk):
    w = writer(buffer_bytes=20_000)
    fill(w, 100)
    disk.room = 10
    fill(w, 1000, every=10)
    assert w.dropped > 0
    assert 100 < w.count < 500
    assert w.count + w.dropped == 1100
    kept, dropped = w.count, w.dropped
    disk.room = 10**9
    flush_until(w, lambda: w.state == "recording" and w.acknowledged == kept)
    recording = Recording.open(folder)
    same(recording, kept - 1)
    (said,) = losses(recording)
    assert (said["what"], said["count"], recording.count) == ("dropped", dropped, kept + 1)
    fill(w, 10)
    assert w.acknowledged == kept + 10
    same(Recording.open(folder), kept + 10)


def test_a_flood_between_two_flushes_is_bounded(folder, writer, monkeypatch):
    monkeypatch.setattr("workbench.journal.writer.WAITING", 100)
    w = writer()
    numbers = [w.put(Record(1, 1, 1)) for _ in range(150)]
    assert numbers == [*range(100), *[-1] * 50]
    w.flush()
    w.flush()
    assert losses(Recording.open(folder))[0]["count"] == 50


def test_no_room_for_a_new_segment(folder, writer, fill, same, monkeypatch):
    w = writer(segment_bytes=2000)
    fill(w, 40)

    def refuse(*_: object) -> None:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    with monkeypatch.context() as m:
        m.setattr("workbench.journal.writer.SegmentFiles", refuse)
        fill(w, 40)
        assert w.state == "paused"
        assert w.acknowledged == 79
        fill(w, 40)
    flush_until(w, lambda: w.acknowledged == 119)
    recording = Recording.open(folder)
    same(recording, 119)
    assert len(recording.segments()) >= 1
    assert w.dropped == 0


# --- the disk is full: a real one ----------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB; needs root."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.name != "posix" or os.geteuid():
        pytest.skip("only root can mount a small file system")
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "workbench-test", str(place)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("this system lets nobody mount")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_disk_that_is_really_full(small_disk, now, fill, same):
    from workbench.journal.writer import Writer

    (small_disk / "ballast").write_bytes(bytes(100_000))
    w = Writer(small_disk / "r", now=now, segment_bytes=30_000, buffer_bytes=100_000)
    fill(w, 3000)
    assert w.state == "paused"
    acknowledged = w.acknowledged
    recording = Recording.open(small_disk / "r")
    assert recording.count == acknowledged + 1
    same(recording, acknowledged)
    (small_disk / "ballast").unlink()
    flush_until(w, lambda: w.state == "recording" or w.acknowledged > acknowledged + 300)
    assert recording.refresh() > acknowledged + 1
    same(recording, acknowledged + 1)
    assert w.count + w.dropped >= 3000
    w.close()
