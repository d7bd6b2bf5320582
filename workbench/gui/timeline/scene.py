"""What the overview draws at one moment, prepared so that painting is only painting."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from workbench.gui.look.theme import px, theme
from workbench.gui.marks import chip_width
from workbench.gui.timeline.geometry import Geometry
from workbench.gui.timeline.overview_paint import flag_rect
from workbench.gui.timeline.ticks import Array, picture
from workbench.panels import lanes
from workbench.panels.lanes import Bar, Lane, Scale
from workbench.panels.workspace import Workspace

STRIP_STEP = 3  # pixels of a bar of the whole session's strip


@dataclass(slots=True)
class Scene:
    """Everything of one picture.  ``counts`` belong to ``shown`` lanes."""

    geometry: Geometry
    names: list[str]
    shown: list[str]
    lanes: list[Lane]
    counts: Array
    ticks: QImage
    bars: list[list[Bar]] = field(default_factory=list)
    versions: str = ""
    flags: list[tuple[QRectF, str, float]] = field(default_factory=list)
    strip: list[float] = field(default_factory=list)
    strip_scale: Scale = field(default_factory=lambda: Scale(0, 1, 1))


def make_scene(space: Workspace, g: Geometry, names: list[str], ratio: float) -> Scene:
    """The picture of the window that the clock shows."""
    shown = names[g.top : g.top + g.room]
    made = [
        lanes.lane_of(
            space.story,
            name,
            space.replays(name, g.scale.start, g.scale.end),
            g.scale,
            space.last,
            lambda text, icon: chip_width(text, icon, 11),
        )
        for name in shown
    ]
    counts = _counts(space, g, shown, ratio)
    colours = theme()
    ticks = picture(
        counts, round(g.lane * ratio), colours.color("info_mark"), colours.color("text2"), ratio
    )
    ticks.setDevicePixelRatio(ratio)
    scene = Scene(g, names, shown, made, counts, ticks)
    scene.bars = [bars for _, bars in lanes.bars_of(space.story, g.scale, space.last)]
    scene.versions = lanes.versions_words(space.story)
    for mark in space.story.deploys:
        x = g.x(mark.start)
        if g.left <= x <= g.right:
            scene.flags.append((*flag_rect(g, mark), x))
    _strip(scene, space)
    return scene


def _counts(space: Workspace, g: Geometry, shown: list[str], ratio: float) -> Array:
    pixels = max(1, round((g.right - g.left) * ratio))
    step = max(1, round((g.scale.end - g.scale.start) / pixels))
    every = space.window.show(g.scale.start, step, pixels, space.walked, space.whole)
    mine = np.zeros((len(shown), 2, pixels), dtype=np.int64)
    for i, name in enumerate(shown):
        lane = space.lanes.lane(name)
        if lane < len(every):
            mine[i] = every[lane]
    return mine


def _strip(scene: Scene, space: Workspace) -> None:
    g = scene.geometry
    width = g.right - g.left
    first, last = space.first, max(space.last, space.first + 1)
    scene.strip_scale = Scale(first, last, width)
    bars = max(1, width // STRIP_STEP)
    counts = space.whole.total(first, (last - first) / bars, bars)
    counts = np.convolve(counts, np.ones(5), "same")
    top = np.log2(counts.max() + 1) if counts.any() else 1.0
    scene.strip = (np.log2(counts + 1) / top).tolist()


def strip_marks(space: Workspace, scale: Scale) -> tuple[list[float], list[float]]:
    """Deploys and gaps on the strip."""
    story = space.story
    deploys = [scale.x(mark.start) for mark in story.deploys]
    gaps = [scale.x(gap.start) for gaps in story.gaps.values() for gap in gaps[-200:]]
    return deploys, gaps


def lane_height(width: int) -> int:
    """26 pixels, 22 in a small window (UX section 3)."""
    return px(26 if width >= 960 else 22)
