"""Nothing is left behind, whatever the server and the workbench do."""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE

import pytest

from workbench.targets import descendants, guard
from workbench.targets.target import LogLine

linux = pytest.mark.skipif(sys.platform != "linux", reason="subreapers are Linux's")

# A server whose child leaves the group and the session, whose grandchild is orphaned, and all
# of whom ignore SIGTERM.
CLINGING = """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("pid", os.getpid(), flush=True)
if os.fork() == 0:
    os.setsid()
    print("pid", os.getpid(), flush=True)
    if os.fork() == 0:
        print("pid", os.getpid(), flush=True)
        print("all", flush=True)
        time.sleep(600)
    os._exit(0)
time.sleep(600)
"""


def pids(text):
    return [int(line.split()[1]) for line in text.splitlines() if line.startswith("pid ")]


@linux
@pytest.mark.slow
@pytest.mark.parametrize("how", ["cut", "stop"])
async def test_descendants_that_got_away_are_ended_too(replica, server, alive, listens, how):
    one = replica(server(CLINGING, readiness=LogLine("all")))
    await one.start()
    await one.ready()
    found = pids(one.log.tail())
    assert len(found) == 3
    assert alive(found[2])
    await (one.cut() if how == "cut" else one.stop(0.2))
    assert not any(map(alive, found))
    assert not listens(one.port)


@linux
@pytest.mark.slow
async def test_what_outlives_a_server_that_ends_by_itself_is_ended(replica, server, alive):
    text = CLINGING.rpartition("time.sleep(600)")[0] + "time.sleep(0.5)\n"
    one = replica(server(text, readiness=LogLine("all")))
    await one.start()
    await one.ready()
    found = pids(one.log.tail())
    assert await one.gone(20)
    assert not any(map(alive, found))


PARENT = """
import asyncio, json, sys
from workbench.targets.replica import Replica
from workbench.targets.target import LogLine, Target

async def main():
    target = Target((sys.executable, sys.argv[1], "{port}"), readiness=LogLine("all"), grace=0.2)
    one, two = Replica(target, "r1"), Replica(target, "r2")
    for replica in (one, two):
        await replica.start()
        await replica.ready()
    facts = {"ports": [one.port, two.port], "guards": [one._guard.pid, two._guard.pid]}
    print(json.dumps({**facts, "log": one.log.tail() + chr(10) + two.log.tail()}), flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@linux
@pytest.mark.slow
async def test_after_sigkill_of_the_workbench_no_process_and_no_port_is_left(
    server, tmp_path, alive, listens, until
):
    program = server(CLINGING).command[1]
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, program, stdout=PIPE, stderr=DEVNULL
    )
    async with asyncio.timeout(20):
        facts = json.loads(await parent.stdout.readline())
    everyone = [*pids(facts["log"]), *facts["guards"]]
    assert len(everyone) == 8
    assert all(map(listens, facts["ports"]))
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    await until(lambda: not any(map(alive, everyone)))
    assert not any(map(listens, facts["ports"]))


@linux
@pytest.mark.slow
async def test_when_the_guard_itself_is_killed_the_server_goes_with_it(
    replica, server, alive, until
):
    one = replica(server("print('go', flush=True); time.sleep(600)", readiness=LogLine("go")))
    await one.start()
    await one.ready()
    os.kill(one._guard.pid, signal.SIGKILL)
    await until(lambda: not alive(one.pid))
    assert await one.gone(20)


@pytest.mark.slow
@pytest.mark.parametrize("words", [["workbench.targets.guard"], ["workbench", "guard"]])
async def test_a_guard_without_an_order_ends_at_once(words):
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", *words, stdin=DEVNULL)
    async with asyncio.timeout(20):
        assert await process.wait() == 0


class Server:
    """A server that notes what is sent to it."""

    pid = 0
    returncode = 0

    def __init__(self):
        self.signals = []

    def send_signal(self, number):
        self.signals.append(number)

    def kill(self):
        self.signals.append("kill")


@pytest.fixture
def said(monkeypatch):
    words = []
    monkeypatch.setattr(guard, "say", lambda **facts: words.append(facts))
    return words


def test_orders_are_carried_out(said):
    one = guard.Guard(Server(), "HUP", 5)
    for order in ("stop", "stop USR1 0.5", "signal INT"):
        one.obey(order.split())
    assert one.server.signals == [signal.SIGHUP, signal.SIGUSR1, signal.SIGINT]
    assert said == []


@pytest.mark.parametrize("order", ["", "fly", "signal NONSENSE", "signal _IGN", "stop TERM soon"])
def test_an_order_that_makes_no_sense_is_answered_and_ignored(said, order):
    one = guard.Guard(Server(), "TERM", 5)
    one.obey(order.split())
    assert one.server.signals == []
    assert "error" in said[0]


def test_on_windows_the_server_gets_ctrl_break_and_is_ended_directly(monkeypatch, said):
    monkeypatch.setattr(guard, "WINDOWS", True)
    monkeypatch.setattr(signal, "CTRL_BREAK_EVENT", 1, raising=False)
    one = guard.Guard(Server(), "TERM", 5)
    one.obey(["stop"])
    one.obey(["cut"])
    assert one.server.signals == [1, "kill"]


class Function:
    """A function of kernel32, which ctypes gives a ``restype``."""

    def __init__(self, answer, calls):
        self._answer, self._calls = answer, calls
        self.restype = None

    def __call__(self, *arguments):
        self._calls.append(arguments)
        return self._answer


class Kernel:
    def __init__(self, **answers):
        self.calls = []
        for name in (
            *("CreateJobObjectW", "SetInformationJobObject"),
            *("GetCurrentProcess", "AssignProcessToJobObject"),
        ):
            setattr(self, name, Function(answers.get(name, 1), self.calls))


def test_on_windows_the_guard_ties_itself_to_a_job_that_ends_with_it():
    kernel = Kernel()
    assert descendants.bind_to_job(kernel)
    _, (_, kind, limits, size), _, _ = kernel.calls
    assert (kind, size) == (9, 144)  # JobObjectExtendedLimitInformation
    flags = ctypes.c_uint32.from_buffer(limits._obj, 16).value
    assert flags == 0x2000  # JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
    for name in ("CreateJobObjectW", "SetInformationJobObject", "AssignProcessToJobObject"):
        assert not descendants.bind_to_job(Kernel(**{name: 0}))


def test_on_macos_there_is_the_process_group_only():
    assert descendants.adopt_orphans("darwin") is False
    assert descendants.die_with_parent("darwin") is None
    assert descendants.signal_descendants(0, "darwin") == 0


def test_descendants_are_read_from_proc_with_any_name(tmp_path):
    for pid, stat in {
        10: "10 (a) S 1 10",
        11: "11 (b ) Z) S 10 10",  # a name may hold anything
        12: "12 (c) S 11 10",
        13: "13 (zombie) Z 10 10",
        14: "14 (other) S 1 14",
    }.items():
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(stat)
    (tmp_path / "15").mkdir()  # ended while we looked
    (tmp_path / "self").mkdir()
    assert descendants.descendants(10, tmp_path) == [11, 12]
