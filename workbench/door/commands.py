"""What a front may ask of the engine: each command is one settings dataclass.

The name a user or a client of the control API types is the class name in kebab case
(``StartProxy`` is ``start-proxy``).  Answers are plain JSON objects; errors are
``WorkbenchError``.  The control API, its document and the palette derive from here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.units.settings import setting


@dataclass(frozen=True, slots=True)
class NewSession:
    """Begin a new recording; answers {"folder"}."""

    folder: str = setting("", help="Where the recording goes; empty: the recordings folder.")
    title: str = setting("", help="Name shown for the session.")


@dataclass(frozen=True, slots=True)
class OpenRecording:
    """Open a recording (folder or .wbrec) to look at and judge; answers {"folder"}."""

    path: str = setting("", help="The recording's folder or file.")


@dataclass(frozen=True, slots=True)
class SetRecording:
    """Start or stop writing what passes."""

    on: bool = setting(True, help="true: record.")


@dataclass(frozen=True, slots=True)
class Connect:
    """Open a client of our own; answers {"name"}."""

    address: str = setting("", help="ws://, wss://, http:// or https:// address.")
    name: str = setting("", help="Name in the window; empty: made from the address.")
    protocol: str = setting("", help="ws or sse; empty: by the scheme.", choices=("", "ws", "sse"))
    headers: str = setting("", help="Extra request headers, one `Name: value` a line.")
    subprotocols: str = setting("", help="Subprotocols, parted by commas.")
    retry: str = setting(
        "exponential",
        help="When to try again after a loss.",
        choices=("none", "fixed", "exponential"),
    )
    retry_first: float = setting(0.5, help="Wait before the first retry.", unit="s", low=0.0)
    retry_most: float = setting(20.0, help="Longest wait between retries.", unit="s", low=0.0)
    jitter: float = setting(0.5, help="Share of the wait that is random.", low=0.0, high=1.0)
    resume: str = setting(
        "position",
        help="What to ask for after a reconnect.",
        choices=("position", "naive", "overlap", "snapshot"),
    )
    overlap: int = setting(3, help="With overlap: how many updates to ask again.", low=0)
    stream: str = setting("", help="Stream to subscribe to (reference service protocol).")
    id: str = setting("", help="Where a message has its id or offset: json.seq, /seq, $.seq.")
    subscribe: str = setting("", help="Message sent once open; {after} is the last position.")
    ping: float = setting(20.0, help="Seconds between pings; 0: none.", unit="s", low=0.0)
    ca: str = setting("", help="File with an own certificate authority.")
    client_certificate: str = setting("", help="File with the client certificate and key.")
    accept_certificate: bool = setting(False, help="Accept this server's certificate as it is.")
    http_proxy: str = setting("", help="HTTP proxy to go through.")


@dataclass(frozen=True, slots=True)
class Disconnect:
    """Leave on purpose; the connection stays in the list."""

    name: str = setting("", help="The connection.")


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Connect again now."""

    name: str = setting("", help="The connection.")


@dataclass(frozen=True, slots=True)
class Remove:
    """Leave and take it off the list."""

    name: str = setting("", help="The connection or proxy.")


@dataclass(frozen=True, slots=True)
class Send:
    """Send a message on a connection of our own."""

    name: str = setting("", help="The connection.")
    text: str = setting("", help="The message.")


@dataclass(frozen=True, slots=True)
class StartProxy:
    """Stand between an app and its server; answers {"name", "listen"}."""

    to: str = setting("", help="The server's address: ws://host:port or http://host:port.")
    listen: str = setting("127.0.0.1:0", help="Address to listen on; port 0: any free one.")
    name: str = setting("", help="Name of the proxy.")
    rewrite_host: bool = setting(False, help="Put the server's own name into the Host header.")


@dataclass(frozen=True, slots=True)
class StopProxy:
    """End a proxy and its links."""

    name: str = setting("", help="The proxy.")


@dataclass(frozen=True, slots=True)
class Inject:
    """Switch a fault on, or do it once; answers {"id", "links"}.

    Opens an outage for cut, close and stall."""

    fault: str = setting("cut", help="Name of the fault: cut, close, stall, ...")
    scope: str = setting("", help="Connection names, parted by commas; empty: everything.")
    settings: str = setting("{}", help="The fault's settings as a JSON object.")


@dataclass(frozen=True, slots=True)
class Heal:
    """Switch faults off."""

    id: str = setting("", help="The fault's id; last: the latest one; empty: all.")


@dataclass(frozen=True, slots=True)
class RunPreset:
    """Begin a preset: faults switched on at their times; answers {"name", "seconds"}.

    It ends by itself; Heal without an id ends it at once."""

    name: str = setting("", help="Name of the preset (train-tunnel), or the path of a file.")
    scope: str = setting("", help="Connection or proxy names, parted by commas; empty: everything.")


@dataclass(frozen=True, slots=True)
class ListUnits:
    """Every unit by kind and name, with its declared settings: what forms are made from."""


@dataclass(frozen=True, slots=True)
class StartService:
    """Start a server, replicas of it behind our balancer; answers {"name", "address"}.

    Your own by its ``command``, else the reference service.  ``{port}``, ``{name}`` and
    ``{version}`` are filled in for each replica in command, env and cwd."""

    replicas: int = setting(3, help="How many replicas.", low=1, high=64)
    version: str = setting("v42", help="Version label.")
    command: str = setting(
        "", help="Your server, for example `node server.js --port {port}`; empty: the reference."
    )
    cwd: str = setting("", help="Folder it runs in; empty: the workbench's own.")
    env: str = setting("", help="Environment, one `NAME=value` a line.")
    ready: str = setting("tcp", help="When it is ready: tcp, http /path, or log PATTERN.")
    ready_timeout: float = setting(
        30.0, help="Time it gets to become ready.", unit="s", low=0.1, high=3600.0
    )
    stop_signal: str = setting(
        "TERM", help="Signal that asks it to end.", choices=("TERM", "INT", "HUP", "QUIT", "USR1")
    )
    grace: float = setting(
        10.0, help="Time from the stop signal to SIGKILL.", unit="s", low=0.0, high=3600.0
    )
    port: int = setting(
        0, help="Port of the first replica, the next ones follow; 0: any.", low=0, high=65000
    )
    listen: str = setting("127.0.0.1:0", help="Address of the balancer; port 0: any free one.")
    policy: str = setting(
        "round-robin",
        help="How the balancer spreads connections; address: a client's address decides.",
        choices=("round-robin", "least-connections", "address"),
    )
    path: str = setting("", help="Path for clients; empty: /ws or /events, / with a command.")
    history: int = setting(1000, help="Updates kept per stream.", low=1)
    publish_rate: float = setting(0.0, help="Updates published per second; 0: none.", low=0.0)
    stream: str = setting("prices", help="Stream to publish to.")


@dataclass(frozen=True, slots=True)
class StopService:
    """End the service, its replicas and its balancer."""

    name: str = setting("", help="The service; empty: all.")


@dataclass(frozen=True, slots=True)
class Publish:
    """Publish one update by the service; answers {"stream", "epoch", "offset"}."""

    stream: str = setting("prices", help="The stream.")
    payload: str = setting("{}", help="The payload as JSON.")


@dataclass(frozen=True, slots=True)
class Deploy:
    """Replace the service's replicas by a strategy; opens an outage; answers {"outage"}."""

    strategy: str = setting("rolling-drain", help="Name of the strategy.")
    settings: str = setting("{}", help="The strategy's settings as a JSON object.")


@dataclass(frozen=True, slots=True)
class AbortDeploy:
    """Stop after the replica at hand; changed replicas stay as they are.  A hook is ended, an
    observation is over."""


@dataclass(frozen=True, slots=True)
class RollBack:
    """Make every replica that the last deploy changed what it was before; opens an outage."""

    settings: str = setting("{}", help="Grace, ready-timeout, close-code as a JSON object.")


@dataclass(frozen=True, slots=True)
class RunDemo:
    """The ten-second demonstration: service, three clients, a rolling drain, the verdict."""


@dataclass(frozen=True, slots=True)
class StopDemo:
    """End the demonstration's service and clients."""


@dataclass(frozen=True, slots=True)
class RunScenario:
    """Run a scenario file; answers the ``--json`` object when it is over."""

    path: str = setting("", help="The scenario file.")
    seed: int | None = setting(None, help="Seed; empty: the file's, else a fresh one.")
    folder: str = setting("", help="Where the recording goes; empty: the recordings folder.")


@dataclass(frozen=True, slots=True)
class CheckScenario:
    """Read a scenario without running it; answers {"name", "steps", "expects", "error",
    "line"}: each step with "do", "text" and "line", how many expectations; error None, or an
    error's value and the line it is at (0: not known)."""

    path: str = setting("", help="The scenario file; names the text in errors.")
    text: str | None = setting(None, help="Its text; empty: what the file holds.")


@dataclass(frozen=True, slots=True)
class StopScenario:
    """Stop the running scenario; its clean-up steps still run."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Judge the open recording again; answers the ``--json`` object."""

    dialect: str = setting("", help="Dialect to read the messages with; empty: recognised.")
    id: str = setting("", help="Where the id or offset is: json.seq, /seq or $.seq.")
    epoch: str = setting("", help="Where the epoch is.")
    stream: str = setting("", help="Where the stream's name is.")
    resume: str = setting("", help="Where a client's subscribe message has what to resume from.")
    subscribe: str = setting("", help="Type of the message that subscribes; empty: subscribe.")
    ids: str = setting(
        "", help="What ids prove.", choices=("", "contiguous", "ordered", "opaque", "content")
    )
    truth: str = setting("", help="Sources in order, parted by commas; empty: the best there is.")
    witness: str = setting("", help="Name of the witness client.")
    want: str = setting("", help="What the stream promises.")


@dataclass(frozen=True, slots=True)
class Report:
    """Write reports of the open recording's verdict; answers {"files"}."""

    html: str = setting("", help="File for the page; empty: none.")
    junit: str = setting("", help="File for JUnit XML; empty: none.")
    json: str = setting("", help="File for the JSON object; empty: none.")
    verdict: str = setting("", help="The JSON object to report; empty: what was judged last.")


COMMANDS: dict[str, type] = {
    re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower(): value
    for name, value in list(globals().items())
    if isinstance(value, type) and value.__module__ == __name__
}


def name_of(command: object) -> str:
    """The typed name of a command value."""
    return next(name for name, cls in COMMANDS.items() if cls is type(command))
