"""When a client tries again: pure arithmetic, with the luck handed in."""

from __future__ import annotations

from dataclasses import dataclass

#: However long a server asks us to stay away (``Retry-After``), no longer than this (s).
LONGEST_REQUEST = 300.0


@dataclass(frozen=True, slots=True)
class Policy:
    """``kind``: none, fixed or exponential; times in seconds; ``jitter``: share (0 to 1) of
    the wait that is random, so that many clients do not come back in the same instant."""

    kind: str = "exponential"
    first: float = 0.5
    most: float = 20.0
    jitter: float = 0.5


def delay(policy: Policy, attempt: int, luck: float, asked: float | None = None) -> float | None:
    """Seconds to wait before the next attempt, or None: there is none.

    ``attempt`` counts the failures in a row from 1; ``luck`` is from 0 up to, not
    including, 1.  ``asked`` is what the server wants at least (RFC 9110 section 10.2.3).
    """
    if policy.kind == "none":
        return None
    base = policy.first
    if policy.kind == "exponential":
        # 2**63 is beyond every ``most``; a larger power would only overflow.
        base = min(policy.most, policy.first * 2.0 ** min(max(attempt, 1) - 1, 63))
    wait = base * (1 - policy.jitter) + base * policy.jitter * luck
    return wait if asked is None else max(wait, min(asked, LONGEST_REQUEST))
