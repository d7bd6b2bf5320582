"""The road of one message, station by station (docs/house.md).

arrive, parse, suffer, record, keep, judge, show: each hands the next what it takes.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import orjson
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from workbench import checks, faults
from workbench.cli.table import judgement_text
from workbench.door.verdicts import outage_as_dict
from workbench.engine.clock import Clock
from workbench.engine.histories import Options, build_history
from workbench.engine.interpret import Choice, Interpreter, columns_for
from workbench.engine.judging import judgement_value
from workbench.engine.waiting import until
from workbench.journal.columns import Columns
from workbench.journal.recording import Recording
from workbench.journal.writer import Writer
from workbench.model.record import Record
from workbench.model.words import Direction, Flag, Kind, Means, Opcode, Truth, Value
from workbench.units.discovery import discover
from workbench.wire.proxy import Proxy

LIMIT = 20.0


class Tap:
    """The journal's pen as the wire sees it."""

    def __init__(self, folder: Path) -> None:
        self._clock = Clock()
        self.writer = Writer(folder, now=self._clock.now, anchor=self._clock.wall)
        self._links = 0
        self._later = 0

    def put(self, record: Record) -> int:
        return self.writer.put(record)

    def now(self) -> int:
        return self._clock.now() + self._later

    def let_time_pass(self, seconds: int) -> None:
        """Long enough to be subscribed for sure, and for a loss to be final."""
        self._later += seconds * 1_000_000_000
        self.put(Record(self.now(), 0, Kind.NOTE, payload=b"{}"))

    def new_link(self) -> int:
        self._links += 1
        return self._links


async def publish(socket: ServerConnection) -> None:
    """Numbers 1 to 3 to the first link, 6 and on to every later one."""
    start = int((await socket.recv()) or 0)
    for n in range(start, start + 3):  # then it stays open and says nothing more
        await socket.send(orjson.dumps({"type": "tick", "seq": n}).decode())
    await socket.wait_closed()


async def travel(folder: Path) -> None:
    """Stations 1 to 4: through the proxy, cut once by a fault, into the journal."""
    tap = Tap(folder)
    cut = discover(faults)["cut"]
    async with serve(publish, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        proxy = Proxy(tap, upstream=f"ws://127.0.0.1:{port}", name="edge")
        _, listen = await proxy.start("127.0.0.1", 0)
        for start in (1, 6):
            async with connect(f"ws://127.0.0.1:{listen}", proxy=None) as socket:
                await socket.send(str(start))
                got = [orjson.loads(await socket.recv())["seq"] for _ in range(3)]
                assert got == [start, start + 1, start + 2]  # passed on as it came
                tap.let_time_pass(5)
                if start == 1:
                    for wish in cut.inject(cut.Settings()):
                        proxy.links[0].carry_out(wish)
                    await asyncio.wait_for(socket.wait_closed(), LIMIT)
        assert await until(lambda: not proxy.links, LIMIT)
        await proxy.close()
    tap.writer.flush()
    tap.writer.close()


async def test_one_message(tmp_path: Path) -> None:
    folder = tmp_path / "rec"
    await travel(folder)

    # 5 keep: the record says what came and what was passed on, for this very message.
    recording = Recording.open(folder)
    headers = recording.headers(0, recording.refresh())
    row = next(
        i for i in range(recording.count) if recording.payload(i) == b'{"type":"tick","seq":2}'
    )
    assert headers[row]["kind"] == Kind.MESSAGE
    assert headers[row]["direction"] == Direction.IN
    assert headers[row]["opcode"] == Opcode.TEXT
    assert headers[row]["flags"] & (Flag.ARRIVED | Flag.PASSED) == Flag.ARRIVED | Flag.PASSED
    assert headers[row]["seq"] == 2

    # interpreted: the dialect reads an update with its offset, beside the record.
    choice = Choice(settings={"id": "json.seq"})
    writer = columns_for(folder, choice)
    Interpreter(recording, writer, choice).finish(force=True)
    writer.close()
    columns = Columns.open(folder, writer.folder.name.partition("@")[0])
    (reading,) = columns.of(row)
    assert (reading["means"], reading["offset"]) == (Means.UPDATE, 2)
    assert columns.names[reading["label"]] == "tick"

    # 6 judge: 4 and 5 are a hole in contiguous numbers; the proof is in the records.
    history, _ = build_history(recording, columns, Options())
    assert history.truths == (Truth.SEQUENCE,)
    judgement = checks.judge(history)
    assert judgement.value == Value.INVALID
    (client,) = judgement.outages[0].clients
    lost = [p.offset for f in client.findings if f.name in ("lost", "skipped") for p in f.positions]
    assert lost == [4, 5]
    explained = checks.explain(client, judgement.outages[0])
    assert explained.why
    assert explained.changes

    # 7 show: the same verdict in words, as the command line and the window say it.
    told = outage_as_dict(judgement.outages[0])
    assert told["kind"] == "unplanned"
    assert (told["clients"][0]["word"], told["clients"][0]["missed"]) == ("Lost updates", 2)
    assert "4–5" in judgement_text(judgement_value(judgement, 1))
