"""Which files a path stands for."""

from __future__ import annotations

from pathlib import Path

from workbench.journal.blobs import FolderSource, Source
from workbench.journal.packed import PackedSource
from workbench.model.errors import Whose, WorkbenchError


def source_of(path: Path) -> Source:
    """The files of a recording.  WorkbenchError: there is none, or it is no recording."""
    if path.is_dir():
        return FolderSource(path)
    if not path.exists():
        raise not_a_recording(path, "It does not exist.")
    try:
        return PackedSource(path)
    except OSError as e:
        raise not_a_recording(path, f"It cannot be read: {e.strerror or e}.") from e


def side_folder(path: Path) -> Path:
    """Where what we add to a recording goes: the folder itself, or one beside a packed file."""
    return path if path.is_dir() else path.with_name(path.name + ".side")


def sources_of(path: Path) -> list[Source]:
    """The recording's files, those that were added later first."""
    if path.is_dir():
        return [FolderSource(path)]
    return [FolderSource(side_folder(path)), source_of(path)]


def is_cut(source: Source) -> bool:
    """Whether the end of a packed file is missing."""
    return isinstance(source, PackedSource) and source.cut


def not_a_recording(path: Path, why: str) -> WorkbenchError:
    """The error for a path that holds no recording."""
    return WorkbenchError(
        f"This is not a recording: {path}.",
        whose=Whose.USER,
        why=why,
        to_do="Choose the folder of a recording, or a .wbrec file.",
    )
