"""Conditions as they are typed."""

from __future__ import annotations

import pytest

from workbench.model.errors import Whose, WorkbenchError
from workbench.targets.conditions import Reached, done_of, readiness_of
from workbench.targets.target import HttpPath, LogLine, TcpPort


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tcp", TcpPort()),
        ("http", HttpPath("/")),
        (" http /health ", HttpPath("/health")),
        ("log listening on (?P<port>\\d+)", LogLine("listening on (?P<port>\\d+)")),
    ],
)
def test_readiness(text, found):
    assert readiness_of(text) == found


@pytest.mark.parametrize("text", ["exit", ""])
def test_done_by_its_end_alone(text):
    assert done_of(text) is None


@pytest.mark.parametrize(
    ("text", "readiness", "host", "port"),
    [
        ("tcp 127.0.0.1:8000", TcpPort(), "127.0.0.1", 8000),
        ("tcp [::1]:8000", TcpPort(), "::1", 8000),
        ("http://localhost/up?x=1", HttpPath("/up?x=1"), "localhost", 80),
        ("http://localhost:81", HttpPath("/"), "localhost", 81),
    ],
)
def test_done_when_something_answers(text, readiness, host, port):
    done = done_of(text)
    assert isinstance(done, Reached)
    assert (done.readiness, done.host, done.port) == (readiness, host, port)


NONSENSE = ("udp", "log", "log (", "http health", "tcp x", "tcp 1:x", "tcp :1", "https://x")


@pytest.mark.parametrize("read", [readiness_of, done_of])
@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_is_the_users_error(read, text):
    with pytest.raises(WorkbenchError) as caught:
        read(text)
    assert caught.value.whose is Whose.USER
