"""The one style sheet, made from the tokens.

Widgets choose a dress by the dynamic property ``look`` (``set_look``):
buttons ``primary``, ``danger`` (outlined), ``quiet`` (no edge), ``link``, ``segment``;
labels ``title``, ``heading``, ``second``, ``third``, ``mono``, ``error``;
frames ``card``, ``panel``, ``bar``, and ``chip`` labels with ``state`` ok, warn, error, info.
"""

from __future__ import annotations

from collections.abc import Callable
from string import Template

from workbench.gui.look.sheet_parts import PARTS
from workbench.gui.look.tokens import THEMES, Palette
from workbench.resources import resources_dir


def style_sheet(name: str, px: Callable[[float], int]) -> str:
    """The sheet for a theme; ``px`` turns lengths of the design into pixels.

    A style sheet can only name a picture by its file: the arrow of boxes lies ready in the
    ink of each theme (``resources/arrows``).
    """
    palette = THEMES[name]
    words: dict[str, object] = {
        name: getattr(palette, name) for name in Palette.__dataclass_fields__ if name != "series"
    }
    words |= {f"p{n}": f"{px(n)}px" for n in (*range(33), 48)}
    words["arrow"] = (resources_dir() / "arrows" / f"{name}.svg").as_posix()
    return "\n".join(Template(part).substitute(words) for part in PARTS)
