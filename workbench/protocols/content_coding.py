"""Content codings of a body that is read along (RFC 9110 section 8.4.1): a bounded copy."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

PIECE = 64 * 1024
#: A piece of the body may become at most so much; beyond, reading is given up.
GROWTH_LIMIT = 64 * 1024 * 1024


class Decoding:
    """Undoes gzip or deflate piece by piece.  ``problem`` says why it gave up, "" while it reads.

    What the peers get is untouched; only what is recorded depends on it.
    """

    def __init__(self, coding: str) -> None:
        self.problem = ""
        name = coding.strip().lower()
        self._zlib: zlib._Decompress | None = None
        if name in ("gzip", "x-gzip", "deflate"):
            self._zlib = zlib.decompressobj(47)  # gzip or zlib, by its first bytes
        elif name not in ("", "identity"):
            self.problem = f"the content coding {name[:40]} is not read"

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The decoded bytes, in pieces of at most 64 KiB where they were coded."""
        if self.problem:
            return
        if self._zlib is None:
            yield data
            return
        made = 0
        while data and not self.problem:
            try:
                piece = self._zlib.decompress(data, PIECE)
            except zlib.error:
                self.problem = "the compressed body cannot be inflated"
                return
            made += len(piece)
            if piece:
                yield piece
            if made > GROWTH_LIMIT:
                self.problem = f"a piece inflates to more than {GROWTH_LIMIT} bytes"
            data = self._rest()

    def _rest(self) -> bytes:
        assert self._zlib is not None
        if not self._zlib.eof:
            return self._zlib.unconsumed_tail
        # RFC 1952 section 2.2: a gzip file may consist of several members.
        rest = self._zlib.unused_data
        self._zlib = zlib.decompressobj(47)
        return rest
