"""Bad words, files, folders and ports on the command line: one line with what is wrong, what to do
and whose fault it is; exit code 3; nothing lost."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from websockets.sync.client import connect
from websockets.sync.server import serve

from tests.engine.story import Teller
from tests.system.command_line import Running, could_not_run, peak_memory, workbench

pytestmark = pytest.mark.slow

NOWHERE = "ws://127.0.0.1:1"


def test_the_words_of_a_shell(tmp_path: Path) -> None:
    """Usage errors are argparse's, with exit code 3: 2 is a verdict."""
    for words in (
        [],
        ["bogus"],
        ["record"],
        ["record", "--to", NOWHERE, "--for", "-1"],
        ["record", "--to", NOWHERE, "--for", "soon"],
        ["judge", "x", "--ids", "wrong"],
    ):
        done = workbench(*words, cwd=tmp_path)
        assert done.returncode == 3, words
        assert done.stderr.startswith("usage: ")
        assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("address", ["ftp://x", "ws://", "ws://x:99999", "ws://[::1", ""])
def test_record_to_an_address_that_cannot_be(tmp_path: Path, address: str) -> None:
    assert "as" in could_not_run(workbench("record", "--to", address, "--recordings", tmp_path))


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:99999", "127.0.0.1"])
def test_record_on_an_address_that_cannot_be(tmp_path: Path, address: str) -> None:
    done = workbench("record", "--to", NOWHERE, "--listen", address, "--recordings", tmp_path)
    assert f"`{address}` is no address to listen on." in could_not_run(done)


def test_record_on_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        done = workbench("record", "--to", NOWHERE, "--listen", where, "--recordings", tmp_path)
    said = could_not_run(done)
    assert f"Nothing can listen on {where}." in said
    assert "Take another port" in said


@pytest.mark.parametrize("where", ["a-file", "a-file/below", "/dev/null/x", "/proc/x"])
def test_record_into_what_is_no_folder(tmp_path: Path, where: str) -> None:
    (tmp_path / "a-file").write_text("mine")
    done = workbench("record", "--to", NOWHERE, "--out", where, cwd=tmp_path)
    assert "The recording cannot be written." in could_not_run(done)
    assert (tmp_path / "a-file").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("missing.toml", None, "No such file"),
        (".", None, "directory"),
        ("typo.toml", '[[step]]\ndo = "pause"\nsecnods = 1\n', "line 3. Did you mean `seconds`?"),
        ("table.toml", '[[stpe]]\ndo = "pause"\n', "line 1. Did you mean `step`?"),
        ("fault.toml", '[[step]]\ndo = "cutt"\n', "Did you mean `cut`?"),
        ("value.toml", '[[step]]\ndo = "pause"\nseconds = "soon"\n', "seconds"),
        ("twice.toml", "seed = 1\nseed = 2\n", "is not valid TOML"),
        ("bytes.toml", "\udcff\udcfe", "UTF-8"),
        ("large.toml", "#" * (2 << 20), "too large"),
        ("deep.toml", "x = " + "[" * 100_000, "is not valid TOML"),
    ],
)
def test_run_a_scenario_that_is_none(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    done = workbench("run", name, "--recordings", tmp_path / "none", cwd=tmp_path)
    assert said.lower() in could_not_run(done).lower()
    assert not (tmp_path / "none").exists(), "nothing was started"


# --- recordings -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client that missed 41 to 60 of 200 in a cut."""
    told = Teller(tmp_path_factory.mktemp("whole") / "rec")
    told.open(0.0, 1, "a")
    for n in range(1, 201):
        told.at = 1 + n / 20
        if n == 41:
            told.cut(told.at, 1)
        if n == 61:
            told.open(told.at, 2, "a")
        told.publish(told.at, n)
        if not 41 <= n <= 60:
            told.update(told.at + 0.001, 1 if n < 41 else 2, n)
        if n % 20 == 0:
            told.writer.flush()
    return told.done(20.0)


@pytest.mark.parametrize("what", ["missing", "empty", "a-file", "zeros.wbrec", "cut.wbrec"])
def test_judge_what_is_no_recording(tmp_path: Path, what: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a-file").write_text("hello")
    (tmp_path / "zeros.wbrec").write_bytes(bytes(100_000))
    (tmp_path / "cut.wbrec").write_bytes(b"PK\x03\x04")
    assert what in could_not_run(workbench("judge", what, cwd=tmp_path))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--id", "json["), "`json[` is no place in a message."),
        (("--want", "everything"), "Known words"),
        (("--truth", "hearsay"), "Known words"),
        (("--dialect", "generic-jsn"), "Did you mean `generic-json`?"),
        (("--witness", "nobody"), "There is no client named nobody."),
    ],
)
def test_judge_by_words_that_are_none(whole: Path, words: tuple[str, ...], said: str) -> None:
    assert said in could_not_run(workbench("judge", whole, *words))


def judged(folder: Path) -> tuple[int, dict[str, object]]:
    done = workbench("judge", folder, "--json")
    assert done.returncode in (0, 1, 2), done.stderr
    assert done.stderr == ""
    return done.returncode, orjson.loads(done.stdout)


def test_the_whole_recording(whole: Path) -> None:
    code, judgement = judged(whole)
    assert code == 1
    assert judgement["outages"][0]["clients"][0]["missed"] == 20
    assert judgement["notes"] == []


@pytest.mark.parametrize("part", ["idx", "pay", "commit"])
@pytest.mark.parametrize("how", ["half", "gone", "flipped", "longer"])
def test_a_damaged_recording_is_judged_as_far_as_it_goes(
    whole: Path, tmp_path: Path, part: str, how: str
) -> None:
    """Damage is never silent: the verdict is the same, or a note names what is missing."""
    folder = shutil.copytree(whole, tmp_path / "rec", ignore=shutil.ignore_patterns("columns"))
    damage(folder / f"000001.{part}", how)
    code, judgement = judged(folder)
    clients = judgement["outages"][0]["clients"] if judgement["outages"] else []
    same = code == 1 and [c["missed"] for c in clients] == [20]
    assert same or judgement["notes"], judgement
    if how != "longer":
        assert judgement["notes"], "what was lost is named"
        # What is not there to be read was not missed by anybody.
        assert code == (1 if same and part == "commit" else 2)


def damage(file: Path, how: str) -> None:
    data = file.read_bytes()
    middle = len(data) // 2
    flipped = bytes(255 - byte for byte in data[middle : middle + 40])
    after = {
        "half": data[:middle],
        "flipped": data[:middle] + flipped + data[middle + 40 :],
        "longer": data + b"garbage" * 100,
    }
    if how == "gone":
        file.unlink()
    else:
        file.write_bytes(after[how])


# --- a folder of one writer, a full disk ------------------------------------------------------


@pytest.fixture
def echo() -> Iterator[str]:
    """A WebSocket server that answers each message with 64 KiB."""
    import threading

    def answer(socket: object) -> None:
        for _ in socket:
            socket.send(b"x" * 65536)

    with serve(answer, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[list[Running]]:
    """Whatever is put in here is ended at the end."""
    started: list[Running] = []
    yield started
    for each in started:
        each.close()


def test_a_second_writer_on_one_folder(echo: str, tmp_path: Path, running: list[Running]) -> None:
    folder = tmp_path / "rec"
    running.append(first := Running(tmp_path, "record", "--to", echo, "--out", folder))
    with connect(f"ws://127.0.0.1:{first.listen()}") as client:
        done = workbench("record", "--to", echo, "--out", folder)
        assert "being written by another workbench" in could_not_run(done)
        client.send("still there?")
        assert len(client.recv(timeout=60)) == 65536
    assert first.end() == 0
    _, judgement = judged(folder)
    assert judgement["notes"] == ["no-cut"] or judgement["reasons"] == ["no-cut"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Four megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    done = subprocess.run(mount, capture_output=True, text=True, timeout=30)
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True, timeout=30)


def test_a_full_disk_stops_no_traffic(
    echo: str, tmp_path: Path, small_disk: Path, running: list[Running]
) -> None:
    """64 MiB wait for room at the most; the rest is counted, and the app notices nothing."""
    words = ("record", "--to", echo, "--out", small_disk / "rec", "--json")
    running.append(recorder := Running(tmp_path, *words))
    recorder.until(lambda: recorder.out.startswith("{"))
    address = orjson.loads(recorder.out)["listen"]
    with connect(address) as client:
        before = 0
        for number in range(3200):  # 200 MiB
            client.send("more")
            assert len(client.recv(timeout=60)) == 65536
            if number == 100:
                before = peak_memory(recorder.process.pid)
        recorder.until(lambda: "the disk is full" in recorder.err)
        assert peak_memory(recorder.process.pid) - before < 300 << 20
    assert recorder.end() == 3
    assert "Traceback" not in recorder.err
    last = recorder.err.strip().splitlines()[-1]
    assert last.startswith("workbench: Recording is paused: the disk is full.")
    assert "Make room" in last
    said = could_not_run(workbench("judge", small_disk / "rec"))
    assert "The messages cannot be read: the disk is full." in said
    kept = shutil.copytree(small_disk / "rec", tmp_path / "kept")
    assert judged(kept)[0] == 2
