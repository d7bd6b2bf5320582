"""The head of a request as the dialects need it."""

from __future__ import annotations

#: Longer heads are cut here before they are read (bytes).
MAX_HEAD = 64 * 1024


def request_facts(head: bytes) -> tuple[str, dict[str, str]]:
    """Path and headers (names in lower case, the last of equals) of a request's head.

    Values are read as UTF-8: ``Last-Event-ID`` is sent so (WHATWG HTML section 9.2.3).
    """
    lines = head[:MAX_HEAD].decode("utf-8", "replace").split("\r\n")
    parts = lines[0].split(" ")
    pairs = (line.partition(":") for line in lines[1:] if ":" in line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return (parts[1] if len(parts) > 1 else ""), headers
