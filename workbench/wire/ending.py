"""How the workbench itself ends a link: by a close frame, by FIN, or by RST."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from workbench.model.action import Close, Finish, Reset
from workbench.model.errors import Whose
from workbench.model.words import Direction, Flag, How, Opcode, Side
from workbench.protocols.ws_frame import close_frame
from workbench.wire.leg import Leg

if TYPE_CHECKING:
    from workbench.wire.breakable import Breakable

#: How long a frame that is under way may take to its end before the link is cut instead.
BOUNDARY_SECONDS = 2.0
#: How long a side may take to answer a close frame or a FIN.
ANSWER_SECONDS = 5.0
#: How long a cut waits for bytes that were passed already to leave.
CUT_SECONDS = 0.05

Action = Close | Finish | Reset


class Ending:
    """From now on nothing is passed: what still arrives is recorded as arrived alone.

    The one exception is the rest of a frame, where a close frame has to wait for its end.
    """

    def __init__(self, link: Breakable, first: Action) -> None:
        self.how = How.RST if isinstance(first, Reset) else How.FIN
        self.code = 0
        self.reason = ""
        self._link = link
        self._waiting: dict[Leg, Close] = {}  # close frames that wait for a boundary
        self._told: set[Leg] = set()  # legs that got a close frame
        self._kept: set[Leg] = set()  # legs that a one-sided reset leaves up

    def keeps(self, leg: Leg) -> bool:
        """True for a leg that stays up although the other is gone."""
        return leg in self._kept and not leg.gone

    def carry_out(self, action: Action) -> None:
        """Begin (or add to) the end."""
        if isinstance(action, Reset):
            self._reset(action)
        elif isinstance(action, Finish) or not self._link.framed:
            self._finish(self._link.client)
            self._finish(self._link.server)
        else:
            self._close(action)

    # --- RST ------------------------------------------------------------------------------

    def _reset(self, action: Reset) -> None:
        link = self._link
        self.how, self.code = How.RST, 0
        legs = {link.client: action.client_leg, link.server: action.server_leg}
        self._waiting.clear()
        self._kept = {leg for leg, cut in legs.items() if not cut}
        if link.client in self._kept:
            self.how = How.STALL  # the client sees no end, only silence
        for leg, cut in legs.items():
            if cut:
                link.other(leg).pause("cut")
        self._cut([leg for leg, cut in legs.items() if cut], CUT_SECONDS)

    def _cut(self, legs: list[Leg], seconds: float) -> None:
        # What was passed on counts as passed: let it leave, if it leaves at once.
        link = self._link
        if seconds > 0 and any(leg.unsent() for leg in legs):
            link.later("cut", CUT_SECONDS / 10, self._cut, legs, seconds - CUT_SECONDS / 10)
            return
        for leg in legs:
            link.about_to_reset(leg)
            leg.reset()
        for leg in self._kept:
            leg.resume("cut")
        link.check_over()

    # --- FIN ------------------------------------------------------------------------------

    def _finish(self, leg: Leg) -> None:
        leg.finish()
        if leg.finished:
            leg.close()
        self._link.later(f"answer {leg.side}", ANSWER_SECONDS, leg.reset)

    # --- close frame ----------------------------------------------------------------------

    def _close(self, action: Close) -> None:
        link = self._link
        if self.how is How.FIN:
            self.how, self.code = How.CLOSE, action.code or 0
            self.reason = self.reason or action.reason
        leg = link.client if action.to_client else link.server
        self._waiting[leg] = action
        if link.scribe.to_boundary(self._towards(leg)):
            link.later("boundary", BOUNDARY_SECONDS, self._too_late)
        else:
            self._inject(leg)
        # A second close, for the other side, may come in the same breath.
        link.loop.call_soon(self._finish_untold)

    def _inject(self, leg: Leg) -> None:
        action = self._waiting.pop(leg)
        mask = os.urandom(4) if leg is self._link.server else None
        frame = close_frame(action.code, action.reason, mask)
        body = close_frame(action.code, action.reason)[2:]
        self._told.add(leg)
        if leg.write(frame):
            self._link.story.injected(self._towards(leg), Opcode.CLOSE, body, len(frame))
        self._link.later(f"answer {leg.side}", ANSWER_SECONDS, leg.reset)
        self._answered(leg)

    def _finish_untold(self) -> None:
        if self._waiting or self.how is not How.CLOSE:
            return
        for leg in (self._link.client, self._link.server):
            if leg not in self._told and not leg.sealed:
                self._finish(leg)

    def _too_late(self) -> None:
        if self._waiting:
            self._link.story.note(
                "A frame did not end in time for a close frame to follow: cut instead.",
                Whose.OURS,
                flags=int(Flag.FAILED),
            )
            self._reset(Reset())

    # --- what still arrives -----------------------------------------------------------------

    def arrived(self, leg: Leg, data: bytes) -> None:
        """Bytes from one side after the end began."""
        link = self._link
        target = link.other(leg)
        direction = link.direction_from(leg)
        while data and target in self._waiting:
            need = link.scribe.to_boundary(direction)
            if not need:
                self._inject(target)
                link.cancel("boundary")
                self._finish_untold()
                break
            part, data = data[:need], data[need:]
            passed = link.pass_on(leg, part)
            link.read_along(direction, part, passed)
        else:
            if target in self._waiting and not link.scribe.to_boundary(direction):
                self._inject(target)
                self._finish_untold()
        if data:
            link.read_along(direction, data, False)
        self._answered(leg)

    def _answered(self, leg: Leg) -> None:
        """RFC 6455 section 7.1.1: after both close frames the server ends the connection."""
        if leg not in self._told or leg.side not in self._link.scribe.closed_by:
            return
        if leg is self._link.client:
            leg.close()
        else:
            self._link.later(f"answer {leg.side}", ANSWER_SECONDS, leg.close)

    def finished(self, leg: Leg) -> None:
        """FIN from one side."""
        if leg in self._waiting:
            del self._waiting[leg]
        other = self._link.other(leg)
        if other in self._waiting:  # its frame will never end
            self._waiting.pop(other)
            self._reset(Reset())
            return
        leg.close()

    def _towards(self, leg: Leg) -> Direction:
        return Direction.IN if leg.side is Side.CLIENT else Direction.OUT
