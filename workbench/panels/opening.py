"""Opens a recording for the views: records by memory map, readings as soon as they are there."""

from __future__ import annotations

from pathlib import Path

from workbench.journal.columns import Columns
from workbench.journal.recording import Recording
from workbench.panels.source import Readings, Source

#: The column set that the engine's worker keeps of every recording it follows.
EXTRACTOR = "auto"


def open_recording(folder: str) -> Source:
    """A recording's folder or packed file.  Raises WorkbenchError where it can't be opened."""
    recording = Recording.open(folder)

    def find() -> Readings | None:
        columns = Columns.open(Path(folder), EXTRACTOR)
        columns.refresh()
        return columns if columns.version else None

    return Source(recording, find)
