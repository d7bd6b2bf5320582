"""The first-run page: its words, what the demo will show, and the check of an address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

TITLE = "What do your clients miss when the server restarts?"
LEAD = (
    "Watch live connections, take the server away, and see client by client which updates "
    "never arrived."
)
RUN_NOTE = "10 seconds. Starts a service and 3 clients\non this computer only. Nothing to set up."
AFTER = "Afterwards the demo stays open: cut a connection, change the clients, or run it again."

#: The demo's steps: name, when, what happens (UX section 4).
STEPS = (
    ("Start", "0 s", "service, 3 clients"),
    ("Deploy", "3 s", "new version, rolling"),
    ("Gap", "6 s", "one client falls behind"),
    ("Verdict", "10 s", "who lost what, and why"),
)


@dataclass(frozen=True, slots=True)
class Lane:
    """A client in the drawing: when it is away (seconds), what comes after, what to expect."""

    name: str
    away: tuple[float, float]
    length: str
    replayed: int
    chip: str
    state: str
    story: str
    verdict: str


LANES = (
    Lane(
        "a-resume", (3.3, 4.05), "", 3, "5 replayed", "replay",
        "Says where it stopped and gets the 5 it missed", "Recovered",
    ),
    Lane(
        "b-naive", (5.4, 7.24), "1.84 s", 0, "12 missed", "error",
        "Reconnects and starts from now", "Lost 12 updates",
    ),
    Lane(
        "c-overlap", (8.1, 9.3), "1.2 s", 4, "3 handled twice", "warn",
        "Asks from too far back", "3 handled twice",
    ),
)  # fmt: skip
VERDICT_STATES = ("ok", "error", "warn")
#: Each replica: old version until, draining until, new version from (seconds).
REPLICAS = ((2.9, 3.35, 4.3), (5.2, 5.45, 6.9), (7.8, 8.15, 9.2))
SPAN = (0.2, 13.4)
DEPLOY_AT = 2.9

SCHEMES = ("ws", "wss", "http", "https")


def wrong_address(text: str) -> str:
    """What is wrong with a server's address, in words with what to do; nothing if it is fine."""
    text = text.strip()
    if not text:
        return "Enter an address, for example wss://host/path."
    if "://" not in text:
        return f"An address starts with ws:// or wss:// (http:// for SSE). Try ws://{text[:60]}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return "The port or host is not valid. A port is a number from 1 to 65535."
    if parts.scheme.lower() not in SCHEMES:
        return f"{parts.scheme[:20]}:// is not a scheme the workbench speaks. Use ws, wss or http."
    if not parts.hostname:
        return "The host is missing. An address looks like wss://host/path."
    if port == 0:
        return "Port 0 cannot be connected to. Use the port that the server listens on."
    if parts.fragment:
        return "A WebSocket address has no #fragment (RFC 6455, section 3). Leave it out."
    return ""


def wrong_listen(text: str) -> str:
    """What is wrong with an address to listen on (``127.0.0.1:9001``); nothing if it is fine."""
    host, colon, port = text.strip().rpartition(":")
    if not colon or not host:
        return "Enter host and port, for example 127.0.0.1:0 (0: any free port)."
    if not (port.isascii() and port.isdigit() and int(port) <= 65535):
        return "A port is a number from 0 to 65535 (0: any free port)."
    return ""
