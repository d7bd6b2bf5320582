"""Errors and notices in words: what happened, why, what to do (UX section 15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.model.errors import WorkbenchError
from workbench.panels import words

KEPT = 200  # the bell list; older ones go, and the list says so


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing a person should know.  ``level``: info, ok, warn, error."""

    level: str
    what: str
    why: str = ""
    to_do: str = ""
    details: str = ""
    time: int = 0

    @property
    def text(self) -> str:
        """All of it in a row."""
        return " ".join(filter(None, (self.what, self.why, self.to_do)))


def from_error(error: dict[str, Any] | WorkbenchError, time: int = 0) -> Notice:
    """An error as a notice.  Whatever a peer sent in it stays plain text on few lines."""
    value = error.as_dict() if isinstance(error, WorkbenchError) else error
    what, why, to_do = (
        words.shown(str(value.get(key, "")), 400) for key in ("what", "why", "to_do")
    )
    details = str(value.get("details", ""))[:20_000]
    return Notice("error", what or "Something went wrong.", why, to_do, details, time)


def from_exception(error: BaseException, time: int = 0) -> Notice:
    """A fault of ours that was not foreseen."""
    return Notice(
        "error",
        "The workbench made a mistake.",
        f"{type(error).__name__}: {words.shown(str(error), 300)}",
        "Everything recorded is kept. Try again, and report it with the details.",
        repr(error)[:20_000],
        time,
    )


def from_value(value: dict[str, Any]) -> Notice:
    """A notice that the engine sent (topic ``notice``)."""
    error = value.get("error")
    if error:
        return from_error(error, value["time"])
    level = value["level"] if value["level"] in ("info", "ok", "warn", "error") else "info"
    return Notice(level, words.shown(value["text"], 400), time=value["time"])
