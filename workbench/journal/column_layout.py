"""The files of a column set (docs/recording-format.md, "Column sets").

``columns/<extractor>@<version>/<generation>.rows|late|names|commit``: rows in order of their
record, rows that came late, the strings they refer to (one JSON string a line), and a mark
for each commit.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.journal.layout import COLUMNS
from workbench.model.record import READING

#: One commit of a column set: ends of the three files, checksums of what was added.
MARK = np.dtype(
    [
        ("rows", "<u8"),  # end, in rows
        ("late", "<u8"),  # end, in rows
        ("names", "<u8"),  # end, in bytes
        ("crc_rows", "<u4"),
        ("crc_late", "<u4"),
        ("crc_names", "<u4"),
        ("width", "<u4"),  # bytes of a row: another width is another layout
        ("flags", "<u4"),
        ("crc", "<u4"),
    ]
)
assert MARK.itemsize == 48

Rows = npt.NDArray[Any]
PARTS = ("rows", "late", "names", "commit")
WIDTH = READING.itemsize
MAX_COMMIT = 1 << 28
_NAME = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9._+-]{0,99}")


#: Extractor, version, generation and part of a file's path.
FILE = re.compile(rf"{COLUMNS}/([A-Za-z0-9._+-]+)@([A-Za-z0-9._+-]+)/(\d{{6}})\.(\w+)")


def folder_name(extractor: str, version: int | str) -> str:
    """The folder of a set.  ValueError: a name that is no file name everywhere."""
    for text in (extractor, str(version)):
        if not _NAME.fullmatch(text):
            raise ValueError(f"not a name for a column set: {text!r}")
    return f"{extractor}@{version}"


def generation_of(name: str) -> int:
    """The generation that a file of a set belongs to; 0: none of ours."""
    stem, _, part = name.partition(".")
    return int(stem) if part in PARTS and len(stem) == 6 and stem.isdigit() else 0


def version_key(version: str) -> tuple[int, str]:
    """Orders versions: numbers by size, others by text."""
    return (int(version) if version.isdigit() else 0, version)
