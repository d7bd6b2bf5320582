"""Who writes: a lock that the operating system takes back when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

#: Seconds and times to try again: somebody who only asks holds the lock for a moment.
PAUSE, TRIES = 0.005, 20

if sys.platform == "win32":
    import msvcrt

    def _take(fd: int) -> None:
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)

    _ask = _take
else:
    import fcntl

    def _take(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _ask(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)  # those who ask do not meet each other


def take_lock(path: Path) -> int | None:
    """Take the lock; its descriptor (close it to give the lock back), or None: held elsewhere."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(TRIES):
        try:
            _take(fd)
        except OSError:
            time.sleep(PAUSE)
        else:
            return fd
    os.close(fd)
    return None


def is_locked(path: Path) -> bool:
    """True while a living process holds the lock."""
    try:
        fd = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        _ask(fd)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(fd)
