"""Two legs joined: every byte, FIN and RST of one goes to the other, at the other's pace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from workbench.model.words import Direction, Side
from workbench.wire.leg import Intake, Leg

#: Bytes kept for a server that is still being connected to.
EARLY_LIMIT = 64 * 1024
#: How long the bytes before a reset may take to reach the other side.
FLUSH_SECONDS = 1.0
FLUSH_BEAT = 0.005


class Joint:
    """A client leg and a server leg.  Owned by the loop: it lives until both legs are gone."""

    def __init__(self, intake: Intake, over: Callable[[Joint], None]) -> None:
        self.loop = asyncio.get_running_loop()
        self.client = Leg(self, Side.CLIENT, intake)
        self.server = Leg(self, Side.SERVER, intake)
        self._early = bytearray()
        self._over = over
        self._is_over = False
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def other(self, leg: Leg) -> Leg:
        """The leg across."""
        return self.server if leg is self.client else self.client

    def direction_from(self, leg: Leg) -> Direction:
        """Which way bytes read from this leg travel."""
        return Direction.OUT if leg is self.client else Direction.IN

    @property
    def peer(self) -> tuple[str, int]:
        """Where the client comes from."""
        transport = self.client.transport
        name = transport.get_extra_info("peername") if transport else None
        return (str(name[0]), int(name[1])) if name else ("", 0)

    # --- what the legs tell ---------------------------------------------------------------

    def made(self, leg: Leg) -> None:
        """A leg is connected; the server's gets what came before it."""
        if leg is self.server:
            early, self._early = bytes(self._early), bytearray()
            if early:
                leg.write(early)
            self.client.resume("connecting")
            if self.client.gone:
                leg.reset()
            elif self.client.finished:
                leg.finish()

    def arrived(self, leg: Leg, view: memoryview) -> None:
        """Bytes: pass them on."""
        self.pass_on(leg, view)

    def pass_on(self, leg: Leg, data: bytes | memoryview) -> bool:
        """Write what was read from ``leg`` to the other; True when it was taken."""
        other = self.other(leg)
        if other is self.server and other.transport is None:
            self._early += data
            if len(self._early) >= EARLY_LIMIT:
                self.client.pause("connecting")
            return True
        return other.write(data)

    def finished(self, leg: Leg) -> None:
        """FIN from one side: FIN to the other; after both, the end."""
        other = self.other(leg)
        other.finish()
        if other.finished:
            leg.close()
            other.close()

    def lost(self, leg: Leg, error: Exception | None) -> None:
        """A leg is gone.  A reset is passed on behind what came before it."""
        other = self.other(leg)
        if error is not None:
            self.reset_after_flush(other)
        elif not other.gone:
            other.close()
        self.check_over()

    def full(self, leg: Leg, full: bool) -> None:
        """Back-pressure: a leg that can take no more stops the reading of the other."""
        if full:
            self.other(leg).pause("pressure")
        else:
            self.other(leg).resume("pressure")

    # --- ends -----------------------------------------------------------------------------

    def reset_after_flush(self, leg: Leg, seconds: float = FLUSH_SECONDS) -> None:
        """Reset a leg once what was written to it has left, or after so many seconds."""
        leg.sealed = True
        if not leg.unsent() or seconds <= 0:
            self.about_to_reset(leg)
            leg.reset()
            return
        self.later(
            f"flush {leg.side}", FLUSH_BEAT, self.reset_after_flush, leg, seconds - FLUSH_BEAT
        )

    def about_to_reset(self, leg: Leg) -> None:
        """A leg is reset with what waits in its queue (for those who keep count)."""

    def reset(self) -> None:
        """Reset both legs at once."""
        self.client.reset()
        self.server.reset()

    def end(self) -> None:
        """FIN to both sides, and closed."""
        self.client.close()
        self.server.close()

    def check_over(self) -> None:
        """Tell the owner when both legs are gone."""
        if self._is_over or not self.client.gone:
            return
        if self.server.gone or self.server.transport is None:
            self._is_over = True
            for name in list(self._timers):
                self.cancel(name)
            self.is_over()
            self._over(self)

    def is_over(self) -> None:
        """Both legs are gone (for those that have something to say then)."""

    # --- timers ---------------------------------------------------------------------------

    def later(self, name: str, seconds: float, call: Callable[..., object], *args: object) -> None:
        """Do something later; the same name replaces."""
        self.cancel(name)
        if not self._is_over:
            self._timers[name] = self.loop.call_later(seconds, call, *args)

    def cancel(self, name: str) -> None:
        """Not any more."""
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()
