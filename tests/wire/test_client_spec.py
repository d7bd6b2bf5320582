"""Addresses and headers, as a person writes them."""

from __future__ import annotations

import pytest

from workbench.model.errors import Whose, WorkbenchError
from workbench.wire.client import Client
from workbench.wire.spec import ClientSpec, headers_of, target_of

from .client_kit import MemoryTap


@pytest.mark.parametrize(
    ("address", "protocol", "parts"),
    [
        ("ws://h/x", "", ("ws", False, "h", 80, "/x")),
        ("wss://h", "", ("ws", True, "h", 443, "/")),
        ("https://h:1/e?a=b c", "", ("sse", True, "h", 1, "/e?a=b%20c")),
        ("http://[::1]:9/é%20", "ws", ("ws", False, "::1", 9, "/%C3%A9%20")),
        ("ws://bücher.example/", "sse", ("sse", False, "xn--bcher-kva.example", 80, "/")),
    ],
)
def test_an_address(address: str, protocol: str, parts: tuple[object, ...]) -> None:
    t = target_of(address, protocol)
    assert (t.protocol, t.secure, t.host, t.port, t.resource) == parts


def test_authority_and_query() -> None:
    assert target_of("ws://[::1]:9/").authority == "[::1]:9"
    assert target_of("wss://h:443/").authority == "h"
    target = target_of("http://h/e?stream=a").with_query("stream", "b").with_query("x", "1&2")
    assert target.resource == "/e?stream=a&x=1%262"
    assert target_of("ws://u:p%40@h").user == "u:p@"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "h:80",
        "ftp://h",
        "ws://",
        "ws://h:99999",
        "ws://h:0",
        "ws://h :80",
        "ws://[::1",
        "http://",
    ],
)
def test_what_is_no_address_is_the_users_fault(address: str) -> None:
    with pytest.raises(WorkbenchError) as caught:
        Client(MemoryTap(), ClientSpec(address=address), lambda: 0.5)
    assert caught.value.whose is Whose.USER
    assert caught.value.to_do


def test_headers_one_a_line() -> None:
    assert headers_of("Cookie: a=b; c\n\n  X-Y:z \n") == [("Cookie", "a=b; c"), ("X-Y", "z")]


@pytest.mark.parametrize(
    "line",
    ["nothing", "a b: c", ": c", "X: a\x00b", "Upgrade: h2c", "Sec-WebSocket-Key: x", "X: €"],
)
def test_a_header_that_cannot_be(line: str) -> None:
    with pytest.raises(WorkbenchError) as caught:
        headers_of(line)
    assert caught.value.whose is Whose.USER
