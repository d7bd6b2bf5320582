"""``GET /events``: a stream as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from workbench.service import messages
from workbench.service.backplane import Head, Snapshot, Update
from workbench.service.http_side import Answer, HttpSide, Request, error_answer
from workbench.service.messages import RequestError
from workbench.service.subscription import Subscription

if TYPE_CHECKING:
    from workbench.service.gateway import Gateway

HEADERS = {"content-type": "text/event-stream", "cache-control": "no-store"}
RETRY_MS = 1_000


def event(data: bytes, kind: str = "", last_id: str = "") -> bytes:
    """One event. ``data`` is one line of JSON; an event without an id keeps the last one."""
    lines = [f"event: {kind}\n".encode()] if kind else []
    if last_id:
        lines.append(f"id: {last_id}\n".encode())
    return b"".join([*lines, b"data: ", data, b"\n\n"])


class EventSink:
    """Writes a subscription as events. ``id`` is always where a reconnecting client goes on."""

    def __init__(self, side: HttpSide, server: str) -> None:
        self._side = side
        self._server = server
        self.ended = side.ending
        self.cut = False

    def open(self) -> None:
        """The head, and the reconnection time."""
        self._side.send_head(200, HEADERS)
        self.write(f"retry: {RETRY_MS}\n\n".encode())

    def write(self, data: bytes) -> None:
        """Send, or cut a peer too far behind: when it comes back it resumes where it was."""
        if not self.ended.is_set() and not self._side.send_body(data):
            self.cut = True
            self.ended.set()
            self._side.abort()

    def subscribed(self, head: Head, cursor: int, recovered: bool, replayed: int) -> None:
        """An event of type ``subscribed``; its id is the cursor, not the top: the replay between
        the two is still to come and must be asked for again if the stream ends before."""
        message = messages.subscribed(head, self._server, recovered, replayed)
        self.write(event(messages.dumps(message), "subscribed", f"{head.epoch}:{cursor}"))

    def snapshot(self, snapshot: Snapshot) -> None:
        """An event of type ``snapshot``."""
        message = messages.snapshot_message(snapshot, self._server)
        place = f"{snapshot.head.epoch}:{snapshot.head.top}"
        self.write(event(messages.dumps(message), "snapshot", place))

    def update(self, update: Update, replayed: bool) -> None:
        """An event of the default type."""
        data = messages.update_message(update, self._server, replayed)
        self.write(event(data, last_id=f"{update.epoch}:{update.offset}"))

    def too_old(self, head: Head, epoch: str, offset: int) -> None:
        """An event of type ``too_old``; then only heartbeats, so that no client asks in a loop."""
        self.write(event(messages.dumps(messages.too_old(head, epoch, offset)), "too_old"))

    async def ready(self) -> None:
        """Wait while the peer does not keep up."""
        await self._side.ready()


async def serve_events(gateway: Gateway, request: Request, side: HttpSide) -> Answer | None:
    """Serve until the client leaves or the replica drains."""
    if gateway.draining.is_set():
        return error_answer(
            RequestError("draining", "this replica is going away", 503), retry_after="1"
        )
    stream = messages.stream_of(request.query.get("stream"))
    # The header wins: it is newer than the address that a reconnecting browser repeats.
    text = request.headers.get("last-event-id") or request.query.get("last_event_id", "")
    after = messages.position_in(text) if text else None
    sink = EventSink(side, gateway.options.name)
    subscription = Subscription(gateway.feed, gateway.backplane, stream, sink)
    await _check(gateway, stream, after)
    sink.open()
    beats = asyncio.create_task(_heartbeats(sink, gateway.options.ping_interval))
    try:
        await subscription.start(after, request.query.get("snapshot", "") in ("1", "true"))
        await sink.ended.wait()
    finally:
        beats.cancel()
        subscription.close()
    if not sink.cut:
        side.end()
    return None


async def _check(gateway: Gateway, stream: str, after: tuple[str, int] | None) -> None:
    """Refuse with a status while there still is a status to send."""
    head = await gateway.backplane.head(stream)
    if after is not None and after[0] == head.epoch and after[1] > head.top:
        raise messages.ahead(head, *after)


async def _heartbeats(sink: EventSink, interval: float) -> None:
    while interval:
        await asyncio.sleep(interval)
        sink.write(b":\n\n")
