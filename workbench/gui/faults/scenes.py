"""States of the Faults dock worth a picture; the window and the units are handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.gui import sample, views
from workbench.gui.faults.dock import FaultsDock
from workbench.gui.faults.rows import OnceCard
from workbench.gui.screenshots import settle, tell_all
from workbench.gui.window import Window


def opened(window: Window, units: Mapping[str, Any], name: str = "c-overlap") -> FaultsDock:
    """The dock with these units, on one connection (nothing: everything)."""
    if not window.bridge.mirror["session"]:
        sample.fill(window.bridge.mirror)
    tell_all(window)
    dock = views.add_faults(window)
    dock.show_units(units)
    if window.side.isHidden():
        window.commands.run("faults")
    window.dock.select(name)
    dock.select(name)
    settle()
    return dock


def active(window: Window, units: Mapping[str, Any]) -> None:
    """Picture 04: latency is on, and counts down."""
    dock = opened(window, units)
    value = window.bridge.mirror["fault"].get("1")
    if value is not None:
        value = value | {"fault": "latency", "until": sample.NOW + 24 * sample.NS}
        window.bridge.mirror.put("fault", "1", value)
    tell_all(window)
    dock.refresh()


def form(window: Window, units: Mapping[str, Any]) -> None:
    """A form with a mistake in it."""
    dock = opened(window, units)
    card = next(p for p in dock.parts if isinstance(p, OnceCard) and p.fault.name == "close")
    card.more.click()
    card.entries[0].put("70000")


def closed(window: Window, units: Mapping[str, Any]) -> None:
    """The connection is gone: nothing can be had, and why."""
    window.bridge.mirror.put("session", "current", sample.session())
    value = sample.connection("c-overlap", state="closed", code=1012)
    window.bridge.mirror.put("connection", "c-overlap", value)
    opened(window, units)
