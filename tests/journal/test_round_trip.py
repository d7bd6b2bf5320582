"""What is put is what is read, over segments, by number, field, time and predicate."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from workbench.journal import info
from workbench.journal.recording import Recording
from workbench.journal.writer import Writer
from workbench.model.errors import WorkbenchError
from workbench.model.record import RECORD, Record
from workbench.model.words import Flag, Kind, LinkEvent


def test_round_trip(folder, writer, fill, same):
    w = writer()
    assert [w.put(Record(5, 1, Kind.NOTE, payload=b"a\nb")), w.put(Record(6, 1, Kind.NOTE))] == [
        0,
        1,
    ]
    assert w.acknowledged == -1
    assert w.flush() == 1
    recording = Recording.open(folder)
    assert recording.count == 2
    assert recording.payloads(0, 9) == [b"a\nb", b""]
    assert recording.headers(0, 2)["time"].tolist() == [5, 6]
    assert recording.live
    w.close()
    assert not recording.live
    assert recording.verify() == []


def test_over_segments(folder, writer, fill, same):
    w = writer(segment_bytes=2000)
    fill(w, 1000)
    recording = Recording.open(folder)
    assert len(recording.segments()) > 10
    for number in (0, 1, 49, 50, 51, 500, 998, 999):
        same(recording, number)
    assert recording.headers(0, 2000)["seq"].tolist() == list(range(1, 1001))
    assert recording.field("seq", 40, 160).tolist() == list(range(41, 161))
    assert recording.field("seq")[-1] == 1000
    assert recording.headers(3, 3).tolist() == recording.headers(2000, 3000).tolist() == []
    assert recording.payload(1000) == recording.payload(-1) == b""
    w.close()
    assert recording.verify() == []
    assert (
        recording.bytes
        == w.bytes
        == sum(
            path.stat().st_size
            for path in folder.iterdir()
            if path.suffix in (".idx", ".pay", ".commit")
        )
    )


def test_only_what_is_flushed_is_seen(folder, writer, same, fill):
    w = writer(segment_bytes=1000)
    recording = Recording.open(folder)
    for total in range(1, 200):
        w.put(Record(7, 1, 1, payload=b"%d" % total))
        assert recording.refresh() == total - 1
        w.flush()
        assert recording.refresh() == total
        assert recording.payload(total - 1) == b"%d" % total


def test_large_batches_are_cut_into_blocks(folder, writer, fill, same):
    w = writer()
    fill(w, 5000, every=5000)
    w.put(Record(1, 1, Kind.MESSAGE, payload=bytes(3_000_000)))
    fill(w, 10)
    recording = Recording.open(folder)
    blocks = (folder / "000001.commit").stat().st_size // 64
    assert blocks == 3 + 2  # 2048 records at most; the large one and what follows
    assert recording.payload(5000) == bytes(3_000_000)
    same(recording, 4999)
    same(recording, 5003)


def test_a_page_in_one_segment_is_a_view(folder, writer, fill):
    fill(writer(), 200)
    recording = Recording.open(folder)
    assert recording.headers(50, 150).base is not None
    with pytest.raises(ValueError, match="read-only"):
        recording.headers(50, 150)["seq"] = 1


def test_where_and_at(folder, writer, fill):
    fill(writer(segment_bytes=2000), 1000)
    recording = Recording.open(folder)
    found = list(recording.where(lambda h: h["link"] == 2, 10, 900, chunk=100))
    assert len(found) == 9
    assert np.concatenate(found).tolist() == [n for n in range(10, 900) if n % 3 == 1]
    times = recording.field("time")
    for number in (0, 1, 50, 437, 999):
        assert recording.at(int(times[number])) == number
        assert recording.at(int(times[number]) - 1) == number
    assert recording.at(int(times[-1]) + 1) == 1000
    assert recording.at(0) == 0


def test_links_are_merged_as_they_come(folder, writer):
    w = writer()
    recording = Recording.open(folder)

    def say(time: int, event: LinkEvent, **facts: object) -> None:
        payload = json.dumps(facts).encode()
        w.put(Record(time, 7, Kind.LINK, opcode=event, payload=payload))
        w.flush()
        recording.refresh()

    say(10, LinkEvent.OPENING, client="a", opened="liar")
    assert recording.links()[7] == {
        "client": "a", "number": 7, "event": 1, "opening": 10, "opened": 0, "closed": 0,
    }  # fmt: skip
    say(11, LinkEvent.OPEN, replica="r1")
    say(12, LinkEvent.CLOSED, how="rst", by="server")
    w.put(Record(13, 8, Kind.LINK, opcode=99, payload=b"[not an object"))
    w.flush()
    recording.refresh()
    facts = recording.links()
    assert facts[7]["how"] == "rst"
    assert (facts[7]["opening"], facts[7]["opened"], facts[7]["closed"]) == (10, 11, 12)
    assert facts[8] == {"number": 8, "event": 99, "opening": 0, "opened": 0, "closed": 0}


def test_a_field_out_of_range_is_fitted_and_marked(folder, writer):
    w = writer()
    assert w.put(Record(1, -5, 1, code=70_000, wire=1 << 40, payload=b"x", number=12)) == 0
    w.put(Record(2, 1, 1, payload=b"y"))
    assert w.flush() == 1
    odd, fine = Recording.open(folder).headers(0, 2)
    assert (odd["link"], odd["code"], odd["wire"]) == (0, 65535, 2**32 - 1)
    assert odd["flags"] & Flag.INVALID
    assert not fine["flags"] & Flag.INVALID


def test_a_payload_beyond_the_longest_is_cut_and_marked(folder, writer, monkeypatch):
    monkeypatch.setattr("workbench.journal.rows.MAX_PAYLOAD", 10)
    w = writer()
    w.put(Record(1, 1, 1, payload=b"0123456789ab"))
    w.put(Record(1, 1, 1, payload=b"0123456789"))
    w.flush()
    recording = Recording.open(folder)
    assert recording.payloads(0, 2) == [b"0123456789"] * 2
    flags = recording.field("flags") & Flag.CUT_SHORT
    assert flags.astype(bool).tolist() == [True, False]


def test_writing_goes_on_in_a_new_segment(folder, writer, fill, same):
    w = writer()
    fill(w, 100)
    w.close()
    follower = Recording.open(folder)
    (folder / "000002.pay").write_bytes(b"a crash between creating the files left this")
    w = writer()
    assert w.count == 100
    fill(w, 100)
    assert follower.refresh() == 200
    for number in (99, 100, 199):
        same(follower, number)
    assert len(Recording.open(folder).segments()) == 2


def test_one_pen_at_a_time(folder, writer):
    w = writer()
    with pytest.raises(WorkbenchError, match="being written"):
        writer()
    w.close()
    writer()


def test_a_folder_that_cannot_be_written(tmp_path, now):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WorkbenchError, match="cannot be written"):
        Writer(tmp_path / "file", now=now)


def test_after_close_nothing_happens(folder, writer, fill):
    w = writer()
    fill(w, 10)
    w.close()
    assert w.put(Record(7, 1, 1)) == -1
    assert w.flush() == 9
    assert w.dropped == 1
    w.close()


def test_unknown_fields_of_the_information_survive(folder, writer, fill):
    w = writer()
    w.close()
    known = info.update_info(folder, later={"a": ["ä", 1]}, title="mine")
    writer().close()
    info.update_info(folder, title="yours")
    again = Recording.open(folder).info
    assert again["later"] == {"a": ["ä", 1]}
    assert again["title"] == "yours"
    assert again["id"] == known["id"]


def test_flags_of_a_later_version_are_ignored(folder, writer, fill, same):
    """The spare byte of a header and the flags of an entry are kept for later."""
    import zlib

    fill(writer(), 1)
    headers = np.frombuffer((folder / "000001.idx").read_bytes(), RECORD).copy()
    headers["spare"] = 9
    (folder / "000001.idx").write_bytes(headers.tobytes())
    entry = bytearray((folder / "000001.commit").read_bytes())
    entry[40:44] = zlib.crc32(headers.tobytes()).to_bytes(4, "little")
    entry[56:60] = b"\xff" * 4
    entry[60:] = zlib.crc32(entry[:60]).to_bytes(4, "little")
    (folder / "000001.commit").write_bytes(entry)
    recording = Recording.open(folder)
    same(recording, 0)
    assert recording.verify() == []


@pytest.mark.parametrize("make", ["nothing", "empty folder", "text file", "empty file"])
def test_what_is_no_recording(tmp_path: Path, make: str):
    path = tmp_path / "x"
    if make == "empty folder":
        path.mkdir()
    elif make != "nothing":
        path.write_text("hello" if make == "text file" else "")
    with pytest.raises(WorkbenchError, match="recording") as e:
        Recording.open(path)
    assert e.value.whose == "user"
    assert e.value.to_do


def test_a_newer_format_says_so(folder, writer):
    writer().close()
    info.update_info(folder, format=2)
    with pytest.raises(WorkbenchError, match="format 2"):
        Recording.open(folder)
