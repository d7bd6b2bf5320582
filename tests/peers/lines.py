"""Lines of a process, read as they come."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import IO


class LineReader:
    """Reads in a thread of its own; ``until`` waits for a condition over what has come."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.so_far: list[str] = []
        self._stream = stream
        self._changed = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        for line in self._stream:
            with self._changed:
                self.so_far.append(line.decode("utf-8", "replace").rstrip())
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def until(self, holds: Callable[[], bool], limit: float) -> None:
        """Wait; fails with what was said when the limit passes or the process ends."""
        with self._changed:
            met = self._changed.wait_for(lambda: holds() or self._ended, limit)
            if not met or not holds():
                raise AssertionError("not said in time; it said:\n" + "\n".join(self.so_far[-40:]))

    def close(self) -> None:
        """After the process has ended."""
        self._thread.join(10)
        self._stream.close()
