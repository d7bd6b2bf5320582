"""The parts of an engine, in the order in which they are made (and ended backwards)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.engine.connections import Connections
from workbench.engine.demo import Demo
from workbench.engine.deploying import Deploying
from workbench.engine.faulting import Faulting
from workbench.engine.judge_part import JudgePart
from workbench.engine.presets import Presets
from workbench.engine.proxies import Proxies
from workbench.engine.scenarios import Scenarios
from workbench.engine.services import Services
from workbench.engine.sessions import Sessions

if TYPE_CHECKING:
    from workbench.engine.engine import Engine, Part


class Parts:
    """The parts by name; each knows the others through the engine."""

    def __init__(self, engine: Engine) -> None:
        self.judge = JudgePart(engine)
        self.sessions = Sessions(engine)
        self.connections = Connections(engine)
        self.proxies = Proxies(engine)
        self.services = Services(engine)
        self.faulting = Faulting(engine)
        self.presets = Presets(engine)
        self.deploying = Deploying(engine)
        self.demo = Demo(engine)
        self.scenarios = Scenarios(engine)

    def in_order(self) -> list[Part]:
        """As they were made."""
        return list(vars(self).values())
