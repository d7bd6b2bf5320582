"""Makes the frames of messages that were changed on their way (RFC 6455, RFC 7692)."""

from __future__ import annotations

from collections.abc import Callable

from workbench.model.words import Opcode
from workbench.protocols.deflate import Deflate, Deflater
from workbench.protocols.ws_frame import frame


class Writer:
    """One direction.  ``mask`` gives 4 bytes for each frame that a client sends, or None."""

    def __init__(self, deflate: Deflate | None, mask: Callable[[], bytes] | None) -> None:
        self._deflater = Deflater(deflate) if deflate else None
        self._mask = mask

    def message(
        self, opcode: int, payload: bytes, *, compress: bool = False, fragment: int = 0
    ) -> bytes:
        """A message, or a control frame, in one frame or in fragments of at most so many bytes."""
        packed = self._deflater.message(payload) if compress and self._deflater else None
        data = payload if packed is None else packed
        step = fragment or max(1, len(data))
        starts = range(0, max(1, len(data)), step)
        return b"".join(
            frame(
                opcode if at == 0 else Opcode.CONTINUATION,
                data[at : at + step],
                self._mask() if self._mask else None,
                fin=at + step >= len(data),
                rsv1=packed is not None and at == 0,  # RFC 7692 section 6.1: the first alone
            )
            for at in starts
        )
