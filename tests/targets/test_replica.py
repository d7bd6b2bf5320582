"""Real processes: started, ready, drained, stopped, cut."""

from __future__ import annotations

import re
import socket

import pytest

from workbench.model.errors import Whose, WorkbenchError
from workbench.targets.reference import reference_service
from workbench.targets.target import JsonLine, LogLine, State, Target

pytestmark = pytest.mark.slow

ON_TERM = "import signal\nsignal.signal(signal.SIGTERM, {})\n"


async def test_a_life_of_the_reference_service(replica, tmp_path, listens):
    states, lines = [], []
    one = replica(
        reference_service(tmp_path / "x.db"),
        version="v41",
        on_state=lambda _, state, why: states.append((state, why)),
        on_line=lambda _, line: lines.append(line),
    )
    await one.start()
    await one.ready()
    assert listens(one.port)
    assert f'"pid": {one.pid}' in lines[0].text
    first = one.port
    await one.stop()
    assert (one.exit_code, listens(first)) == (0, False)
    await one.start("v42")
    await one.ready()
    assert (one.port, one.version) == (first, "v42")
    await one.cut()
    assert one.exit_code == -9
    assert [state for state, _ in states] == [
        *(State.STARTING, State.SERVING, State.DRAINING, State.DOWN),
        *(State.STARTING, State.SERVING, State.DOWN),
    ]
    assert states[3][1] == "Exit code 0."


async def test_a_server_that_ends_by_itself_has_failed(replica, server):
    one = replica(server("print('out of luck'); sys.exit(3)", readiness=JsonLine()))
    await one.start()
    with pytest.raises(WorkbenchError, match="ended before it was ready") as error:
        await one.ready()
    assert error.value.whose is Whose.TARGET
    assert error.value.why == "Exit code 3."
    assert "out of luck" in error.value.details
    assert one.state is State.FAILED


async def test_a_server_that_never_becomes_ready(replica, server):
    one = replica(server("print('thinking', flush=True); time.sleep(600)", readiness=JsonLine()))
    await one.start()
    with pytest.raises(WorkbenchError, match=r"not ready within 0\.5 s"):
        await one.ready(0.5)
    assert one.state is State.FAILED
    await one.stop(5)
    assert one.state is State.DOWN


async def test_a_command_that_does_not_exist(replica):
    one = replica(Target(("/no/such/program", "{port}")))
    await one.start()
    with pytest.raises(WorkbenchError, match="/no/such/program"):
        await one.ready()


async def test_a_folder_that_does_not_exist(replica, server):
    one = replica(server(cwd="/no/such/folder"))
    await one.start()
    with pytest.raises(WorkbenchError, match="/no/such/folder"):
        await one.ready()


async def test_words_and_environment_and_folder_reach_the_server(replica, server, tmp_path):
    text = "import os; print(sys.argv[2:], os.environ['WHO'], os.getcwd()); time.sleep(600)"
    target = server(text, env={"WHO": "{name}!"}, cwd=str(tmp_path), readiness=LogLine("!"))
    one = replica(target, "r5", version="v7")
    await one.start()
    await one.ready()
    assert one.log.lines[0].text == f"['r5', 'v7'] r5! {tmp_path}"


async def test_a_server_that_ignores_the_signal_is_killed_after_the_grace(replica, server):
    text = ON_TERM.format("signal.SIG_IGN") + "print('deaf', flush=True)\ntime.sleep(600)"
    one = replica(server(text, readiness=LogLine("deaf")))
    await one.start()
    await one.ready()
    await one.stop(0.3)
    assert one.exit_code == -9
    assert "grace period over" in one.log.tail()


async def test_another_stop_signal(replica, server):
    text = (
        "import signal\nsignal.signal(signal.SIGUSR2, lambda *_: sys.exit(7))\n"
        "print('go', flush=True)\ntime.sleep(600)"
    )
    one = replica(server(text, readiness=LogLine("go"), stop_signal="USR2"))
    await one.start()
    await one.ready()
    await one.stop()
    assert one.exit_code == 7


async def test_draining_only_sends_the_signal(replica, server, until):
    text = ON_TERM.format("lambda *_: print('heard', flush=True)") + (
        "print('go', flush=True)\nwhile True: time.sleep(600)"
    )
    one = replica(server(text, readiness=LogLine("go")))
    await one.start()
    await one.ready()
    one.drain()
    assert one.state is State.DRAINING
    await until(lambda: "heard" in one.log.tail())
    assert not await one.gone(0.05)
    await one.cut()
    assert one.state is State.DOWN


async def test_a_flood_of_output_is_bounded(replica, server):
    text = "for n in range(20000): print(n, 'x' * 100)\nprint('done', flush=True)\ntime.sleep(600)"
    one = replica(server(text, readiness=LogLine("done"), log_lines=50))
    await one.start()
    await one.ready()
    assert len(one.log.lines) == 50
    assert re.fullmatch(r"19999 x+", one.log.lines[-2].text)


async def test_starting_twice_is_refused(replica, server):
    one = replica(server())
    await one.start()
    with pytest.raises(WorkbenchError, match="running already"):
        await one.start()


async def test_what_was_never_started_can_be_stopped_and_cut(replica, server):
    one = replica(server())
    one.drain()
    await one.stop()
    await one.cut()
    assert one.state is State.DOWN


async def test_a_port_that_must_be_kept_and_is_taken_is_said(replica, server):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        one = replica(server(), port=port, keep_port=True)
        with pytest.raises(WorkbenchError, match=f"port {port} is taken") as caught:
            await one.start()
    assert caught.value.whose is Whose.USER


async def test_a_stop_signal_that_is_ignored_is_said(replica, server):
    reasons = []
    one = replica(
        server(
            ON_TERM.format("signal.SIG_IGN") + "print('up', flush=True)\ntime.sleep(600)",
            readiness=LogLine("up"),
        ),
        on_state=lambda _, state, why: reasons.append(why),
    )
    await one.start()
    await one.ready()
    await one.stop(0.5)
    assert "ignored the stop signal: SIGKILL" in reasons[-1]
