"""One hash for ids and contents, so that every room that compares them agrees."""

from __future__ import annotations

import hashlib

MASK = (1 << 63) - 1


def id_hash(value: str | bytes) -> int:
    """1 to 2**63 - 1 for an id or a content (0 is kept for "none").

    Text is hashed as UTF-8, so text and its bytes give the same number.  BLAKE2b (RFC 7693)
    of 8 bytes: by accident two of a million ids meet once in some ten million recordings.
    """
    data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    number = int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little") & MASK
    return number or 1
