"""Where the files of a recording are: in a folder, or side by side in one packed file.

Both give bytes by read-only memory map, never a copy.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Protocol

EMPTY = memoryview(b"")


class Blob(Protocol):
    """Bytes that may still grow at their end."""

    def upto(self, stop: int) -> memoryview:
        """The bytes from the start, at least ``stop`` of them unless there are fewer."""
        ...


class Source(Protocol):
    """The files of one recording by name; a missing file is empty."""

    def names(self, under: str = "") -> list[str]:
        """Every file (in a folder of the recording), with ``/`` between the parts."""
        ...

    def top_names(self) -> list[str]:
        """The files that are in no folder of the recording."""
        ...

    def size(self, name: str) -> int:
        """Bytes of a file."""
        ...

    def exists(self, name: str) -> bool:
        """Whether there is such a file now."""
        ...

    def blob(self, name: str) -> Blob:
        """The file, mapped when it is first read."""
        ...

    def read(self, name: str, start: int, limit: int) -> bytes:
        """At most ``limit`` bytes from ``start``; nothing where nothing is."""
        ...


class FileBlob:
    """A file of a folder, mapped again when more of it is wanted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._view = EMPTY

    def upto(self, stop: int) -> memoryview:
        if stop > len(self._view):
            self._view = map_file(self._path)
        return self._view


class FolderSource:
    """A recording as a folder, live or not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._prefix = os.path.join(folder, "")

    def names(self, under: str = "") -> list[str]:
        files = (path for path in (self.folder / under).rglob("*") if path.is_file())
        return sorted(path.relative_to(self.folder).as_posix() for path in files)

    def top_names(self) -> list[str]:
        return os.listdir(self.folder)

    def exists(self, name: str) -> bool:
        return os.path.exists(self._prefix + name)

    def size(self, name: str) -> int:
        try:
            return os.stat(self._prefix + name).st_size
        except OSError:
            return 0

    def blob(self, name: str) -> FileBlob:
        return FileBlob(self.folder / name)

    def read(self, name: str, start: int, limit: int) -> bytes:
        try:
            with open(self.folder / name, "rb", buffering=0) as file:
                file.seek(start)
                return file.read(limit)
        except FileNotFoundError:
            return b""


def map_file(path: Path) -> memoryview:
    """The whole file as it is now; empty where there is none."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, 2)
            if not size:
                return EMPTY
            return memoryview(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ))
    except FileNotFoundError:
        return EMPTY
