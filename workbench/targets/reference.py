"""The reference service as a target."""

from __future__ import annotations

from pathlib import Path

from workbench.model.program import program_command
from workbench.targets.target import JsonLine, Target


def reference_service(
    backplane: str | Path,
    *,
    history: int = 1_000,
    drain_code: int | None = 1012,
    drain_time: float = 0.0,
    ping_interval: float = 20.0,
    grace: float = 10.0,
) -> Target:
    """A replica of ``workbench service`` per name. ``backplane`` is a URL, or a file for SQLite;
    times are seconds."""
    url = f"sqlite://{backplane.as_posix()}" if isinstance(backplane, Path) else backplane
    words = ["service", "--port", "{port}", "--name", "{name}", "--version-label", "{version}"]
    words += ["--backplane", url, "--history", str(history)]
    words += ["--drain-code", str(drain_code or 0), "--drain-time", str(drain_time)]
    words += ["--ping-interval", str(ping_interval)]
    return Target(command=program_command(*words), readiness=JsonLine(), grace=grace)
