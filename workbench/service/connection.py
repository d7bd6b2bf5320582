"""One accepted TCP connection: first HTTP, then perhaps a WebSocket; bytes go to whoever reads."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from workbench.service.http_side import HttpSide
from workbench.service.outlet import Outlet
from workbench.service.websocket_side import WebSocketSide

if TYPE_CHECKING:
    from websockets.http11 import Request

    from workbench.service.gateway import Gateway


class Side(Protocol):
    """Who reads the connection at the moment."""

    def received(self, data: bytes) -> None:
        """Bytes from the peer."""

    def lost(self) -> None:
        """The connection is gone."""

    def goodbye(self, code: int | None) -> bool:
        """The replica drains: end in order (None: FIN only). False: there is nothing to end."""

    def beat(self, ping: bool) -> None:
        """Now and then: notice a peer that no longer asks or, with ``ping``, answers."""

    @property
    def busy(self) -> bool:
        """Whether the peer is being served at the moment."""


class Connection(asyncio.Protocol):
    """Owned by the gateway from accept to loss."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.side: Side | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Accepted: HTTP it is, until the client asks for more."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.outlet = Outlet(transport, self._gateway.options.queue)
        self._gateway.connections.add(self)
        self.side = HttpSide(self._gateway, self.outlet, self._upgrade)

    def data_received(self, data: bytes) -> None:
        """Bytes from the peer."""
        if self.side is not None:
            self.side.received(data)

    def pause_writing(self) -> None:
        """The peer does not keep up."""
        self.outlet.pause()

    def resume_writing(self) -> None:
        """The peer has caught up."""
        self.outlet.resume()

    def connection_lost(self, exc: Exception | None) -> None:
        """End of the connection, whoever ended it."""
        self._gateway.connections.discard(self)
        self.outlet.lost()
        if self.side is not None:
            self.side.lost()

    @property
    def busy(self) -> bool:
        """Whether the peer is being served at the moment."""
        return self.side is not None and self.side.busy

    def abort(self) -> None:
        """End it now, without waiting for the peer."""
        self._transport.abort()

    def _upgrade(self, request: Request, early: bytes) -> None:
        side = WebSocketSide(self._gateway, self.outlet, self._transport)
        self.side = side
        side.open(request, early)
