"""Bodies of other HTTP, read along as they pass: kept where they may carry messages."""

from __future__ import annotations

from workbench.model.words import Flag
from workbench.protocols.content_coding import Decoding
from workbench.protocols.http import Head
from workbench.protocols.http_stream import BodyPart

#: Longer bodies (inflated) are told by their size alone: they are downloads, not messages.
BODY_LIMIT = 1024 * 1024
#: A body that does not say what it is is kept up to this length.
UNNAMED_LIMIT = 64 * 1024
#: Text that makes up a page, and carries no messages.
PAGE_PARTS = ("text/css", "text/javascript")
WHOLE = int(Flag.ARRIVED | Flag.PASSED)


class Body:
    """One body on its way.  ``head`` is the number of its head's record, ``code`` its status."""

    def __init__(self, head: Head, number: int) -> None:
        self.head = number
        self.code = head.status
        self.wire = 0
        self.payload = b""
        self._limit = limit_of(head)
        self._kept = bytearray()
        self._coding = Decoding(head.value("content-encoding"))
        self._passed = True

    def add(self, part: BodyPart, passed: bool) -> None:
        """A piece of it has come, and was passed on or not."""
        self.wire += len(part.raw)
        self._passed &= passed
        if not self._limit or not part.data:
            return
        for piece in self._coding.feed(part.data):
            self._kept += piece
            if len(self._kept) > self._limit:
                self._drop()
                return
        if self._coding.problem:
            self._drop()

    def _drop(self) -> None:
        self._limit = 0
        self._kept = bytearray()

    def end(self, *, whole: bool) -> int:
        """The flags of its record; ``payload`` is then what was kept.  A body that was not
        whole has neither arrived nor been passed."""
        self.payload = bytes(self._kept)
        flags = (WHOLE if self._passed else int(Flag.ARRIVED)) if whole else 0
        return flags if whole and self._limit else flags | int(Flag.CUT_SHORT)


def limit_of(head: Head) -> int:
    """How much of a body is kept (bytes, inflated); 0: nothing, it is told by its size."""
    kind = head.value("content-type").partition(";")[0].strip().lower()
    length = head.value("content-length")
    long = int(length) if length.isascii() and length.isdigit() and len(length) < 19 else -1
    if not kind:
        return UNNAMED_LIMIT if 0 <= long <= UNNAMED_LIMIT else 0
    if long > BODY_LIMIT or kind in PAGE_PARTS:
        return 0
    data = kind in ("application/json", "application/octet-stream", "application/x-ndjson")
    return BODY_LIMIT if data or kind.startswith("text/") or kind.endswith("+json") else 0
