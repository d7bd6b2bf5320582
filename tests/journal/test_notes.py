"""Notes: kept, read by another process, set aside when damaged."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.journal.notes import Notes
from workbench.model.errors import WorkbenchError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def notes(tmp_path):
    one = Notes.open(tmp_path)
    yield one
    one.close()


def test_kept_by_name(tmp_path, notes):
    notes.put_outage(12, {"kind": "cut"})
    notes.put_outage(3, {"kind": "stall", "text": "ä"})
    notes.put_verdict(3, {"verdict": "valid"})
    notes.put_note(10**12, "")
    notes.put_name("link 4", "checkout")
    notes.put_layout("columns", [1, {"width": 2}])
    notes.put_note(7, "gone")
    notes.put_note(7, None)
    again = Notes.open(tmp_path)
    assert again.outages() == {3: {"kind": "stall", "text": "ä"}, 12: {"kind": "cut"}}
    assert again.verdicts() == {3: {"verdict": "valid"}}
    assert again.notes() == {10**12: ""}
    assert again.names() == {"link 4": "checkout"}
    assert again.layout() == {"columns": [1, {"width": 2}]}
    assert again.topics() == ["layout", "name", "note", "outage", "verdict"]
    assert again.get("outage", 3)["kind"] == "stall"
    assert again.get("outage", 4, "none") == "none"
    again.close()


def test_another_process_reads_and_writes(tmp_path, notes):
    notes.put_note(1, "one")
    version = notes.version()
    code = (
        "import sys; from workbench.journal.notes import Notes\n"
        "n = Notes.open(sys.argv[1]); print(n.notes()); n.put_note(2, 'two'); n.close()"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert run.stdout == "{1: 'one'}\n", run.stderr
    assert notes.version() != version
    assert notes.notes() == {1: "one", 2: "two"}


def test_topics_of_a_later_version_survive(notes):
    notes.put("later", "x", {"a": None})
    notes.put_note(1, "n")
    assert notes.all("later") == {"x": {"a": None}}


def test_foreign_values_are_passed_by(tmp_path, notes):
    db = sqlite3.connect(tmp_path / "notes.sqlite")
    with db:
        for key, value in (("1", "not json"), ("x", "{}"), ("2", "[1]"), ("3", '{"text": 5}')):
            db.execute("INSERT INTO items VALUES ('note', ?, ?)", (key, value))
    db.close()
    assert notes.notes() == {3: "5"}


def test_a_damaged_file_is_set_aside(tmp_path):
    (tmp_path / "notes.sqlite").write_bytes(b"no database" * 1000)
    notes = Notes.open(tmp_path)
    assert "notes.sqlite.damaged-1" in notes.damage
    notes.put_note(1, "fresh")
    notes.close()
    assert (tmp_path / "notes.sqlite.damaged-1").read_bytes().startswith(b"no database")
    notes = Notes.open(tmp_path)
    assert (notes.notes(), notes.damage) == ({1: "fresh"}, "")
    notes.close()


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "notes.sqlite").mkdir()
    with pytest.raises(WorkbenchError, match="cannot be kept") as e:
        Notes.open(tmp_path)
    assert e.value.to_do
