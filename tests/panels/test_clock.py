"""The shared clock."""

from __future__ import annotations

from workbench.panels.clock import NS, STEPS, Clock


def following(last: float, first: float = 100) -> Clock:
    clock = Clock()
    clock.advance(round(first * NS), round(last * NS))
    return clock


def test_a_young_session_begins_at_its_own_start() -> None:
    clock = following(105)
    assert (clock.start, clock.width) == (100 * NS, STEPS[0])


def test_the_window_grows_in_steps_then_slides_with_the_newest_in_view() -> None:
    clock = following(115)
    assert clock.width == STEPS[1]
    clock.advance(100 * NS, 500 * NS)
    assert clock.width == STEPS[-1]
    assert clock.start < 500 * NS < clock.end


def test_a_selected_window_stays_while_records_come() -> None:
    clock = following(130)
    clock.select(110 * NS, 112 * NS)
    clock.advance(100 * NS, 900 * NS)
    assert (clock.start, clock.end) == (110 * NS, 112 * NS)


def test_earlier_and_later_windows() -> None:
    clock = following(130)
    before = (clock.start, clock.end)
    clock.select(110 * NS, 112 * NS)
    assert clock.earlier()
    assert (clock.start, clock.end) == before
    assert clock.later()
    assert (clock.start, clock.end) == (110 * NS, 112 * NS)
    assert not clock.later()


def test_zoom_keeps_the_moment_under_the_pointer() -> None:
    clock = following(130)
    clock.select(100 * NS, 120 * NS)
    clock.zoom(0.5, 105 * NS)
    assert (clock.start, clock.end) == (round(102.5 * NS), round(112.5 * NS))


def test_no_window_is_empty_and_none_is_endless() -> None:
    clock = following(130)
    clock.select(5, 5)
    assert clock.width > 0
    for _ in range(200):
        clock.zoom(10)
    assert clock.width <= 200 * NS


def test_a_cursor_out_of_the_window_brings_it_along_when_asked() -> None:
    clock = following(130)
    clock.select(110 * NS, 112 * NS)
    clock.set_cursor(500 * NS)
    assert clock.start == 110 * NS
    clock.set_cursor(500 * NS, reveal=True)
    assert clock.start < 500 * NS < clock.end


def test_listeners_hear_of_each_change_until_they_stop() -> None:
    clock, heard = Clock(), []
    stop = clock.listen(lambda: heard.append(clock.version))
    clock.pan(5)
    stop()
    clock.pan(5)
    assert heard == [1]
