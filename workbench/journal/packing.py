"""*Save*: a recording's folder into one file, and back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import zipfile
from pathlib import Path

from workbench.journal.blobs import Source
from workbench.journal.entries import Entries
from workbench.journal.info import MAX_BYTES, parse_info
from workbench.journal.layout import INFO, LOCK, NOTES, segment_number
from workbench.journal.packed import LOCAL, PackedSource, is_safe
from workbench.journal.sources import not_a_recording, source_of
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.record import RECORD

STEP = 1 << 22  # bytes copied at once
ALIGN = 64  # so that mapped arrays lie on even addresses
PADDING = 0xD935  # the extra field that others use for alignment, too
EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(folder: str | os.PathLike[str], file: str | os.PathLike[str]) -> Path:
    """Save a recording, live or not, as one file that opens the same way.

    Holds what is committed when it is called; files this version does not know come along.
    The file appears when it is whole; an older one of that name is replaced.
    """
    folder, file = Path(folder), Path(file)
    source = source_of(folder)
    if not source.exists(INFO) and not any(map(segment_number, source.top_names())):
        raise not_a_recording(folder, "It holds no recording.json and no segment.")
    fresh = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        with zipfile.ZipFile(fresh, "x", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
            for name, size in contents(source):
                add(archive, source, name, size)
            add_notes(archive, folder)
        os.replace(fresh, file)
    except OSError as e:
        raise cannot_save(file, e) from e
    finally:
        fresh.unlink(missing_ok=True)
    return file


def contents(source: Source) -> list[tuple[str, int]]:
    """What to save, in an order that lets a file cut in the middle open: name and bytes."""
    names = [name for name in source.names() if is_safe(name) and name != LOCK]
    names = [n for n in names if not n.startswith(NOTES) and not n.endswith(".new")]
    found = {name: source.size(name) for name in names}
    order = [(INFO, found.pop(INFO))] if INFO in found else []
    for name in names:
        number = segment_number(name)
        if number:
            entries = Entries(source, number)
            entries.refresh()
            stem = name.removesuffix("commit")
            order.append((name, found.pop(name)))
            for part, end in (("idx", entries.rows * RECORD.itemsize), ("pay", entries.end)):
                order.append((stem + part, min(found.pop(stem + part, 0), end)))
    marks_first = sorted(found, key=lambda n: (n.rpartition(".")[0], n))
    return order + [(name, found[name]) for name in marks_first]


def add(archive: zipfile.ZipFile, source: Source, name: str, size: int) -> None:
    """One member, uncompressed, at an even place."""
    member = zipfile.ZipInfo(name, EPOCH)
    member.file_size = size
    member.external_attr = 0o600 << 16
    at = archive.start_dir + LOCAL.size + len(name) + 4
    padding = -at % ALIGN
    member.extra = PADDING.to_bytes(2, "little") + padding.to_bytes(2, "little") + bytes(padding)
    with archive.open(member, "w") as target:
        for start in range(0, size, STEP):
            target.write(source.read(name, start, min(STEP, size - start)))


def add_notes(archive: zipfile.ZipFile, folder: Path) -> None:
    """The notes as they are now, in one file without a log beside it."""
    if not (folder / NOTES).exists():
        return
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place, NOTES)
        connection = sqlite3.connect(folder / NOTES)
        try:
            connection.execute("VACUUM INTO ?", (str(copy),))
        except sqlite3.DatabaseError:  # damaged: as it is
            shutil.copyfile(folder / NOTES, copy)
        finally:
            connection.close()
        archive.write(copy, NOTES)


def unpack(file: str | os.PathLike[str], folder: str | os.PathLike[str]) -> Path:
    """Make a folder of a packed recording; the folder must be new or empty."""
    file, folder = Path(file), Path(folder)
    source = PackedSource(file) if file.is_file() else None
    if source is None:
        raise not_a_recording(file, "There is no such file.")
    if source.exists(INFO):
        with_known_format(source, file)
    if folder.exists() and any(folder.iterdir()):
        raise WorkbenchError(
            f"This folder is not empty: {folder}.",
            whose=Whose.USER,
            to_do="Choose a new folder.",
        )
    try:
        for name in source.names():
            extract(source, name, folder / name)
    except OSError as e:
        raise cannot_save(folder, e) from e
    return folder


def with_known_format(source: PackedSource, file: Path) -> None:
    """WorkbenchError where a newer program made it."""
    try:
        parse_info(source.read(INFO, 0, MAX_BYTES + 1))
    except ValueError:
        return  # opened all the same, and named


def extract(source: PackedSource, name: str, target: Path) -> None:
    """Write one member; its name has been found safe, its size is what the file holds."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "xb") as out:
        size = source.size(name)
        for start in range(0, size, STEP):
            out.write(source.read(name, start, min(STEP, size - start)))


def cannot_save(path: Path, e: OSError) -> WorkbenchError:
    """The error for a place that cannot be written."""
    return WorkbenchError(
        f"The recording cannot be saved to {path}.",
        whose=Whose.USER,
        why=f"{e.strerror or e}.",
        to_do="Choose another place, or make room.",
        details=repr(e),
    )
