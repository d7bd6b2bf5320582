"""TLS towards the server: verified, passed byte for byte above the TLS, and named when it fails."""

from __future__ import annotations

import ssl

import pytest
import trustme
from websockets.exceptions import InvalidStatus

from tests.wire.kept import Kept, until
from tests.wire.peers import client, echo_server
from workbench.model.action import Close, Reset
from workbench.model.words import Direction, LinkEvent
from workbench.wire.proxy import Proxy


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_side(authority: trustme.CA, name: str = "localhost") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def client_side(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


async def test_wss_out(tap: Kept, authority: trustme.CA) -> None:
    async with echo_server(ssl=server_side(authority)) as server:
        proxy = Proxy(tap, upstream=f"wss://localhost:{server}", context=client_side(authority))
        _, port = await proxy.start("127.0.0.1", 0)
        big = "x" * 300_000
        async with client(port) as ws:
            for message in ("hello", big):
                await ws.send(message)
                assert await ws.recv() == message
        for action, code in ((Close(1012), 1012), (Reset(), None)):
            async with client(port) as ws:
                await ws.send("a")
                await ws.recv()
                proxy.links[-1].carry_out(action)
                await ws.wait_closed()
                assert (ws.close_code if code else None) == code
        await until(lambda: not proxy.links)
        await proxy.close()
    assert tap.passed(Direction.IN, 1) == [b"hello", big.encode()]
    assert [each["how"] for each in tap.closed()] == ["close", "close", "rst"]


@pytest.mark.parametrize(
    ("name", "trusted", "said"),
    [("localhost", False, "self-signed"), ("elsewhere.example", True, "Hostname mismatch")],
)
async def test_a_certificate_that_is_not_accepted(
    tap: Kept, authority: trustme.CA, name: str, trusted: bool, said: str
) -> None:
    context = client_side(authority) if trusted else None
    async with echo_server(ssl=server_side(authority, name)) as server:
        proxy = Proxy(tap, upstream=f"wss://localhost:{server}", context=context)
        _, port = await proxy.start("127.0.0.1", 0)
        with pytest.raises(InvalidStatus) as refused:
            async with client(port):
                pass
        assert b"its certificate is not accepted" in refused.value.response.body
        await proxy.close()
    (failed,) = tap.told(LinkEvent.FAILED)
    assert said in failed["why"] or not trusted
    assert failed["whose"] == "target"
