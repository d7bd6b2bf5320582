"""``python -m tests.gui.screenshots OUTDIR [SCENE ...]``: every picture of the window.

The frame's own scenes, and the central views in it over the demo's recording (made in
memory by tests/panels/sample.py, the same every time).
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterable
from typing import Any

from tests.panels.latency_sample import LatencySample
from tests.panels.sample import Sample
from workbench.gui import sample as frame
from workbench.gui import screenshots
from workbench.gui.latency import scenes as latency
from workbench.gui.recovery import scenes as recovery
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


def main(arguments: list[str]) -> int:
    """Write them."""
    screenshots.more_scenes(scenes)
    return screenshots.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
