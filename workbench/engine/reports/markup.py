"""HTML and SVG whose texts are escaped by construction: only ``Markup`` goes in as it is."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


Content = str | int | float | None | Iterable["Content"]

#: HTML elements without content (HTML, section 13.1.2, "Void elements").
VOID = frozenset({"meta", "br", "hr"})


def inner(content: Content) -> str:
    """Content as markup: escaped unless it is Markup; None is nothing."""
    if content is None:
        return ""
    if isinstance(content, Markup):
        return str(content)
    if isinstance(content, str | int | float):
        return escape(str(content))
    return "".join(inner(each) for each in content)


def el(tag: str, *content: Content, **attributes: object) -> Markup:
    """An element.  ``class_`` is ``class``, ``stroke_width`` is ``stroke-width``; an attribute
    that is None is left out."""
    words = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_value(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in VOID:
        return Markup(f"<{tag}{words}>")
    return Markup(f"<{tag}{words}>{''.join(inner(each) for each in content)}</{tag}>")


def _value(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def joined(parts: Iterable[Markup]) -> Markup:
    """Pieces one after the other."""
    return Markup("".join(parts))
