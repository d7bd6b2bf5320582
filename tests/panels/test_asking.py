"""What the window asks and answers: addresses, deploys, commands, notices, the demo."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.door.state import Mirror
from workbench.model.errors import Whose, WorkbenchError
from workbench.panels import abilities, demo, first_run, notices, search


@pytest.mark.parametrize(
    "address",
    ["ws://host", "wss://host/path?x=1", " http://[::1]:8080/events ", "https://a.b:443"],
)
def test_good_addresses(address: str) -> None:
    assert first_run.wrong_address(address) == ""


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("", "Enter an address"),
        ("host/path", "ws://host/path"),
        ("ftp://host", "ftp:// is not"),
        ("ws://", "host is missing"),
        ("ws://host:99999", "port"),
        ("ws://host:x", "port"),
        ("ws://[::1", "not valid"),
        ("ws://host:0", "Port 0"),
        ("ws://host/a#b", "fragment"),
    ],
)
def test_bad_addresses_say_what_to_do(address: str, word: str) -> None:
    assert word in first_run.wrong_address(address)


@pytest.mark.parametrize("good", ["127.0.0.1:0", "localhost:9001", "[::1]:65535"])
def test_good_listen_addresses(good: str) -> None:
    assert first_run.wrong_listen(good) == ""


@pytest.mark.parametrize("bad", ["", "127.0.0.1", ":80", "host:x", "host:65536", "host:\u0662"])
def test_bad_listen_addresses(bad: str) -> None:
    assert first_run.wrong_listen(bad)


def test_the_picture_and_the_words_agree() -> None:
    for lane in first_run.LANES:
        start, end = lane.away
        assert first_run.SPAN[0] < start < end < first_run.SPAN[1]
    naive = first_run.LANES[1]
    assert naive.length == f"{naive.away[1] - naive.away[0]:.2f} s"


# -- notices ------------------------------------------------------------------------------------
def test_an_error_says_what_why_and_what_to_do() -> None:
    error = WorkbenchError("No.", whose=Whose.PEER, why="It said so.", to_do="Ask.", details="x")
    made = notices.from_error(error, 5)
    assert (made.level, made.text, made.details, made.time) == ("error", "No. It said so. Ask.",
                                                                 "x", 5)  # fmt: skip


def test_hostile_words_stay_short_and_plain() -> None:
    made = notices.from_error(
        {"what": "<img src=x>\n\x1b[31m" + "y" * 10_000, "details": "z" * 99_999}
    )
    assert "\n" not in made.what
    assert "\x1b" not in made.what
    assert len(made.what) <= 400
    assert len(made.details) <= 20_000


def test_our_own_faults_are_said_too() -> None:
    made = notices.from_exception(KeyError("x"))
    assert "KeyError" in made.why
    assert "kept" in made.to_do


def test_a_notice_of_the_engine() -> None:
    assert notices.from_value({"time": 1, "level": "warn", "text": "a"}).level == "warn"
    assert notices.from_value({"time": 1, "level": "odd", "text": "a"}).level == "info"
    error = {"what": "A", "why": "", "to_do": "", "whose": "user", "details": ""}
    value = {"time": 1, "level": "info", "text": "a", "error": error}
    assert notices.from_value(value).level == "error"


# -- finding a command --------------------------------------------------------------------------
def test_search_prefers_starts_of_words() -> None:
    texts = ["Show only this Connection", "Cut now Outage", "Connect… Connection", "Quit File"]
    assert texts[search.best("conn", texts)[0]] == "Connect… Connection"
    assert "Quit File" not in [texts[n] for n in search.best("cn", texts)]
    assert search.best("zzz", texts) == []
    assert search.best("", texts) == [0, 1, 2, 3]
    assert search.best("now cut", texts) == [1]


# -- what can be done now -----------------------------------------------------------------------
def why(name: str, mirror: Mirror, selected: str = "a", alive: bool = True) -> str:
    return abilities.why_not(name, mirror, selected, "p", alive)


def connected(**changed: Any) -> Mirror:
    mirror = Mirror()
    value = {"name": "a", "state": "open", "ours": True, "address": "ws://h", "details": {}}
    mirror.put("connection", "a", value | changed)
    return mirror


def test_without_an_engine_only_the_window_works() -> None:
    assert why("cut-selected", connected(), alive=False) == "The engine is not running."
    assert why("palette", connected(), alive=False) == ""


def test_cutting_needs_something_connected() -> None:
    assert why("cut-selected", connected()) == ""
    assert "not connected" in why("cut-selected", connected(state="waiting"))
    assert "Select" in why("cut-selected", connected(), selected="")
    assert "Nothing" in why("cut-everything", connected(state="closed"))


def test_clients_that_are_other_programs_decide_for_themselves() -> None:
    assert "another program" in why("disconnect", connected(ours=False))
    assert "already" in why("disconnect", connected(state="closed"))
    assert why("connect-again", connected(state="closed")) == ""


def test_deploys_and_demo() -> None:
    mirror = connected()
    assert "no service" in why("deploy", mirror)
    mirror.put("service", "s", {})
    assert why("deploy", mirror) == ""
    assert why("abort-deploy", mirror) == "No deploy is running."
    mirror.put("deploy", "current", {"running": True})
    assert why("deploy", mirror) == "A deploy is running."
    assert why("abort-deploy", mirror) == ""
    assert why("stop-demo", mirror) == "The demo is not running."
    mirror.put("demo", "current", {"running": True, "finished": False, "error": None, "step": 1})
    assert why("stop-demo", mirror) == ""
    assert why("run-demo", mirror) == "The demo is running."


def test_every_rule_is_for_an_engine_command_or_a_selection() -> None:
    free = {"show-only-this", "copy-address", "copy-proxy-address"}
    assert set(abilities._CHECKS) <= abilities.ENGINE | free


# -- the demo's line ----------------------------------------------------------------------------
def guide(**value: Any) -> demo.Guide:
    mirror = Mirror()
    mirror.put("demo", "current", {"running": False, "finished": False, "error": None, "step": 0}
               | value)  # fmt: skip
    return demo.guide(mirror)


def test_the_line_follows_the_demo() -> None:
    assert demo.guide(Mirror()).lead == ""
    assert guide().lead == ""
    running = guide(running=True, step=3)
    assert running.steps == (("Start", "done"), ("Deploy", "done"), ("Gap", "running"),
                             ("Verdict", "ahead"))  # fmt: skip
    assert running.offers == ("stop-demo",)
    after = guide(finished=True, step=4)
    assert after.lead == "Try it yourself:"
    assert "make-b-naive-resume" in after.offers
    assert "no port" in guide(error={"what": "no port"}).lead


def test_b_naive_can_be_made_to_resume() -> None:
    mirror = Mirror()
    assert demo.resuming(mirror) is None
    value = {"name": "b-naive", "ours": True, "address": "ws://h/ws", "details": {"stream": "p"}}
    mirror.put("connection", "b-naive", value)
    assert demo.resuming(mirror) == {"name": "b-naive", "address": "ws://h/ws", "stream": "p"}
