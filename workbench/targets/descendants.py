"""Finding and ending everything a server started, however it tried to get away.

Linux: the guard is the subreaper (prctl(2), PR_SET_CHILD_SUBREAPER): a grandchild whose parent
ends becomes the guard's child, also after setsid(2), so a walk of /proc finds all of them.
Other Unix: the process group only. Windows: a job object that ends with the guard.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

# winnt.h: JobObjectExtendedLimitInformation, and the limit that ends all when the handle closes.
JOB_EXTENDED_LIMITS = 9
JOB_LIMIT_KILL_ON_CLOSE = 0x2000
JOB_EXTENDED_LIMITS_SIZE = 144  # 64-bit; LimitFlags lies 16 bytes into it
JOB_LIMIT_FLAGS_AT = 16


def adopt_orphans(platform: str = sys.platform) -> bool:
    """Make this process the one that inherits orphaned descendants. False where it cannot be."""
    if platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


def die_with_parent(platform: str = sys.platform) -> Callable[[], None] | None:
    """What the child runs before exec: SIGKILL should the guard itself be killed."""
    if platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)  # loaded before fork: the child must not import

    def before_exec() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

    return before_exec


def bind_to_job(kernel: Any) -> bool:
    """Windows: put this process, and so all it will start, into a job that ends with it.

    ``kernel`` is ``ctypes.windll.kernel32``. The handle is left open on purpose: the system
    closes it when the guard ends, and thereby ends everything in the job.
    """
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
    if not job.value:
        return False
    limits = (ctypes.c_byte * JOB_EXTENDED_LIMITS_SIZE)()
    ctypes.c_uint32.from_buffer(limits, JOB_LIMIT_FLAGS_AT).value = JOB_LIMIT_KILL_ON_CLOSE
    size = ctypes.sizeof(limits)
    if not kernel.SetInformationJobObject(job, JOB_EXTENDED_LIMITS, ctypes.byref(limits), size):
        return False
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    return bool(kernel.AssignProcessToJobObject(job, ctypes.c_void_p(kernel.GetCurrentProcess())))


def descendants(root: int, proc: Path = Path("/proc")) -> list[int]:
    """Every living descendant of ``root``, parents before children. Linux."""
    children: dict[int, list[int]] = {}
    for entry in proc.iterdir():
        if entry.name.isdigit() and (parent := _living_parent(entry)) is not None:
            children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        below = children.get(waiting.pop(0), [])
        found += below
        waiting += below
    return found


def _living_parent(entry: Path) -> int | None:
    try:
        stat = (entry / "stat").read_text(errors="replace")
    except OSError:  # it ended while we looked
        return None
    # proc(5): pid (comm) state ppid ...; comm may itself hold spaces and parentheses.
    state, parent = stat.rpartition(")")[2].split()[:2]
    return None if state in "ZX" else int(parent)


def signal_group(leader: int, number: int) -> None:
    """Send to every process of the group that ``leader`` leads."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def signal_descendants(number: int, platform: str = sys.platform) -> int:
    """Send to every living descendant of this process; how many there were (0: not Linux)."""
    if platform != "linux":
        return 0
    found = descendants(os.getpid())
    for pid in found:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
    return len(found)


def reap_orphans(except_pid: int) -> None:
    """Bury adopted children that have ended; ``except_pid`` has its own undertaker."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or ended.si_pid == except_pid:
            return
        with contextlib.suppress(ChildProcessError):
            os.waitpid(ended.si_pid, 0)
