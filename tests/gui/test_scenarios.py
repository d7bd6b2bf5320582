"""The Scenarios view by keyboard and mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from workbench.door import commands as door
from workbench.gui.scenarios import scenes
from workbench.gui.scenarios.view import ScenariosView
from workbench.gui.screenshots import settle, tell_all
from workbench.gui.views import add_scenarios
from workbench.gui.window import Window

TEXT = 'name = "x"\n# kept\n[[step]]\ndo = "cut"\n\n[[expect]]\nmissed = 0\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(TEXT)
    return tmp_path


@pytest.fixture
def view(filled: Window, folder: Path, qtbot: QtBot) -> ScenariosView:
    filled.memory.put("scenario-folder", str(folder))
    made = add_scenarios(filled)
    filled.activateWindow()
    qtbot.waitUntil(filled.isActiveWindow, timeout=20_000)
    qtbot.keyClick(filled, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert made.isVisible()
    return made


def run_value(view: ScenariosView, window: Window, **changed: object) -> None:
    scenes.put(window, view.path, **{"step": 1, "steps": 1, "text": "Cut", "took": [1], **changed})


def asked(found, kind: type) -> list[object]:
    return [command for command in found.commands if isinstance(command, kind)]


def test_files_take_the_place_of_the_connections(view: ScenariosView, filled: Window) -> None:
    assert filled.dock.isHidden()
    names = [row.title for row in view.files.list.model_.rows]
    assert names[1:3] == ["one.toml", "two.toml"]
    assert names[3] == "Examples"
    filled.show_view("timeline")
    assert not filled.dock.isHidden()


def test_it_can_be_reached_without_a_session(window: Window, qtbot: QtBot) -> None:
    view = add_scenarios(window)
    assert window.first_run.isVisible()
    window.commands.run("scenarios")
    settle()
    assert view.isVisible()
    tell_all(window)
    assert view.isVisible()


def test_typing_saving_running(view: ScenariosView, asked_, qtbot: QtBot, folder: Path) -> None:
    view.files.list.setFocus()
    qtbot.keyClick(view.files.list, Qt.Key.Key_Down)
    assert Path(view.path).name == "two.toml"
    view.source.setFocus()
    qtbot.keyClick(view.source, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(view.source, "# more")
    assert view.bar.state.text() == "not saved"
    assert (folder / "two.toml").read_text() == TEXT
    qtbot.keyClick(view.source, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert (folder / "two.toml").read_text() == TEXT + "# more"
    assert view.bar.state.text() == "saved"
    qtbot.keyClick(view.source, Qt.Key.Key_F5)
    assert asked_.last == door.RunScenario(path=view.path)


@pytest.fixture
def asked_(asked):
    return asked


def test_f5_elsewhere_shows_it_first_and_runs_it_again_later(
    view: ScenariosView, filled: Window, asked, qtbot: QtBot
) -> None:
    filled.show_view("timeline")
    filled.activateWindow()
    qtbot.waitUntil(filled.isActiveWindow, timeout=20_000)
    qtbot.keyClick(filled, Qt.Key.Key_F5)
    assert filled.view == "scenarios"
    assert not asked.commands or not isinstance(asked.last, door.RunScenario)
    scenes.over(filled, view.path, "valid", 0)
    filled.show_view("timeline")
    qtbot.keyClick(filled, Qt.Key.Key_F5)
    assert asked.last == door.RunScenario(path=view.path)
    assert filled.view == "timeline"


def test_a_run_is_shown_step_by_step(
    view: ScenariosView, filled: Window, asked, qtbot: QtBot
) -> None:
    run_value(view, filled)
    told = {"path": view.path, "checks": [
        {"text": "every client missed = 0", "verdict": "invalid", "found": "3"}]}  # fmt: skip
    filled.bridge.mirror.put("scenario", "checks", told)
    run_value(view, filled)
    tell_all(filled)
    assert view.running.isVisible()
    assert view.running.step.text() == "Step 1 of 1"
    rows = view.steps.model_.rows
    assert [row.spoken for row in rows] == [
        "Cut everything, running now", "Expect 1 check", "every client missed = 0 : 3",
    ]  # fmt: skip
    assert not view.bar.run.isEnabled()
    filled.commands.refresh()
    qtbot.keyClick(filled, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    assert asked.last == door.StopScenario()
    scenes.over(filled, view.path, "invalid", 3)
    assert not view.running.isVisible()
    assert view.results.model_.rowCount() == 1
    assert view.results.model_.index(0, 5).data() == "Failed"
    assert view.results.model_.index(0, 4).data() == "3"


def test_mistakes_stand_at_the_step_and_in_the_source(
    view: ScenariosView, asked, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view._wait.timeout, timeout=20_000):
        view.source.setFocus()
        view.source.moveCursor(view.source.textCursor().MoveOperation.End)
        qtbot.keyClick(view.source, Qt.Key.Key_Return)
        qtbot.keyClicks(view.source, "[")
    assert view.source.wrong == 9
    assert "not valid TOML" in view.reason.words.text()
    assert len(view.steps.model_.rows) == 4  # the last good steps, and the error
    with qtbot.waitSignal(view._wait.timeout, timeout=20_000):
        qtbot.keyClick(view.source, Qt.Key.Key_Backspace)
    assert view.source.wrong == 0
    check = asked.last
    assert isinstance(check, door.CheckScenario)
    assert check.text == view.source.text
    error = {"what": "Unknown fault in one.toml, line 4.", "why": "", "to_do": "Did you mean cut?"}
    asked.done[-1]({"error": error, "line": 4})
    assert view.source.wrong == 4
    assert view.reason.words.text() == "Line 4: Unknown fault. Did you mean cut?"
    row = view.steps.model_.rows[1]
    assert row.spoken == "Unknown fault. Did you mean cut?"


def test_a_change_on_disk_is_offered(view: ScenariosView, qtbot: QtBot) -> None:
    view.source.setFocus()
    qtbot.keyClicks(view.source, "# mine")
    qtbot.keyClick(view.source, Qt.Key.Key_Return)
    Path(view.path).write_text("name = 'theirs'\n")
    qtbot.waitUntil(lambda: view.disk.isVisible(), timeout=20_000)
    assert not view.save()
    assert Path(view.path).read_text() == "name = 'theirs'\n"
    qtbot.mouseClick(view.disk.presses[0], Qt.MouseButton.LeftButton)
    assert view.source.text == "name = 'theirs'\n"
    assert not view.disk.isVisible()
    view.source.undo()
    assert view.source.text.startswith("# mine")


def test_keep_mine_writes_over_it(view: ScenariosView, qtbot: QtBot) -> None:
    view.source.setFocus()
    qtbot.keyClicks(view.source, "# mine")
    qtbot.keyClick(view.source, Qt.Key.Key_Return)
    Path(view.path).write_text("name = 'theirs'\n")
    view.desk.look()
    qtbot.mouseClick(view.disk.presses[1], Qt.MouseButton.LeftButton)
    assert view.save()
    assert Path(view.path).read_text() == "# mine\n" + TEXT


def test_what_is_not_saved_outlives_the_window(
    view: ScenariosView, filled: Window, qtbot: QtBot
) -> None:
    view.source.setFocus()
    qtbot.keyClicks(view.source, "# mine")
    qtbot.keyClick(view.source, Qt.Key.Key_Return)
    again = ScenariosView(filled.bridge, filled.memory)
    qtbot.addWidget(again)
    assert again.path == view.path
    assert again.source.text == "# mine\n" + TEXT
    assert again.bar.state.text() == "not saved"


def test_an_example_is_copied_when_it_is_saved(view: ScenariosView, folder: Path) -> None:
    example = view.desk.examples()[0]
    before = example.read_text()
    view.open(str(example))
    view.source.insertPlainText("# mine\n")
    assert view.save()
    assert Path(view.path) == folder / example.name
    assert Path(view.path).read_text() == "# mine\n" + before
    assert example.read_text() == before


def test_sides_new_and_the_line_for_a_pipeline(view: ScenariosView, qtbot: QtBot) -> None:
    qtbot.mouseClick(view.bar.sides.group.button(1), Qt.MouseButton.LeftButton)
    assert not view.steps.isVisible()
    assert view.source.isVisible()
    qtbot.mouseClick(view.files.new, Qt.MouseButton.LeftButton)
    assert Path(view.path).name == "scenario.toml"
    assert Path(view.path).is_file()
    qtbot.mouseClick(view.bar.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == f"workbench run {view.path}"


def test_a_file_that_can_not_be_read_says_so(view: ScenariosView, folder: Path) -> None:
    (folder / "bad.toml").write_bytes(b"\xff")
    view.open(str(folder / "bad.toml"))
    assert "can't be read" in view.wrong.words.text()
    assert Path(view.path).name == "one.toml"
