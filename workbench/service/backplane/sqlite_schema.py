"""The SQLite backplane's file: tables, and the statements that run inside one transaction."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from workbench.service.backplane.grouping import Outcome
from workbench.service.backplane.values import (
    MAX_KEYS,
    MAX_STREAMS,
    BackplaneError,
    Draft,
    Head,
    LimitReachedError,
    Snapshot,
    Update,
    page_of,
)

BUSY_MS = 5_000

SCHEMA = """
CREATE TABLE IF NOT EXISTS streams(
    name TEXT PRIMARY KEY, epoch TEXT NOT NULL, top INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS updates(
    stream TEXT NOT NULL, offset INTEGER NOT NULL, ts REAL NOT NULL, key TEXT,
    payload TEXT NOT NULL, PRIMARY KEY(stream, offset)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS latest(
    stream TEXT NOT NULL, slot TEXT NOT NULL, offset INTEGER NOT NULL, ts REAL NOT NULL,
    key TEXT, payload TEXT NOT NULL, PRIMARY KEY(stream, slot)) WITHOUT ROWID;
"""


def connect(path: Path) -> sqlite3.Connection:
    """A connection in WAL mode whose commits are on the disk when they return."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    _switch_to_wal(connection)
    # FULL: in WAL mode NORMAL would acknowledge what a power cut can still take back.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("BEGIN IMMEDIATE")
    for statement in SCHEMA.split(";"):
        connection.execute(statement)
    connection.execute("COMMIT")
    return connection


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    # The switch to WAL ignores busy_timeout, so two replicas that create the file at the same
    # moment meet here; the loser only has to ask again.
    for attempt in range(100):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if attempt == 99:
                raise
            time.sleep(0.02)


def head(connection: sqlite3.Connection, stream: str) -> Head:
    """Where the stream stands, without creating it: epoch "" when it does not exist."""
    row = connection.execute(
        "SELECT epoch, top, (SELECT min(offset) FROM updates WHERE stream = name)"
        " FROM streams WHERE name = ?",
        (stream,),
    ).fetchone()
    if row is None:
        return Head(stream, "", 0, 1)
    epoch, top, oldest = row
    return Head(stream, epoch, top, top + 1 if oldest is None else oldest)


def create(connection: sqlite3.Connection, stream: str) -> Head:
    """The stream's head, with a fresh random epoch if it is new. Needs a write transaction."""
    found = head(connection, stream)
    if found.epoch:
        return found
    (count,) = connection.execute("SELECT count(*) FROM streams").fetchone()
    if count >= MAX_STREAMS:
        raise LimitReachedError(f"the backplane keeps at most {MAX_STREAMS} streams")
    epoch = secrets.token_hex(4)
    connection.execute("INSERT INTO streams VALUES (?, ?, 0)", (stream, epoch))
    return Head(stream, epoch, 0, 1)


def commit(connection: sqlite3.Connection, drafts: Sequence[Draft], history: int) -> list[Outcome]:
    """Append all drafts in one durable transaction; a refused draft leaves the others alone."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        outcomes = [_try_append(connection, draft, history) for draft in drafts]
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise BackplaneError(f"SQLite could not write: {error}") from error
    return outcomes


def _try_append(connection: sqlite3.Connection, draft: Draft, history: int) -> Outcome:
    try:
        stream = create(connection, draft.stream)
        slot = "" if draft.key is None else "=" + draft.key
        _check_keys(connection, draft.stream, slot)
    except LimitReachedError as refusal:
        return refusal
    offset, ts = stream.top + 1, time.time() * 1000
    row = (draft.stream, offset, ts, draft.key, draft.payload)
    connection.execute("UPDATE streams SET top = ? WHERE name = ?", (offset, draft.stream))
    connection.execute("INSERT INTO updates VALUES (?, ?, ?, ?, ?)", row)
    connection.execute(
        "INSERT OR REPLACE INTO latest VALUES (?, ?, ?, ?, ?, ?)",
        (draft.stream, slot, offset, ts, draft.key, draft.payload),
    )
    connection.execute(
        "DELETE FROM updates WHERE stream = ? AND offset <= ?", (draft.stream, offset - history)
    )
    return Update(draft.stream, stream.epoch, offset, ts, draft.key, draft.payload)


def _check_keys(connection: sqlite3.Connection, stream: str, slot: str) -> None:
    known = connection.execute(
        "SELECT 1 FROM latest WHERE stream = ? AND slot = ?", (stream, slot)
    ).fetchone()
    if known is None:
        (count,) = connection.execute(
            "SELECT count(*) FROM latest WHERE stream = ?", (stream,)
        ).fetchone()
        if count >= MAX_KEYS:
            raise LimitReachedError(f"a stream keeps at most {MAX_KEYS} keys")


def read(
    connection: sqlite3.Connection, stream: str, epoch: str, after: int, limit: int
) -> list[Update]:
    """A page of updates, read in one transaction with the head it is checked against."""
    connection.execute("BEGIN")
    try:
        found = head(connection, stream)
        rows = connection.execute(
            "SELECT stream, ?, offset, ts, key, payload FROM updates"
            " WHERE stream = ? AND offset > ? ORDER BY offset LIMIT ?",
            (found.epoch, stream, after, limit),
        ).fetchall()
    finally:
        connection.execute("COMMIT")
    return page_of(found, epoch, after, [Update(*row) for row in rows])


def snapshot(connection: sqlite3.Connection, stream: str) -> Snapshot:
    """The latest update per key, and the position at which that is the whole truth."""
    connection.execute("BEGIN")
    try:
        found = head(connection, stream)
        rows = connection.execute(
            "SELECT stream, ?, offset, ts, key, payload FROM latest"
            " WHERE stream = ? ORDER BY offset",
            (found.epoch, stream),
        ).fetchall()
    finally:
        connection.execute("COMMIT")
    return Snapshot(found, tuple(Update(*row) for row in rows))
