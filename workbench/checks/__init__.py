"""Floor 2. A history in, findings out; one check a file.

``judge`` (a whole history), ``explain`` (a client's verdict in words) and ``join`` (links
into clients) are loaded when they are first asked for: every check imports this package too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.checks._ground.identity import join
    from workbench.checks._judge import judge
    from workbench.checks._judge.explain import explain

__all__ = ["explain", "join", "judge"]


def __getattr__(name: str) -> Any:
    if name == "judge":
        from workbench.checks._judge import judge

        return judge
    if name == "explain":
        from workbench.checks._judge.explain import explain

        return explain
    if name == "join":
        from workbench.checks._ground.identity import join

        return join
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
