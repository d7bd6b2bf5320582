"""Places in a JSON value, in the three ways people write them.

``/a/b/0`` is a JSON pointer (RFC 6901), ``$.a.b[0]`` a JSONPath (RFC 9535, names and
indexes only), ``json.a.b[0]`` the workbench's own way in filters.
"""

from __future__ import annotations

import re
from typing import Any

from workbench.model.errors import Whose, WorkbenchError

Steps = tuple[str, ...]

#: One step of a JSONPath: ``.name``, ``[0]``, ``['name']`` or ``["name"]``.
STEP = re.compile(r"""\.([^.\[\]]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]""")

MISSING: Any = object()
"""What ``find`` answers where there is nothing (null is something)."""


def parse(text: str) -> Steps:
    """The steps of a place.  Raises WorkbenchError (user) where it is written in no known way."""
    if text in ("", "$", "json"):
        return ()
    if text.startswith("/"):
        # RFC 6901 section 4: first ~1, then ~0, so that ~01 is "~1".
        return tuple(s.replace("~1", "/").replace("~0", "~") for s in text[1:].split("/"))
    start = 1 if text.startswith("$") else 4 if re.match(r"json[.\[]", text) else 0
    if start:
        matches = list(STEP.finditer(text, start))
        if matches and "".join(m[0] for m in matches) == text[start:]:
            return tuple(next(g for g in m.groups() if g is not None) for m in matches)
    raise WorkbenchError(
        f"`{text[:100]}` is no place in a message.",
        whose=Whose.USER,
        to_do="Write it as json.a.b, /a/b or $.a.b[0].",
    )


def find(value: Any, steps: Steps) -> Any:
    """What stands at a place, or ``MISSING``."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step, MISSING)
        elif isinstance(value, list) and step.isascii() and step.isdigit() and len(step) < 10:
            value = value[int(step)] if int(step) < len(value) else MISSING
        else:
            return MISSING
    return value


def as_pointer(steps: Steps) -> str:
    """The place as a JSON pointer."""
    return "".join("/" + s.replace("~", "~0").replace("/", "~1") for s in steps)
