"""``./dev screenshots``: the window's own scenes and its views on the demo's recording.

The recording is made in memory by tests/panels/sample.py; nothing is measured or connected.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from tests.panels.sample import Sample
from workbench.gui import sample as frame
from workbench.gui.screenshots import Scene, main, more_scenes, settle, tell_all
from workbench.gui.views import add
from workbench.gui.window import Window
from workbench.panels.source import Source
from workbench.panels.workspace import Workspace

BEATS = 80  # until the recording is read


def furnish(window: Window) -> Workspace:
    """The window with its views, the recording read."""
    story = Sample()
    columns = story.columns()
    told = story.mirror()
    mirror = window.bridge.mirror
    mirror.put(
        "session", "current", frame.session(title="Demo", started=frame.NOW - 708 * frame.NS)
    )
    frame.fill_service(mirror)
    for topic, key, value in told.everything():
        if topic == "connection":
            value = frame.connection(key) | value
        if topic != "session":
            mirror.put(topic, key, value)
    frame.pulses(window.dock.pulse.note)
    tell_all(window)
    space = add(window, lambda folder: Source(story.reader(), lambda: columns))
    for _ in range(BEATS):
        space.step()
    settle()
    return space


def view(name: str, client: str = "", filter_: str = "") -> Callable[[Window], None]:
    """A scene of one view."""

    def set_up(window: Window) -> None:
        space = furnish(window)
        window.show_view(name)
        window.dock.select(client)
        window.toolbar.filter.put(filter_)
        for _ in range(BEATS):
            space.step()
        settle()

    return set_up


def scenes() -> Iterable[Scene]:
    """The views in the window."""
    return [
        Scene("timeline", view("timeline", "b-naive")),
        Scene("timeline-one", view("timeline", "b-naive", "conn:b-naive")),
        Scene("timeline-nothing", view("timeline", "", "conn:nobody")),
        Scene("timeline-150", view("timeline", "b-naive"), 1.5),
        Scene("recovery", view("recovery", "b-naive")),
        Scene("recovery-150", view("recovery", "b-naive"), 1.5),
    ]


if __name__ == "__main__":
    more_scenes(scenes)
    sys.exit(main())
