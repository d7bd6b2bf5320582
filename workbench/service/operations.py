"""What a WebSocket client can ask for: subscribe, unsubscribe, publish, ping."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from workbench.service import messages
from workbench.service.backplane import (
    BackplaneError,
    Draft,
    Head,
    LimitReachedError,
    Snapshot,
    Update,
)
from workbench.service.messages import RequestError
from workbench.service.subscription import Subscription
from workbench.service.tasks import Tasks

if TYPE_CHECKING:
    from workbench.service.gateway import Gateway
    from workbench.service.websocket_side import WebSocketSide

Work = Coroutine[Any, Any, None]

MAX_SUBSCRIPTIONS = 100
# Requests of one client under way at once; with more its connection is not read.
MAX_UNDER_WAY = 256


class WebSocketSink:
    """Writes a subscription as messages."""

    def __init__(self, gateway: Gateway, side: WebSocketSide) -> None:
        self._gateway = gateway
        self._side = side

    def subscribed(self, head: Head, cursor: int, recovered: bool, replayed: int) -> None:
        """``{"type": "subscribed", ...}``."""
        name = self._gateway.options.name
        self._side.send(messages.subscribed(head, name, recovered, replayed))

    def snapshot(self, snapshot: Snapshot) -> None:
        """``{"type": "snapshot", ...}``."""
        self._side.send(messages.snapshot_message(snapshot, self._gateway.options.name))

    def update(self, update: Update, replayed: bool) -> None:
        """``{"type": "update", ...}``."""
        self._side.send_frame(self._gateway.frames.of(update, replayed))

    def too_old(self, head: Head, epoch: str, offset: int) -> None:
        """``{"type": "too_old", ...}``."""
        self._side.send(messages.too_old(head, epoch, offset))

    async def ready(self) -> None:
        """Wait while the peer does not keep up."""
        await self._side.outlet.ready()


class Operations:
    """The operations of one connection. Publishes keep the order in which they were sent."""

    def __init__(self, gateway: Gateway, side: WebSocketSide) -> None:
        self._gateway = gateway
        self._side = side
        self._sink = WebSocketSink(gateway, side)
        self._subscriptions: dict[str, Subscription] = {}
        self._tasks = Tasks()
        self._under_way = 0

    def received(self, text: bytes) -> None:
        """One message from the client."""
        request: dict[str, Any] = {}
        try:
            request = messages.object_of(text)
            self._start(request)
        except RequestError as refusal:
            self.refuse(refusal, request)

    def refuse(self, refusal: RequestError, request: dict[str, Any] | None = None) -> None:
        """``{"type": "error", ...}``; what the request gave as "id" or "stream" comes back."""
        named = {k: v for k, v in (request or {}).items() if k in ("id", "op", "stream")}
        text = {"type": "error", "code": refusal.code, "message": str(refusal)}
        self._side.send({**text, **named})

    def close(self) -> None:
        """End every subscription. A publish that has arrived is still carried out."""
        for subscription in self._subscriptions.values():
            subscription.close()
        self._subscriptions.clear()
        self._tasks.cancel()

    def _start(self, request: dict[str, Any]) -> None:
        match request.get("op"):
            case "ping":
                self._side.send({"type": "pong", **_echo(request)})
            case "subscribe":
                self._subscribe(request)
            case "unsubscribe":
                self._unsubscribe(messages.stream_of(request.get("stream")))
                self._side.send({"type": "unsubscribed", "stream": request["stream"]})
            case "publish":
                draft = messages.draft_of(request)
                self._run(self._gateway.tasks, self._publish(draft, request), request)
            case other:
                raise RequestError(
                    "bad_op",
                    f'"op" must be subscribe, unsubscribe, publish or ping, not {str(other)[:50]}',
                )

    def _subscribe(self, request: dict[str, Any]) -> None:
        stream = messages.stream_of(request.get("stream"))
        after = request.get("after")
        position = None if after is None else messages.position_of(after)
        snapshot = request.get("snapshot") is True
        if snapshot and position is not None:
            raise RequestError("bad_position", 'ask for "after" or "snapshot", not for both')
        self._unsubscribe(stream)
        if len(self._subscriptions) >= MAX_SUBSCRIPTIONS:
            raise RequestError(
                "limit_reached", f"at most {MAX_SUBSCRIPTIONS} streams per connection"
            )
        subscription = Subscription(self._gateway.feed, self._gateway.backplane, stream, self._sink)
        self._subscriptions[stream] = subscription
        self._run(self._tasks, self._follow(subscription, position, snapshot), request)

    def _unsubscribe(self, stream: str) -> None:
        if (subscription := self._subscriptions.pop(stream, None)) is not None:
            subscription.close()

    async def _follow(
        self, subscription: Subscription, position: tuple[str, int] | None, snapshot: bool
    ) -> None:
        stands = False
        try:
            await subscription.start(position, snapshot)
            stands = True
        finally:
            if not stands:
                subscription.close()
                if self._subscriptions.get(subscription.stream) is subscription:
                    del self._subscriptions[subscription.stream]

    async def _publish(self, draft: Draft, request: dict[str, Any]) -> None:
        update = await self._gateway.backplane.publish(draft)
        self._side.send({"type": "ack", **_echo(request), **messages.published(update)})

    def _run(self, tasks: Tasks, work: Work, request: dict[str, Any]) -> None:
        self._under_way += 1
        if self._under_way == MAX_UNDER_WAY:
            self._side.hold_reading(True)
        tasks.spawn(self._answered(work, request))

    async def _answered(self, work: Work, request: dict[str, Any]) -> None:
        try:
            await work
        except RequestError as refusal:
            self.refuse(refusal, request)
        except LimitReachedError as limit:
            self.refuse(RequestError("limit_reached", str(limit)), request)
        except BackplaneError as error:
            code = "backplane_away" if error.outcome == "fail" else "outcome_unknown"
            self.refuse(RequestError(code, str(error)), request)
        finally:
            if self._under_way == MAX_UNDER_WAY:
                self._side.hold_reading(False)
            self._under_way -= 1


def _echo(request: dict[str, Any]) -> dict[str, Any]:
    return {"id": request["id"]} if "id" in request else {}
