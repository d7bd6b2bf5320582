"""Floor 2. A history in, findings out; one check a file.

``judge`` is loaded when it is first asked for: a check imports this package too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.checks._judge import judge

__all__ = ["judge"]


def __getattr__(name: str) -> Any:
    if name == "judge":
        from workbench.checks._judge import judge

        return judge
    raise AttributeError(name)
