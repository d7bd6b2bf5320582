"""What a client sent: which outage cut it off, and what became of it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from workbench.checks._ground.life import Life
from workbench.model.history import ClientEvent, Event


@dataclass(slots=True)
class Send:
    """One message of a client, by its id: every sending, effect and acknowledgement."""

    sent: list[ClientEvent] = field(default_factory=list)
    effects: list[ClientEvent] = field(default_factory=list)
    acknowledged: bool = False


def sends(events: tuple[ClientEvent, ...], latest: int) -> dict[str, Send]:
    """The messages first sent up to a moment (ns): the acknowledgement of later ones is
    not due yet."""
    found: dict[str, Send] = {}
    for event in events:
        if event.event == Event.SENT:
            found.setdefault(event.detail, Send()).sent.append(event)
        elif event.event == Event.TOOK_EFFECT:
            found.setdefault(event.detail, Send()).effects.append(event)
        elif event.event == Event.SEND_ACKED:
            found.setdefault(event.detail, Send()).acknowledged = True
    return {k: v for k, v in found.items() if v.sent and v.sent[0].time <= latest}


def cut_off(life: Life, moment: int, patience: int) -> int | None:
    """The charge of the break that cut off what was sent at a moment: the next one within
    the patience; None: no break did."""
    index = bisect_left([b.time for b in life.breaks], moment)
    if index < len(life.breaks) and life.breaks[index].time - patience <= moment:
        return index + 1
    return None
