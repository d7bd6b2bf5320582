"""Refuse: opening handshakes are answered with an error, and never reach the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.faults._common import chance, nothing, strikes, window
from workbench.model.action import OpeningAction, Refuse
from workbench.model.passing import Opening
from workbench.units.applied import Luck
from workbench.units.settings import setting

TITLE = "Refuse handshakes"
CLIENT_SEES = "client sees the answer's status (a browser: close code 1006 alone)"

REASONS = {
    200: "OK",
    204: "No Content",
    301: "Moved Permanently",
    302: "Found",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    408: "Request Timeout",
    426: "Upgrade Required",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Status, Retry-After, where a redirect leads, how likely."""

    status: int = setting(
        503, help="502 comes with an HTML page, 302 with a location.", low=200, high=599
    )
    retry_after: int | None = setting(None, help="Retry-After, in seconds.", low=0)
    location: str = setting("/", help="Where a redirect (3xx) leads.")
    probability: float = chance()
    requests: str = setting(
        "openings",
        help="openings: WebSocket and event stream; all: plain HTTP (polling) too.",
        choices=("openings", "all"),
    )
    seconds: float | None = window()


inject = heal = nothing


def on_opening(settings: Settings, opening: Opening, luck: Luck) -> Sequence[OpeningAction]:
    """The answer names its sender in Via, as every answer of the proxy itself does."""
    wanted = ("ws", "sse") if settings.requests == "openings" else ("ws", "sse", "http")
    if opening.protocol not in wanted or not strikes(settings.probability, luck):
        return ()
    reason = REASONS.get(settings.status, "Refused")
    kind, body = _body(settings.status, reason)
    headers = [("Content-Type", kind)] if body else []
    if settings.retry_after is not None:
        headers.append(("Retry-After", str(settings.retry_after)))
    if 300 <= settings.status < 400:
        headers.append(("Location", settings.location.replace("\r", "").replace("\n", "")))
    return (Refuse(settings.status, reason, tuple(headers), body),)


def _body(status: int, reason: str) -> tuple[str, bytes]:
    if status < 200 or status in (204, 304):  # RFC 9110 sections 15.3.5 and 15.4.5: no content
        return "", b""
    if status == 502:
        page = f"<html>\n<head><title>{status} {reason}</title></head>\n<body>\n"
        page += f"<h1>{status} {reason}</h1>\n<hr>workbench\n</body>\n</html>\n"
        return "text/html", page.encode()
    return "text/plain; charset=utf-8", f"{status} {reason}\n".encode()
