"""One event of an event stream as text: how it is kept in a recording.

The event's own lines, normalised: ``id:``, ``event:``, ``retry:``, then each ``data:``
line; only fields that were present, LF endings, one space after the colon.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """One event (WHATWG HTML section 9.2.6).

    ``id`` None: no id line (the last event ID stays); "": an empty one (it is reset).
    ``data`` None: no data line, so that nothing is dispatched.  ``retry`` in milliseconds.
    """

    id: str | None = None
    event: str = ""
    retry: int | None = None
    data: str | None = None


def encode_event(event: Event) -> bytes:
    """The normalised lines, each with its LF, without the blank line that ends an event."""
    lines: list[str] = []
    if event.id is not None:
        lines.append(f"id: {event.id}\n")
    if event.event:
        lines.append(f"event: {event.event}\n")
    if event.retry is not None:
        lines.append(f"retry: {event.retry}\n")
    if event.data is not None:
        lines.extend(f"data: {line}\n" for line in event.data.split("\n"))
    return "".join(lines).encode("utf-8", "replace")


def decode_event(payload: bytes) -> Event:
    """The event again.  Never raises: bytes that are no UTF-8 become U+FFFD, as the
    standard's decoder has it, and unknown lines are left out."""
    fields: dict[str, str] = {}
    data: list[str] = []
    for line in payload.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(":")
        if not colon:
            continue
        value = value.removeprefix(" ")
        if name == "data":
            data.append(value)
        else:
            fields[name] = value
    return Event(
        fields.get("id"),
        fields.get("event", ""),
        milliseconds(fields.get("retry", "")),
        "\n".join(data) if data else None,
    )


def milliseconds(text: str) -> int | None:
    """A reconnection time: ASCII digits only; anything else is ignored (section 9.2.6)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None
