"""What a fault can do to a link: end it, hold it, or stand in the way of its bytes."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.model.action import (
    Close,
    Finish,
    HalfClose,
    Hold,
    LinkAction,
    Refuse,
    Release,
    Reset,
    Say,
    Stall,
)
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.passing import Opening
from workbench.model.words import Direction, How, Side
from workbench.protocols.http import Head
from workbench.protocols.ws_frame import text_frame
from workbench.units.applied import Applied
from workbench.wire.detour import Detour
from workbench.wire.ending import Ending
from workbench.wire.joint import Joint
from workbench.wire.leg import Leg
from workbench.wire.piecewise import PiecewiseScribe
from workbench.wire.refusal import Refusal
from workbench.wire.story import Story


class Breakable(Joint):
    """A joint with a story, which the workbench may break.

    ``detour`` is the way of the bytes while a fault is on, ``ending`` there once the workbench
    ends it, ``first_end`` who else ended it first and how."""

    story: Story
    scribe: PiecewiseScribe
    detour: Detour | None = None
    ending: Ending | None = None
    refused = False
    first_end: tuple[How, Side, str] | None = None
    door: Hold | Refuse | Reset | Finish | None = None
    _held_request = b""
    to_say: Sequence[str] = ()  #: what waits for a boundary between two messages

    def onward(self, leg: Leg, data: memoryview | bytes) -> None:
        """The link's own way of bytes."""
        raise NotImplementedError

    def read_along(self, direction: Direction, data: bytes, passed: bool, left: int = 0) -> None:
        """Record what came."""
        raise NotImplementedError

    def refuse(self, refusal: Refusal) -> None:
        """Answer instead of the server."""
        raise NotImplementedError

    def changed(self) -> None:
        """Something that is shown has changed."""
        raise NotImplementedError

    @property
    def state(self) -> str:
        """connecting, open, failed or closed."""
        return self.story.state

    @property
    def protocol(self) -> str:
        """ws, sse or http."""
        return self.story.protocol

    @property
    def framed(self) -> bool:
        """True while frame boundaries are known."""
        raise NotImplementedError

    @property
    def stalled(self) -> bool:
        """True while a stall holds it."""
        return any(leg.paused_for("stall") for leg in (self.client, self.server))

    def wrote(self, direction: Direction, leg: Leg, size: int, seq: int) -> None:
        """Keep count of a message that was passed by itself."""
        self.scribe.wrote(direction, size, seq, self.other(leg).unsent())

    # --- at the door ----------------------------------------------------------------------

    def _at_door(self, head: Head, protocol: str) -> bool:
        """A request has come; False where a fault keeps it from the server."""
        if self.detour is not None and self.door is None:
            self.door = self.detour.asked(Opening(protocol, head.path))
        return self.door is None or isinstance(self.door, Hold)

    def strike(self, out: bytes) -> None:
        """Carry out what a fault wishes for a request."""
        action, self.door = self.door, None
        match action:
            case Refuse():
                what = f"A fault refused the request with status {action.status}."
                self.refuse(Refusal(action.status, what, "", Whose.USER, given=action))
            case Hold(seconds=seconds):
                self.client.pause("door")
                self._held_request = out
                if seconds is not None:
                    self.later("door", seconds, self._let_in)
            case Reset() | Finish():
                self.carry_out(action)

    def _let_in(self) -> None:
        """A request that waited goes on."""
        out, self._held_request = self._held_request, b""
        self.cancel("door")
        if out and self.ending is None:
            self.pass_on(self.client, out)
        self.client.resume("door")

    # --- faults ---------------------------------------------------------------------------

    def carry_out(self, action: LinkAction) -> None:
        """Do what a fault asks of this link.  Raises WorkbenchError (user) for an action on
        messages: those are not for a link as a whole."""
        match action:
            case Stall():
                self._stall(action)
            case Release():
                self._release("workbench")
            case Say(text):
                self.to_say = [*self.to_say, text]
                self.say()
            case HalfClose():
                self._half_close(action.direction)
            case Close() | Reset() | Finish():
                self._begin_end(action)
            case _:
                raise WorkbenchError(
                    f"A link as a whole can't be asked to {type(action).__name__.lower()}.",
                    whose=Whose.USER,
                    to_do="Use cut, close or stall.",
                )
        self.changed()

    def say(self) -> None:
        """What we have to say goes out where no message of the server's is under way; a plain
        frame is right under permessage-deflate too (RFC 7692 section 6: RSV1 clear)."""
        between = self.framed and self.scribe.between_messages(Direction.IN)
        if self.ending is not None or not between:
            return
        texts, self.to_say = self.to_say, []
        for text in texts:
            frame = text_frame(text)
            if self.client.write(frame):
                self.story.said(text.encode(), len(frame))

    def _begin_end(self, action: Close | Reset | Finish) -> None:
        self._let_go()
        self._let_in_nothing()
        rest = self.detour.stop() if self.detour is not None else []
        self.detour, self.scribe.at_door, self.scribe.over = None, None, True
        if self.ending is None:
            self.ending = Ending(self, action)
        self.ending.carry_out(action)
        for leg, data in rest:
            self.ending.arrived(leg, data)

    def _let_in_nothing(self) -> None:
        self._held_request = b""
        self.cancel("door")
        self.client.resume("door")

    def _half_close(self, direction: Direction) -> None:
        leg = self.client if direction == Direction.IN else self.server
        if self.first_end is None and not leg.sealed:
            self.first_end = (How.FIN, Side.WORKBENCH, "half-closed by a fault")
        leg.finish()

    def apply(self, fault: Applied) -> None:
        """A fault that lasts is on from the next frame on."""
        if self.ending is not None or self.refused:
            return
        fresh = not self.story.begun
        self.detour = self.detour or Detour(self, self.onward)
        self.detour.apply(fault)
        self.scribe.at_door = self._at_door if self.detour.at_door else None
        if fresh and fault.on_opening is not None:
            self._accepted(fault)

    def _accepted(self, fault: Applied) -> None:
        for action in fault.on_opening(Opening()) if fault.on_opening else ():
            if isinstance(action, Reset | Finish):
                self.carry_out(action)

    def lift(self, number: str) -> None:
        """A fault is healed; with the last one gone bytes go the quick way again."""
        if self.detour is None:
            return
        self.detour.lift(number)
        if self.detour is not None and not self.detour.at_door:
            self.scribe.at_door = None
            if self._held_request:
                self._let_in()
        self.leave_detour()

    def leave_detour(self) -> None:
        """Bytes go the quick way again where nothing is left to be done to them."""
        if self.detour is not None and self.detour.idle:
            self.detour = None

    def _stall(self, action: Stall) -> None:
        if action.direction != Direction.OUT:
            self.server.pause("stall")
        if action.direction != Direction.IN:
            self.client.pause("stall")
        if action.seconds is not None:
            self.later("stall", action.seconds, self._release, "itself")

    def _release(self, by: str) -> None:
        if self.stalled:
            self._let_go()
            self.story.healed(by)
            self.changed()

    def _let_go(self) -> None:
        self.cancel("stall")
        self.client.resume("stall")
        self.server.resume("stall")
