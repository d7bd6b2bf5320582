"""Event streams (WHATWG HTML section 9.2): an event's id as its position."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.model.chunk import Opening
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode
from workbench.protocols.dialects._head import request_facts
from workbench.protocols.dialects._places import Places, places
from workbench.protocols.dialects._values import (
    MAX_PAYLOAD,
    by_content,
    load,
    means_of,
    offset_of,
    short,
    unreadable,
)
from workbench.protocols.event_text import Event, decode_event
from workbench.units.settings import setting

TITLE = "Event stream"

#: ``epoch:offset``, the form in which the reference service and others number events.
PLACE = re.compile(r"(.{1,200}):([0-9]{1,19})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Settings:
    """How the id reads, and what to take from the data where the id is not enough."""

    position: str = setting(
        "",
        help="What an event's id is; empty: seen from each id.",
        choices=("", "epoch-offset", "number", "opaque"),
    )
    id: str = setting("", help="Where the data (JSON) has the id or offset: json.seq, /seq, $.seq.")
    stream: str = setting("", help="Where the data has the stream's name.")
    epoch: str = setting("", help="Where the data has the epoch.")
    key: str = setting("", help="Where the data has the key of what is updated.")
    time: str = setting("", help="Where the data has the time of publishing.")
    ids: str = setting(
        "", help="What ids in the data prove.", choices=("", "contiguous", "ordered", "opaque")
    )


def recognise(opening: Opening, first: Sequence[tuple[int, int, bytes]]) -> float:
    """Every event stream can be read so; a dialect that knows more says it is surer."""
    return 0.6 if opening.protocol == "sse" else 0.0


def decoder(settings: Settings, opening: Opening) -> EventDecoder:
    """A fresh decoder for one link.  Raises WorkbenchError (user) for a place that cannot be."""
    return EventDecoder(settings, opening)


class EventDecoder:
    """Remembers whether the link's events carry ids at all."""

    def __init__(self, settings: Settings, opening: Opening) -> None:
        self._position = settings.position
        self._places: Places = places(settings)
        self._ids = False
        self._request: Sequence[Reading] = ()
        if opening.request:
            self._request = (self._asked(dict(opening.request).get("last-event-id", "")),)

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What one event, or the head of the request (opcode 0, outwards), means."""
        if opcode == 0:
            if direction != Direction.OUT:
                return ()
            self._request = ()
            return (self._asked(request_facts(payload)[1].get("last-event-id", "")),)
        # Where nobody shows the head as a message, what it asked for stands before the first event.
        request, self._request = self._request, ()
        if opcode != Opcode.EVENT or len(payload) > MAX_PAYLOAD:
            return (*request, *unreadable())
        return (*request, self._event(decode_event(payload), payload))

    def _asked(self, last: str) -> Reading:
        """What the request asks for (section 9.2.3: the header is left out where empty)."""
        if not last:
            return Reading(Means.SUBSCRIBE, label="subscribe")
        epoch, offset, own = self._split(last)
        return Reading(Means.RESUME, epoch=epoch, offset=offset, id=own, label="resume")

    def _split(self, given: str) -> tuple[str, int | None, str]:
        """(epoch, offset, id) of an event's id."""
        if self._position in ("", "epoch-offset") and (match := PLACE.fullmatch(given)):
            offset = offset_of(match[2])
            if offset is not None:
                return short(match[1]), offset, ""
        if self._position in ("", "number") and offset_of(given) is not None:
            return "", offset_of(given), ""
        return "", None, short(given)

    def _event(self, event: Event, payload: bytes) -> Reading:
        label = short(event.event) or "message"
        self._ids = self._ids or bool(event.id)
        if not event.data:
            # Without data nothing is dispatched, though the last event ID moves (section 9.2.6).
            return Reading(Means.OTHER, label="retry" if event.retry is not None else label)
        means = means_of(event.event) if event.event else Means.UPDATE
        means = Means.UPDATE if means is None else means
        if self._places.any:
            return self._from_data(means, payload, label, event)
        if means not in (Means.UPDATE, Means.SNAPSHOT, Means.SUBSCRIBED):
            return Reading(means, label=label)
        if event.id:
            epoch, offset, own = self._split(event.id)
            return Reading(means, epoch=epoch, offset=offset, id=own, label=label)
        if means == Means.UPDATE and not self._ids:
            return by_content(Reading(means, label=label), event.data.encode())
        # Among events with ids, one without is a notice: it has no place of its own.
        return Reading(Means.OTHER if means == Means.UPDATE else means, label=label)

    def _from_data(self, means: Means, payload: bytes, label: str, event: Event) -> Reading:
        reading = self._places.read(means, load(Opcode.EVENT, payload), label)
        if event.id and reading.means == Means.UPDATE:
            epoch, offset, own = self._split(event.id)
            if not self._places.numbered:
                return reading._replace(epoch=reading.epoch or epoch, offset=offset, id=own)
            # The id is kept beside the offset: a later Last-Event-ID names it.
            reading = reading._replace(id=reading.id or own)
        return reading
