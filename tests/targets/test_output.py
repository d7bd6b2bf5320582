"""Output as lines: bounded whatever the server writes."""

from __future__ import annotations

from workbench.targets.output import MAX_LINE, LineSplitter, Log


def test_lines_come_out_whole_however_the_bytes_arrive():
    text = "first\r\nGrüße\n\nlast".encode()
    for size in (1, 2, 3, 100):
        splitter, lines = LineSplitter(), []
        for start in range(0, len(text), size):
            lines += splitter.feed(text[start : start + size])
        assert lines + splitter.end() == ["first", "Grüße", "last"]


def test_an_endless_line_is_cut_and_its_rest_left_out():
    splitter, lines = LineSplitter(), []
    for _ in range(1000):
        lines += splitter.feed(b"x" * 1000)
        assert len(splitter._rest) <= MAX_LINE + 1000
    lines += splitter.feed(b"\nnext\n")
    assert [len(line) for line in lines] == [MAX_LINE + len(" […]"), 4]


def test_bytes_that_are_no_text_are_shown_as_such():
    assert LineSplitter().feed(b"\xff\xfe\n") == ["\ufffd\ufffd"]


def test_the_log_keeps_the_last_lines_with_their_moments():
    moments = iter(range(100))
    log, heard = Log(3, lambda: next(moments)), []
    log.listeners.append(heard.append)
    for number in range(5):
        log.add("stdout", f"line {number}")
    assert [line.text for line in log.lines] == ["line 2", "line 3", "line 4"]
    assert [line.time for line in heard] == [0, 1, 2, 3, 4]
    assert log.tail(2) == "line 3\nline 4"
