"""What keeping and reading records costs, beside SQLite in the same run.

Keys of ``--json``: ``append_vs_sqlite`` (rows/s over SQLite's: WAL, synchronous NORMAL,
transactions of 10,000 rows), ``append_cpu_us`` (CPU of put and flush, checksums included, for
one row of 100 bytes), ``open_ms``, ``page_ms`` (100 rows with their payloads anywhere, median),
``filter_ms`` (``conn:… dir:in "text"``, all of it), ``search_ms`` (a rare text in all payloads),
``json_ms`` (a number in JSON; every payload is JSON),
``acknowledged_lost`` and ``reopen_ms`` (SIGKILL at random moments under full load).
Both writers are given the same ready-made rows; neither calls fsync.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from workbench.journal.filters.chunk import Context
from workbench.journal.filters.search import Search
from workbench.journal.recording import Recording
from workbench.journal.writer import Writer
from workbench.model.record import Record
from workbench.model.words import Kind, LinkEvent

BATCH = 10_000
BASE = 1_790_000_000_000_000_000
ROOT = Path(__file__).resolve().parents[1]
MESSAGES = [(b'{"id":%d,"text":"' % i).ljust(98, b"x") + b'"}' for i in range(1000)]

PEN = """
import os, sys, time
from benchmarks.journal import batch
from workbench.journal.writer import Writer
pen = Writer(sys.argv[1], now=time.time_ns, anchor=time.time_ns())
rows, put = batch(0), pen.put
while True:
    for start in range(0, len(rows), 400):
        for row in rows[start : start + 400]:
            put(row)
        os.write(1, b"%d\\n" % pen.flush())
"""


def batch(start: int) -> list[Record]:
    """10,000 rows of 100 bytes."""
    return [
        Record(BASE + n * 50_000, 1 + n % 50, 1, 1 + n % 2, 1, 3, 0, 104, n // 50 + 1, 0,
               MESSAGES[n % 1000])
        for n in range(start, start + BATCH)
    ]  # fmt: skip


def timed(act: Callable[[list[Record]], None], rows: int) -> tuple[float, float]:
    """Seconds and CPU seconds that ``act`` spends on ``rows`` rows, making them not counted."""
    wall = cpu = 0.0
    for start in range(0, rows, BATCH):
        ready = batch(start)
        gc.collect(0)
        t, c = time.perf_counter(), time.process_time()
        act(ready)
        wall, cpu = wall + time.perf_counter() - t, cpu + time.process_time() - c
    return wall, cpu


def append_journal(folder: Path, rows: int, every: int = BATCH) -> tuple[float, float]:
    """Put, and flush every so many rows; the last is the needle of the search."""
    pen = Writer(folder, now=time.time_ns, anchor=BASE, limit_bytes=1e12)

    def act(ready: list[Record]) -> None:
        put = pen.put
        for start in range(0, BATCH, every):
            for row in ready[start : start + every]:
                put(row)
            pen.flush()

    spent = timed(act, rows)
    for link in range(1, 51):
        facts = json.dumps({"client": f"client-{link:02}"}).encode()
        pen.put(Record(BASE, link, Kind.LINK, opcode=LinkEvent.OPENING, payload=facts))
    pen.put(Record(BASE, 1, Kind.MESSAGE, payload=b"a needle in the hay"))
    pen.close()
    assert pen.acknowledged == rows + 50
    return spent


def append_sqlite(file: Path, rows: int) -> tuple[float, float]:
    """The same rows into one table, an index on nothing but the row number."""
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(
        "CREATE TABLE records (time INTEGER, link INTEGER, kind INTEGER, direction INTEGER, "
        "opcode INTEGER, flags INTEGER, code INTEGER, wire INTEGER, seq INTEGER, ref INTEGER, "
        "payload BLOB, number INTEGER)"
    )

    def act(ready: list[Record]) -> None:
        db.execute("BEGIN")
        db.executemany("INSERT INTO records VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", ready)
        db.execute("COMMIT")

    spent = timed(act, rows)
    db.close()
    return spent


def appending(place: Path, rows: int, rounds: int) -> dict[str, float]:
    """Both in turn, the medians."""
    ours, theirs = [], []
    for number in range(rounds):
        ours.append(append_journal(place / f"j{number}", rows))
        theirs.append(append_sqlite(place / f"s{number}", rows))
        shutil.rmtree(place / f"j{number}")
        for path in place.glob(f"s{number}*"):
            path.unlink()
    wall, cpu = (statistics.median(spent[i] for spent in ours) for i in (0, 1))
    wall_sqlite, cpu_sqlite = (statistics.median(spent[i] for spent in theirs) for i in (0, 1))
    return {
        "append_vs_sqlite": round(wall_sqlite / wall, 2),
        "append_rows_per_s": round(rows / wall),
        "append_cpu_us": round(cpu / rows * 1e6, 3),
        "sqlite_rows_per_s": round(rows / wall_sqlite),
        "sqlite_cpu_us": round(cpu_sqlite / rows * 1e6, 3),
    }


def reading(place: Path, rows: int, luck: random.Random) -> dict[str, float]:
    """Open a large recording, and read pages anywhere in it."""
    append_journal(place / "large", rows, every=400)  # 20 ms at 20,000 messages/s
    opened = []
    for _ in range(5):
        t = time.perf_counter()
        recording = Recording.open(place / "large")
        opened.append((time.perf_counter() - t) * 1e3)
    pages = []
    for _ in range(500):
        start = luck.randrange(rows - 100)
        t = time.perf_counter()
        headers = recording.headers(start, start + 100)
        payloads = recording.payloads(start, start + 100)
        pages.append((time.perf_counter() - t) * 1e3)
        assert headers["seq"][99] == (start + 99) // 50 + 1
        assert payloads[0] == MESSAGES[start % 1000]
    looks = []
    for _ in range(200):
        t = time.perf_counter()
        recording.refresh()
        looks.append((time.perf_counter() - t) * 1e3)
    return {
        "rows": rows,
        "open_ms": round(statistics.median(opened), 2),
        "page_ms": round(statistics.median(pages), 3),
        "page_p99_ms": round(sorted(pages)[494], 3),
        "refresh_ms": round(statistics.median(looks), 4),
        **filtering(recording, rows),
    }


def filtering(recording: Recording, rows: int) -> dict[str, float]:
    """Filters over everything, warm, all of what they find counted."""
    questions = {
        "filter_ms": ('conn:client-07 dir:in "text"', rows // 50),
        "search_ms": ('"needle"', 1),
        "json_ms": ("json.id:77", rows // 1000),
    }
    figures = {}
    for name, (text, wanted) in questions.items():
        spent = []
        for _ in range(1 if name == "json_ms" else 4):
            t = time.perf_counter()
            search = Search(text, Context(recording))
            search.finish()
            spent.append((time.perf_counter() - t) * 1e3)
            assert search.count == wanted
        figures[name] = round(statistics.median(spent[1:] or spent), 2)
    return figures


def killing(place: Path, times: int, luck: random.Random) -> dict[str, float]:
    """SIGKILL a writer under full load; count acknowledged rows that are not there."""
    lost, reopened, written = 0, [], 0
    for number in range(times):
        acknowledged = killed_pen(place / f"k{number}", luck)
        t = time.perf_counter()
        recording = Recording.open(place / f"k{number}")
        reopened.append((time.perf_counter() - t) * 1e3)
        kinds = recording.field("kind")
        missing = max(acknowledged + 1 - recording.count, 0)
        lost += missing + int((kinds[: acknowledged + 1] != 1).sum())
        lost += sum(
            recording.payload(n) != MESSAGES[n % BATCH % 1000]
            for n in luck.sample(range(acknowledged + 1), 500)
        )
        written += acknowledged + 1
        shutil.rmtree(place / f"k{number}")
    return {
        "kills": times,
        "acknowledged": written,
        "acknowledged_lost": lost,
        "reopen_ms": round(max(reopened), 2),
    }


def killed_pen(folder: Path, luck: random.Random) -> int:
    """Start a writer, kill it somewhere; the last number it acknowledged."""
    command = [sys.executable, "-c", PEN, str(folder)]
    pen = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert pen.stdout is not None
    last = b""
    for _ in range(luck.randrange(5, 600)):
        last = pen.stdout.readline()
    time.sleep(luck.random() / 100)
    pen.send_signal(signal.SIGKILL)
    pen.wait()
    rest = pen.stdout.read().split(b"\n")
    pen.stdout.close()
    return int(rest[-2] if len(rest) > 1 else last)


def measure(quick: bool, seed: int) -> Iterator[dict[str, Any]]:
    """Each part's figures as they come."""
    luck = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="workbench-benchmark-") as name:
        place = Path(name)
        yield appending(place, 200_000 if quick else 500_000, 3 if quick else 5)
        yield reading(place, 1_000_000 if quick else 10_000_000, luck)
        yield killing(place, 5 if quick else 20, luck)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.journal", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, under 50 s")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--seed", type=int, default=1, help="where to kill and where to read")
    options = parser.parse_args()
    figures: dict[str, Any] = {"seed": options.seed}
    for part in measure(options.quick, options.seed):
        figures |= part
        if not options.json:
            print("\n".join(f"{name:20} {value}" for name, value in part.items()), flush=True)
    if options.json:
        print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
