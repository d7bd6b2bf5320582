"""The id that Socket.IO's connection state recovery puts behind an event's arguments."""

from __future__ import annotations

import re
from typing import Any

#: A stream id of the Redis adapter, or an object id of the MongoDB adapter.
ADAPTER = re.compile(r"\d{10,16}-\d{1,19}|[0-9a-f]{24}")

#: The in-memory adapter counts milliseconds in base 64, and appends .0, .1, ... to ids of
#: the same millisecond.
CLOCK = re.compile(r"([0-9A-Za-z_-]{7})(?:\.[0-9A-Za-z_-]{1,6})?")
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
FROM, TO = 1_577_836_800_000, 2_524_608_000_000  # the years 2020 and 2050, in ms


def recovery_id(arguments: list[Any]) -> str:
    """The id, or "": the last argument where it is text that one of the adapters makes.

    A client takes any text there for its offset; text of the application's own must
    not be taken for an id here (volatile events have none).
    """
    last = arguments[-1]
    if len(arguments) < 2 or not isinstance(last, str) or len(last) > 40:
        return ""
    if ADAPTER.fullmatch(last):
        return last
    match = CLOCK.fullmatch(last)
    if match is None:
        return ""
    moment = 0
    for letter in match[1]:
        moment = moment * 64 + DIGITS.index(letter)
    return last if FROM <= moment <= TO else ""
