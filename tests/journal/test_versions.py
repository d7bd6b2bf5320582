"""A recording of every version ever released opens, and nothing of a later one is lost."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from workbench.journal.column_layout import MARK
from workbench.journal.columns import Columns
from workbench.journal.info import update_info
from workbench.journal.layout import ENTRY, FORMAT
from workbench.journal.notes import Notes
from workbench.journal.packing import pack, unpack
from workbench.journal.recording import Recording
from workbench.model.record import READING, RECORD
from workbench.model.words import Kind

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "data" / "recordings"


@pytest.mark.parametrize("version", range(1, FORMAT + 1))
@pytest.mark.parametrize("packed", [False, True])
def test_opens(tmp_path, version, packed):
    path = tmp_path / "sample"
    shutil.copytree(SAMPLES / f"format-{version}", path)
    if packed:
        path = pack(path, tmp_path / "sample.wbrec")
    recording = Recording.open(path)
    assert (recording.first, recording.count) == (0, 45)
    assert recording.verify() == []
    assert recording.info["anchor"] == recording.field("time")[0] == 1_790_000_000_000_000_000
    assert recording.field("seq", 3, 43).tolist() == list(range(1, 41))
    assert [json.loads(p)["offset"] for p in recording.payloads(3, 43)] == list(range(40))
    closed = recording.headers(43, 44)[0]
    assert (closed["kind"], closed["code"], closed["opcode"]) == (Kind.CONTROL, 1012, 8)
    link = recording.links()[1]
    assert (link["client"], link["replica"], link["how"]) == ("b-naive", "r1", "close")
    columns = Columns.open(path, "json")
    assert columns.of(5)["offset"].tolist() == [2]
    assert columns.names == ["", "orders"]
    notes = Notes.open(path)
    assert notes.notes() == {7: "look here"}
    notes.close()


def test_unknown_keys_survive_saving_and_rewriting(tmp_path):
    file = pack(SAMPLES / "format-1", tmp_path / "a.wbrec")
    folder = unpack(file, tmp_path / "back")
    update_info(folder, title="mine")
    info = Recording.open(folder).info
    assert info["made_by_a_later_version"] == {"kept": True}
    assert info["title"] == "mine"


def test_the_document_gives_the_sizes_that_the_program_uses():
    text = (ROOT / "docs" / "recording-format.md").read_text("utf-8")
    for dtype, title in ((ENTRY, "A commit entry"), (RECORD, "A record header")):
        part = text[text.index(f"### {title}") :].partition("\n\n#")[0]
        assert f"{title}: {dtype.itemsize} bytes" in part
        rows = re.findall(r"^\| (\d+) \| ([ui])(\d+) \| (\w+) \|", part, re.MULTILINE)
        assert dtype.fields is not None
        stated = [(name, int(at), f"{sign}{int(bits) // 8}") for at, sign, bits, name in rows]
        actual = [
            (name, dtype.fields[name][1], dtype[name].str.lstrip("<|")) for name in dtype.names
        ]
        assert stated == actual
    assert f"readings of {READING.itemsize} bytes" in text
    assert f"entries of {MARK.itemsize} bytes" in text
    assert f"version {FORMAT}" in text
