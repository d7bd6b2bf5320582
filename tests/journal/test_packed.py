"""*Save* and back: one file that opens the same way, and files made to do harm."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from workbench.journal.columns import Columns, ColumnWriter
from workbench.journal.notes import Notes
from workbench.journal.packed import is_safe
from workbench.journal.packing import pack, unpack
from workbench.journal.recording import Recording
from workbench.model.errors import WorkbenchError
from workbench.model.record import READING


@pytest.fixture
def full(folder, writer, fill) -> Path:
    """A live recording with notes, columns, and things that a later version added."""
    import numpy as np

    w = writer(segment_bytes=5000)
    fill(w, 500)
    notes = Notes.open(folder)
    notes.put_note(5, "look here")
    columns = ColumnWriter(folder, "auto", 2)
    columns.append(np.array([(7, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0)], READING), ["stream"])
    columns.commit()
    columns.close()
    (folder / "later").mkdir()
    (folder / "later" / "thing.bin").write_bytes(b"not known yet")
    yield folder
    notes.close()


def names_in(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_opens_the_same_way(full, tmp_path, same):
    path = pack(full, tmp_path / "a.wbrec")
    recording, folder = Recording.open(path), Recording.open(full)
    assert (recording.first, recording.count) == (0, 500)
    assert recording.info == folder.info
    assert (recording.headers(0, 500) == folder.headers(0, 500)).all()
    assert recording.payloads(0, 500) == folder.payloads(0, 500)
    assert not recording.live
    assert recording.refresh() == 500
    assert recording.verify() == []
    assert Columns.open(path, "auto").rows["row"].tolist() == [7]
    assert Columns.extractors(path) == [("auto", "2")]
    assert sorted(os.listdir(tmp_path)) == ["a.wbrec", "recording"]  # looking adds nothing


def test_is_an_ordinary_zip_file_without_the_lock(full, tmp_path):
    names = names_in(pack(full, tmp_path / "a.wbrec"))
    assert names[0] == "recording.json"
    assert "writer.lock" not in names
    assert {"notes.sqlite", "later/thing.bin", "columns/auto@2/000001.rows"} <= set(names)
    assert not [name for name in names if "wal" in name or "shm" in name]


def test_mapped_rows_are_aligned(full, tmp_path):
    recording = Recording.open(pack(full, tmp_path / "a.wbrec"))
    first, second = (n for _, n, _, _ in recording.segments()[:2])
    for number in (first, second):
        assert recording.headers(number, number + 3).ctypes.data % 16 == 0


def test_save_while_it_is_written_holds_what_was_committed(full, tmp_path, writer, same):
    (full / "000001.pay").write_bytes((full / "000001.pay").read_bytes() + b"half a batch")
    path = pack(full, tmp_path / "a.wbrec")
    assert Recording.open(path).verify() == []


def test_notes_of_a_packed_file_are_added_beside_it(full, tmp_path):
    path = pack(full, tmp_path / "a.wbrec")
    before = path.read_bytes()
    notes = Notes.open(path)
    assert notes.notes() == {5: "look here"}
    notes.put_note(6, "and here")
    notes.close()
    notes = Notes.open(path)
    assert notes.notes() == {5: "look here", 6: "and here"}
    notes.close()
    assert path.read_bytes() == before


def test_columns_of_a_packed_file_can_be_made_again(full, tmp_path):
    import numpy as np

    path = pack(full, tmp_path / "a.wbrec")
    assert len(Columns.open(path, "auto")) == 1
    columns = ColumnWriter(path, "auto", 2)
    columns.append(np.zeros(3, READING))
    columns.commit()
    columns.close()
    assert len(Columns.open(path, "auto")) == 3


def test_there_and_back(full, tmp_path, same):
    folder = unpack(pack(full, tmp_path / "a.wbrec"), tmp_path / "back")
    recording = Recording.open(folder)
    assert recording.count == 500
    same(recording, 499)
    assert recording.verify() == []
    assert (folder / "later" / "thing.bin").read_bytes() == b"not known yet"
    notes = Notes.open(folder)
    assert notes.notes() == {5: "look here"}
    notes.close()
    again = pack(folder, tmp_path / "b.wbrec")
    assert names_in(again) == names_in(tmp_path / "a.wbrec")


def test_unpack_overwrites_nothing(full, tmp_path):
    path = pack(full, tmp_path / "a.wbrec")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "recording.json").write_text("mine")
    with pytest.raises(WorkbenchError, match="not empty"):
        unpack(path, tmp_path / "taken")
    assert (tmp_path / "taken" / "recording.json").read_text() == "mine"


def test_an_older_save_stays_when_saving_fails(full, tmp_path):
    path = pack(full, tmp_path / "a.wbrec")
    with pytest.raises(WorkbenchError, match="not a recording"):
        pack(tmp_path, path)
    with pytest.raises(WorkbenchError, match="cannot be saved"):
        pack(full, tmp_path / "no such folder" / "a.wbrec")
    assert Recording.open(path).count == 500
    assert sorted(os.listdir(tmp_path)) == ["a.wbrec", "recording"]


def test_cut_in_the_middle(full, tmp_path, same):
    path = pack(full, tmp_path / "a.wbrec")
    data = path.read_bytes()
    for part in (0.3, 0.5, 0.9):
        path.write_bytes(data[: int(len(data) * part)])
        recording = Recording.open(path)
        same(recording, 0)
        assert "the end of the file is missing" in map(str, recording.damage)
        assert recording.count <= 500


# --- files made to do harm ------------------------------------------------------------------


def archive_with(path: Path, *members: tuple[str, bytes], **options: int) -> Path:
    with zipfile.ZipFile(path, "w", **options) as archive:
        archive.writestr("recording.json", b'{"format": 1}')
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../escape",
        "/etc/passwd",
        "a/../../escape",
        "C:\\windows",
        "a\\..\\b",
        "columns/../../x",
        ".hidden",
        "a//b",
        "a/",
        "nul",
        "columns/COM1.txt",
        "trailing.",
        "x" * 300,
        "a/b/c/d/e",
        "snow\N{SNOWMAN}",
        "line\nbreak",
    ],
)
def test_path_tricks(tmp_path, name):
    path = archive_with(tmp_path / "bad.wbrec", (name, b"x"))
    for act in (Recording.open, lambda p: unpack(p, tmp_path / "out" / "deep")):
        with pytest.raises(WorkbenchError, match="cannot be opened") as e:
            act(path)
        assert e.value.whose == "user"
    assert not (tmp_path / "escape").exists()
    assert os.listdir(tmp_path) == ["bad.wbrec"]


def test_two_members_of_one_name(tmp_path):
    path = archive_with(tmp_path / "bad.wbrec", ("000001.idx", b"x"), ("000001.IDX", b"y"))
    with pytest.raises(WorkbenchError, match="twice"):
        Recording.open(path)


def test_compressed_members_are_refused_before_they_can_grow(tmp_path):
    path = tmp_path / "bomb.wbrec"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("000001.pay", bytes(10_000_000))
    with pytest.raises(WorkbenchError, match="Another program"):
        Recording.open(path)


def test_a_size_that_lies_is_bounded_by_the_file(full, tmp_path, same):
    path = pack(full, tmp_path / "a.wbrec")
    data = bytearray(path.read_bytes())
    at = data.index(b"000001.idx") - 30
    data[at + 18 : at + 26] = (2**31 - 2).to_bytes(4, "little") * 2
    path.write_bytes(data)
    recording = Recording.open(path)
    same(recording, 0) if recording.payload(0) else None
    assert len(recording.headers(0, 10**9)) == recording.count <= 500
    assert "the end of the file is missing" in map(str, recording.damage)


def test_checksums_that_fit_do_not_make_a_header_true(folder, writer, fill):
    """A hostile hand can write any header with its checksum; reading stays inside the block."""
    import zlib

    import numpy as np

    from workbench.model.record import RECORD

    fill(writer(), 10)
    headers = np.frombuffer((folder / "000001.idx").read_bytes(), RECORD).copy()
    headers["offset"][0], headers["size"][1] = 2**63, 2**32 - 1
    (folder / "000001.idx").write_bytes(headers.tobytes())
    entry = bytearray((folder / "000001.commit").read_bytes())
    entry[40:44] = zlib.crc32(headers.tobytes()).to_bytes(4, "little")
    entry[60:] = zlib.crc32(entry[:60]).to_bytes(4, "little")
    (folder / "000001.commit").write_bytes(entry)
    recording = Recording.open(folder)
    assert recording.payload(0) == recording.payload(1) == b""
    assert recording.payload(2)


@pytest.mark.parametrize(
    ("at", "value"),
    [(8, 2**62), (8, 2**64 - 1), (16, 2**63), (24, 2**63), (32, 2**63), (4, 2**32 - 1)],
)
def test_entries_that_claim_the_moon(folder, writer, fill, at, value):
    import zlib

    fill(writer(), 10)
    entry = bytearray((folder / "000001.commit").read_bytes())
    entry[at : at + (4 if at == 4 else 8)] = value.to_bytes(4 if at == 4 else 8, "little")
    entry[60:] = zlib.crc32(entry[:60]).to_bytes(4, "little")
    (folder / "000001.commit").write_bytes(entry)
    recording = Recording.open(folder)
    assert recording.count - recording.first <= 10
    recording.verify()
    assert recording.payload(0) == b""


def test_names_that_are_safe():
    for name in ("recording.json", "000001.idx", "columns/socket.io@1.2/000001.rows"):
        assert is_safe(name)
