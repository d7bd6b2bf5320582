"""The closed lists of wishes: what faults and deploys may ask for (house rule 2).

A unit returns these values and one loop carries them out.  If a unit cannot say what
it wants, the list is extended here.  Times are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.model.words import Direction

# --- what a fault may ask of a link as a whole --------------------------------------------


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
class HalfClose:
    """Send FIN this way alone (RFC 9293 section 3.6); the other way goes on."""

    direction: Direction


@dataclass(frozen=True, slots=True)
class Stall:
    """Stop reading from both legs (or towards one direction) and hold what is there."""

    direction: Direction = Direction.NONE
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """End a stall: everything held is passed on at once."""


@dataclass(frozen=True, slots=True)
class Say:
    """Send the client a text message of our own, between two of the server's messages."""

    text: str


LinkAction = Close | Reset | Finish | HalfClose | Stall | Release | Say

# --- what a fault may ask of what is passing ----------------------------------------------


@dataclass(frozen=True, slots=True)
class Forward:
    """Pass the message on, changed or not (None: as it came)."""

    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """Swallow it."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Pass it on after so many seconds (None: when healed), and nothing behind it before."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class Repeat:
    """Pass it on so many times."""

    times: int


@dataclass(frozen=True, slots=True)
class Behind:
    """Pass it on behind so many later ones; after so many seconds at the latest."""

    messages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Fragment:
    """Pass the message on in frames of at most so many bytes (RFC 6455 section 5.4)."""

    size: int


@dataclass(frozen=True, slots=True)
class Only:
    """Of its bytes on the wire pass only the first so many; what is asked beside it ends it."""

    size: int


@dataclass(frozen=True, slots=True)
class Pace:
    """At most so many bytes a second."""

    rate: float


@dataclass(frozen=True, slots=True)
class Slice:
    """Writes of at most so many bytes, with so many seconds between them."""

    size: int
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Gather:
    """Wait until so many bytes are there, then pass them on together."""

    size: int


@dataclass(frozen=True, slots=True)
class Room:
    """Read no further once so many bytes wait: the sender feels it."""

    size: int


ByteAction = Hold | Pace | Slice | Gather | Room | Only | Close | Reset | Finish
MessageAction = (
    Forward | Drop | Hold | Repeat | Behind | Fragment | Only | Close | Reset | Finish | HalfClose
)

# --- what a fault may ask at the door -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer a request with this instead of asking the server; the connection ends after it."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Headers:
    """Give the answer's head these values instead of its own."""

    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShutDoor:
    """Listen no more: whoever connects is refused by TCP.  Links that are there stay."""


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """Listen again, at the same address."""


OpeningAction = Hold | Refuse | Reset | Finish
AnswerAction = Headers
DoorAction = ShutDoor | OpenDoor
FaultAction = LinkAction | DoorAction

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
    """The balancer sends no new connection to this replica, from ``after`` seconds on (a load
    balancer hears late that a server is no longer ready)."""

    replica: str
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class ResumeRouting:
    """The balancer sends new connections to this replica again."""

    replica: str


@dataclass(frozen=True, slots=True)
class RouteShare:
    """Of the new connections this share (0 to 1) goes to these replicas, the rest to the
    others: 1 switches to a new generation, 0 takes it out, 0.1 is a canary."""

    replicas: tuple[str, ...]
    share: float


@dataclass(frozen=True, slots=True)
class RouteAlike:
    """End of a share: new connections go to every replica that is routed to."""


@dataclass(frozen=True, slots=True)
class Terminate:
    """Ask the replica to end by its stop signal (or another one); SIGKILL after ``grace``."""

    replica: str
    grace: float
    signal: str = ""


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
class Advise:
    """Tell every WebSocket client on the replica, by a message of this text, to reconnect."""

    replica: str
    text: str


@dataclass(frozen=True, slots=True)
class CloseBatches:
    """End the replica's links ``batch`` at a time, every ``every`` seconds, oldest first; what
    is left after ``deadline`` seconds is cut (RST)."""

    replica: str
    code: int | None
    batch: int
    every: float
    deadline: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CutLinks:
    """End the replica's links by a TCP reset."""

    replica: str


@dataclass(frozen=True, slots=True)
class StartReplica:
    """Start a replica (again) with this version label."""

    replica: str
    version: str


@dataclass(frozen=True, slots=True)
class AddReplica:
    """Start one more replica beside the others; no connection goes there yet."""

    replica: str
    version: str


@dataclass(frozen=True, slots=True)
class RemoveReplica:
    """Take a replica that is down off the list."""

    replica: str


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


@dataclass(frozen=True, slots=True)
class RunHook:
    """Run a shell command of the user's, and go on when it is done: when it exits with 0, and
    ``done_when`` (targets/conditions.py) holds; give up after ``timeout``."""

    command: str
    done_when: str
    timeout: float


@dataclass(frozen=True, slots=True)
class Watch:
    """Change nothing: something else deploys.  Go on when ``done_when`` holds or after
    ``timeout`` (None: when the user says that it is over)."""

    done_when: str
    timeout: float | None


DeployAction = (
    Announce
    | StopRouting
    | ResumeRouting
    | RouteShare
    | RouteAlike
    | Advise
    | CloseBatches
    | CutLinks
    | AddReplica
    | RemoveReplica
    | RunHook
    | Watch
    | Terminate
    | CutProcess
    | CloseLinks
    | StartReplica
    | WaitReady
    | WaitGone
    | WaitEmpty
    | Pause
)
