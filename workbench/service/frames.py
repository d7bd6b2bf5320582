"""A live update is encoded once per replica, however many clients it goes to."""

from __future__ import annotations

from workbench.service import messages
from workbench.service.backplane import Update

# The feed tells a page (200 updates) to one client after another: no more is asked for again.
LIMIT = 200


class FrameCache:
    """Remembers the frames of the last page of live updates."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._frames: dict[tuple[str, str, int], bytes] = {}

    def of(self, update: Update, replayed: bool) -> bytes:
        """The update as a text frame, ready for any client."""
        if replayed:
            return self._encode(update, True)
        place = (update.stream, update.epoch, update.offset)
        frame = self._frames.get(place)
        if frame is None:
            if len(self._frames) >= LIMIT:
                self._frames.pop(next(iter(self._frames)))
            frame = self._frames[place] = self._encode(update, False)
        return frame

    def _encode(self, update: Update, replayed: bool) -> bytes:
        return messages.text_frame(messages.update_message(update, self._server, replayed))
