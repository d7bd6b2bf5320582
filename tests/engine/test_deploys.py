"""Deploys of real servers by the engine: what goes wrong is said plainly, and what stands then."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.servers import deploy, own, states, ticker, told, versions
from workbench.door import commands
from workbench.engine.engine import Engine
from workbench.engine.waiting import until
from workbench.model.errors import Whose, WorkbenchError

pytestmark = pytest.mark.slow

LIMIT = 60.0


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    made = Engine(tmp_path / "recordings", seed=1)
    yield made
    await made.close()


def now(engine: Engine) -> dict[str, Any]:
    return engine.mirror["deploy"]["current"]


async def finish(engine: Engine, strategy: str, **settings: Any) -> dict[str, Any]:
    await engine.call(deploy(strategy, **settings))
    await asyncio.wait_for(engine.parts.deploying.wait(), LIMIT)
    return now(engine)


async def finished_recording(engine: Engine) -> Path:
    assert engine.session is not None
    folder = engine.session.folder
    await engine.close()
    return folder


async def test_an_abort_leaves_what_was_changed_and_a_roll_back_undoes_it(
    engine: Engine, tmp_path: Path
) -> None:
    await engine.call(own(ticker(tmp_path), replicas=3))
    await engine.call(deploy("rolling", way="terminate", pause=30))
    assert await until(
        lambda: versions(engine)["r1"] == "v2" and states(engine) == {"serving"}, LIMIT
    )
    await engine.call(commands.AbortDeploy())
    await asyncio.wait_for(engine.parts.deploying.wait(), LIMIT)
    assert now(engine)["aborted"]
    assert now(engine)["text"] == "Stopped"
    assert versions(engine) == {"r1": "v2", "r2": "v1", "r3": "v1"}
    await engine.call(commands.RollBack())
    await asyncio.wait_for(engine.parts.deploying.wait(), LIMIT)
    assert now(engine)["title"] == "Roll back"
    assert versions(engine) == {"r1": "v1", "r2": "v1", "r3": "v1"}
    assert states(engine) == {"serving"}
    with pytest.raises(WorkbenchError, match="nothing to roll back"):
        await engine.call(commands.RollBack())
    assert engine.parts.deploying.outcomes == ["aborted", "finished"]


@pytest.mark.parametrize("strategy", ["rolling", "blue-green", "canary"])
@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ("if sys.argv[2] == 'v2': sys.exit('no such table')", "ended before it was ready"),
        ("if sys.argv[2] == 'v2': await asyncio.sleep(600)", "was not ready within 2 s"),
    ],
)
async def test_a_version_that_never_becomes_ready_rolls_back_by_itself(
    engine: Engine, tmp_path: Path, strategy: str, extra: str, why: str
) -> None:
    await engine.call(own(ticker(tmp_path, extra=extra)))
    end = await finish(engine, strategy, way="terminate", ready_timeout=2)
    assert end["rolled_back"]
    assert end["text"] == "Rolled back by itself"
    assert why in end["error"]["what"]
    assert ("no such table" in end["error"]["details"]) == ("ended" in why)
    assert versions(engine) == {"r1": "v1", "r2": "v1"}
    assert states(engine) == {"serving"}
    assert set(engine.parts.services.only().balancer.routable()) == {"r1", "r2"}
    folder = await finished_recording(engine)
    assert len(told(folder, "rolling-back")) == 1
    assert told(folder, "end")[0]["rolled_back"]


async def test_a_replica_that_ignores_sigterm_is_killed_and_that_is_told(
    engine: Engine, tmp_path: Path
) -> None:
    command = ticker(tmp_path, on_term="lambda: None")
    await engine.call(own(command, replicas=1, ready="log listening"))
    end = await finish(engine, "termination", pre_stop=0, grace=0.5)
    assert end["error"] is None
    assert versions(engine) == {"r1": "v2"}
    reasons = [reason for _, _, _, reason in end["measured"]["replicas"]["r1"]]
    assert any("ignored the stop signal: SIGKILL" in reason for reason in reasons)


def two_ports() -> int:
    """A port that is free, as is the one after the next."""
    while True:
        with socket.socket() as first, socket.socket() as third:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                third.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


async def test_a_port_that_is_taken_is_the_users_to_free(engine: Engine, tmp_path: Path) -> None:
    port = two_ports()
    command = own(ticker(tmp_path), replicas=1, port=port)
    taken = pytest.raises(WorkbenchError, match=f"port {port} is taken")
    with socket.create_server(("127.0.0.1", port)), taken as caught:
        await engine.call(command)
    assert caught.value.whose is Whose.USER
    await engine.call(command)
    with socket.create_server(("127.0.0.1", port + 1)):  # where green would listen
        end = await finish(engine, "blue-green")
    assert f"port {port + 1} is taken" in end["error"]["what"]
    assert end["rolled_back"]
    assert versions(engine) == {"r1": "v1"}


async def test_the_balancers_own_port_may_be_taken_too(engine: Engine, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(WorkbenchError, match="listen"):
            await engine.call(own(ticker(tmp_path), replicas=1, listen=listen))
    assert not engine.mirror["replica"]


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"command": "echo no cluster >&2; exit 1"}, "The hook ended with 1."),
        ({"command": "sleep 600", "timeout": 0.5}, "The hook was not done within 0.5 s."),
        ({"command": "true", "done_when": "soon"}, "`soon` is no condition."),
    ],
)
async def test_a_hook_that_fails_or_hangs_is_said(
    engine: Engine, settings: dict[str, Any], why: str
) -> None:
    end = await finish(engine, "hook", **settings)
    assert end["error"]["what"] == why
    assert not end["rolled_back"]
    assert engine.parts.deploying.outcomes == ["stopped"]


async def test_an_abort_ends_a_hook_and_ends_an_observation(engine: Engine) -> None:
    for strategy, settings, aborted in (
        ("hook", {"command": "sleep 600"}, True),
        ("observe", {}, False),
    ):
        await engine.call(deploy(strategy, **settings))
        assert await until(lambda: now(engine)["step"] == 1, LIMIT)
        await engine.call(commands.AbortDeploy())
        await asyncio.wait_for(engine.parts.deploying.wait(), LIMIT)
        assert now(engine)["aborted"] == aborted
    folder = await finished_recording(engine)
    assert [end["aborted"] for end in told(folder, "end")] == [True, False]


async def test_an_observation_is_over_when_what_it_waits_for_answers(engine: Engine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        end = await finish(engine, "observe", done_when=f"tcp 127.0.0.1:{port}", seconds=LIMIT)
    assert end["error"] is None
    assert end["ended"] - end["started"] < LIMIT * 1e9


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"command": "no-such-program {port}"}, "ended before it was ready"),
        ({"command": "x 'y"}, "can't be read"),
        ({"ready": "soon"}, "no condition"),
        ({"env": "A"}, "no environment variable"),
        ({"publish_rate": 3.0}, "can't be used with a command"),
        ({"cwd": "/no/such/folder"}, "ended before it was ready"),
    ],
)
async def test_a_command_that_can_not_work_is_said(
    engine: Engine, tmp_path: Path, more: dict[str, Any], why: str
) -> None:
    command = more.pop("command", ticker(tmp_path))
    with pytest.raises(WorkbenchError, match=why):
        await engine.call(own(command, replicas=1, **more))
    assert not engine.mirror["replica"]


async def test_environment_folder_and_log_line(engine: Engine, tmp_path: Path) -> None:
    extra = "import os; print('in', os.getcwd(), os.environ['COLOUR'], flush=True)"
    await engine.call(
        own(
            ticker(tmp_path, extra=extra),
            replicas=1,
            cwd=str(tmp_path),
            env="COLOUR=green {version}",
            ready="log ^listening",
        )
    )
    log = engine.parts.services.only().replicas["r1"].replica.log.tail()
    assert f"in {tmp_path} green v1" in log
