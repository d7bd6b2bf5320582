"""Reads a page back as a browser's parser would: elements, texts, and whether they close."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from workbench.engine.reports.markup import VOID


@dataclass
class Node:
    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def every(self, tag: str, class_: str = "") -> list[Node]:
        """All elements below of a tag (and a class)."""
        found = []
        for child in self.children:
            if isinstance(child, Node):
                classes = (child.attributes.get("class") or "").split()
                if child.tag == tag and (not class_ or class_ in classes):
                    found.append(child)
                found += child.every(tag, class_)
        return found

    @property
    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text for c in self.children)


class PageReader(HTMLParser):
    """``root`` holds the page; a tag closed out of turn raises."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.root = Node("")
        self._open = [self.root]
        self.feed(page)
        self.close()
        assert len(self._open) == 1, f"<{self._open[-1].tag}> is never closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)
