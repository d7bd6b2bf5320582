"""Places given by a user, and the reading that a JSON value gives at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.model.pointer import MISSING, Steps, find, parse
from workbench.model.record import Reading
from workbench.model.words import Means
from workbench.protocols.dialects._values import offset_of, text_of, time_of


@dataclass(frozen=True, slots=True)
class Places:
    """Where things stand in a message; None: not given."""

    stream: Steps | None = None
    epoch: Steps | None = None
    offset: Steps | None = None
    id: Steps | None = None
    key: Steps | None = None
    time: Steps | None = None
    ids: str = ""

    @property
    def any(self) -> bool:
        """True when a place of any kind is given."""
        given = (self.stream, self.epoch, self.offset, self.id, self.key, self.time)
        return any(place is not None for place in given)

    @property
    def numbered(self) -> bool:
        """True when an offset or id is to be found in the message."""
        return self.offset is not None or self.id is not None

    def read(self, means: Means, value: Any, label: str) -> Reading:
        """What a value says.  An update in which the given id is missing is none (OTHER)."""
        offset, own = self.number(value)
        if means == Means.UPDATE and self.numbered and offset is None and not own:
            means = Means.OTHER
        return Reading(
            means,
            text_of(at(value, self.stream)),
            text_of(at(value, self.epoch)),
            offset,
            own,
            text_of(at(value, self.key)),
            label,
            time_of(at(value, self.time)),
        )

    def number(self, value: Any) -> tuple[int | None, str]:
        """(offset, id).  A number found as ``id`` is an offset, unless ids are opaque."""
        offset = offset_of(at(value, self.offset))
        given = at(value, self.id)
        if self.ids == "opaque":
            return None, text_of(given) or text_of(at(value, self.offset))
        if offset is None and offset_of(given) is not None:
            return offset_of(given), ""
        return offset, text_of(given)


def at(value: Any, place: Steps | None) -> Any:
    """What stands at a place, ``MISSING`` where none is given."""
    return MISSING if place is None else find(value, place)


def places(settings: Any) -> Places:
    """The places of a dialect's settings.  Raises WorkbenchError (user) where one cannot be."""
    names = ("stream", "epoch", "offset", "id", "key", "time")
    given = {name: getattr(settings, name, "") for name in names}
    return Places(**{name: parse(text) for name, text in given.items() if text}, ids=settings.ids)
