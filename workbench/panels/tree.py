"""A JSON value as lines that fold, made as they are opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from workbench.model.tree import Figure, Note, Pairs
from workbench.panels.preview import scalar

#: Lines opened by themselves, members shown of one object or array, and how deep lines go.
OPENED = 400
MEMBERS = 2000
DEPTH = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``label`` is a member's name (None in arrays), ``value`` what stands there.

    ``kind``: string, number, word, open, close, folded, more.  ``path`` names the value as
    filters do (``json.order.total``)."""

    depth: int
    label: str | None
    value: str
    kind: str
    path: str
    comma: bool = False
    raw: Any = field(default=None, compare=False, repr=False)


class Tree:
    """The lines of one value; ``toggle`` folds and opens an object or array by its path."""

    def __init__(self, value: Any) -> None:
        self._value = value
        self._folded: set[str] = set()
        self._opened: set[str] = set()
        self.lines: list[Line] = []
        self._make()

    def toggle(self, path: str) -> None:
        """Fold what is open, open what is folded."""
        line = next(
            (n for n in self.lines if n.path == path and n.kind in ("open", "folded")), None
        )
        if line is None:
            return
        if line.kind == "open":
            self._folded.add(path)
            self._opened.discard(path)
        else:
            self._folded.discard(path)
            self._opened.add(path)
        self._make()

    def fold_all(self, *, folded: bool) -> None:
        """Fold every member of the outermost value, or open what OPENED allows."""
        self._opened.clear()
        self._folded = set()
        if folded:
            self._folded = {n.path for n in self.lines if n.kind == "open" and n.depth == 1}
        self._make()

    def _make(self) -> None:
        self.lines = []
        self._left = OPENED
        self._put(None, self._value, "json", 0, comma=False)

    def _put(self, label: str | None, value: Any, path: str, depth: int, *, comma: bool) -> None:
        members = _members(value)
        if members is None:
            self.lines.append(Line(depth, label, literal(value), _kind(value), path, comma, value))
            return
        left, right = ("{", "}") if isinstance(value, Pairs) else ("[", "]")
        self._left -= 1
        if not value:
            self.lines.append(Line(depth, label, left + right, "word", path, comma, value))
        elif self._is_folded(path, depth, len(value)):
            text = f"{left} {len(value)} {right}"
            self.lines.append(Line(depth, label, text, "folded", path, comma, value))
        else:
            self.lines.append(Line(depth, label, left, "open", path, False, value))
            self._put_members(value, path, depth)
            self.lines.append(Line(depth, None, right, "close", path, comma))

    def _put_members(self, value: Any, path: str, depth: int) -> None:
        shown = min(len(value), MEMBERS)
        for i, (label, member) in enumerate(_first(value, shown)):
            place = f"{path}.{label}" if label is not None else f"{path}.{i}"
            self._put(label, member, place, depth + 1, comma=i + 1 < len(value))
            self._left -= 1
        if shown < len(value):
            text = f"… {len(value) - shown} more"
            self.lines.append(Line(depth + 1, None, text, "more", path + ".…"))

    def _is_folded(self, path: str, depth: int, size: int) -> bool:
        if path in self._opened:
            return depth >= DEPTH
        return path in self._folded or depth >= DEPTH or (depth > 0 and size > self._left)


def _members(value: Any) -> Any:
    return value if isinstance(value, list) else None


def _first(value: Any, count: int) -> Iterator[tuple[str | None, Any]]:
    if isinstance(value, Pairs):
        yield from value[:count]
    else:
        for member in value[:count]:
            yield None, member


def literal(value: Any) -> str:
    """A value as JSON writes it; controls stay escaped, so that a line stays a line."""
    if isinstance(value, Figure) or not isinstance(value, str):
        return scalar(value)
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


def _kind(value: Any) -> str:
    if isinstance(value, Note):
        return "word"
    if isinstance(value, Figure):
        return "number"
    return "string" if isinstance(value, str) else "word"


def flat(value: Any, limit: int = 2000) -> dict[str, str]:
    """Every scalar by its path (``order.total``), at most ``limit`` of them."""
    found: dict[str, str] = {}
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting and len(found) < limit:
        path, at = waiting.pop()
        if isinstance(at, list):
            members = list(_first(at, MEMBERS))
            named = [(n if n is not None else str(i), v) for i, (n, v) in enumerate(members)]
            waiting += [(f"{path}.{n}" if path else n, v) for n, v in reversed(named)]
        else:
            found[path] = literal(at)
    return found
