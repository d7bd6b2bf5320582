"""A recorded link: a client leg and a server leg, what is told of them, and its faults."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from workbench.model.errors import Whose, WorkbenchError
from workbench.model.words import Direction, Flag, How, Kind, Side
from workbench.protocols.http import parse_answer
from workbench.protocols.websocket import KEEP
from workbench.wire.breakable import Breakable
from workbench.wire.joint import Joint
from workbench.wire.leg import Intake, Leg
from workbench.wire.piecewise import PiecewiseScribe
from workbench.wire.refusal import Refusal
from workbench.wire.story import Story
from workbench.wire.tap import Tap
from workbench.wire.upstream import Upstream

WHOSE = {Side.CLIENT: Whose.PEER, Side.SERVER: Whose.TARGET, Side.WORKBENCH: Whose.OURS}
#: A head that has begun must be whole within so many seconds.
HEAD_SECONDS = 10.0
#: How long a refused client may go on sending before it is reset.
LINGER_SECONDS = 2.0


class Link(Breakable):
    """One accepted connection.  Bytes are passed as they come; what they say is recorded after.

    ``number``, ``peer``, ``path``, ``protocol`` ("ws", "sse", "http"), ``state`` ("connecting",
    "open", "failed", "closed"), ``keys`` and ``details`` describe the link it is at the moment:
    a connection that is kept alive may carry several, one after another.
    """

    def __init__(
        self,
        tap: Tap,
        intake: Intake,
        upstream: Upstream,
        *,
        name: str,
        rewrite_host: bool,
        over: Callable[[Joint], None],
        changed: Callable[[], None],
        head_seconds: float = HEAD_SECONDS,
        keep: int = KEEP,
        welcome: Callable[[Link], None] = lambda link: None,
    ) -> None:
        super().__init__(intake, over)
        self.story = Story(tap, name, str(upstream))
        host = upstream.authority if rewrite_host else ""
        self.scribe = PiecewiseScribe(self.story, host, changed, keep)
        self._welcome = welcome
        self.unreachable: WorkbenchError | None = None
        self._on_change = changed
        self._head_seconds = head_seconds
        self._blind = False
        self._unsent: dict[str, Any] = {}

    # --- what it is -----------------------------------------------------------------------

    @property
    def number(self) -> int:
        """The link's number in the recording."""
        return self.story.number

    @property
    def path(self) -> str:
        """The request's target."""
        return self.story.path

    @property
    def keys(self) -> dict[str, str]:
        """What the client can be recognised by: addr, user-agent, path."""
        return self.story.keys

    @property
    def details(self) -> dict[str, object]:
        """What the opening handshake settled: status, subprotocol, extensions."""
        return self.story.details

    @property
    def framed(self) -> bool:
        """True while frame boundaries are known: an open WebSocket that is being read."""
        return self.protocol == "ws" and self.state == "open" and not self._blind

    @property
    def in_use(self) -> bool:
        """False for a connection that is only kept alive between requests, and when it is over."""
        if self.protocol != "http":
            return self.state in ("connecting", "open")
        return self.state == "open" and self.scribe.awaiting

    @property
    def outgoing(self) -> tuple[str, int]:
        """The address from which the server is spoken to: what it, or a balancer, sees."""
        transport = self.server.transport
        name = transport.get_extra_info("sockname") if transport else None
        return (str(name[0]), int(name[1])) if name else ("", 0)

    # --- bytes ----------------------------------------------------------------------------

    def made(self, leg: Leg) -> None:
        if leg is self.client:
            self.story.peer = self.peer
        super().made(leg)
        if leg is self.client:
            self._welcome(self)

    def arrived(self, leg: Leg, view: memoryview) -> None:
        if self.refused:
            return
        if self.detour is not None:
            self.detour.arrived(leg, bytes(view))
            self.leave_detour()
        else:
            self.onward(leg, view)

    def onward(self, leg: Leg, data: memoryview | bytes) -> None:
        """Bytes whose time has come: pass them on and let the scribe see them."""
        if self.ending is not None:
            self.ending.arrived(leg, bytes(data))
        elif leg is self.client and self.scribe.reading_requests:
            self._request_bytes(bytes(data))
        else:
            passed = self.pass_on(leg, data)
            left = self.other(leg).unsent() if passed else 0
            self.read_along(self.direction_from(leg), bytes(data), passed, left)
            if self.to_say:
                self.say()

    def read_along(self, direction: Direction, data: bytes, passed: bool, left: int = 0) -> None:
        """Let the scribe see what came, with how much of what was passed waits in a queue."""
        if self._blind:
            return
        try:
            self.scribe.seen(direction, data, passed=passed, left=left)
        except Exception as bad:
            # Our mistake must not end a user's link: it goes on, unread, and says so.
            self._blind = True
            logging.getLogger(__name__).exception("link %d is not read any more", self.number)
            self.story.note("The link is not read any more.", Whose.OURS, why=repr(bad)[:500])

    def _request_bytes(self, data: bytes) -> None:
        connecting = self.server.transport is None
        out = self.scribe.requests(data, passed=connecting or self.server.alive)
        if self.scribe.too_large:
            self._refuse_large()
            return
        if self.door is not None:
            self.strike(out)
        elif out:
            self.pass_on(self.client, out)
            if self.unreachable is not None:
                self._refuse_unreachable(self.unreachable)
        if not self.scribe.head_is_cut:
            self.cancel("head")
        elif "head" not in self._timers:
            self.later("head", self._head_seconds, self._head_too_late)

    # --- ends -----------------------------------------------------------------------------

    def full(self, leg: Leg, full: bool) -> None:
        super().full(leg, full)
        if self.detour is not None and not full:
            self.detour.resume()
            self.leave_detour()

    def finished(self, leg: Leg) -> None:
        if self.first_end is None:
            self.first_end = (How.FIN, leg.side, "")
        if self.detour is None:
            self._finished(leg)
        else:
            self.detour.at_end(leg, lambda: self._finished(leg))
            self.leave_detour()

    def _finished(self, leg: Leg) -> None:
        rest = self.scribe.finished(self.direction_from(leg))
        if self.ending is not None:
            self.ending.finished(leg)
        elif self.refused or self.unreachable is not None:
            self.end()
        else:
            if rest:  # the beginning of a head, held until now
                self.pass_on(leg, rest)
            super().finished(leg)

    def lost(self, leg: Leg, error: Exception | None) -> None:
        if self.first_end is None and error is not None:
            late = isinstance(error, TimeoutError)
            self.first_end = (How.TIMEOUT if late else How.RST, leg.side, str(error))
        if self.detour is None:
            self._lost(leg, error)
            return
        self.detour.flush(leg)
        if self.detour is not None and not self.other(leg).gone:
            self.detour.at_end(leg, lambda: self._lost(leg, error))
        else:
            self._lost(leg, error)
        self.leave_detour()

    def _lost(self, leg: Leg, error: Exception | None) -> None:
        if not leg.finished:
            self.scribe.finished(self.direction_from(leg))
        if self.ending is None:
            super().lost(leg, error)
            return
        if self.ending.keeps(self.other(leg)):
            self._close_story()
            self.changed()
        self.check_over()

    def about_to_reset(self, leg: Leg) -> None:
        """Remember what a reset is about to throw away of what was passed to this leg."""
        left = leg.unsent()
        if not left:
            return
        direction = Direction.IN if leg is self.client else Direction.OUT
        way = direction.name.lower()
        self._unsent[f"unsent_{way}"] = left
        lost = self.scribe.thrown_away(direction, left)
        if lost is not None:
            self._unsent[f"unpassed_{way}"] = list(lost)

    def is_over(self) -> None:
        self._close_story()

    def _close_story(self) -> None:
        how, by, code, reason = self._end()
        if self.story.begun and self.story.state == "connecting":
            why = f"The {by} ended it ({how})."
            self.story.failed("The connection ended before the server answered.", why, WHOSE[by])
        self.story.close(how, by, code, reason, **self._unsent)

    def _end(self) -> tuple[How, Side, int, str]:
        seen, ending = self.scribe.seen_close, self.ending
        if ending is not None:
            return ending.how, Side.WORKBENCH, ending.code, ending.reason
        if seen is not None:
            return How.CLOSE, seen.by, seen.code, seen.reason
        how, by, why = self.first_end or (How.FIN, Side.WORKBENCH, "")
        return how, by, 0, why

    def changed(self) -> None:
        self._on_change()

    # --- refusals -------------------------------------------------------------------------

    def cannot_reach(self, error: WorkbenchError) -> None:
        """The server is not there: the client is told as soon as it has asked."""
        self.unreachable = error
        if self.client.gone:
            self.check_over()
        elif self._early:
            self._refuse_unreachable(error)
        elif self.client.finished:
            self.end()
        else:
            self.later("head", self._head_seconds, self.end)

    def _refuse_unreachable(self, error: WorkbenchError) -> None:
        self.refuse(Refusal(502, error.what, error.why, error.whose, error.to_do))

    def _refuse_large(self) -> None:
        what = "The request's head is too large."
        self.refuse(Refusal(431, what, f"{self.scribe.too_large}.", Whose.PEER))

    def _head_too_late(self) -> None:
        what = f"The request's head was not whole within {self._head_seconds:g} s."
        self.first_end = (How.TIMEOUT, Side.WORKBENCH, what)
        self.refuse(Refusal(408, what, "", Whose.PEER))

    def refuse(self, refusal: Refusal) -> None:
        """Answer instead of the server, and end."""
        if self.refused:
            return
        self.refused = True
        self.cancel("head")
        if self.first_end is None:
            self.first_end = (How.FIN, Side.WORKBENCH, refusal.what)
        if not self.story.begun:
            self.story.begin("http", None)
        answer = refusal.answer()
        head = parse_answer(answer[: answer.index(b"\r\n\r\n") + 4])
        flags = int(Flag.PASSED | Flag.INJECTED)
        self.story.head(Kind.HANDSHAKE, Direction.IN, head, flags)
        self.story.failed(refusal.what, refusal.why, refusal.whose, refusal.status)
        self.client.write(answer)
        self.client.finish()
        self.server.reset()
        # Closing with bytes unread would reset, and the answer could be lost on its way.
        self.later("linger", LINGER_SECONDS, self.client.reset)
        self.changed()
