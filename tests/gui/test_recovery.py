"""The Recovery view, by real mouse and key events."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from tests.gui.stage import Stage
from tests.panels.sample import NS, START
from workbench.door.commands import AbortDeploy, Deploy, Judge
from workbench.gui.recovery.view import RecoveryView

Key, Button = Qt.Key, Qt.MouseButton


@pytest.fixture
def stage(dressed: object) -> Stage:
    return Stage()


def show(stage: Stage, qtbot: Any, width: int = 1104, height: int = 798) -> RecoveryView:
    view = RecoveryView(stage.bridge, stage.space)
    qtbot.addWidget(view)
    view.resize(width, height)
    with qtbot.waitExposed(view):
        view.show()
    view._timer.stop()
    stage.settle(view)
    return view


@pytest.fixture
def view(stage: Stage, qtbot: Any) -> RecoveryView:
    return show(stage, qtbot)


def test_the_worst_is_shown_at_once(view: RecoveryView, stage: Stage) -> None:
    assert view.banner.text.text() == "1 of 3 clients lost updates"
    assert view.line.number.text() == "Outage 1"
    assert view.line.truth.text() == "service publish log"
    assert [row.name for row in view.matrix.rows] == ["b-naive", "c-overlap", "a-resume"]
    assert view.client == "b-naive"
    assert view.why.title.text() == "Why b-naive lost updates"
    ids = [view.why._flow.itemAt(i).widget().text() for i in range(view.why._flow.count())]
    assert ids == [str(i) for i in stage.sample.missed["b-naive"]]
    assert "12 never arrived" in view.chart.accessibleDescription()


def test_clients_are_chosen_by_keys_and_mouse(view: RecoveryView) -> None:
    view.matrix.setFocus()
    QTest.keyClick(view.matrix, Key.Key_Down)
    assert view.client == "c-overlap"
    assert view.chart.client == "c-overlap"
    assert view.who.currentText() == "c-overlap"
    assert view.why.title.text() == "Why c-overlap handled 3 updates twice"
    assert not view.why._ids.isVisible()
    QTest.keyClick(view.matrix, Key.Key_End)
    assert view.client == "a-resume"
    QTest.mouseClick(view.matrix.viewport(), Button.LeftButton, pos=QPoint(40, 40))
    assert view.client == "b-naive"


def test_the_choice_stays_while_values_come(view: RecoveryView, stage: Stage) -> None:
    view.matrix.select(2)
    stage.mirror.put("outage", "1", {**stage.sample.outage(), "title": "Again"})
    stage.settle(view, 5)
    assert view.client == "a-resume"
    assert "Again" in view.line.kind.text()


def test_missed_ids_are_copied(view: RecoveryView, stage: Stage) -> None:
    QTest.mouseClick(view.why.copy, Button.LeftButton)
    ids = "\n".join(str(i) for i in stage.sample.missed["b-naive"])
    assert QGuiApplication.clipboard().text() == ids


def test_show_in_timeline_leads_to_the_end_of_the_gap(view: RecoveryView, qtbot: Any) -> None:
    with qtbot.waitSignal(view.show_moment) as caught:
        QTest.mouseClick(view.why.to_timeline, Button.LeftButton)
    assert caught.args == [START + round(7.84 * NS), "b-naive"]


def test_deploy_with_the_parameters_on_the_bar(view: RecoveryView, stage: Stage) -> None:
    drain = next(e for e in view.bar.findChildren(QLineEdit) if e.accessibleName() == "Drain")
    drain.selectAll()
    QTest.keyClicks(drain, "soon")
    assert not view.bar.run.isEnabled()
    assert "must be" in view.bar.run.toolTip()
    drain.selectAll()
    QTest.keyClicks(drain, "3 s")
    QTest.mouseClick(view.bar.run, Button.LeftButton)
    (asked,) = stage.bridge.asked
    assert asked == Deploy("rolling-drain", json.dumps({"drain_time": 3.0}))
    QTest.mouseClick(view.bar.buttons["sever-all"], Button.LeftButton)
    QTest.mouseClick(view.bar.run, Button.LeftButton)
    assert stage.bridge.asked[1].strategy == "sever-all"


def test_a_running_deploy_can_be_aborted(view: RecoveryView, stage: Stage) -> None:
    running = {
        **stage.mirror["deploy"]["current"],
        "running": True,
        "step": 2,
        "text": "draining r2",
    }
    stage.mirror.put("deploy", "current", running)
    stage.settle(view, 2)
    assert view.bar.state.text() == "Step 2 of 3: draining r2"
    assert not view.bar.run.isEnabled()
    QTest.mouseClick(view.bar.abort, Button.LeftButton)
    assert stage.bridge.asked == [AbortDeploy()]


def test_judge_again(view: RecoveryView, stage: Stage) -> None:
    QTest.mouseClick(view.line.wrench, Button.LeftButton)
    assert stage.bridge.asked == [Judge()]


def test_earlier_outages_are_picked_by_name(view: RecoveryView, stage: Stage) -> None:
    newer = {**stage.sample.outage(), "number": 2, "title": "Cut & run", "clients": []}
    stage.mirror.put("outage", "2", newer)
    stage.settle(view, 3)
    assert view.line.number.text() == "Outage 2"
    assert view.banner.text.text() == "No client was affected."
    menu = view.line.menu()
    assert [action.text()[:9] for action in menu.actions()] == ["Outage 2:", "Outage 1:"]
    menu.actions()[1].trigger()
    menu.deleteLater()
    assert view.line.number.text() == "Outage 1"
    assert view.banner.text.text() == "1 of 3 clients lost updates"


def test_before_any_verdict_there_are_words(dressed: object, qtbot: Any) -> None:
    stage = Stage(judged=False, shown=60)
    view = show(stage, qtbot)
    assert view.empty.isVisible()
    assert "without a break" in view.empty.text.text()
    stage.mirror.put("outage", "1", stage.sample.outage())
    stage.reader.shown = -1
    told: list[str] = []
    view.verdict_ready.connect(told.append)
    stage.settle(view)
    assert view.banner.isVisible()
    assert told == ["1 of 3 clients lost updates"]


def test_a_verdict_is_said_once_also_while_nobody_looks(stage: Stage, qtbot: Any) -> None:
    stage.mirror.put("outage", "1", None)
    view = show(stage, qtbot)
    view.hide()
    told: list[str] = []
    view.verdict_ready.connect(told.append)
    for _ in range(3):
        stage.mirror.put("outage", "1", stage.sample.outage())
    assert told == ["1 of 3 clients lost updates"]
    view.show()
    stage.settle(view)
    assert len(told) == 1


def test_a_thousand_clients_are_grouped_and_opened(dressed: object, qtbot: Any) -> None:
    stage = Stage()
    fine = stage.sample.outage()["clients"][2]
    lost = stage.sample.outage()["clients"][0]
    clients = [{**lost, "name": f"l{i}"} for i in range(37)]
    clients += [{**fine, "name": f"r{i}"} for i in range(963)]
    stage.mirror.put("outage", "1", {**stage.sample.outage(), "clients": clients})
    view = show(stage, qtbot)
    assert view.banner.text.text() == "37 of 1\u202f000 clients lost updates"
    assert len(view.matrix.rows) == 2
    view.matrix.setFocus()
    QTest.keyClick(view.matrix, Key.Key_Home)
    QTest.keyClick(view.matrix, Key.Key_Return)
    assert len(view.matrix.rows) == 39
    view.matrix.grab()


@pytest.mark.parametrize("size", [(1104, 798), (924, 598), (640, 560)])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_every_size_is_drawn(
    stage: Stage, qtbot: Any, dressed: Any, size: tuple[int, int], scale: float
) -> None:
    dressed.resize(scale)
    view = show(stage, qtbot, *size)
    assert not view.grab().isNull()
    dressed.choose("light")
    assert view.grab().toImage().pixelColor(3, view.height() - 3).lightness() > 200


def test_many_replicas_wrap(dressed: object, qtbot: Any) -> None:
    stage = Stage()
    value = stage.mirror["replica"]["r1"]
    for i in range(4, 10):
        stage.mirror.put("replica", f"r{i}", {**value, "name": f"r{i}"})
    view = show(stage, qtbot)
    cards = list(view.cards._views.values())
    assert len({card.y() for card in cards}) > 1
    assert all(card.geometry().right() <= view.cards.width() for card in cards)


def test_every_focusable_part_has_a_name(view: RecoveryView) -> None:
    nameless = [
        widget
        for widget in view.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.accessibleName()
    ]
    assert nameless == []


def test_what_a_peer_sent_is_never_markup(dressed: object, qtbot: Any) -> None:
    stage = Stage()
    outage = stage.sample.outage()
    evil = "<b>x</b>\n\u202e"
    outage["clients"][0]["name"] = evil
    outage["clients"][0]["explain"] = {"title": evil, "why": evil, "changes": [evil]}
    outage["title"] = evil
    stage.mirror.put("outage", "1", outage)
    view = show(stage, qtbot)
    for part in (view.why.title, view.why.why, view.line.kind, view.banner.details):
        assert part.textFormat() == Qt.TextFormat.PlainText
        assert "\u202e" not in part.text()
        assert "\n" not in part.text()
