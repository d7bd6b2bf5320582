"""The closed lists of wishes: what faults and deploys may ask for (house rule 2).

A unit returns these values and one loop carries them out.  If a unit cannot say what
it wants, the list is extended here.  Times are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.model.words import Direction

# --- what a fault may ask of a link -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Forward:
    """Pass the bytes or message on, changed or not (None: as it came)."""

    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """Swallow it."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Pass it on after so many seconds (None: when healed)."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class Repeat:
    """Pass it on so many times."""

    times: int


@dataclass(frozen=True, slots=True)
class Close:
    """Send a close frame (RFC 6455 section 5.5.1) to the named side and end the link in order."""

    code: int | None
    reason: str = ""
    to_client: bool = True


@dataclass(frozen=True, slots=True)
class Reset:
    """End both legs with a TCP reset (RFC 9293 section 3.10.7.4), or one of them."""

    client_leg: bool = True
    server_leg: bool = True


@dataclass(frozen=True, slots=True)
class Finish:
    """End both legs with FIN, without a close frame."""


@dataclass(frozen=True, slots=True)
class Stall:
    """Stop reading from both legs (or towards one direction) and hold what is there."""

    direction: Direction = Direction.NONE
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """End a stall: everything held is passed on at once."""


LinkAction = Forward | Drop | Hold | Repeat | Close | Reset | Finish | Stall | Release

# --- what a deploy may ask of its targets -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Announce:
    """Say that a step begins (a row in the timeline, a line of progress)."""

    text: str
    step: int = 0
    steps: int = 0
    replica: str = ""


@dataclass(frozen=True, slots=True)
class StopRouting:
    """The balancer sends no new connection to this replica."""

    replica: str


@dataclass(frozen=True, slots=True)
class ResumeRouting:
    """The balancer sends new connections to this replica again."""

    replica: str


@dataclass(frozen=True, slots=True)
class Terminate:
    """Ask the replica to end (SIGTERM, or its own stop signal); SIGKILL after ``grace``."""

    replica: str
    grace: float
    signal: str = "TERM"


@dataclass(frozen=True, slots=True)
class CutProcess:
    """SIGKILL the replica."""

    replica: str


@dataclass(frozen=True, slots=True)
class CloseLinks:
    """End the replica's links from the balancer: close frame with ``code``, or FIN (None),
    spread evenly over ``over`` seconds."""

    replica: str
    code: int | None
    over: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StartReplica:
    """Start a replica (again) with this version label."""

    replica: str
    version: str


@dataclass(frozen=True, slots=True)
class WaitReady:
    """Go on when the replica answers its readiness; give up after ``timeout``."""

    replica: str
    timeout: float


@dataclass(frozen=True, slots=True)
class WaitGone:
    """Go on when the replica's process has ended; give up after ``timeout``."""

    replica: str
    timeout: float


@dataclass(frozen=True, slots=True)
class WaitEmpty:
    """Go on when the replica holds no client link any more, or after ``timeout``."""

    replica: str
    timeout: float


@dataclass(frozen=True, slots=True)
class Pause:
    """Do nothing for so many seconds."""

    seconds: float


DeployAction = (
    Announce
    | StopRouting
    | ResumeRouting
    | Terminate
    | CutProcess
    | CloseLinks
    | StartReplica
    | WaitReady
    | WaitGone
    | WaitEmpty
    | Pause
)
