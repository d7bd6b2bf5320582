"""The lines of each tab of the inspector."""

from __future__ import annotations

from collections.abc import Callable

from workbench.gui.timeline.lines_view import Shown
from workbench.panels.diff import Change
from workbench.panels.inspector import Inspected
from workbench.panels.tree import Line, Tree
from workbench.panels.wording import plain

VALUES = {"string": "ok", "number": "warn", "word": "info", "folded": "text2", "more": "text3"}
LONG = 4000  # characters of one value that are shown
Lines = tuple[int, Callable[[int], Shown]]


def pretty_lines(tree: Tree) -> Lines:
    """The folding tree."""
    return len(tree.lines), lambda i: _tree_line(tree.lines[i])


def _tree_line(line: Line) -> Shown:
    spans: list[tuple[str, str]] = []
    if line.label is not None:
        spans += [(f'"{plain(line.label, LONG)}"', "info"), (": ", "text2")]
    spans.append((plain(line.value, LONG), VALUES.get(line.kind, "text2")))
    if line.comma:
        spans.append((",", "text2"))
    fold = line.kind if line.kind in ("open", "folded") and line.depth else ""
    return Shown(tuple(spans), line.depth, fold=fold)


def raw_lines(it: Inspected) -> Lines:
    """The payload as it came."""
    lines = it.raw()
    return len(lines), lambda i: Shown(((plain(lines[i], LONG), "text"),))


def decoded_lines(it: Inspected) -> Lines:
    """What the decoders made of it, where that is no tree."""
    found = it.lines()
    return len(found), lambda i: Shown(((plain(found[i], LONG), "text"),))


def hex_lines(it: Inspected) -> Lines:
    """Offset, octets, characters."""

    def line(i: int) -> Shown:
        offset, octets, shown = it.hex_row(i)
        return Shown(((f"{offset}  ", "text3"), (f"{octets} ", "text"), (shown, "text2")))

    return it.hex_rows, line


def frame_lines(it: Inspected) -> Lines:
    """What is known of its frames."""
    facts = it.frame()
    return len(facts), lambda i: Shown(((facts[i][0].ljust(14), "text3"), (facts[i][1], "text")))


def diff_lines(changes: list[Change]) -> Lines:
    """Gone and new values, a line each."""
    found: list[Shown] = []
    for change in changes:
        name = f'"{plain(change.path, 200)}" '
        if change.before is not None:
            value = plain(change.before, LONG)
            spans = (("- ", "error"), (name, "info"), (value, "text"))
            found.append(Shown(spans, ground="tint_error"))
        if change.after is not None:
            value = plain(change.after, LONG)
            note = ((f" ({change.note})", "error"),) if change.note else ()
            after = (("+ ", "ok"), (name, "info"), (value, "text"), *note)
            found.append(Shown(after, ground="tint_ok"))
    return len(found), lambda i: found[i]
