"""What the LINK records say, merged link by link."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from workbench.model.words import LinkEvent

MAX_JSON = 64 * 1024  # a longer LINK payload is not ours

#: Which moment of a link an event sets.
MOMENTS = {
    LinkEvent.OPENING: "opening",
    LinkEvent.OPEN: "opened",
    LinkEvent.FAILED: "closed",
    LinkEvent.CLOSED: "closed",
}

Facts = dict[str, Any]


class Links:
    """Facts by link number; ``seen`` is the number of the next record to look at."""

    def __init__(self) -> None:
        self.by_number: dict[int, Facts] = {}
        self.seen = 0

    def take(self, header: np.void, payload: bytes) -> None:
        """Merge one LINK record: its JSON, then the moments that we know ourselves."""
        number, event = int(header["link"]), int(header["opcode"])
        facts = self.by_number.get(number)
        if facts is None:
            facts = self.by_number[number] = {"opening": 0, "opened": 0, "closed": 0}
        moments = {name: facts[name] for name in ("opening", "opened", "closed")}
        facts.update(json_object(payload))
        facts.update(moments, number=number, event=event)
        if event in MOMENTS:
            facts[MOMENTS[LinkEvent(event)]] = int(header["time"])


def json_object(payload: bytes) -> dict[str, Any]:
    """The JSON object in a payload of ours; empty where it holds none."""
    if len(payload) > MAX_JSON:
        return {}
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
