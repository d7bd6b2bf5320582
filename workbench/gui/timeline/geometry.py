"""Where things lie in the overview, in pixels."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.gui.look.theme import px
from workbench.panels.lanes import Scale


@dataclass(frozen=True, slots=True)
class Geometry:
    """Heights of the parts from top to bottom, and the scale of the drawing area."""

    width: int
    height: int
    label: int  # width of the lane names
    axis: int
    service: int
    lane: int
    strip: int
    lanes: int  # how many lanes there are
    top: int  # first lane shown
    scale: Scale

    @property
    def left(self) -> int:
        """Where the drawing area begins."""
        return self.label

    @property
    def right(self) -> int:
        """Where it ends."""
        return self.width - px(10)

    @property
    def lanes_y(self) -> int:
        """The upper edge of the lanes."""
        return self.axis + self.service

    @property
    def strip_y(self) -> int:
        """The upper edge of the whole session's strip."""
        return self.height - self.strip

    @property
    def room(self) -> int:
        """How many lanes fit."""
        return max(1, (self.strip_y - self.lanes_y) // self.lane)

    def lane_y(self, i: int) -> int:
        """The upper edge of lane ``i``."""
        return self.lanes_y + (i - self.top) * self.lane

    def lane_at(self, y: float) -> int | None:
        """The lane at a height, or None."""
        if not self.lanes_y <= y < self.strip_y:
            return None
        i = self.top + int(y - self.lanes_y) // self.lane
        return i if i < self.lanes else None

    def x(self, moment: int) -> float:
        """Where a moment lies."""
        return self.left + self.scale.x(moment)

    def moment(self, x: float) -> int:
        """The moment at a place."""
        return self.scale.moment(x - self.left)


STEPS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30)
STEPS_LONG = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)


def axis_step(seconds: float, pixels: float, room: float) -> float:
    """Seconds between two labels of a time axis so that each has ``room`` pixels."""
    for step in (*STEPS_S, *STEPS_LONG):
        if step / seconds * pixels >= room:
            return step
    return float(STEPS_LONG[-1])
