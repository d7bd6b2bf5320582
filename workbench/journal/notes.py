"""``notes.sqlite``: the small and changing things beside the records.

One table of JSON values under (topic, key), so that a later version can add topics and an
older one keeps them.  Write-ahead logging lets another process read at any time.
"""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

from workbench.journal.layout import NOTES
from workbench.journal.sources import side_folder, source_of
from workbench.model.errors import Whose, WorkbenchError

Value = Any
BUSY = 5.0  # seconds to wait for another writer
MAX_PACKED = 256 * 1024 * 1024

SCHEMA = """
CREATE TABLE IF NOT EXISTS items (
    topic TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (topic, key)
) WITHOUT ROWID
"""


class Notes:
    """Outages, verdicts, names, bookmarks and layout of one recording.

    ``damage`` says what was wrong with the file ("": nothing); a damaged one is set aside
    under another name and a fresh one begun.  WorkbenchError where the disk says no.
    """

    def __init__(self, connection: sqlite3.Connection, damage: str = "") -> None:
        self._connection = connection
        self.damage = damage

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Notes:
        """The notes of a recording's folder or packed file, made where there are none.

        What is added to a packed file's notes goes to the folder beside it.
        """
        path = Path(path)
        folder = side_folder(path)
        file = folder / NOTES
        try:
            if not path.is_dir() and not file.exists():
                folder.mkdir(exist_ok=True)
                file.write_bytes(source_of(path).read(NOTES, 0, MAX_PACKED))
            try:
                return cls(connect(file))
            except sqlite3.DatabaseError as e:
                if isinstance(e, sqlite3.OperationalError):
                    raise
                kept = set_aside(file)
                damage = f"The notes could not be read ({e}); they are kept as {kept.name}."
                return cls(connect(file), damage)
        except (OSError, sqlite3.Error) as e:
            raise cannot_keep(file, e) from e

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    # --- values ---------------------------------------------------------------------------

    def put(self, topic: str, key: str | int, value: Value) -> None:
        """Keep a JSON value; None takes it away."""
        try:
            with self._connection as db:
                if value is None:
                    db.execute("DELETE FROM items WHERE topic = ? AND key = ?", (topic, str(key)))
                else:
                    row = (topic, str(key), json.dumps(value, ensure_ascii=False))
                    db.execute("INSERT OR REPLACE INTO items VALUES (?, ?, ?)", row)
        except sqlite3.Error as e:
            raise cannot_keep(Path(NOTES), e) from e

    def get(self, topic: str, key: str | int, default: Value = None) -> Value:
        """A value, or ``default``."""
        found = self._rows("SELECT key, value FROM items WHERE topic = ? AND key = ?", topic, key)
        return found.get(str(key), default)

    def all(self, topic: str) -> dict[str, Value]:
        """Every value of a topic by its key, numbers in order of size."""
        found = self._rows("SELECT key, value FROM items WHERE topic = ?", topic)
        return dict(sorted(found.items(), key=lambda item: (len(item[0]), item[0])))

    def topics(self) -> list[str]:
        """The topics that hold values."""
        rows = self._connection.execute("SELECT DISTINCT topic FROM items ORDER BY topic")
        return [str(topic) for (topic,) in rows.fetchall()]

    def version(self) -> int:
        """A number that changes when another process has changed something."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def _rows(self, sql: str, *arguments: object) -> dict[str, Value]:
        try:
            rows = self._connection.execute(sql, tuple(map(str, arguments))).fetchall()
        except sqlite3.DatabaseError as e:
            self.damage = f"The notes could not be read: {e}."
            return {}
        return {str(key): value for key, text in rows if (value := parsed(text)) is not None}

    # --- by their names -------------------------------------------------------------------

    def put_outage(self, number: int, value: dict[str, Value] | None) -> None:
        """Keep what is known of an outage."""
        self.put("outage", number, value)

    def outages(self) -> dict[int, dict[str, Value]]:
        """The outages by number."""
        return by_number(self.all("outage"))

    def put_verdict(self, number: int, value: dict[str, Value] | None) -> None:
        """Keep the verdict on an outage, as ``door.verdicts`` writes it."""
        self.put("verdict", number, value)

    def verdicts(self) -> dict[int, dict[str, Value]]:
        """The verdicts by outage."""
        return by_number(self.all("verdict"))

    def put_note(self, record: int, text: str | None) -> None:
        """Bookmark a record, with or without words; None takes the bookmark away."""
        self.put("note", record, None if text is None else {"text": text})

    def notes(self) -> dict[int, str]:
        """The words on each bookmarked record."""
        return {n: str(value.get("text", "")) for n, value in by_number(self.all("note")).items()}

    def put_name(self, of: str, name: str | None) -> None:
        """Name something: a link, a stream, a replica."""
        self.put("name", of, name)

    def names(self) -> dict[str, str]:
        """The names that were given."""
        return {key: value for key, value in self.all("name").items() if isinstance(value, str)}

    def put_layout(self, key: str, value: Value) -> None:
        """Keep a part of the window's layout."""
        self.put("layout", key, value)

    def layout(self) -> dict[str, Value]:
        """The window's layout."""
        return self.all("layout")


def connect(file: Path) -> sqlite3.Connection:
    """Open and prepare the file; sqlite3.DatabaseError where it is damaged."""
    connection = sqlite3.connect(file, timeout=BUSY)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")  # the file may come from elsewhere
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        with connection:
            connection.execute(SCHEMA)
        connection.execute("SELECT topic, key, value FROM items LIMIT 1").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def set_aside(file: Path) -> Path:
    """Give a damaged file another name, with what belongs to it."""
    number = 1
    while (kept := file.with_name(f"{file.name}.damaged-{number}")).exists():
        number += 1
    os.replace(file, kept)
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    return kept


def by_number(values: dict[str, Value]) -> dict[int, dict[str, Value]]:
    """The objects whose keys are numbers."""
    return {
        int(key): value
        for key, value in values.items()
        if key.isascii() and key.isdigit() and len(key) < 20 and isinstance(value, dict)
    }


def parsed(text: object) -> Value:
    """The JSON value, or None where a foreign hand has written something else."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None


def cannot_keep(file: Path, e: Exception) -> WorkbenchError:
    """The error for notes that cannot be written."""
    return WorkbenchError(
        "The notes of the recording cannot be kept.",
        whose=Whose.USER,
        why=f"{file}: {e}.",
        to_do="Make room on the disk, or close the program that holds the file.",
        details=repr(e),
    )
