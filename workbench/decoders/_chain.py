"""Decoders one after the other, each picked by what the bytes look like."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from workbench import decoders
from workbench.model.words import Opcode
from workbench.units.discovery import discover
from workbench.units.shapes import Decoded, DecodeError, Limits


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of the chain.  ``steps`` are (typed name, title, facts), outermost first;
    ``payload`` is what the last decoder was given."""

    steps: tuple[tuple[str, str, str], ...]
    decoded: Decoded
    payload: bytes

    @property
    def how(self) -> str:
        """``Socket.IO event › JSON``."""
        return " › ".join(facts or title for _, title, facts in self.steps)

    @property
    def name(self) -> str:
        """The typed name of the last decoder."""
        return self.steps[-1][0]

    @property
    def tree(self) -> Any:
        """The tree; None where there is none."""
        return self.decoded.tree


def read(payload: bytes, opcode: int, limits: Limits | None = None) -> Outcome:
    """What a payload says.  Never raises, whatever was sent."""
    limits = limits or Limits()
    steps: list[tuple[str, str, str]] = []
    while True:
        name, decoded = _best(payload, opcode, limits)
        steps.append((name, _units()[name].TITLE, decoded.facts))
        if decoded.inner is None or len(steps) >= limits.steps:
            return Outcome(tuple(steps), decoded, payload)
        payload = decoded.inner
        opcode = Opcode.TEXT if _is_text(payload) else Opcode.BINARY


@cache
def _units() -> dict[str, ModuleType]:
    return discover(decoders)


def _best(payload: bytes, opcode: int, limits: Limits) -> tuple[str, Decoded]:
    """``hex`` reads everything, so that there always is one."""
    sure = {name: _recognise(unit, payload, opcode) for name, unit in _units().items()}
    for name in sorted((n for n in sure if sure[n] > 0), key=lambda n: (-sure[n], n)):
        try:
            return name, _units()[name].decode(payload, limits)
        except DecodeError:
            continue
        except (ValueError, ArithmeticError, LookupError, RecursionError, MemoryError):
            continue  # a hostile payload takes the next decoder, and closes no window
    return "hex", Decoded()


def _recognise(unit: ModuleType, payload: bytes, opcode: int) -> float:
    try:
        return float(unit.recognise(payload, opcode))
    except (ValueError, ArithmeticError, LookupError, RecursionError, MemoryError):
        return 0.0


def _is_text(payload: bytes) -> bool:
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
