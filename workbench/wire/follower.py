"""What a client of our own knows of its stream: how far it came, and what to ask for."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.model.chunk import Opening
from workbench.model.words import Direction, Means
from workbench.protocols.dialects import event_stream, generic_json, workbench_service
from workbench.protocols.event_stream import Event
from workbench.units.shapes import Decoder
from workbench.wire.resume import Asked, Resume
from workbench.wire.spec import ClientSpec, Target


@dataclass(slots=True)
class Counters:
    """Messages and bytes of payload since the client began."""

    messages_in: int = 0
    messages_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0


class Follower:
    """Reads what is handed to the client, over all its links.

    ``lag_ns``: from publishing to here, of the last live update that named its time.
    ``retry_ms``: the reconnection time that an event stream asked for.  ``handed_since_open``
    says whether the link at hand has brought anything.
    """

    def __init__(self, spec: ClientSpec, target: Target) -> None:
        self.counters = Counters()
        self.lag_ns: int | None = None
        self.retry_ms: int | None = None
        self.handed_since_open = False
        self._spec = spec
        self._target = target
        self._resume = Resume(
            spec.resume, overlap=spec.overlap, stream=spec.stream, template=spec.subscribe
        )
        self._decoder = self._fresh()
        self._asked = False
        self._snapshot_next = False

    @property
    def target(self) -> Target:
        """Where to connect: an event stream of the reference service names stream and snapshot
        in its query."""
        if self._target.protocol == "ws" or not self._spec.stream:
            return self._target
        target = self._target.with_query("stream", self._spec.stream)
        if self._snapshot_next or self._spec.resume == "snapshot":
            return target.with_query("snapshot", "1")
        return target

    @property
    def last_event_id(self) -> str:
        """The Last-Event-ID to send, "": none."""
        return "" if self._snapshot_next else self._resume.header()

    def begin(self) -> Asked:
        """A link has opened: what to send on it (None: nothing), and from where that asks."""
        self.handed_since_open = False
        self._decoder = self._fresh()
        if self._target.protocol == "sse":
            asked = Asked(None, None if self._snapshot_next else self._resume.asked_by_header())
        else:
            asked = self._resume.subscribe()
        self._snapshot_next = False
        self._asked = asked.position is not None
        return asked

    def handed(self, opcode: int, payload: bytes, time: int) -> bool:
        """A message has come; True when it says that the position asked from is too old."""
        self.handed_since_open = True
        self.counters.messages_in += 1
        self.counters.bytes_in += len(payload)
        if self._decoder is None:
            return False
        readings = self._decoder.read(Direction.IN, opcode, payload)
        self._resume.seen(readings)
        for reading in readings:
            if reading.means == Means.UPDATE and reading.time and not reading.flags:
                self.lag_ns = time - reading.time
        return self._asked and any(r.means == Means.TOO_OLD for r in readings)

    def event(self, event: Event) -> None:
        """The lines of an event: the last event ID, and the reconnection time."""
        if event.id is not None:
            self._resume.last_event_id(event.id)
        if event.retry is not None:
            self.retry_ms = event.retry

    def take_snapshot(self) -> str:
        """The history does not reach back to where we were: the message that asks for a
        snapshot; an event stream asks for it when it connects again.  Once a link."""
        self._asked = False
        self._snapshot_next = self._target.protocol == "sse"
        return self._resume.snapshot().message or ""

    def _fresh(self) -> Decoder | None:
        """A decoder for a new link, None where messages need not be understood."""
        opening = Opening(self._target.protocol, self._target.resource)
        if self._spec.stream:
            return workbench_service.decoder(workbench_service.Settings(), opening)
        if self._target.protocol == "sse":
            return event_stream.decoder(event_stream.Settings(id=self._spec.id), opening)
        if self._spec.id:
            return generic_json.decoder(generic_json.Settings(id=self._spec.id), opening)
        return None
