"""The line above the views while the demo runs, and what it offers afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.door.state import Mirror
from workbench.panels.first_run import STEPS


@dataclass(frozen=True, slots=True)
class Guide:
    """``steps`` are (name, state) with state done, running or ahead.  ``lead`` opens the line;
    ``offers`` are names of commands; empty ``lead``: there is no demo."""

    lead: str
    steps: tuple[tuple[str, str], ...] = ()
    offers: tuple[str, ...] = ()


AFTER = ("cut-selected", "make-b-naive-resume", "run-demo", "stop-demo")


def guide(mirror: Mirror) -> Guide:
    """What the line shows now."""
    value = mirror["demo"].get("current")
    if value is None or not (value["running"] or value["finished"] or value["error"]):
        return Guide("")
    if value["error"]:
        return Guide(f"The demo stopped: {value['error']['what']}", (), ("run-demo", "stop-demo"))
    if value["finished"]:
        return Guide("Try it yourself:", (), AFTER)
    return Guide("Demo:", _steps(value), ("stop-demo",))


def _steps(value: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    at = value["step"]
    states = ["done" if n < at else "running" if n == at else "ahead" for n in range(1, 5)]
    return tuple((step[0], state) for step, state in zip(STEPS, states, strict=True))


def resuming(mirror: Mirror) -> dict[str, str] | None:
    """How to connect b-naive again so that it resumes; None while it is not there."""
    value = mirror["connection"].get("b-naive")
    if value is None or not value["ours"]:
        return None
    stream = str(value["details"].get("stream", ""))
    return {"name": "b-naive", "address": value["address"], "stream": stream}
