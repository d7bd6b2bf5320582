"""What the service itself says inside a protocol's envelope: at the places that the user
gave, else known by its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from workbench.model.pointer import MISSING
from workbench.model.position import Position
from workbench.model.record import Reading
from workbench.model.words import Means, Opcode
from workbench.protocols.dialects._places import places
from workbench.protocols.dialects._values import by_content, load
from workbench.units.settings import setting


@dataclass(frozen=True, slots=True)
class PayloadSettings:
    """Places count within the service's own data, inside the protocol's envelope."""

    id: str = setting("", help="Where the id or offset is: json.seq, /seq or $.seq.")
    epoch: str = setting("", help="Where the epoch is.")
    stream: str = setting("", help="Where the stream's name is; empty: as the protocol names it.")
    key: str = setting("", help="Where the key of what is updated is.")
    time: str = setting("", help="Where the time of publishing is.")
    ids: str = setting("", help="What ids prove.", choices=("", "contiguous", "ordered", "opaque"))


class Payload:
    """Reads updates at the places of the settings; raises WorkbenchError (user) for a bad one."""

    def __init__(self, settings: PayloadSettings) -> None:
        self._places = places(settings)
        #: True when the user said where the id is: then the protocol's own ids do not count.
        self.numbered = self._places.numbered

    def of_bytes(self, raw: bytes, place: Position, label: str, flags: int = 0) -> Reading:
        """The update in a payload; it is read as JSON where places are to be looked for."""
        value = load(Opcode.TEXT, raw) if self._places.any else MISSING
        if self._places.any and value is MISSING and not self._given(place):
            return Reading(Means.UNREADABLE, place.stream, label=label)
        return self._update(value, raw, place, label, flags)

    def of_value(self, value: Any, place: Position, label: str, flags: int = 0) -> Reading:
        """The update in a JSON value.

        ``place`` is what the protocol itself says: the stream, and a position or none.  The
        user's places come before it, and the content counts where there is no position.
        """
        return self._update(value, None, place, label, flags)

    def _given(self, place: Position) -> bool:
        return not self.numbered and (place.offset is not None or bool(place.id))

    def _update(
        self, value: Any, raw: bytes | None, place: Position, label: str, flags: int
    ) -> Reading:
        reading = self._places.read(Means.UPDATE, value, label)
        stream = reading.stream or place.stream
        if self._given(place):
            # An update, even where the user's places find nothing in it.
            return reading._replace(
                means=Means.UPDATE,
                stream=stream,
                epoch=place.epoch or reading.epoch,
                offset=place.offset,
                id=place.id,
                flags=flags,
            )
        reading = reading._replace(stream=stream)
        if reading.means == Means.UPDATE and reading.offset is None and not reading.id:
            reading = by_content(reading, content(value) if raw is None else raw)
        return reading._replace(flags=reading.flags | flags)


def content(value: Any) -> bytes:
    """A JSON value as bytes that are the same for the same value, whoever wrote it."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONEncodeError, RecursionError):
        # orjson reads 1024 levels and writes 254 of them.
        return _outline(value)


def _outline(value: Any) -> bytes:
    parts: list[str] = []
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            names = sorted(each)
            parts.append("{" + repr(names))
            waiting.extend(each[name] for name in names)
        elif isinstance(each, list):
            parts.append(f"[{len(each)}")
            waiting.extend(each)
        else:
            parts.append(repr(each))
    return "".join(parts).encode()
