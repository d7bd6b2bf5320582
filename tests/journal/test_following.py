"""Another process writes: what it acknowledged is there, while it lives and after SIGKILL."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from workbench.journal.recording import Recording
from workbench.journal.writer import Writer
from workbench.model.record import Record

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30

#: Writes as fast as it can and prints each acknowledgement; ends at a number or by itself.
PEN = """
import os, sys, time
from workbench.journal.writer import Writer
from workbench.model.record import Record
folder, last, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
pen = Writer(folder, now=time.time_ns, anchor=time.time_ns(), segment_bytes=300_000)
while pen.count < last:
    for n in range(pen.count, min(pen.count + batch, last)):
        pen.put(Record(n, n % 7, 1, 1, 1, seq=n, payload=b"record %d of this run" % n))
    os.write(1, b"%d\\n" % pen.flush())
"""


@contextmanager
def pen(folder: Path, last: int, batch: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", PEN, str(folder), str(last), str(batch)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)
        assert process.stdout is not None
        process.stdout.close()


def all_there(recording: Recording, stop: int) -> None:
    assert recording.headers(0, stop)["seq"].tolist() == list(range(stop))
    for number in range(0, stop, 97):
        assert recording.payload(number) == b"record %d of this run" % number
    assert recording.payload(stop - 1) == b"record %d of this run" % (stop - 1)


def test_follow_while_it_is_written(tmp_path):
    folder, last, seen, looks = tmp_path / "r", 60_000, 0, 0
    with pen(folder, last, 100) as process:
        end = time.monotonic() + PATIENCE
        assert process.stdout is not None
        assert process.stdout.readline() == b"99\n"
        recording = Recording.open(folder)
        while recording.count < last and time.monotonic() < end:
            count = recording.refresh()
            assert recording.field("seq", seen, count).tolist() == list(range(seen, count))
            if count > seen:
                looks += 1
                assert recording.payload(count - 1) == b"record %d of this run" % (count - 1)
            seen = count
            time.sleep(0.002)
        assert process.wait(PATIENCE) == 0
    assert seen == last
    assert looks > 3
    assert len(recording.segments()) >= 4
    assert recording.verify() == []


@pytest.mark.parametrize("seed", range(6))
def test_sigkill_costs_nothing_acknowledged(tmp_path, seed):
    luck = random.Random(seed)
    folder = tmp_path / "r"
    with pen(folder, 10_000_000, luck.choice([1, 20, 400, 10_000])) as process:
        assert process.stdout is not None
        acknowledged = -1
        for _ in range(luck.randrange(3, 60)):
            acknowledged = int(process.stdout.readline())
        time.sleep(luck.random() / 50)  # somewhere inside a batch
        process.send_signal(signal.SIGKILL)
        assert process.wait(PATIENCE) == -signal.SIGKILL
        rest = process.stdout.read().split(b"\n")
        acknowledged = int(rest[-2]) if len(rest) > 1 else acknowledged
    recording = Recording.open(folder)
    assert not recording.live
    assert recording.count > acknowledged
    all_there(recording, recording.count)
    assert all("never acknowledged" in str(d) for d in recording.verify())
    going_on(folder, recording)


def going_on(folder: Path, before: Recording) -> None:
    """The next writer continues behind the last record, and a reader follows it there."""
    count = before.count
    w = Writer(folder, now=time.time_ns)
    assert w.put(Record(1, 1, 1, payload=b"after the crash")) == count
    w.close()
    assert before.refresh() == count + 1
    assert before.payload(count) == b"after the crash"
    assert Recording.open(folder).count == count + 1
