"""Sessions that are polled: one link of their client, however their exchanges travelled."""

from __future__ import annotations

from pathlib import Path

import orjson

from tests.engine.story import Teller
from tests.engine.test_histories import history_of, seconds
from workbench.engine.interpret import Choice
from workbench.model.history import Client, Event, History
from workbench.model.words import Direction, Flag, How, Ids, Kind, LinkEvent, Opcode

IN, OUT = Direction.IN, Direction.OUT
WHOLE = int(Flag.ARRIVED | Flag.PASSED)


class Poller(Teller):
    """Tells what a proxy saw of Engine.IO by long polling."""

    def opening(self, at: float, link: int, protocol: str = "http") -> None:
        keys = {"addr": f"127.0.0.1:{4000 + link}", "user-agent": "A", "path": "/first"}
        self.link(at, link, LinkEvent.OPENING, proxy="edge", protocol=protocol, keys=keys)

    def closed(self, at: float, link: int, by: str = "client", how: How = How.RST, **more) -> None:
        self.link(at, link, LinkEvent.CLOSED, how=str(how), by=by, code=0, **more)

    def head(self, at: float, link: int, sid: str, method: str = "GET", path: str = "") -> int:
        self.at = at
        target = path or f"/socket.io/?EIO=4&transport=polling{'&sid=' * bool(sid)}{sid}"
        return self.put(
            Kind.HTTP, link, f"{method} {target} HTTP/1.1\r\n\r\n".encode(), direction=OUT
        )

    def answer(
        self, at: float, link: int, asked: int, body: bytes, code: int = 200, flags: int = WHOLE
    ) -> None:
        self.at = at
        head = self.put(
            Kind.HTTP, link, b"HTTP/1.1 200 OK\r\n\r\n", direction=IN, ref=asked + 1, code=code
        )
        self.put(
            Kind.HTTP,
            link,
            body,
            direction=IN,
            opcode=Opcode.BODY,
            ref=head + 1,
            seq=1,
            code=code,
            flags=flags,
        )

    def poll(self, at: float, link: int, sid: str, body: bytes, code: int = 200) -> None:
        """A whole exchange within 10 ms."""
        self.answer(at + 0.01, link, self.head(at, link, sid), body, code)

    def post(self, at: float, link: int, sid: str, body: bytes) -> None:
        head = self.head(at, link, sid, "POST")
        self.put(Kind.HTTP, link, body, direction=OUT, opcode=Opcode.BODY, ref=head + 1, seq=1)
        self.answer(at + 0.01, link, head, b"ok")

    def begin(self, at: float, link: int, sid: str) -> None:
        """A session is opened and its namespace connected, all on one connection."""
        self.poll(at, link, "", b"0" + orjson.dumps({"sid": sid, "upgrades": []}))
        self.post(at + 0.02, link, sid, b"40")
        self.poll(at + 0.04, link, sid, b'40{"sid":"s-%s"}' % sid.encode())

    def socket(self, at: float, link: int, sid: str) -> None:
        """A WebSocket opens for a session, and is probed."""
        self.opening(at, link, "ws")
        path = f"/socket.io/?EIO=4&transport=websocket&sid={sid}"
        self.put(Kind.HANDSHAKE, link, f"GET {path} HTTP/1.1\r\n\r\n".encode(), direction=OUT)
        self.put(Kind.HANDSHAKE, link, b"HTTP/1.1 101 S\r\n\r\n", direction=IN, code=101)
        self.link(at, link, LinkEvent.OPEN, protocol="ws")
        self.frame(at, link, OUT, b"2probe")
        self.frame(at, link, IN, b"3probe")

    def frame(self, at: float, link: int, direction: Direction, payload: bytes) -> None:
        self.at = at
        self._seq[link, direction] = self._seq.get((link, direction), 0) + 1
        seq = self._seq[link, direction]
        self.put(Kind.MESSAGE, link, payload, direction=direction, opcode=Opcode.TEXT, seq=seq)


def event(offset: int) -> bytes:
    return b'42["upd",{"offset":%d}]' % offset


def only(history: History) -> Client:
    (client,) = history.clients.values()
    return client


def ends(client: Client) -> list[tuple[float, int, How | None, int]]:
    return [
        (round(seconds(e.time), 2), e.link, e.how, e.code)
        for e in client.events
        if e.event == Event.ENDED
    ]


def subscribed(client: Client) -> list[tuple[float, int]]:
    return [
        (round(seconds(e.time), 2), e.link) for e in client.events if e.event == Event.SUBSCRIBED
    ]


def test_a_session_over_several_connections_is_one_link(tmp_path: Path) -> None:
    teller = Poller(tmp_path / "rec")
    for link in (1, 2, 3):
        teller.opening(0, link)
    teller.begin(0.1, 1, "S")
    teller.poll(1, 2, "S", event(1))
    teller.poll(2, 3, "S", event(2) + b"\x1e" + event(3))
    teller.head(3, 2, "S")
    client = only(history_of(teller.done(5)))
    assert client.known
    assert (subscribed(client), ends(client)) == ([(0.12, 1)], [])
    assert client.delivered["link"].tolist() == [1, 1, 1]
    assert client.events[0].event == Event.ATTEMPT
    assert round(seconds(client.events[0].time), 2) == 0.1


def test_idle_connections_that_close_are_no_outage(tmp_path: Path) -> None:
    teller = Poller(tmp_path / "rec")
    for link in (1, 2):
        teller.opening(0, link)
    teller.begin(0.1, 1, "S")
    teller.closed(0.5, 1, by="server", how=How.FIN)
    teller.poll(1, 2, "S", event(1))
    teller.head(2, 2, "S")
    client = only(history_of(teller.done(5)))
    assert ends(client) == []


def test_a_cut_that_meets_a_waiting_poll_ends_the_session(tmp_path: Path) -> None:
    """The next session goes over another connection and is the same client's second link."""
    teller = Poller(tmp_path / "rec")
    teller.opening(0, 1)
    teller.begin(0.1, 1, "S")
    teller.poll(1, 1, "S", event(1))
    teller.head(1.02, 1, "S")
    teller.closed(2, 1, by="workbench")
    teller.opening(3, 2)
    teller.begin(3, 2, "T")
    teller.poll(4, 2, "T", event(5))
    teller.head(4.1, 2, "T")
    client = only(history_of(teller.done(6)))
    assert client.known
    assert ends(client) == [(2.0, 1, How.RST, 0)]
    assert subscribed(client) == [(0.12, 1), (3.02, 2)]
    assert client.delivered["link"].tolist() == [1, 2]
    (past,) = [e for e in client.events if e.event == Event.ACKED]
    assert past.position is not None
    assert (round(seconds(past.time), 2), past.link, past.cumulative) == (1.02, 1, True)


def test_what_came_with_the_cut_poll_is_not_polled_past(tmp_path: Path) -> None:
    teller = Poller(tmp_path / "rec")
    teller.opening(0, 1)
    teller.begin(0.1, 1, "S")
    asked = teller.head(1, 1, "S")
    teller.post(1.5, 1, "S", b"3")
    teller.answer(2, 1, asked, event(1), flags=int(Flag.ARRIVED))
    teller.closed(2, 1, by="workbench")
    client = only(history_of(teller.done(6)))
    assert ends(client) == [(2.0, 1, How.RST, 0)]
    assert len(client.delivered) == 0
    assert client.upstream is not None
    assert len(client.upstream) == 1
    assert not [e for e in client.events if e.event == Event.ACKED]


def test_one_connection_carries_sessions_of_two_clients(tmp_path: Path) -> None:
    teller = Poller(tmp_path / "rec")
    teller.opening(0, 1)
    teller.opening(0, 2)
    teller.begin(0.1, 1, "S")
    teller.begin(0.2, 1, "T")
    teller.poll(1, 1, "S", event(1))
    teller.poll(1.1, 1, "T", event(2))
    teller.head(2, 1, "S")
    teller.head(2.1, 2, "T")
    clients = history_of(teller.done(5)).clients
    assert [c.delivered["link"].tolist() for c in clients.values()] == [[1], [1]]
    assert all(c.known and not ends(c) for c in clients.values())


def test_a_session_that_moves_lives_as_long_as_its_websocket(tmp_path: Path) -> None:
    teller = Poller(tmp_path / "rec")
    teller.opening(0, 1)
    teller.begin(0.1, 1, "S")
    teller.poll(1, 1, "S", event(1))
    waits = teller.head(1.1, 1, "S")
    teller.socket(1.2, 2, "S")
    teller.answer(1.25, 1, waits, b"6")
    teller.frame(1.3, 2, OUT, b"5")
    teller.frame(1.4, 2, IN, event(2))
    teller.closed(2, 1, by="server", how=How.FIN)
    teller.frame(2.1, 2, IN, event(3))
    teller.closed(3, 2, by="workbench")
    client = only(history_of(teller.done(8)))
    assert (subscribed(client), ends(client)) == ([(0.12, 1)], [(3.0, 1, How.RST, 0)])
    assert client.delivered["link"].tolist() == [1, 1, 1]
    assert client.protocol == "ws"


def test_a_probe_that_fails_leaves_the_session_to_its_polls(tmp_path: Path) -> None:
    teller = Poller(tmp_path / "rec")
    teller.opening(0, 1)
    teller.begin(0.1, 1, "S")
    teller.head(1, 1, "S")
    teller.socket(1.2, 2, "S")
    teller.closed(1.3, 2, by="workbench")
    client = only(history_of(teller.done(8)))
    assert ends(client) == []
    assert len(subscribed(client)) == 1


def test_a_session_that_the_server_does_not_know_any_more_is_over(tmp_path: Path) -> None:
    teller = Poller(tmp_path / "rec")
    teller.opening(0, 1)
    teller.begin(0.1, 1, "S")
    teller.poll(2, 1, "S", b'{"code":1,"message":"Session ID unknown"}', code=400)
    teller.begin(3, 1, "T")
    teller.head(4, 1, "T")
    client = only(history_of(teller.done(8)))
    assert ends(client) == [(2.01, 1, How.CLOSE, 400)]


def test_a_client_that_says_goodbye_and_stays_away_has_left(tmp_path: Path) -> None:
    teller = Poller(tmp_path / "rec")
    teller.opening(0, 1)
    teller.begin(0.1, 1, "S")
    teller.head(1, 1, "S")
    teller.opening(2, 2)
    teller.post(2, 2, "S", b"41\x1e1")
    teller.closed(2.1, 1)
    assert ends(only(history_of(teller.done(8)))) == [(2.0, 1, How.LEAVE, 0)]


def test_a_stall_holds_a_session_where_its_poll_waits(tmp_path: Path) -> None:
    teller = Poller(tmp_path / "rec")
    for link in (1, 2):
        teller.opening(0, link)
    teller.begin(0.1, 1, "S")
    waits = teller.head(1, 2, "S")
    teller.at = 2
    said = {"fault": "stall", "links": [1, 2], "outage": True, "scope": []}
    teller.put(Kind.FAULT, 0, orjson.dumps(said), code=1)
    teller.link(4, 1, LinkEvent.HEALED, by="itself")
    teller.link(4, 2, LinkEvent.HEALED, by="itself")
    teller.answer(4.1, 2, waits, event(1))
    client = only(history_of(teller.done(8)))
    told = [(e.event, round(seconds(e.time), 1)) for e in client.events if e.how or e.event == "H"]
    assert told == [(Event.ENDED, 2.0), (Event.HEALED, 4.0)]


def test_plain_http_is_nobody(tmp_path: Path) -> None:
    """A page and its API beside a client that comes back: neither presence nor doubt."""
    teller = Poller(tmp_path / "rec")
    teller.opening(0, 1)
    teller.begin(0.1, 1, "S")
    for link in (2, 3):
        teller.opening(0.2, link)
        asked = teller.head(0.2, link, "", path="/socket.io/api")
        teller.answer(0.3, link, asked, b'{"a":1}')
    teller.head(1, 1, "S")
    teller.closed(2, 1, by="workbench")
    teller.closed(2, 2, by="workbench")
    teller.opening(3, 4)
    teller.begin(3, 4, "T")
    teller.head(4, 4, "T")
    client = only(history_of(teller.done(8)))
    assert client.known
    assert len(ends(client)) == 1


def test_an_attempt_that_was_refused_is_of_the_one_who_is_away(tmp_path: Path) -> None:
    teller = Poller(tmp_path / "rec")
    teller.opening(0, 1, "ws")
    teller.link(0, 1, LinkEvent.OPEN, protocol="ws")
    teller.closed(1, 1, by="server")
    teller.opening(2, 2)
    teller.link(2, 2, LinkEvent.FAILED, what="x", status=502)
    teller.closed(2.1, 2)
    teller.opening(3, 3, "ws")
    teller.link(3, 3, LinkEvent.OPEN, protocol="ws")
    client = only(history_of(teller.done(8)))
    failed = [e.detail for e in client.events if e.event == Event.ATTEMPT_FAILED]
    assert failed == ["502"]
    assert [at for at, _ in subscribed(client)] == [0.0, 3.0]


def test_messages_that_a_reset_took_back_were_not_delivered(tmp_path: Path) -> None:
    teller = Poller(tmp_path / "rec")
    teller.opening(0, 1, "ws")
    teller.link(0, 1, LinkEvent.OPEN, protocol="ws")
    for offset in range(1, 6):
        teller.update(1, 1, offset)
    teller.closed(2, 1, by="workbench", unpassed_in=[3, 4])
    client = only(history_of(teller.done(8)))
    assert client.delivered["offset"].tolist() == [1, 2, 5]
    assert client.upstream is not None
    assert client.upstream["offset"].tolist() == [1, 2, 3, 4, 5]


def test_a_foreign_record_of_what_was_taken_back_is_ignored(tmp_path: Path) -> None:
    teller = Poller(tmp_path / "rec")
    teller.opening(0, 1, "ws")
    teller.link(0, 1, LinkEvent.OPEN, protocol="ws")
    teller.update(1, 1, 1)
    teller.closed(2, 1, by="workbench", unpassed_in=["1", None])
    assert only(history_of(teller.done(8))).delivered["offset"].tolist() == [1]


def test_a_connection_for_each_poll_and_the_end_between_two(tmp_path: Path) -> None:
    """The pause between two polls is no end of the session; silence is."""

    def told(folder: Path, until: float) -> list[float]:
        teller = Poller(folder)
        teller.opening(0, 1)
        teller.begin(0.1, 1, "S")
        teller.closed(0.5, 1, by="server", how=How.FIN)
        teller.opening(1, 2)
        teller.poll(1, 2, "S", event(1))
        teller.closed(1.1, 2, by="server", how=How.FIN)
        return [at for at, *_ in ends(only(history_of(teller.done(until))))]

    assert told(tmp_path / "pause", 3.0) == []
    assert told(tmp_path / "silence", 3.2) == [1.1]


def test_what_ids_prove_is_seen_over_all_connections_of_a_session(tmp_path: Path) -> None:
    """Polls take turns on two connections: on each alone every other number is missing."""
    teller = Poller(tmp_path / "rec")
    for link in (1, 2):
        teller.opening(0, link)
    teller.begin(0.1, 1, "S")
    for offset in range(1, 9):
        teller.poll(offset, 1 + offset % 2, "S", b'42["upd",{"seq":%d}]' % offset)
    folder, choice = teller.done(20), Choice("", {"id": "json.1.seq"})
    assert history_of(folder, choice=choice).rules["/"].ids == Ids.CONTIGUOUS
