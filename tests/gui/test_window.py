"""The frame: pages, views, narrow windows, filter, notices, panes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from workbench.door import commands as door
from workbench.gui import sample
from workbench.gui.memory import Memory
from workbench.gui.screenshots import settle, tell_all
from workbench.gui.scrolled import Scrolled
from workbench.gui.window import ENGINE_STOPPED, Window
from workbench.panels.notices import Notice


class View(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.filters: list[str] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_filter(self, text: str) -> None:
        self.filters.append(text)


def test_enter_starts_the_demo(window: Window, qtbot: QtBot, asked) -> None:
    assert window.first_run.isVisible()
    assert window.first_run.run.hasFocus()
    qtbot.keyClick(window.first_run.run, Qt.Key.Key_Return)
    assert asked.commands == [door.RunDemo()]
    assert window.view == "recovery"


def test_the_first_session_brings_the_frame(window: Window) -> None:
    assert window.toolbar.isHidden() or not window.toolbar.isVisible()
    window.bridge.mirror.put("session", "current", sample.session())
    tell_all(window)
    settle()
    assert window.toolbar.isVisible()
    assert not window.first_run.isVisible()
    assert window.windowTitle().startswith("checkout-staging")
    assert window.toolbar.session.text() == "checkout-staging"


def test_a_view_is_given_by_name_and_hears_the_filter(filled: Window) -> None:
    view = View()
    filled.add_view("timeline", view)
    assert filled.stack.currentWidget() is view
    filled.toolbar.filter.put("conn:b-naive")
    assert view.filters == ["", "conn:b-naive"]
    with_signal = []
    filled.filter_changed.connect(with_signal.append)
    filled.clear_filter()
    assert view.filters[-1] == ""
    assert with_signal == [""]


def test_a_view_can_be_replaced(filled: Window) -> None:
    first, second = View(), View()
    filled.add_view("recovery", first)
    filled.add_view("recovery", second)
    filled.show_view("recovery")
    settle()
    assert filled.stack.currentWidget() is second


def test_the_badge_counts_red_verdicts_until_recovery_is_looked_at(filled: Window) -> None:
    button = filled.rail.buttons["recovery"]
    assert button.badge == 1
    filled.show_view("recovery")
    assert button.badge == 0
    filled.show_view("timeline")
    filled.bridge.mirror.put("outage", "4", {"verdict": "invalid"})
    tell_all(filled)
    assert button.badge == 1


def test_narrow_windows_fold(filled: Window) -> None:
    filled.resize(1440, 900)
    settle()
    assert not filled.dock.strip
    assert filled.toolbar.deploy.text() == "Deploy…"
    filled.resize(1200, 900)
    settle()
    assert not filled.dock.strip
    assert filled.toolbar.deploy.text() == ""
    assert filled.toolbar.deploy.accessibleName() == "Deploy…"
    filled.resize(1024, 700)
    settle()
    assert filled.dock.strip
    assert filled.dock.width() == 52
    assert filled.dock.current == ""
    filled.commands.run("connections")
    settle()
    assert not filled.dock.strip  # the user's own choice wins
    filled.resize(1440, 900)
    filled.commands.run("reset-layout")
    settle()
    assert not filled.dock.strip


def test_selection_survives_folding(filled: Window) -> None:
    filled.dock.select("c-overlap")
    filled.resize(1024, 700)
    settle()
    assert filled.dock.strip
    assert filled.selected == "c-overlap"


def test_esc_leaves_the_filter_and_esc_again_clears_it(filled: Window, qtbot: QtBot) -> None:
    view = View()
    filled.add_view("timeline", view)
    filled.commands.run("filter")
    field = filled.toolbar.filter.field
    assert field.hasFocus()
    qtbot.keyClicks(field, "type:tick")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert view.hasFocus()
    assert field.text() == "type:tick"
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert field.text() == ""


def test_filters_of_before_come_back(filled: Window, qtbot: QtBot) -> None:
    bar = filled.toolbar.filter
    bar.put("a")
    bar.put("b")
    bar.clear()
    bar.field.setFocus()
    up = (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(bar.field, *up)
    assert bar.text == "b"
    qtbot.keyClick(bar.field, *up)
    assert bar.text == "a"
    qtbot.keyClick(bar.field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert bar.text == "b"


def test_f6_goes_round_the_panes_and_comes_back(filled: Window, qtbot: QtBot) -> None:
    filled.add_view("timeline", View())
    filled.dock.list.setFocus()
    seen = []
    for _ in range(5):
        filled.next_pane(1)
        held = filled.focusWidget()
        seen.append(next(
            name for name in ("toolbar", "rail", "dock", "stack", "status")
            if (pane := getattr(filled, name)) is held or pane.isAncestorOf(held)
        ))  # fmt: skip
    assert seen == ["stack", "status", "toolbar", "rail", "dock"]
    assert filled.focusWidget() is filled.dock.list
    filled.next_pane(-1)
    assert filled.rail.isAncestorOf(filled.focusWidget())


def test_faults_are_one_key_away(filled: Window, asked) -> None:
    filled.dock.select("b-naive")
    filled.commands.run("cut-selected")
    assert asked.last == door.Inject(fault="cut", scope="b-naive", settings="{}")
    filled.commands.run("cut-everything")
    assert asked.last == door.Inject(fault="cut", scope="", settings="{}")
    filled.commands.run("close-selected")
    assert asked.last.settings == '{"code": 1012}'
    filled.commands.run("stall-selected")
    assert asked.last.settings == '{"seconds": 5.0}'
    filled.commands.run("clear-faults")
    assert asked.last == door.Heal()


def test_the_menu_of_faults_heals_one(filled: Window, asked) -> None:
    filled.toolbar._fill_faults()
    heal = next(a for a in filled.toolbar.faults.choices.actions() if a.text().startswith("Heal"))
    assert heal.text() == "Heal c-overlap: +120 ms"
    heal.trigger()
    assert asked.last == door.Heal(id="1")


def test_make_b_naive_resume(filled: Window, asked) -> None:
    filled.commands.run("make-b-naive-resume")
    assert asked.last == door.Remove(name="b-naive")
    asked.done[-1]({})
    assert asked.last.resume == "position"
    assert asked.last.stream == "prices"


def test_recording_is_a_switch(filled: Window, asked) -> None:
    filled.commands.run("toggle-recording")
    assert asked.last == door.SetRecording(on=False)
    assert filled.commands.action("toggle-recording").isChecked()


def test_when_the_engine_stops_it_says_so_and_offers_to_go_on(filled: Window, asked) -> None:
    again = []
    filled.again.connect(lambda: again.append(1))
    filled.bridge.lose()
    settle()
    assert filled.banner.isVisible()
    assert filled.banner.words.text() == ENGINE_STOPPED
    assert not filled.commands.action("cut-everything").isEnabled()
    assert not filled.toolbar.cut.isEnabled()
    assert filled.toolbar.record.text() == "Not recording"
    filled.banner.press.click()
    assert again == [1]
    assert not filled.banner.press.isEnabled()
    filled.bridge.attach(sample.StillDoor())
    assert not filled.banner.isVisible()
    assert asked.last == door.OpenRecording(path=sample.session()["folder"])  # what was kept


def test_notices_are_toasts_and_stay_in_the_list(filled: Window) -> None:
    for n in range(3):
        filled.notices.show(Notice("error", f"<b>{n}</b>", "why", "to do", "details"))
    assert len(filled.notices.toasts) == 2
    settle()
    shown = [label.text() for label in filled.notices.toasts[-1].findChildren(QLabel)]
    assert "<b>2</b>" in shown  # shown as it is
    formats = {label.textFormat() for label in filled.notices.toasts[-1].findChildren(QLabel)
               if label.text()}  # fmt: skip
    assert formats == {Qt.TextFormat.PlainText}
    assert filled.status.bell.accessibleName() == "Notices, 3"
    filled.commands.run("notices")
    assert filled.notices.toasts == []
    filled.sheets.notices.clear.click()
    settle()
    assert filled.status.bell.accessibleName() == "Notices, 0"


def test_an_engine_notice_and_a_failed_command_are_told(filled: Window) -> None:
    filled.bridge.mirror.put("notice", "1", {"time": 1, "level": "warn", "text": "Disk at 90 %."})
    filled.bridge.changed.emit(frozenset({("notice", "1")}))
    filled.bridge.failed.emit(Notice("error", "No."))
    assert [n.what for n in filled.notices.kept] == ["Disk at 90 %.", "No."]


def test_the_notice_list_is_bounded(filled: Window) -> None:
    for n in range(250):
        filled.notices.show(Notice("info", str(n)))
    assert len(filled.notices.kept) == 200
    assert filled.notices.left_out == 50


def test_geometry_and_dock_come_back(dressed, qtbot: QtBot, window: Window) -> None:
    memory = Memory()
    first = Window(window.bridge, memory)
    qtbot.addWidget(first)
    first.resize(960, 700)  # fits the screen of the off-screen platform
    first.toggle_dock()
    assert not first.dock.strip  # narrow by the rule, wide by choice
    first.close()
    second = Window(window.bridge, memory)
    qtbot.addWidget(second)
    assert second.height() == 700
    assert not second.dock.strip


def test_damaged_memory_is_the_default(tmp_path) -> None:
    file = tmp_path / "window.ini"
    file.write_bytes(b"\x00\xff[General\nscale=many\ntheme=pink\ngeometry=1\n")
    memory = Memory(file)
    assert memory.get("scale", 1.0) == 1.0
    memory.used("addresses", "ws://a")
    memory.used("addresses", "ws://b")
    memory.used("addresses", "ws://a")
    assert Memory(file).recent("addresses") == ["ws://a", "ws://b"]


def test_the_demo_line(filled: Window, asked) -> None:
    assert filled.guide.isHidden()
    value = {"running": True, "finished": False, "error": None, "step": 2}
    filled.bridge.mirror.put("demo", "current", value)
    tell_all(filled)
    assert filled.guide.isVisible()
    assert filled.guide._steps.accessibleName() == (
        "Start done, Deploy running, Gap ahead, Verdict ahead"
    )
    filled.guide.offers["stop-demo"].click()
    assert asked.last == door.StopDemo()
    filled.bridge.mirror.put("demo", "current", value | {"running": False, "finished": True})
    tell_all(filled)
    assert filled.guide.offers["run-demo"].isVisible()
    filled.guide.offers["cut-selected"].click()
    assert asked.last == door.Inject(fault="cut", scope="a-resume", settings="{}")


def test_a_view_scrolls_where_it_has_too_little_room(dressed, qtbot: QtBot) -> None:
    view = View()
    area = Scrolled(view, (700, 500))
    qtbot.addWidget(area)
    area.resize(720, 520)
    area.show()
    settle()
    assert (view.width(), view.height()) == (720, 520)
    dressed.resize(2.0)
    settle()
    assert (view.width(), view.height()) == (1400, 1000)
    assert area.horizontalScrollBar().maximum() > 0
