"""Interpreted columns: sorted, followed while written, made again, ignored when damaged."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.journal.columns import Columns, ColumnWriter
from workbench.model.record import READING


def readings(*rows: int, stream: int = 1) -> np.ndarray:
    array = np.zeros(len(rows), READING)
    array["row"], array["stream"], array["offset"] = rows, stream, range(len(rows))
    return array


@pytest.fixture
def column_writer(tmp_path):
    made: list[ColumnWriter] = []

    def make(name: str = "auto", version: int | str = 1) -> ColumnWriter:
        made.append(ColumnWriter(tmp_path, name, version))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_follow(tmp_path, column_writer):
    columns = Columns.open(tmp_path, "auto")
    assert (len(columns), columns.names, columns.refresh()) == (0, [""], 0)
    w = column_writer()
    w.append(readings(1, 1, 5), ["a", 'strange\n "ä\ud800"'])
    assert columns.refresh() == 0
    w.commit()
    assert columns.refresh() == 3
    assert columns.rows["row"].tolist() == [1, 1, 5]
    assert columns.names == ["", "a", 'strange\n "ä\ud800"']
    w.append(readings(6, 9), ["b"])
    w.commit()
    assert columns.refresh() == 5
    assert columns.names[3] == "b"
    assert columns.of(1)["offset"].tolist() == [0, 1]
    assert columns.of(2).tolist() == columns.of(100).tolist() == []
    assert columns.between(2, 9)["row"].tolist() == [5, 6]
    assert w.names == 4
    assert columns.damage == ""


def test_rows_that_come_late_find_their_place(tmp_path, column_writer):
    columns, w, luck = Columns.open(tmp_path, "auto"), column_writer(), np.random.default_rng(1)
    put: list[int] = []
    for _ in range(50):
        rows = luck.integers(0, 500, 20).tolist()
        put += rows
        w.append(readings(*rows))
        w.commit()
        columns.refresh()
        assert columns.rows["row"].tolist() == sorted(put)
        for row in (0, 7, 499):
            assert len(columns.of(row)) == put.count(row)
    assert Columns.open(tmp_path, "auto").rows["row"].tolist() == sorted(put)


def test_readings_of_one_record_keep_their_order(tmp_path, column_writer):
    w = column_writer()
    w.append(readings(9, 4, 9, 4))
    w.commit()
    assert Columns.open(tmp_path, "auto").rows["offset"].tolist() == [1, 3, 0, 2]


def test_a_set_is_only_mapped_while_nothing_comes_late(tmp_path, column_writer):
    w = column_writer()
    w.append(readings(1, 2))
    w.commit()
    rows = Columns.open(tmp_path, "auto").rows
    assert not rows.flags.owndata
    assert not rows.flags.writeable


def test_made_again(tmp_path, column_writer):
    w = column_writer()
    w.append(readings(1, 2, 3), ["old"])
    w.commit()
    columns = Columns.open(tmp_path, "auto")
    old = columns.rows
    w.close()
    again = column_writer()
    again.append(readings(8), ["new"])
    again.commit()
    assert columns.refresh() == 1
    assert (columns.names, columns.rows["row"].tolist()) == (["", "new"], [8])
    assert old["row"].tolist() == [1, 2, 3]  # still mapped


def test_versions_and_names(tmp_path, column_writer):
    for name, version in (("b", 1), ("a", 2), ("a", 10), ("socket.io", "1.2")):
        w = column_writer(name, version)
        w.append(readings(int(str(version)[0])))
        w.commit()
    assert Columns.extractors(tmp_path) == [
        ("a", "2"), ("a", "10"), ("b", "1"), ("socket.io", "1.2"),
    ]  # fmt: skip
    assert Columns.open(tmp_path, "a").version == "10"
    assert Columns.open(tmp_path, "a", 2).version == "2"
    assert len(Columns.open(tmp_path, "nobody")) == 0


@pytest.mark.parametrize("name", ["", "..", "a/b", "a@b", ".hidden", "x" * 101, "a b"])
def test_names_that_are_no_file_names(tmp_path, name):
    with pytest.raises(ValueError, match="not a name"):
        ColumnWriter(tmp_path, name)
    with pytest.raises(ValueError, match="not a name"):
        Columns.open(tmp_path, name)


@pytest.mark.parametrize("part", ["rows", "late", "names", "commit"])
@pytest.mark.parametrize("how", ["flipped", "cut"])
def test_a_damaged_set_is_named_and_empty(tmp_path, column_writer, part, how):
    w = column_writer()
    for step in range(3):
        w.append(readings(10 * step + 5, 10 * step + 6, 3), [f"name {step}"])
        w.commit()
    path = w.folder / f"000001.{part}"
    data = bytearray(path.read_bytes())
    if how == "cut":
        del data[-5:]
    else:
        data[len(data) // 2] ^= 1
    path.write_bytes(data)
    columns = Columns.open(tmp_path, "auto")
    rows = columns.rows
    if part == "commit":  # what is marked is good, the rest is as if it had not come yet
        assert len(rows) == len(columns) in (3, 6)
        assert columns.names[1] == "name 0"
    else:
        assert len(rows) == len(columns) == 0
        assert "auto@1" in columns.damage
        assert columns.refresh() == 0
        w.close()
        again = column_writer()
        again.append(readings(1))
        again.commit()
        assert columns.refresh() == 1
        assert columns.damage == ""


def test_another_layout_is_left_out(tmp_path, column_writer, monkeypatch):
    monkeypatch.setattr("workbench.journal.column_writer.WIDTH", 28)
    w = column_writer()
    w.append(readings(1, 2))
    w.commit()
    columns = Columns.open(tmp_path, "auto")
    assert len(columns) == 0
    assert "another layout" in columns.damage


def test_foreign_files_are_passed_by(tmp_path, column_writer):
    w = column_writer()
    w.append(readings(1))
    w.commit()
    (tmp_path / "columns" / "readme.txt").write_text("hello")
    (tmp_path / "columns" / "auto@1" / "notes.txt").write_text("hello")
    (tmp_path / "columns" / "odd").mkdir()
    assert Columns.extractors(tmp_path) == [("auto", "1")]
    assert len(Columns.open(tmp_path, "auto")) == 1


def test_rows_out_of_order_in_a_file_made_to_do_harm(tmp_path, column_writer, monkeypatch):
    monkeypatch.setattr("workbench.journal.column_writer.np.argsort", lambda a, kind: range(len(a)))
    w = column_writer()
    w.append(readings(5, 900, 1, 7, 6))
    w.commit()
    monkeypatch.undo()
    columns = Columns.open(tmp_path, "auto")
    for start in range(10):
        assert all(start <= row < start + 3 for row in columns.between(start, start + 3)["row"])


def test_marks_that_claim_the_moon(tmp_path, column_writer):
    import zlib

    w = column_writer()
    w.append(readings(1, 2))
    w.commit()
    path = w.folder / "000001.commit"
    for value in (2**63, 2**62, 3):
        mark = bytearray(path.read_bytes())
        mark[:8] = value.to_bytes(8, "little")
        mark[44:] = zlib.crc32(mark[:44]).to_bytes(4, "little")
        path.write_bytes(mark)
        columns = Columns.open(tmp_path, "auto")
        assert (len(columns), len(columns.rows)) == (0, 0)
        assert columns.damage
