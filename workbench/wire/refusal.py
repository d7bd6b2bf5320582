"""The few answers a proxy gives itself, each an honest HTTP answer that says who speaks."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.model.action import Refuse
from workbench.model.errors import Whose

REASONS = {
    408: "Request Timeout",  # RFC 9110 section 15.5.9
    431: "Request Header Fields Too Large",  # RFC 6585 section 5
    502: "Bad Gateway",  # RFC 9110 section 15.6.3
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status with what happened, why, and whose fault it is."""

    status: int
    what: str
    why: str
    whose: Whose
    to_do: str = ""
    given: Refuse | None = None

    def answer(self) -> bytes:
        """The whole answer; the connection ends after it."""
        if self.given is not None:
            return _given(self.given)
        said = " ".join(part for part in (self.what, self.why, self.to_do) if part)
        body = f"Workbench proxy: {said}\n".encode()
        head = (
            f"HTTP/1.1 {self.status} {REASONS[self.status]}\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\n"
            "Via: 1.1 workbench\r\n"
            "Connection: close\r\n\r\n"
        )
        return head.encode("ascii") + body


def _given(refuse: Refuse) -> bytes:
    """What a fault answers instead of the server."""
    lines = [f"HTTP/1.1 {refuse.status} {refuse.reason}"]
    lines += [f"{name}: {value}" for name, value in refuse.headers]
    if refuse.status not in (204, 304):  # RFC 9110 section 8.6: no length where no content can be
        lines.append(f"Content-Length: {len(refuse.body)}")
    lines += ["Via: 1.1 workbench", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1", "replace") + refuse.body
