"""``python -m tests.gui.screenshots OUTDIR [SCENE ...]``: every picture of the window.

The frame's own scenes, and the central views in it over the demo's recording (made in
memory by tests/panels/sample.py, the same every time).
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from tests.panels.latency_sample import LatencySample
from tests.panels.sample import Sample
from workbench.engine.units import all_units
from workbench.gui import filter_scenes, screenshots
from workbench.gui import sample as frame
from workbench.gui.faults import scenes as faults
from workbench.gui.latency import scenes as latency
from workbench.gui.recovery import scenes as recovery
from workbench.gui.scenarios import scenes as scenarios
from workbench.gui.screenshots import Scene
from workbench.gui.timeline import scenes as timeline
from workbench.gui.window import Window
from workbench.panels.source import Opener, Source
from workbench.panels.workspace import Workspace


def furnish(window: Window, story: Sample) -> Workspace:
    """The window over the sample's recording."""
    space = Workspace(window.bridge.mirror, opener(story), datetime.UTC)
    tell(window, story)
    return space


def opener(story: Sample) -> Opener:
    """Opens the sample's recording, whatever the folder."""
    columns = story.columns()
    return lambda folder: Source(story.reader(), lambda: columns)


def tell(window: Window, story: Sample) -> None:
    """What the engine would tell of it, whole."""
    mirror = window.bridge.mirror
    for topic, key, value in story.mirror().everything():
        mirror.put(topic, key, _whole(topic, key, value))
    service = {"name": "demo", "title": "Demo service", "address": "ws://127.0.0.1:41234"}
    service |= {"version": "v43", "replicas": ["r1", "r2", "r3"]}
    mirror.put("service", "demo", service)
    frame.pulses(window.dock.pulse.note)
    screenshots.tell_all(window)


def _whole(topic: str, key: str, value: dict[str, Any]) -> dict[str, Any]:
    """What the frame shows besides what the views need."""
    if topic == "connection":
        away = "closed 1012 at 14:03:26" if key == "b-naive" else ""
        fault = "+120 ms" if key == "c-overlap" else ""
        return frame.connection(key, last_error=away, fault=fault, **_kept(value))
    if topic == "session":
        return frame.session(folder=value["folder"], title=value["title"])
    return value


def _kept(value: dict[str, Any]) -> dict[str, Any]:
    return {name: value[name] for name in ("protocol", "state", "link", "links", "replica")}


def in_window(view: str, room: Any, name: str) -> Callable[[Window], None]:
    """Puts one of a room's scenes into the window."""

    def set_up(window: Window) -> None:
        space = furnish(window, LatencySample() if view == "latency" else Sample())
        window.show_view(view)
        made = room.scenes(window.bridge, space)[name]()
        window.add_view(view, made)
        if view == "timeline":
            window.dock.select(space.selected)
        screenshots.settle()
        for _ in range(10):
            made.refresh()
        screenshots.settle()

    return set_up


def units() -> dict[str, Any]:
    """What the engine finds, and faults that last, as more units declare them."""
    found = all_units()
    lasting = {
        "latency": _lasting("Latency", "client sees updates late", "delay", 120.0, "ms"),
        "bandwidth": _lasting("Bandwidth", "client sees updates trickle", "rate", 64.0, "kB/s"),
        "drop": _lasting("Drop", "client sees a gap", "probability", 0.02, ""),
        "reorder": _lasting("Reorder", "client sees them out of order", "within", 3, ""),
    }
    return {**found, "faults": {**found["faults"], **lasting}}


def _lasting(title: str, says: str, key: str, default: float, unit: str) -> dict[str, Any]:
    high = 1 if key == "probability" else None
    common = {"unit": unit, "low": 0, "high": high, "choices": [], "help": ""}
    first = {"key": key, "type": type(default).__name__, "default": default, **common}
    ways = ["both", "in", "out"]
    way = {"key": "direction", "type": "str", "default": "in", "choices": ways}
    last = {"key": "seconds", "type": "float", "default": None, "unit": "s", "low": 0.0}
    settings = [first, way, last]
    return {"title": title, "says": says, "hooks": ["on_message"], "settings": settings}


FILTERS = {
    "filter-fields": "conn:b-naive json.",
    "filter-wrong": "conn:b-naive jsn.type:tick ",
    "filter-result": "conn:b-naive id>4488 ",
    "filter-nothing": "type:order ",
}


def scenes() -> Iterable[Scene]:
    """The scenes of the three views; one of each at 150 % text too."""
    rooms: tuple[tuple[str, Any], ...] = (
        ("timeline", timeline),
        ("recovery", recovery),
        ("latency", latency),
    )
    for view, room in rooms:
        names = room.scenes(None, None)
        yield from (Scene(name, in_window(view, room, name)) for name in names)
        yield Scene(f"{view}-150", in_window(view, room, view), 1.5)
    yield from (Scene(name, made) for name, made in scenarios.SCENES.items())
    yield Scene("scenarios-running-150", scenarios.running, 1.5)
    for state in (faults.active, faults.form, faults.closed):
        made = partial(state, units=units())
        yield Scene(f"faults-{state.__name__}", made)
    yield Scene("faults-active-150", partial(faults.active, units=units()), 1.5)
    for name, text in FILTERS.items():
        yield Scene(name, lambda w, t=text: filter_scenes.typed(w, furnish(w, Sample()), t))  # type: ignore[misc]


def main(arguments: list[str]) -> int:
    """Write them."""
    screenshots.more_scenes(scenes)
    return screenshots.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
