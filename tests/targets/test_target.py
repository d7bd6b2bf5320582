"""What a user says of a server, and the words made from it."""

from __future__ import annotations

import sys

import pytest

from workbench.model.errors import WorkbenchError
from workbench.model.program import program_command
from workbench.targets.reference import reference_service
from workbench.targets.target import LogLine, Target, split_command


def test_placeholders_are_filled_and_other_braces_stay():
    target = Target(
        split_command("""node 'my server.js' --port {port} --json '{"a": {}}' {name}-{version}"""),
        env={"PORT": "{port}"},
        cwd="/srv/{name}",
    )
    assert target.wants_port
    command, env = target.filled(81, "r1", "v2")
    assert command == ("node", "my server.js", "--port", "81", "--json", '{"a": {}}', "r1-v2")
    assert env == {"PORT": "81"}
    assert target.folder(81, "r1", "v2") == "/srv/r1"


def test_a_port_in_the_environment_counts():
    assert Target(("x",), env={"PORT": "{port}"}).wants_port
    assert not Target(("x",)).wants_port


@pytest.mark.parametrize("command", [(), ("",)])
def test_no_command_is_the_users_error(command):
    with pytest.raises(WorkbenchError, match="no command"):
        Target(command)


def test_an_open_quotation_mark_is_the_users_error():
    with pytest.raises(WorkbenchError, match="can't be read"):
        split_command('node "server.js')


def test_a_bad_pattern_is_refused_before_anything_starts():
    with pytest.raises(WorkbenchError, match="no regular expression"):
        Target(("x",), readiness=LogLine("(["))


def test_our_own_programs_from_source_and_packaged(monkeypatch):
    assert program_command("guard") == (sys.executable, "-m", "workbench.targets.guard")
    assert program_command("service", "-x") == (sys.executable, "-m", "workbench", "service", "-x")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert program_command("guard") == (sys.executable, "guard")
    assert program_command("service", "-x") == (sys.executable, "service", "-x")


def test_the_reference_service_as_a_target(tmp_path):
    target = reference_service(tmp_path / "x.db", drain_code=None, drain_time=1.5)
    command, _ = target.filled(9001, "r1", "v42")
    words = " ".join(command)
    assert f"--backplane sqlite://{tmp_path}/x.db" in words
    assert "--port 9001 --name r1 --version-label v42" in words
    assert "--drain-code 0 --drain-time 1.5" in words
