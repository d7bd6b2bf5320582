"""A fault that is on, as a link sees it: hooks with their settings and luck already bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

from workbench.model.action import AnswerAction, ByteAction, MessageAction, OpeningAction
from workbench.model.passing import Answer, Bytes, Message, Opening

#: The hooks a fault may have; one that has any lasts until it is healed.
HOOKS = ("on_bytes", "on_message", "on_opening", "on_answer")


class Luck(Protocol):
    """Chance, handed in (house rule 3): what ``random.Random`` offers, as far as it is used."""

    def random(self) -> float:
        """Evenly from 0 to 1."""
        ...

    def randint(self, a: int, b: int) -> int:
        """A whole number, both ends included."""
        ...

    def gauss(self, mu: float, sigma: float) -> float:
        """Normally distributed."""
        ...

    def paretovariate(self, alpha: float) -> float:
        """Pareto distributed, at least 1."""
        ...


@dataclass(frozen=True, slots=True)
class Applied:
    """One fault on one link.  A hook that is None has nothing to say."""

    id: str
    on_bytes: Callable[[Bytes], Sequence[ByteAction]] | None = None
    on_message: Callable[[Message], Sequence[MessageAction]] | None = None
    on_opening: Callable[[Opening], Sequence[OpeningAction]] | None = None
    on_answer: Callable[[Answer], Sequence[AnswerAction]] | None = None


def lasts(unit: ModuleType) -> bool:
    """True for a fault that has a hook: it needs a link that passes through a proxy."""
    return any(hasattr(unit, hook) for hook in HOOKS)


def apply(number: str, unit: ModuleType, settings: Any, luck: Luck) -> Applied:
    """The unit's hooks for one link; each link has luck of its own, so that what happens on
    one does not depend on the traffic of another."""

    def bound(hook: str) -> Any:
        call = getattr(unit, hook, None)
        if call is None:
            return None

        def asked(facts: Any) -> Any:
            return call(settings, facts, luck)

        return asked

    return Applied(number, **{hook: bound(hook) for hook in HOOKS})


__all__ = ["HOOKS", "Applied", "Luck", "apply", "lasts"]
