"""permessage-deflate (RFC 7692): what was negotiated, and a bounded inflater for a copy."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import NamedTuple

TAIL = b"\x00\x00\xff\xff"  # section 7.2.2
#: At most so many inflated bytes are made of one message: a bomb costs time, not memory.
INFLATE_LIMIT = 64 * 1024 * 1024
WINDOW = 32 * 1024


@dataclass(frozen=True, slots=True)
class Deflate:
    """What one direction does: window bits (8 to 15) and whether its context is taken over."""

    bits: int = 15
    takeover: bool = True


def negotiated(extensions: str) -> tuple[Deflate, Deflate] | None:
    """(towards the client, towards the server) as a 101's Sec-WebSocket-Extensions says;
    None where permessage-deflate is not in it or cannot be read."""
    for offer in extensions.split(","):
        name, *given = [part.strip().lower() for part in offer.split(";")]
        if name != "permessage-deflate":
            continue
        pairs = [part.partition("=") for part in given]
        known = {key.strip(): value.strip().strip('"') for key, _, value in pairs}
        sides = [_side(known, side) for side in ("server", "client")]
        if sides[0] is not None and sides[1] is not None:
            return sides[0], sides[1]
    return None


def _side(known: dict[str, str], side: str) -> Deflate | None:
    bits = known.get(f"{side}_max_window_bits", "") or "15"
    if not bits.isascii() or not bits.isdigit() or not 8 <= int(bits) <= 15:
        return None
    return Deflate(int(bits), f"{side}_no_context_takeover" not in known)


class Inflated(NamedTuple):
    """What became of one message: the kept beginning, how large it is, what is wrong."""

    data: bytes
    size: int
    problem: str = ""


class Inflater:
    """Inflates one direction's messages, keeping at most ``keep`` bytes of each.

    Once a message cannot be inflated, those after it cannot either where the context is
    taken over (section 7.2.3.2): they come back empty with the problem named.
    """

    def __init__(self, deflate: Deflate, keep: int, limit: int = INFLATE_LIMIT) -> None:
        self._deflate = deflate
        self._keep = keep
        self._limit = limit
        self._lost = ""
        self._zlib: zlib._Decompress | None = None  # made when needed: an idle link costs nothing
        self._kept = bytearray()
        self._size = 0
        self._problem = ""

    def keep(self, size: int) -> None:
        """From now on keep so many bytes of each message."""
        self._keep = size

    def add(self, data: bytes) -> None:
        """Unmasked bytes of the message at hand, in order."""
        if self._lost or self._problem:
            return
        try:
            self._inflate(data)
        except zlib.error:
            # How far zlib came depends on how the data was cut: none of it counts.
            self._problem = "its compressed data cannot be inflated"
            self._kept.clear()
            self._size = 0

    def end(self) -> Inflated:
        """The message is over."""
        self.add(TAIL)
        problem = self._problem or self._lost
        out = Inflated(bytes(self._kept), self._size, problem)
        if not self._deflate.takeover:
            self._zlib = None
        elif self._problem:
            self._lost = "not inflated, because a message before it could not be"
        self._kept.clear()
        self._size, self._problem = 0, ""
        return out

    def _fresh(self, window: bytes = b"") -> zlib._Decompress:
        # zlib writes windows of 9 bits where 8 were asked for; reading with 9 fits both.
        return zlib.decompressobj(-max(9, self._deflate.bits), zdict=window)

    def _inflate(self, data: bytes) -> None:
        decoder = self._zlib = self._zlib or self._fresh()
        while data and not self._problem:
            piece = decoder.decompress(data, WINDOW)
            data = decoder.unconsumed_tail
            self._take(piece)
            if decoder.eof:
                # A block with BFINAL (section 7.2.3.4): the rest is a stream of its own.
                data = decoder.unused_data
                decoder = self._zlib = self._fresh(bytes(self._kept[-WINDOW:]))
            elif not data and len(piece) == WINDOW:
                self._drain(decoder)

    def _drain(self, decoder: zlib._Decompress) -> None:
        # A full piece can leave inflated bytes behind although all input was taken.
        while not self._problem and not decoder.eof:
            piece = decoder.decompress(b"", WINDOW)
            if not piece:
                return
            self._take(piece)

    def _take(self, piece: bytes) -> None:
        self._size += len(piece)
        self._kept += piece[: max(0, self._keep - len(self._kept))]
        if self._size > self._limit:
            self._size = self._limit
            self._problem = f"it inflates to more than {self._limit} bytes"


class Deflater:
    """Compresses one direction's messages anew.

    A fresh one fits a receiver in any state: it refers to nothing sent before it
    (section 7.2.3.2).  What it made must then be followed by what it makes."""

    def __init__(self, deflate: Deflate) -> None:
        self._deflate = deflate
        self._zlib: zlib._Compress | None = None

    def message(self, payload: bytes) -> bytes | None:
        """A message's payload compressed; None where it has to go as it is (zlib makes no
        raw windows of 8 bits, and section 6 lets a sender compress or not)."""
        if self._deflate.bits < 9:
            return None
        if self._zlib is None or not self._deflate.takeover:
            self._zlib = zlib.compressobj(wbits=-self._deflate.bits)
        data = self._zlib.compress(payload) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
        return data.removesuffix(TAIL)  # section 7.2.1
