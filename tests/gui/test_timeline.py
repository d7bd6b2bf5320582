"""The Timeline view, by real mouse and key events."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.gui.stage import Stage
from tests.panels.sample import NS, START
from workbench.door.commands import Send
from workbench.gui.timeline.view import TimelineView

Key, Button = Qt.Key, Qt.MouseButton
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def stage(dressed: object) -> Stage:
    return Stage()


def show(stage: Stage, qtbot: Any, width: int = 1104, height: int = 798) -> TimelineView:
    view = TimelineView(stage.bridge, stage.space)
    qtbot.addWidget(view)
    view.resize(width, height)
    with qtbot.waitExposed(view):
        view.show()
    view._timer.stop()  # the test beats itself
    stage.settle(view)
    return view


@pytest.fixture
def view(stage: Stage, qtbot: Any) -> TimelineView:
    return show(stage, qtbot)


def wheel(widget: QWidget, at: QPoint, turns: int, mods: Qt.KeyboardModifier) -> None:
    where = QPointF(at)
    event = QWheelEvent(
        where, QPointF(widget.mapToGlobal(at)), QPoint(), QPoint(0, 120 * turns),
        Button.NoButton, mods, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


# --- the table --------------------------------------------------------------------------------


def test_it_follows_the_newest_row_until_someone_scrolls(dressed: object, qtbot: Any) -> None:
    stage = Stage(shown=200)
    view = show(stage, qtbot)
    table = view.table
    assert table.top == len(stage.space.messages) - table.page
    stage.grow(view, 50)
    assert table.top == len(stage.space.messages) - table.page
    wheel(table.viewport(), QPoint(50, 50), 1, Qt.KeyboardModifier.NoModifier)
    assert not table.following
    before, row = table.top, table.row(table.top)
    stage.grow(view, 100)
    assert (table.top, table.row(table.top)) == (before, row)
    assert table.behind > 0
    assert view.messages_bar.follow.text() == f"Follow {table.behind} new"
    QTest.mouseClick(view.messages_bar.follow, Button.LeftButton)
    assert table.following
    assert table.top == len(stage.space.messages) - table.page
    assert view.messages_bar.follow.text() == "Following"


def test_a_selected_row_stays_selected_and_in_its_place(dressed: object, qtbot: Any) -> None:
    stage = Stage(shown=250)
    view = show(stage, qtbot)
    table = view.table
    y = 5 * table.row_height + 3
    QTest.mouseClick(table.viewport(), Button.LeftButton, pos=QPoint(200, y))
    chosen, place = table.current_row(), table.row_rect(table.current).top()
    assert chosen is not None
    for _ in range(4):
        stage.grow(view, 30)
        assert table.current_row() == chosen
        assert table.row_rect(table.current).top() == place
    assert view.inspector.it is not None
    assert view.inspector.it.row.record == chosen.record


def test_keys_move_the_selection(view: TimelineView) -> None:
    table = view.table
    table.setFocus()
    QTest.keyClick(table, Key.Key_Home)
    assert (table.current, table.top, table.following) == (0, 0, False)
    QTest.keyClick(table, Key.Key_Down)
    QTest.keyClick(table, Key.Key_PageDown)
    assert table.current == 1 + table.page
    QTest.keyClick(table, Key.Key_Up)
    assert table.current == table.page
    QTest.keyClick(table, Key.Key_PageUp)
    assert table.current == 0
    QTest.keyClick(table, Key.Key_End)
    assert table.current == len(view.space.messages) - 1
    assert table.following


def test_next_on_this_connection_and_next_gap(view: TimelineView) -> None:
    table = view.table
    table.setFocus()
    QTest.keyClick(table, Key.Key_Home)
    while table.current_row().connection != "b-naive":  # type: ignore[union-attr]
        QTest.keyClick(table, Key.Key_Down)
    seen = []
    for _ in range(5):
        QTest.keyClick(table, Key.Key_Period)
        row = table.current_row()
        assert row is not None
        seen.append(row.connection)
    assert seen == ["b-naive"] * 5
    back = table.current
    QTest.keyClick(table, Key.Key_Comma)
    assert table.current < back
    QTest.keyClick(table, "g")
    QTest.keyClick(table, "g")
    row = table.current_row()
    assert row is not None
    assert row.event is not None
    assert row.event.text.startswith("Gap of 1.84 s: 12 updates published")
    QTest.keyClick(table, "g", SHIFT)
    assert "0.74 s" in table.current_row().event.text  # type: ignore[union-attr]


def test_explain_leads_to_the_outage(view: TimelineView, qtbot: Any) -> None:
    table = view.table
    table.setFocus()
    QTest.keyClick(table, Key.Key_Home)
    QTest.keyClick(table, "g")
    QTest.keyClick(table, "g")
    with qtbot.waitSignal(view.explain) as caught:
        QTest.keyClick(table, Key.Key_Return)
    assert caught.args == [1, "b-naive"]
    place = table.row_rect(table.current)
    with qtbot.waitSignal(view.explain):
        at = QPoint(place.right() - 20, place.center().y())
        QTest.mouseClick(table.viewport(), Button.LeftButton, pos=at)


def test_copy_takes_the_payload_as_it_came(view: TimelineView) -> None:
    table = view.table
    table.setFocus()
    view.show_moment(START + 5 * NS, "b-naive")
    QTest.keyClick(table, "c", CTRL)
    row = table.current_row()
    assert row is not None
    payload = view.space.source.reader.payload(row.record).decode()
    assert QGuiApplication.clipboard().text() == payload


def test_a_filter_keeps_the_selected_row_and_hides_the_column(
    view: TimelineView, stage: Stage
) -> None:
    view.show_moment(START + 8 * NS, "b-naive")
    chosen = view.table.current_row()
    assert view.set_filter("conn:b-naive") is None
    stage.settle(view)
    assert view.table.current_row() == chosen
    assert view.table.columns.named("connection").hidden
    wrong = view.set_filter("jsn.x:1")
    assert wrong is not None
    assert (wrong.start, wrong.stop) == (0, 3)
    assert view.set_filter("conn:nobody") is None
    stage.settle(view)
    assert view.empty.isVisible()
    assert "Nothing matches conn:nobody" in view.empty.text.text()
    view.set_filter("")
    stage.settle(view)
    assert view.table.isVisible()


def test_heartbeats_come_with_one_click(view: TimelineView, stage: Stage) -> None:
    before = len(view.space.messages)
    assert view.messages_bar.pings.text() == "20 pings hidden"
    QTest.mouseClick(view.messages_bar.pings, Button.LeftButton)
    stage.settle(view)
    assert len(view.space.messages) == before + 20
    assert view.messages_bar.pings.text() == "Pings shown"


# --- the overview -----------------------------------------------------------------------------


def test_a_drag_selects_a_window_and_alt_left_returns(view: TimelineView) -> None:
    overview, clock = view.overview, view.space.clock
    before = (clock.start, clock.end)
    g = overview.geometry_now()
    y = g.lanes_y + 5
    a, b = round(g.x(START + 5 * NS)), round(g.x(START + 9 * NS))
    QTest.mousePress(overview, Button.LeftButton, pos=QPoint(a, y))
    QTest.mouseMove(overview, QPoint((a + b) // 2, y))
    QTest.mouseMove(overview, QPoint(b, y))
    QTest.mouseRelease(overview, Button.LeftButton, pos=QPoint(b, y))
    pixel = (before[1] - before[0]) / g.scale.pixels
    assert abs(clock.start - (START + 5 * NS)) < 2 * pixel
    assert abs(clock.end - (START + 9 * NS)) < 2 * pixel
    overview.setFocus()
    QTest.keyClick(overview, Key.Key_Left, ALT)
    assert (clock.start, clock.end) == before


def test_the_wheel_zooms_at_the_pointer(view: TimelineView) -> None:
    overview, clock = view.overview, view.space.clock
    clock.fit()
    overview.refresh()
    g = overview.geometry_now()
    at = QPoint(round(g.x(START + 7 * NS)), g.lanes_y + 5)
    under, width = g.moment(at.x()), clock.width
    wheel(overview, at, 1, CTRL)
    assert clock.width == pytest.approx(width * 0.8, rel=0.01)
    assert abs(overview.geometry_now().moment(at.x()) - under) < clock.width / 500


def test_shift_drag_pans_and_a_double_click_fits(view: TimelineView) -> None:
    overview, clock = view.overview, view.space.clock
    clock.select(START + 5 * NS, START + 9 * NS)
    y = overview.geometry_now().lanes_y + 5
    QTest.mousePress(overview, Button.LeftButton, SHIFT, QPoint(500, y))
    QTest.mouseMove(overview, QPoint(400, y))
    QTest.mouseRelease(overview, Button.LeftButton, SHIFT, QPoint(400, y))
    assert clock.start > START + 5 * NS
    assert clock.width == 4 * NS
    QTest.mouseDClick(overview, Button.LeftButton, pos=QPoint(500, y))
    assert clock.start <= view.space.first
    assert clock.end >= view.space.last


def test_a_drag_on_the_strip_moves_the_window(view: TimelineView) -> None:
    overview, clock = view.overview, view.space.clock
    clock.select(START + 5 * NS, START + 7 * NS)
    overview.refresh()
    g = overview.geometry_now()
    QTest.mouseClick(overview, Button.LeftButton, pos=QPoint(g.right - 40, g.strip_y + 10))
    assert clock.start > START + 10 * NS
    assert clock.width == 2 * NS


def test_arrow_keys_stop_at_marks_and_say_them(view: TimelineView, qtbot: Any) -> None:
    overview, told = view.overview, []
    overview.told.connect(told.append)
    overview.setFocus()
    overview.current = 1
    view.space.clock.set_cursor(START + 5 * NS)
    QTest.keyClick(overview, Key.Key_Right)
    assert told == ["b-naive, gap of 1.84 s, 12 missed"]
    assert view.space.clock.cursor == START + 6 * NS
    row = view.table.current_row()
    assert row is not None
    assert row.event is not None
    assert row.event.text.startswith("Disconnected")
    QTest.keyClick(overview, Key.Key_Left)
    assert told[-1] == "Rolling drain to v43"
    QTest.keyClick(overview, Key.Key_Down)
    assert told[-1] == "c-overlap"
    QTest.keyClick(overview, "p")
    assert overview.names[0] == "c-overlap"


def test_letters_pan_and_zoom(view: TimelineView) -> None:
    overview, clock = view.overview, view.space.clock
    clock.select(START + 5 * NS, START + 9 * NS)
    overview.setFocus()
    QTest.keyClick(overview, "d")
    assert clock.start > START + 5 * NS
    QTest.keyClick(overview, "w")
    assert clock.width < 4 * NS
    QTest.keyClick(overview, "0")
    assert clock.width > 13 * NS


def test_a_click_on_a_mark_selects_its_row(view: TimelineView) -> None:
    g = view.overview.geometry_now()
    at = QPoint(round(g.x(START + 6 * NS)) + 2, g.lane_y(1) + 10)
    QTest.mouseClick(view.overview, Button.LeftButton, pos=at)
    row = view.table.current_row()
    assert row is not None
    assert row.event is not None
    assert row.event.client == "b-naive"
    assert view.space.clock.cursor == START + 6 * NS


def test_hovering_changes_neither_selection_nor_zoom(view: TimelineView) -> None:
    clock = view.space.clock
    before = (clock.start, clock.end, clock.cursor, view.table.current)
    for x in range(150, 900, 50):
        QTest.mouseMove(view.overview, QPoint(x, 80))
    assert (clock.start, clock.end, clock.cursor, view.table.current) == before


def test_a_view_that_is_not_seen_does_not_beat(view: TimelineView) -> None:
    view.hide()
    assert not view._timer.isActive()
    view.show()
    assert view._timer.isActive()


# --- inspector and composer -------------------------------------------------------------------


def test_the_inspector_shows_each_tab(view: TimelineView, stage: Stage) -> None:
    view.set_filter("conn:b-naive")
    stage.settle(view)
    view.show_moment(START + round(7.864 * NS), "b-naive")
    inspector = view.inspector
    assert inspector.head.title.text() == "tick 4491"
    assert inspector.changes.heading.text() == "Changes since tick 4478 on this connection"

    def line(i: int) -> str:
        return "".join(text for text, _ in inspector.body._line(i).spans)

    assert line(4) == '"offset": 4491,'
    assert inspector.note.text() == "JSON"
    view.table.entered.emit()
    assert inspector.body.hasFocus()
    inspector.body.current = 7
    QTest.keyClick(inspector.body, Key.Key_Space)
    assert line(7) == '"payload": { 3 },'
    inspector.show_tab("Hex")
    assert line(0).startswith("00000000  7b 22 74 79 70 65")
    inspector.show_tab("Frame")
    assert line(3).split() == ["Opcode", "1", "text"]
    inspector.show_tab("Diff")
    assert line(1) == '+ "offset" 4491 (+13, expected +1)'
    inspector.show_tab("Raw")
    assert line(0).startswith('{"type":"tick"')
    assert inspector.note.text() == ""
    QTest.keyClick(inspector.body, Key.Key_Escape)
    assert view.table.hasFocus()


def test_a_picture_is_shown_as_one_and_a_broken_one_is_not(view: TimelineView) -> None:
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(0xFF8800)
    data = QBuffer()
    data.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(data, "PNG")
    picture = view.inspector.picture
    picture.show_file(bytes(data.data().data()), "PNG image, 640 × 480")
    assert not picture.isHidden()
    assert (picture.pixmap().width(), picture.pixmap().height()) == (320, 240)
    picture.show_file(bytes(data.data().data())[:60], "PNG image, 640 × 480")
    assert picture.isHidden()
    picture.show_file(b"", "")
    assert picture.isHidden()


def test_the_same_update_elsewhere_is_one_click_away(view: TimelineView) -> None:
    view.show_moment(START + 5 * NS, "b-naive")
    ident = view.table.current_row().id  # type: ignore[union-attr]
    others = view.inspector.others._rows
    go = others.itemAt(0).widget().layout().itemAt(3).widget()
    QTest.mouseClick(go, Button.LeftButton)
    row = view.table.current_row()
    assert row is not None
    assert (row.connection, row.id) == ("a-resume", ident)


def test_the_composer_sends_what_was_written(view: TimelineView, stage: Stage) -> None:
    composer = view.composer
    view.choose_connection("c-overlap")
    assert not composer.send.isEnabled()
    QTest.keyClicks(composer.body, '{"op":"ping"}')
    QTest.keyClick(composer.body, Key.Key_Return)
    assert stage.bridge.asked == [Send("c-overlap", '{"op":"ping"}')]
    composer.body.clear()
    QTest.keyClick(composer.body, Key.Key_Up, ALT)
    assert composer.body.text() == '{"op":"ping"}'
    QTest.keyClick(composer.body, Key.Key_Down, ALT)
    assert composer.body.text() == ""
    closed = {**stage.mirror["connection"]["c-overlap"], "state": "closed"}
    stage.mirror.put("connection", "c-overlap", closed)
    composer.body.setText("x")
    view.refresh()
    assert not composer.send.isEnabled()
    assert composer.told.text() == "c-overlap is not open."


# --- sizes, themes, screen readers ------------------------------------------------------------


def test_a_narrow_window_puts_the_inspector_below(stage: Stage, qtbot: Any) -> None:
    view = show(stage, qtbot, 924, 598)
    assert view.split.orientation() == Qt.Orientation.Vertical
    assert not view.composer.isVisible()
    view.resize(1200, 800)
    assert view.split.orientation() == Qt.Orientation.Horizontal
    assert view.composer.isVisible()


def test_themes_and_text_sizes_redraw(view: TimelineView, dressed: Any) -> None:
    dark = view.grab().toImage().pixelColor(700, 250)
    dressed.choose("light")
    light = view.grab().toImage().pixelColor(700, 250)
    assert dark.lightness() < 80
    assert light.lightness() > 200
    dressed.resize(1.5)
    view.grab()
    assert view.table.row_height == 36


def test_screen_readers_meet_rows_and_a_sentence(view: TimelineView) -> None:
    chart = QAccessible.queryAccessibleInterface(view.overview)
    assert chart.role() == QAccessible.Role.Chart
    assert "3 gaps, 1 deploy" in chart.text(QAccessible.Text.Value)
    view.table.setFocus()
    QTest.keyClick(view.table, Key.Key_Home)
    rows = QAccessible.queryAccessibleInterface(view.table)
    assert rows.role() == QAccessible.Role.List
    assert rows.childCount() == view.table.page
    first = rows.child(0)
    assert first.role() == QAccessible.Role.ListItem
    assert first.text(QAccessible.Text.Name) == view.table.row(0).spoken
    assert first.state().selected
    assert view.table.accessibleDescription() == view.table.row(0).spoken


def test_every_focusable_part_has_a_name(view: TimelineView) -> None:
    nameless = [
        widget
        for widget in view.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.accessibleName()
    ]
    assert nameless == []
