"""Floor 2. A payload turned into something a person reads; one decoder a file.

``read(payload, opcode)`` picks decoders one after the other: gzip, then JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.decoders._chain import Outcome, read

__all__ = ["Outcome", "read"]


def __getattr__(name: str) -> Any:
    # Late, because the chain walks this package.
    if name in ("read", "Outcome"):
        from workbench.decoders import _chain

        return getattr(_chain, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
