"""What a recording lacks: unreadable blocks and records that could not be kept.

Whatever is missed in such a recording may be missing here alone, and whatever passes may have
failed in what is not here: every verdict on it is unknown, with what was found beside it.
"""

from __future__ import annotations

from dataclasses import replace

import orjson

from workbench.journal.recording import Recording
from workbench.model.verdict import ClientVerdict, Judgement, OutageVerdict
from workbench.model.words import Kind, Value

REASON = "damaged"


class Gaps:
    """Looks at each record once; ``doubt`` may be asked as often as wanted."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._next = recording.first
        self._dropped = 0

    def doubt(self, judgement: Judgement) -> Judgement:
        """The judgement, with a note for each gap, and unknown where there is any."""
        self._look()
        damage = self._recording.damage
        notes = [str(each) for each in damage]
        if self._dropped:
            notes.append(f"{self._dropped} records could not be kept when they were made")
        if not self._dropped and not any(each.hole for each in damage):
            return replace(judgement, notes=(*judgement.notes, *notes))
        return replace(
            judgement,
            value=Value.UNKNOWN,
            reasons=(*judgement.reasons, REASON),
            notes=(*judgement.notes, *notes),
            outages=tuple(_outage(outage) for outage in judgement.outages),
        )

    def _look(self) -> None:
        for numbers in self._recording.where(lambda h: h["kind"] == Kind.LOSS, self._next):
            self._dropped += sum(map(self._count, numbers.tolist()))
        self._next = self._recording.count

    def _count(self, number: int) -> int:
        """How many records a LOSS record says were dropped (trimmed ones are wanted so)."""
        try:
            value = orjson.loads(self._recording.payload(number))
        except ValueError:
            return 1
        if not isinstance(value, dict) or value.get("what") == "trimmed":
            return 0
        count = value.get("count")
        return count if isinstance(count, int) else 1


def _outage(outage: OutageVerdict) -> OutageVerdict:
    clients = tuple(_client(client) for client in outage.clients)
    return replace(outage, value=Value.UNKNOWN, clients=clients)


def _client(client: ClientVerdict) -> ClientVerdict:
    return replace(client, value=Value.UNKNOWN, reasons=(*client.reasons, REASON))
