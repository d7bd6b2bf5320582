"""The Latency view, by real mouse and key events."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from tests.gui.screenshots import _whole
from tests.gui.stage import StageBridge
from tests.panels.latency_sample import LatencySample
from tests.panels.sample import NS, START, Sample
from workbench.gui.latency import picture
from workbench.gui.latency.scales import Span, log_steps, time_steps, value_span
from workbench.gui.latency.view import LatencyView
from workbench.gui.screenshots import tell_all
from workbench.gui.views import add
from workbench.gui.window import Window
from workbench.panels.notices import Notice
from workbench.panels.source import Source
from workbench.panels.workspace import Workspace

Key, Button = Qt.Key, Qt.MouseButton
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def make_space(story: Sample, mirror: Any = None) -> Workspace:
    columns = story.columns()
    mirror = mirror or story.mirror()
    mirror.put("service", "demo", {"name": "demo", "title": "Demo", "replicas": []})
    return Workspace(mirror, lambda f: Source(story.reader(), lambda: columns), datetime.UTC)


def beat(view: LatencyView, times: int = 40) -> None:
    for _ in range(times):
        view.refresh()


def show(qtbot: Any, space: Workspace, width: int = 1104, height: int = 798) -> LatencyView:
    view = LatencyView(StageBridge(space.mirror), space)
    qtbot.addWidget(view)
    view.resize(width, height)
    with qtbot.waitExposed(view):
        view.show()
    view._timer.stop()  # the test beats itself
    beat(view)
    space.clock.fit()
    beat(view)
    return view


@pytest.fixture
def story(dressed: object) -> LatencySample:
    return LatencySample()


@pytest.fixture
def view(story: LatencySample, qtbot: Any) -> LatencyView:
    return show(qtbot, make_space(story))


def in_window(window: Window, story: LatencySample) -> LatencyView:
    """The view in the whole window, over the story's recording."""
    columns = story.columns()
    space = add(window, lambda folder: Source(story.reader(), lambda: columns))
    for topic, key, value in story.mirror().everything():
        window.bridge.mirror.put(topic, key, _whole(topic, key, value))
    tell_all(window)
    window.show_view("latency")
    view = window.findChild(LatencyView)
    assert view is not None
    view._timer.stop()
    beat(view, 80)
    space.clock.fit()
    beat(view)
    return view


def slowest_dot(view: LatencyView) -> tuple[int, QPoint]:
    """The record of the slowest replayed message, and where it is drawn."""
    assert view.charts is not None
    plot = view.charts.bands
    assert plot.dots is not None
    n = int(plot.dots.value.argmax())
    at = QPointF(plot.x(int(plot.dots.time[n])), plot.y(float(plot.dots.value[n])))
    return int(plot.dots.row[n]), at.toPoint()


def test_figures_and_charts_agree(view: LatencyView) -> None:
    charts = view.charts
    assert charts is not None
    names = [card.figure.name for card in view.cards.cards]
    assert names == ["Median (p50)", "p95", "p99", "Slowest live", "Slowest replayed", "Samples"]
    slowest = view.cards.cards[4].figure
    record, _ = slowest_dot(view)
    assert slowest.row == record
    assert charts.made is not None
    assert view.cards.cards[3].figure.row == int(charts.made.row[charts.made.slowest.argmax()])
    assert charts.bands.accessibleDescription().startswith("Delivery lag, all connections, 14:03:")
    assert view.note.isHidden()


def test_a_dot_says_what_it_is_and_leads_to_its_record(view: LatencyView, qtbot: Any) -> None:
    assert view.charts is not None
    plot = view.charts.bands
    record, at = slowest_dot(view)
    QTest.mouseMove(plot.viewport(), at)
    tip = plot.tip(plot.current)
    assert tip is not None
    assert tip.title.endswith("on c-overlap")
    assert (tip.again, tip.action) == ("replayed", "Enter or click: show in timeline")
    with qtbot.waitSignal(view.show_record) as caught:
        QTest.mouseClick(plot.viewport(), Button.LeftButton, pos=at)
    assert caught.args[0] == record
    assert caught.args[2] == "c-overlap"


def test_a_click_on_a_dot_selects_its_row_in_the_timeline(
    window: Window, story: LatencySample, qtbot: Any
) -> None:
    view = in_window(window, story)
    record, at = slowest_dot(view)
    assert view.charts is not None
    QTest.mouseClick(view.charts.bands.viewport(), Button.LeftButton, pos=at)
    assert window.view == "timeline"
    from workbench.gui.timeline.view import TimelineView

    timeline = window.findChild(TimelineView)
    assert timeline is not None
    timeline._timer.stop()
    row = timeline.table.current_row()
    assert row is not None
    assert row.record == record
    assert view.space.clock.cursor == row.moment
    shown = timeline.table.row_rect(timeline.table.current)
    assert timeline.table.viewport().rect().contains(shown.center())


def test_a_pong_hidden_in_the_timeline_leads_to_the_row_after_it(
    window: Window, story: LatencySample
) -> None:
    view = in_window(window, story)
    assert view.charts is not None
    scatter = view.charts.scatter
    QTest.mouseClick(scatter.viewport(), Button.LeftButton, pos=scatter.point(5).toPoint())
    assert window.view == "timeline"
    from workbench.gui.timeline.view import TimelineView

    timeline = window.findChild(TimelineView)
    assert timeline is not None
    timeline._timer.stop()
    row = timeline.table.current_row()
    assert row is not None
    assert row.moment >= story.records[int(scatter.dots.row[5])].time  # type: ignore[union-attr]


def test_keys_walk_along_the_points_and_enter_leads_on(view: LatencyView, qtbot: Any) -> None:
    assert view.charts is not None
    plot = view.charts.bands
    plot.setFocus()
    QTest.keyClick(plot, Key.Key_Right)
    assert plot.current == 0
    assert "p50" in plot.accessibleDescription()
    QTest.keyClick(plot, Key.Key_Right)
    QTest.keyClick(plot, Key.Key_Left)
    QTest.keyClick(plot, Key.Key_Left)
    assert plot.current == 0
    for _ in range(plot.count() + 3):
        QTest.keyClick(plot, Key.Key_Right)
    assert plot.current == plot.count() - 1
    with qtbot.waitSignal(view.show_record) as caught:
        QTest.keyClick(plot, Key.Key_Return)
    assert caught.args[0] == plot.target(plot.current).record  # type: ignore[union-attr]


def test_a_drag_zooms_the_shared_window_and_backspace_goes_back(view: LatencyView) -> None:
    assert view.charts is not None
    plot, clock = view.charts.bands, view.space.clock
    before = (clock.start, clock.end)
    area = plot.area
    y = round(area.center().y())
    left, right = round(area.left() + 200), round(area.left() + 420)
    QTest.mousePress(plot.viewport(), Button.LeftButton, pos=QPoint(left, y))
    QTest.mouseMove(plot.viewport(), QPoint(300, y))
    QTest.mouseMove(plot.viewport(), QPoint(right, y))
    QTest.mouseRelease(plot.viewport(), Button.LeftButton, pos=QPoint(right, y))
    width = before[1] - before[0]
    wanted = before[0] + width * 200 / area.width()
    assert abs(clock.start - wanted) < width / area.width() * 2
    assert clock.width < width / 3
    beat(view, 10)
    assert (plot.start, plot.end) == (clock.start, clock.end)
    QTest.keyClick(plot, Key.Key_Backspace)
    assert (clock.start, clock.end) == before
    QTest.keyClick(plot, Key.Key_Right, ALT)
    assert clock.width < width / 3
    QTest.keyClick(plot, Key.Key_0)
    assert clock.start == clock.first


def test_the_same_data_as_a_table(view: LatencyView, qtbot: Any) -> None:
    charts = view.charts
    assert charts is not None
    charts.bands.setFocus()
    QTest.keyClick(charts.bands, Key.Key_T, CTRL | SHIFT)
    assert charts.table.isVisible()
    assert not charts.bands.isVisible()
    assert charts.made is not None
    assert charts.table.rowCount() == int((charts.made.count > 0).sum())
    assert charts.table.item(0, 1).text() == str(int(charts.made.count[charts.made.count > 0][0]))
    charts.table.selectRow(3)
    with qtbot.waitSignal(view.show_record) as caught:
        QTest.keyClick(charts.table, Key.Key_Return)
    assert str(caught.args[0]) == charts.table.item(3, 6).text()
    QTest.keyClick(charts.table, Key.Key_T, CTRL | SHIFT)
    assert charts.bands.isVisible()


def test_metric_scope_and_counting_are_chosen(view: LatencyView) -> None:
    bar, charts = view.bar, view.charts
    assert charts is not None
    samples = view.cards.cards[5]
    everybody = samples.figure.number
    bar.scope.setFocus()
    QTest.keyClick(bar.scope, Key.Key_Down)
    beat(view, 8)
    assert view.query().client == "a-resume"
    assert samples.figure.number != everybody
    QTest.keyClick(bar.scope, Key.Key_Up)
    QTest.mouseClick(bar.replayed, Button.LeftButton)
    beat(view, 8)
    assert samples.figure.below == "with 18 replayed"
    assert charts.bands.dots is not None
    assert len(charts.bands.dots) == 0
    assert bar.replayed.accessibleName() == "Replayed counted in"
    bar.kind.setFocus()
    QTest.keyClick(bar.kind, Key.Key_End)
    beat(view, 8)
    assert charts.title.text() == "Reconnect time"
    assert samples.figure.number == "3"
    assert view.cards.cards[2].figure.below == "too few samples (3)"


def test_a_metric_without_samples_says_what_it_needs(view: LatencyView) -> None:
    view.bar.kind.setCurrentIndex(view.bar.kind.findData("reply"))
    beat(view, 8)
    assert view.note.isVisible()
    assert view.note.text().endswith("Showing ping to pong instead.")
    assert view.charts is not None
    assert view.charts.title.text() == "Ping to pong"
    view.space.clock.select(START - 100 * NS, START - 50 * NS)
    view.bar.kind.setCurrentIndex(0)
    beat(view, 8)
    assert view.note.text().startswith("Nothing was measured")


def test_without_a_recording_there_are_words(dressed: object, qtbot: Any) -> None:
    from workbench.door.state import Mirror

    space = Workspace(Mirror(), lambda f: Source(Sample().reader()))
    view = show(qtbot, space)
    assert view.empty.isVisible()
    assert view.empty.text().startswith("No connections yet.")
    assert not view.body.isVisible()


def test_linear_and_log(view: LatencyView) -> None:
    charts = view.charts
    assert charts is not None
    assert charts.bands.span.log
    QTest.mouseClick(charts.linear, Button.LeftButton)
    beat(view, 8)
    assert not charts.bands.span.log
    assert charts.bands.span.low == 0
    assert charts.linear.isChecked()
    assert not charts.log.isChecked()


def test_a_hidden_view_does_not_work(view: LatencyView) -> None:
    view.showNormal()
    view._timer.start()
    view.hide()
    assert not view._timer.isActive()
    view.show()
    assert view._timer.isActive()
    view._timer.stop()


def test_each_beat_draws_one_part(view: LatencyView, monkeypatch: Any) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(view, "_draw", lambda part, query: drawn.append(part))
    view.space.clock.select(START, START + 20 * NS)
    for n in range(1, 5):
        view.refresh()
        assert len(drawn) == n
    view.refresh()
    assert sorted(drawn) == ["bands", "distribution", "figures", "scatter"]


def test_what_is_shown_leaves_as_a_file(view: LatencyView, tmp_path: Path) -> None:
    told: list[Notice] = []
    view.told.connect(told.append)
    view.write(str(tmp_path / "x.csv"))
    view.write(str(tmp_path / "x.png"))
    view.write(str(tmp_path / "none" / "x.csv"))
    view.write(str(tmp_path / "none" / "x.png"))
    lines = (tmp_path / "x.csv").read_text("utf-8").splitlines()
    assert lines[0].startswith("metric,start_ns")
    assert lines[1].startswith("lag,")
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    assert [notice.level for notice in told] == ["ok", "ok", "error", "error"]


@pytest.mark.parametrize("size", [(1104, 798), (924, 598), (720, 560)])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_every_size_is_drawn(
    story: LatencySample, qtbot: Any, dressed: Any, size: tuple[int, int], scale: float
) -> None:
    dressed.resize(scale)
    view = show(qtbot, make_space(story), *size)
    assert not view.grab().isNull()
    dressed.choose("light")
    beat(view, 8)
    assert view.grab().toImage().pixelColor(3, view.height() - 3).lightness() > 200


def test_every_focusable_part_has_a_name(view: LatencyView) -> None:
    view.toggle_table()
    nameless = [
        widget
        for widget in view.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.accessibleName()
        and not isinstance(widget.parent(), QAbstractScrollArea)
    ]
    assert nameless == []


def test_charts_are_loaded_when_they_are_first_shown() -> None:
    code = "import sys, workbench.gui.views; sys.exit('pyqtgraph' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


# --- places and pictures ----------------------------------------------------------------------


def test_lines_break_at_holes_and_bands_lie_between() -> None:
    x = np.array([0.05, 0.15, 0.25, 0.35, 0.75, 0.85])
    y = np.array([0.2, 0.4, np.nan, 0.4, 0.6, np.nan])
    line = picture.stretched(x, y, 0.05, 100)
    assert np.isfinite(line[:20]).all()
    assert np.isnan(line[21:29]).all()  # the column without samples
    assert line[10] == pytest.approx(0.31, abs=0.011)
    assert np.isnan(line[85:]).all()
    from PySide6.QtGui import QColor

    made = picture.bands([line * 0 + 0.2, line * 0 + 0.5, line * 0 + 0.8], 10,
                         QColor(1, 2, 3, 4), QColor(5, 6, 7, 8))  # fmt: skip
    assert made[3, 5].tolist() == [1, 2, 3, 4]
    assert made[6, 5].tolist() == [5, 6, 7, 8]
    assert made[9, 5].tolist() == [0, 0, 0, 0]
    assert made[3, 25].tolist() == [0, 0, 0, 0]


def test_ranges_move_in_steps() -> None:
    span, steps = value_span(17e6, 3.0e9, True)
    assert (span.low, span.high) == (1e7, 1e10) or span.high == 3e9
    assert steps[0] == span.low
    assert steps[-1] == span.high
    same, _ = value_span(17.5e6, 2.9e9, True)
    assert same.low == span.low
    even, lines = value_span(17e6, 300e6, False)
    assert (even.low, lines[0], lines[-1]) == (0, 0, even.high)
    assert even.high >= 300e6
    assert 3 <= len(lines) <= 7
    assert log_steps(1e6, 1e9)[0] <= 1e6


def test_places_go_there_and_back() -> None:
    for span in (Span(1e6, 1e9, True), Span(0, 1e9)):
        for value in (2e6, 5e7, 9e8):
            assert span.value(float(span.place(value))) == pytest.approx(value)
    assert np.isnan(Span(1e6, 1e9, True).place(np.array([np.nan]))).all()
    moments, digits = time_steps(START, START + 60 * NS, 900, 110)
    assert digits == 0
    assert (np.diff(moments) == 10 * NS).all()
