"""The plain HTTP part: publish, read, snapshot, readiness, drain."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import workbench
from workbench.service import messages
from workbench.service.backplane import BackplaneError, LimitReachedError, TooOldError, Update
from workbench.service.event_stream import serve_events
from workbench.service.http_side import Answer, HttpSide, Request, error_answer, json_answer
from workbench.service.long_poll import wait_for_news
from workbench.service.messages import RequestError

if TYPE_CHECKING:
    from workbench.service.gateway import Gateway

MAX_PAGE = 1_000
MAX_WAIT_S = 60.0


async def answer(gateway: Gateway, request: Request, side: HttpSide) -> Answer | None:
    """The answer to a request; None when the route has answered by itself (event stream)."""
    try:
        if request.path == "/events":
            _only(request, "GET")
            return await serve_events(gateway, request, side)
        method, route = _route(request.path)
        _only(request, method)
        return await route(gateway, request)
    except RequestError as refusal:
        return error_answer(refusal)
    except LimitReachedError as limit:
        return error_answer(RequestError("limit_reached", str(limit), 409))
    except BackplaneError as error:
        problem = {"code": "backplane_away", "message": str(error), "outcome": error.outcome}
        return json_answer(503, {"error": problem}, retry_after="1")


def _route(path: str) -> tuple[str, Callable[[Gateway, Request], Awaitable[Answer]]]:
    if path not in ROUTES:
        raise RequestError(
            "not_found", f"there is no {path[:200]} here; GET / lists what there is", 404
        )
    return ROUTES[path]


def _only(request: Request, method: str) -> None:
    if request.method != method:
        raise RequestError("bad_method", f"{request.path} answers {method} only", 405)


async def _publish(gateway: Gateway, request: Request) -> Answer:
    draft = messages.draft_of(messages.object_of(request.body))
    update = await gateway.backplane.publish(draft)
    return json_answer(200, messages.published(update))


async def _updates(gateway: Gateway, request: Request) -> Answer:
    stream = messages.stream_of(request.query.get("stream"))
    limit = _number(request, "limit", MAX_PAGE, 1, MAX_PAGE)
    wait = _number(request, "wait", 0, 0, MAX_WAIT_S)
    head = await gateway.backplane.head(stream)
    text = request.query.get("after", "")
    epoch, after = messages.position_in(text) if text else (head.epoch, head.oldest - 1)
    if epoch == head.epoch and after > head.top:
        raise messages.ahead(head, epoch, after)
    try:
        page = await gateway.backplane.read(stream, epoch, after, int(limit))
        if not page and wait and not gateway.draining.is_set():
            await wait_for_news(gateway, stream, epoch, after, wait)
            page = await gateway.backplane.read(stream, epoch, after, int(limit))
    except TooOldError as gap:
        return json_answer(410, messages.too_old(gap.head, epoch, after))
    return json_answer(200, _page(gateway, stream, epoch, after, page))


def _page(
    gateway: Gateway, stream: str, epoch: str, after: int, page: list[Update]
) -> dict[str, object]:
    last = page[-1].offset if page else after
    return {
        "stream": stream,
        "epoch": epoch,
        "server": gateway.options.name,
        "position": f"{epoch}:{last}",
        "updates": [messages.update_fields(update) for update in page],
    }


def _number(request: Request, name: str, default: float, low: float, high: float) -> float:
    text = request.query.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not low <= value <= high:
        raise RequestError(f"bad_{name}", f'"{name}" must be a number from {low:g} to {high:g}')
    return value


async def _snapshot(gateway: Gateway, request: Request) -> Answer:
    stream = messages.stream_of(request.query.get("stream"))
    snapshot = await gateway.backplane.snapshot(stream)
    return json_answer(200, messages.snapshot_message(snapshot, gateway.options.name))


async def _healthz(gateway: Gateway, request: Request) -> Answer:
    if gateway.draining.is_set():
        return json_answer(503, {"ready": False, "reason": "draining"})
    if not gateway.feed.healthy:
        return json_answer(503, {"ready": False, "reason": "the backplane is away"})
    return json_answer(200, {"ready": True})


async def _info(gateway: Gateway, request: Request) -> Answer:
    return json_answer(
        200,
        {
            "service": "workbench reference service",
            "workbench": workbench.__version__,
            "name": gateway.options.name,
            "version": gateway.options.version_label,
            "connections": len(gateway.connections),
            "draining": gateway.draining.is_set(),
            "routes": ["/ws", "/events", *sorted(ROUTES)],
        },
    )


async def _drain(gateway: Gateway, request: Request) -> Answer:
    # A web page can post JSON to a port of this machine only after asking (CORS preflight),
    # which nothing here grants; with any other content type it would not need to ask.
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise RequestError("bad_content_type", "send this as application/json", 415)
    body = messages.object_of(request.body or b"{}")
    code = body.get("code", gateway.options.drain_code)
    over = body.get("over_s", gateway.options.drain_time)
    if isinstance(over, bool) or not isinstance(over, int | float) or not 0 <= over <= 3600:
        raise RequestError("bad_over_s", '"over_s" must be a number of seconds from 0 to 3600')
    clients = gateway.start_drain(messages.close_code_of(code), float(over))
    return json_answer(202, {"draining": True, "clients": clients})


ROUTES: dict[str, tuple[str, Callable[[Gateway, Request], Awaitable[Answer]]]] = {
    "/": ("GET", _info),
    "/publish": ("POST", _publish),
    "/updates": ("GET", _updates),
    "/snapshot": ("GET", _snapshot),
    "/healthz": ("GET", _healthz),
    "/drain": ("POST", _drain),
}
