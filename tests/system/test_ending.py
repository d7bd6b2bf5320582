"""However ``workbench record`` is asked to end, the recording is whole; Ctrl+C ends ``run``."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve

from tests.system.command_line import LIMIT, Running, command, environment, workbench
from workbench.journal.recording import Recording
from workbench.model.words import Kind

pytestmark = pytest.mark.slow

COUNT = 500


@pytest.fixture
def counting() -> Iterator[str]:
    """A WebSocket server that sends COUNT numbers and then waits."""

    def count(peer: ServerConnection) -> None:
        for number in range(COUNT):
            peer.send(str(number))
        try:
            peer.recv()
        except ConnectionClosed:
            return

    with serve(count, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def having_read_all(port: int) -> Iterator[None]:
    """Everything has gone through the recorder; the link is open still."""
    with connect(f"ws://127.0.0.1:{port}", proxy=None) as client:
        for number in range(COUNT):
            assert client.recv(timeout=LIMIT) == str(number)
        yield


def assert_whole(folder: Path) -> None:
    recording = Recording.open(folder)
    assert recording.verify() == []
    assert not recording.live
    rows = (recording.field("kind") == Kind.MESSAGE).nonzero()[0].tolist()
    assert [bytes(recording.payload(row)) for row in rows] == [b"%d" % n for n in range(COUNT)]
    last = orjson.loads(recording.payload(recording.count - 1))
    assert last.get("how") or last == {"event": "ending"}, "it ended in order"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_by_a_signal(counting: str, tmp_path: Path, number: int) -> None:
    """To end is what one asks of ``record``: exit code 0."""
    recorder = Running(tmp_path, "record", "--to", counting, "--out", tmp_path / "rec")
    try:
        with having_read_all(recorder.listen()):
            assert recorder.end(number) == 0
    finally:
        recorder.close()
    assert "Traceback" not in recorder.err
    assert_whole(tmp_path / "rec")


def test_the_terminal_is_closed(counting: str, tmp_path: Path) -> None:
    """Nothing can be written to it any more, and the session's processes get SIGHUP."""
    near, far = pty.openpty()
    words = command("record", "--to", counting, "--out", tmp_path / "rec")
    script = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    script += "os.execv(sys.argv[1], sys.argv[1:])"
    process = subprocess.Popen(
        [words[0], "-c", script, *words],
        stdin=far,
        stdout=far,
        stderr=far,
        start_new_session=True,
        env=environment(),
    )
    os.close(far)
    try:
        with having_read_all(port_said_on(near)):
            os.close(near)
            assert process.wait(LIMIT) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    assert_whole(tmp_path / "rec")


def port_said_on(near: int) -> int:
    said = b""
    while b"Recording into" not in said:
        said += os.read(near, 4096)
    return int(said.partition(b"Listening on ws://127.0.0.1:")[2].partition(b",")[0])


def test_ctrl_c_while_a_scenario_runs(tmp_path: Path) -> None:
    """It was not judged: 130, not a verdict; what was recorded can be judged."""
    scenario = tmp_path / "long.toml"
    scenario.write_text('[service]\nreplicas = 1\n\n[[step]]\ndo = "pause"\nseconds = 3600\n')
    words = ("run", scenario, "--recordings", tmp_path / "recordings")
    running = Running(tmp_path, *words)
    try:
        running.until(lambda: "Step 1 of 1" in running.err)
        assert running.end() == 130
    finally:
        running.close()
    assert "Traceback" not in running.err
    (folder,) = (tmp_path / "recordings").iterdir()
    assert Recording.open(folder).damage == []
    assert workbench("judge", folder).returncode == 2
