"""What the window remembers from one start to the next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings

MOST = 10


class Memory:
    """A small store in one file; without a file it forgets with the program (tests)."""

    def __init__(self, file: Path | None = None) -> None:
        self._values: dict[str, Any] = {}
        self._file: QSettings | None = None
        if file is not None:
            self._file = QSettings(str(file), QSettings.Format.IniFormat)

    def get(self, key: str, default: Any = None) -> Any:
        """What was kept; a damaged or missing value is the default."""
        if self._file is None:
            return self._values.get(key, default)
        value = self._file.value(key, default)
        if isinstance(default, bool) and isinstance(value, str):
            return value == "true"
        if isinstance(default, float) and isinstance(value, str):
            try:
                return float(value)
            except ValueError:
                return default
        return value

    def put(self, key: str, value: Any) -> None:
        """Keep a value."""
        if self._file is None:
            self._values[key] = value
        else:
            self._file.setValue(key, value)

    def recent(self, key: str) -> list[str]:
        """The last things used, newest first."""
        value = self.get(key, [])
        items = value if isinstance(value, list) else [value]
        return [str(item) for item in items if item][:MOST]

    def used(self, key: str, item: str) -> None:
        """Put an item on top of the list of recent ones."""
        self.put(key, [item, *[old for old in self.recent(key) if old != item]][:MOST])
