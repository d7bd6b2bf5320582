"""Plain text: a regular expression with named groups says where things stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.model.chunk import Opening
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.record import Reading
from workbench.model.words import Direction, Means, Opcode
from workbench.protocols.dialects._pattern import risk
from workbench.protocols.dialects._values import (
    MAX_PAYLOAD,
    by_content,
    means_of,
    offset_of,
    short,
    time_of,
    unreadable,
)
from workbench.protocols.event_text import decode_event
from workbench.units.settings import setting

TITLE = "Plain text"

#: Longer messages are not matched (characters).  Expressions that could take more than
#: about the square of this are refused when they are set.
MAX_TEXT = 4096
GROUPS = ("stream", "epoch", "offset", "id", "key", "type", "time")


@dataclass(frozen=True, slots=True)
class Settings:
    """Expressions are searched for in each message; groups (?P<offset>\\d+) name what they find."""

    pattern: str = setting(
        "", help="Regular expression with groups stream, epoch, offset, id, key, type or time."
    )
    resume: str = setting(
        "", help="Regular expression for what a client sends to subscribe; groups as above."
    )


def recognise(opening: Opening, first: Sequence[tuple[int, int, bytes]]) -> float:
    """Anything can be read so, and nearly everything is read better by others."""
    return 0.05


def decoder(settings: Settings, opening: Opening) -> TextDecoder:
    """A fresh decoder for one link.  Raises WorkbenchError (user) for a bad expression."""
    return TextDecoder(settings)


class TextDecoder:
    """Holds the expressions; remembers nothing between messages."""

    def __init__(self, settings: Settings) -> None:
        self._pattern = compiled(settings.pattern, "pattern") if settings.pattern else None
        self._resume = compiled(settings.resume, "resume") if settings.resume else None

    def read(self, direction: int, opcode: int, payload: bytes) -> Sequence[Reading]:
        """What one message means."""
        if opcode == 0:
            return ()
        if len(payload) > MAX_PAYLOAD:
            return unreadable()
        if opcode == Opcode.EVENT:
            payload = (decode_event(payload).data or "").encode()
        if direction == Direction.OUT:
            return self._client(payload)
        return self._server(payload)

    def _client(self, payload: bytes) -> Sequence[Reading]:
        text = payload.decode("utf-8", "replace")
        match = _search(self._resume, text)
        if match is None:
            means = means_of(text[:40].strip())
            return (Reading(means if means == Means.HEARTBEAT else Means.OTHER),)
        reading = _reading(Means.RESUME, match, "subscribe")
        if reading.offset is None and not reading.id:
            reading = reading._replace(means=Means.SUBSCRIBE)
        return (reading,)

    def _server(self, payload: bytes) -> Sequence[Reading]:
        if self._pattern is None:
            means = means_of(payload[:40].decode("utf-8", "replace").strip())
            return (Reading(means) if means else by_content(Reading(Means.UPDATE), payload),)
        if len(payload) > 4 * MAX_TEXT:
            return unreadable("too long")
        try:
            text = payload.decode("utf-8")
        except UnicodeDecodeError:
            return unreadable()
        if len(text) > MAX_TEXT:
            return unreadable("too long")
        match = self._pattern.search(text)
        if match is None:
            return (Reading(means_of(text[:40].strip()) or Means.OTHER),)
        groups = match.groupdict()
        means = means_of(groups.get("type") or "") or Means.UPDATE
        reading = _reading(means, match, short(groups.get("type") or ""))
        if reading.means == Means.UPDATE and reading.offset is None and not reading.id:
            return (by_content(reading, payload),)
        return (reading,)


def _search(pattern: re.Pattern[str] | None, text: str) -> re.Match[str] | None:
    return pattern.search(text) if pattern and len(text) <= MAX_TEXT else None


def _reading(means: Means, match: re.Match[str], label: str) -> Reading:
    groups = {name: text or "" for name, text in match.groupdict().items()}
    given = groups.get("id", "")
    offset = offset_of(groups.get("offset", ""))
    if offset is None and offset_of(given) is not None:
        offset, given = offset_of(given), ""
    time = groups.get("time", "")
    number = float(time) if re.fullmatch(r"[0-9]{1,19}(\.[0-9]{1,9})?", time) else time
    return Reading(
        means,
        short(groups.get("stream", "")),
        short(groups.get("epoch", "")),
        offset,
        short(given),
        short(groups.get("key", "")),
        label,
        time_of(int(time) if time.isdigit() else number),
    )


def compiled(text: str, name: str) -> re.Pattern[str]:
    """The expression.  Raises WorkbenchError (user) for one that is wrong, names groups that
    mean nothing, or could take time beyond all bounds."""
    try:
        pattern = re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise _refused(name, f"it is no regular expression: {error}") from error
    unknown = sorted(set(pattern.groupindex) - set(GROUPS))
    if unknown or not pattern.groupindex:
        raise _refused(name, f"its groups must be among {', '.join(GROUPS)}")
    why = risk(text)
    if why:
        raise _refused(name, why)
    return pattern


def _refused(name: str, why: str) -> WorkbenchError:
    return WorkbenchError(
        f"`{name}` of the plain text dialect can't be used: {why}.",
        whose=Whose.USER,
        to_do=r"Write it like seq=(?P<offset>\d+) with one group for each thing to find.",
    )
