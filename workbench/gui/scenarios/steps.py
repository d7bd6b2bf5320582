"""The steps of a scenario: what each does, where the run is, what it took, each check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workbench.gui.dock_delegate import LEFT, RIGHT, ground, ring, text
from workbench.gui.look import icons
from workbench.gui.look.theme import px, theme, ui
from workbench.gui.scenarios.rows import ROW, Index, RowList
from workbench.panels import words
from workbench.panels.scenario_runs import state_of
from workbench.panels.scenarios import Outline

STATES = {
    "done": ("check", "ok", "done"),
    "running": ("reconnect", "info", "running now"),
    "failed": ("error", "error", "failed"),
    "skipped": ("minus", "text3", "not reached"),
    "waiting": ("", "text3", ""),
}
CHECKS = {"valid": ("check", "ok"), "invalid": ("error", "error"), "unknown": ("clock", "text2")}


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step, a check under the last one, or an error; ``level`` is 1 for the latter."""

    key: str
    strong: str
    rest: str = ""
    icon: str = ""
    state: str = "waiting"
    took: str = ""
    level: int = 0
    tone: str = ""
    line: int = 0
    fixed: bool = False

    @property
    def spoken(self) -> str:
        state = STATES[self.state][2] if self.state in STATES else ""
        return ", ".join(filter(None, (f"{self.strong} {self.rest}".strip(), state, self.took)))


def step_rows(
    shown: Outline,
    value: Mapping[str, Any],
    checks: Sequence[Mapping[str, Any]],
    error: tuple[int, str],
) -> list[StepRow]:
    """The rows of an outline.  ``value`` and ``checks`` are what the engine tells of this file,
    or empty; ``error`` the line and the reason of what is wrong with it ("": nothing)."""
    rows: list[StepRow] = []
    line, why = error
    wrong = shown.at(line) if why else None
    if why and wrong is None:
        rows.append(StepRow("error", why, level=1, icon="error", tone="error", line=line))
    for n, item in enumerate(shown.items):
        state, took = state_of(item, value)
        rows.append(StepRow(
            f"{n}", item.strong, item.rest, item.icon, state, took, line=item.line,
        ))  # fmt: skip
        if item is wrong:
            rows.append(StepRow("error", why, level=1, icon="error", tone="error", line=line))
        if item.checks:
            rows += _checks(item.checks, item.line, checks)
    return rows


def _checks(texts: Sequence[str], line: int, told: Sequence[Mapping[str, Any]]) -> list[StepRow]:
    by_text = {str(check.get("text")): check for check in told}
    rows = []
    for n, said in enumerate(texts):
        check = by_text.get(said)
        icon, tone = CHECKS.get(str(check["verdict"]), CHECKS["unknown"]) if check else ("", "")
        found = words.shown(str(check.get("found", "")), 60) if check else ""
        verdict = str(check["verdict"]) if check else ""
        rest = f": {found}" if found and verdict != "valid" else ""
        rows.append(
            StepRow(f"check {n}", said, rest, icon or "minus", level=1, tone=tone, line=line)
        )
    return rows


class StepDelegate(QStyledItemDelegate):
    """36 px a step, 24 px a check."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = index.data(ROW)
        if row is not None and row.key == "error":
            metrics = QFontMetrics(ui())
            view = option.widget
            wide = view.viewport().width() if isinstance(view, QListView) else px(400)
            room = QRect(0, 0, max(px(120), wide - px(109)), px(200))
            high = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, row.strong).height()
            return QSize(px(200), high + px(10))
        return QSize(px(200), px(24 if row is not None and row.level else 36))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, area, p = index.data(ROW), option.rect, theme().palette
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if row.state == "running":
            painter.fillRect(area, QColor(p.selection))
        elif row.key == "error":
            painter.fillRect(area, QColor(p.tint_error))
        ground(painter, area, selected, bool(option.state & QStyle.StateFlag.State_MouseOver))
        if row.level:
            self._check(painter, area, row)
        else:
            painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), QColor(p.border))
            self._step(painter, area, row)
        ring(painter, option)
        painter.restore()

    def _step(self, painter: QPainter, area: QRect, row: StepRow) -> None:
        p, side = theme().palette, px(15)
        middle = area.center().y() - side // 2
        icon, token, _ = STATES[row.state]
        if icon:
            spot = QRect(area.left() + px(16), middle, side, side)
            icons.paint(painter, icon, spot, getattr(p, token))
        dim = row.state == "skipped"
        spot = QRect(area.left() + px(44), middle, side, side)
        icons.paint(painter, row.icon, spot, p.text3 if dim else p.text2)
        line = area.adjusted(px(72), 0, -px(16), -1)
        if row.took:
            wide = text(painter, line, row.took, theme().mono(12), p.text2, RIGHT)
            line.setRight(line.right() - wide - px(12))
        wide = text(painter, line, row.strong, ui(600), p.text2 if dim else p.text, LEFT)
        text(painter, line.adjusted(wide + px(6), 0, 0, 0), row.rest, ui(400), p.text2, LEFT)

    def _check(self, painter: QPainter, area: QRect, row: StepRow) -> None:
        p, side = theme().palette, px(13)
        colour = getattr(p, row.tone) if row.tone else p.text2
        spot = QRect(area.left() + px(72), area.center().y() - side // 2, side, side)
        icons.paint(painter, row.icon, spot, colour)
        line = area.adjusted(px(93), 0, -px(16), 0)
        if row.key == "error":
            painter.setFont(ui())
            painter.setPen(QColor(p.error))
            middle = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(line, middle, row.strong)
            return
        wide = text(painter, line, row.strong, ui(400), p.text2, LEFT)
        text(painter, line.adjusted(wide, 0, 0, 0), row.rest, ui(500), colour, LEFT)


class StepList(RowList):
    """``line_of`` says which line of the source a row stands for."""

    def __init__(self) -> None:
        super().__init__("Steps", StepDelegate())
        self.itemDelegate().setParent(self)
        self.setResizeMode(QListView.ResizeMode.Adjust)

    def line_of(self, key: str) -> int:
        """Line of a row's table, 0: unknown."""
        found = next((row for row in self.model_.rows if row.key == key), None)
        return found.line if isinstance(found, StepRow) else 0
