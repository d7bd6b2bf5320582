"""The recording reverse proxy: stands between an app and its server and writes down both ways."""

from __future__ import annotations

import ssl
from collections.abc import Callable

from workbench.model.action import DoorAction, ShutDoor
from workbench.model.errors import WorkbenchError
from workbench.protocols.websocket import KEEP
from workbench.wire.gate import Gate
from workbench.wire.joint import Joint
from workbench.wire.leg import Intake
from workbench.wire.link import HEAD_SECONDS, Link
from workbench.wire.tap import Tap
from workbench.wire.upstream import connect, upstream_of


class Proxy:
    """Passes every byte between its clients and ``upstream``, and tells ``tap`` what it saw.

    ``upstream`` is ``ws://host:port``, ``http://…``, ``wss://…`` or ``https://…``; the path is
    the client's.  With ``rewrite_host`` the Host header names the upstream; nothing else is ever
    changed.  ``on_change`` is called when a link begins, changes its state, or ends.  ``context``
    replaces the system's store for TLS towards the server; ``head_seconds`` is how long a
    request's head may take once it has begun; ``keep`` is how many bytes of a WebSocket message
    are recorded at most (0: headers alone).  ``welcome`` is told of each link when its client has
    connected, before a byte is read: where faults are put on new links.

    Raises WorkbenchError (user) for an address that cannot be used.
    """

    def __init__(
        self,
        tap: Tap,
        *,
        upstream: str,
        name: str = "proxy",
        rewrite_host: bool = False,
        on_change: Callable[[], None] = lambda: None,
        context: ssl.SSLContext | None = None,
        head_seconds: float = HEAD_SECONDS,
        keep: int = KEEP,
        welcome: Callable[[Link], None] = lambda link: None,
    ) -> None:
        self.name = name
        self.upstream = upstream_of(upstream)
        self._tap = tap
        self._rewrite_host = rewrite_host
        self._on_change = on_change
        self._context = context
        if self.upstream.secure and context is None:
            self._context = ssl.create_default_context()
        self._head_seconds = head_seconds
        self._keep = keep
        self._welcome = welcome
        self._gate: Gate[Link] = Gate(self._link, self._connect, on_change)

    @property
    def links(self) -> list[Link]:
        """The live links, in the order in which they came."""
        return self._gate.links

    async def start(self, host: str, port: int) -> tuple[str, int]:
        """Listen; the address listened on (port 0 takes a free one).

        Raises WorkbenchError (user) where that cannot be."""
        return await self._gate.start(host, port)

    async def carry_out(self, action: DoorAction) -> None:
        """Stop listening, or listen again at the same address; links that are there stay.

        Raises WorkbenchError (user) where somebody else has taken the address meanwhile."""
        if isinstance(action, ShutDoor):
            self._gate.shut()
        else:
            await self._gate.reopen()

    async def close(self) -> None:
        """Stop listening and end every link; whatever does not end in time is reset."""
        await self._gate.close()

    def _link(self, intake: Intake, over: Callable[[Joint], None]) -> Link:
        return Link(
            self._tap,
            intake,
            self.upstream,
            name=self.name,
            rewrite_host=self._rewrite_host,
            over=over,
            changed=self._on_change,
            head_seconds=self._head_seconds,
            keep=self._keep,
            welcome=self._welcome,
        )

    async def _connect(self, link: Link) -> None:
        try:
            await connect(link.server, self.upstream, self._context)
        except WorkbenchError as error:
            link.cannot_reach(error)
