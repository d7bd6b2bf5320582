"""One strategy being carried out: the loop, what it is measured by, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from workbench.engine.measures import Measures
from workbench.engine.service import Service
from workbench.engine.service_acts import Acts
from workbench.engine.storm import Storm
from workbench.model import action
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.words import Kind
from workbench.targets.conditions import Reached, done_of
from workbench.targets.hook import run_hook
from workbench.targets.output import Line

if TYPE_CHECKING:
    from workbench.engine.engine import Engine
    from workbench.engine.session import Session

#: Wishes whose failure means that the new version can't be brought up.
OF_THE_NEW = (action.StartReplica, action.AddReplica, action.WaitReady)


class DeployRun:
    """``tell(**changes)`` shows progress; ``abort`` is set by whoever wants it to stop."""

    def __init__(
        self,
        engine: Engine,
        session: Session,
        service: Service | None,
        tell: Callable[..., None],
    ) -> None:
        self._engine = engine
        self._session = session
        self._service = service
        self._tell = tell
        self.abort = asyncio.Event()
        self.watched = False  # an observation: to stop it is its end
        self.new_failed = False  # it stopped because the new version did not come up
        now = engine.clock.now()
        ours = (lambda a: service.publisher.sent_from(a.peer, a.at)) if service else bool
        self.measures = Measures(now, engine.mirror["connection"], Storm(now, ours))
        self._clients = sum(service.loads().values()) if service else 0
        self._unlisten = engine.mirror.listen(self._changed)
        self._acts: Acts | None = None
        if service is not None:
            self._acts = Acts(service, engine.clock.now, self.say)
            service.on_arrival = self.measures.storm.arrived
            service.on_state = self._state

    def say(self, event: str, **facts: Any) -> None:
        """A DEPLOY record."""
        self._session.say(Kind.DEPLOY, {"event": event, **facts})

    # --- the loop -------------------------------------------------------------------------

    async def play(self, steps: Iterable[action.DeployAction]) -> None:
        """Carry the steps out; after an abort, up to the next announcement.

        Raises WorkbenchError where a step fails; ``new_failed`` then says of what kind."""
        self.new_failed = False
        for wish in steps:
            if self.abort.is_set() and isinstance(wish, action.Announce):
                return
            try:
                await self._carry_out(wish)
            except WorkbenchError:
                self.new_failed = isinstance(wish, OF_THE_NEW)
                raise

    async def _carry_out(self, wish: action.DeployAction) -> None:
        match wish:
            case action.Announce(text, step, steps, replica):
                self._tell(text=text, step=step, steps=steps)
                self.say("step", text=text, step=step, steps=steps, replica=replica)
            case action.Pause(seconds):
                await self._unless_aborted(asyncio.sleep(seconds))
            case action.RunHook(command, done_when, timeout):
                await self._hook(command, done_when, timeout)
            case action.Watch(done_when, timeout):
                await self._watch(done_when, timeout)
            case _ if self._acts is not None:
                await self._acts.carry_out(wish)
            case _:
                raise WorkbenchError("There is no server to deploy to.", whose=Whose.USER)

    async def _hook(self, command: str, done_when: str, timeout: float) -> None:
        self.say("hook", command=command[:1000], done_when=done_when, timeout=timeout)
        run = run_hook(command, done_when, timeout, self._line, self._engine.clock.now)
        done = await self._unless_aborted(run)
        self.say("hook-end", command=command[:1000], done=done)

    def _line(self, line: Line) -> None:
        value = {"event": "log", "replica": "hook", "text": line.text[:2000]}
        self._session.say(Kind.NOTE, {**value, "source": line.source})

    async def _watch(self, done_when: str, timeout: float | None) -> None:
        self.watched = True
        done = done_of(done_when) if done_when else None
        if done_when and not isinstance(done, Reached):
            raise WorkbenchError(
                f"`{done_when[:200]}` can't be watched.",
                whose=Whose.USER,
                to_do="Write tcp host:port or http://host:port/path.",
            )
        wait = done.wait() if isinstance(done, Reached) else asyncio.Event().wait()
        with contextlib.suppress(TimeoutError):
            await self._unless_aborted(asyncio.wait_for(wait, timeout))

    async def _unless_aborted(self, work: Coroutine[Any, Any, Any]) -> bool:
        """True when it was done, False when an abort came first and ended it."""
        task, stop = asyncio.ensure_future(work), asyncio.ensure_future(self.abort.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
                return True
            return False
        finally:
            for each in (task, stop):
                each.cancel()
            await asyncio.gather(task, stop, return_exceptions=True)

    # --- measuring ------------------------------------------------------------------------

    def _changed(self, topic: str, key: str, value: dict[str, Any] | None) -> None:
        if topic == "connection":
            self.measures.client(key, value)

    def _state(self, name: str, state: str, version: str, reason: str) -> None:
        self.measures.replica(self._engine.clock.now(), name, state, version, reason)

    @property
    def settled(self) -> bool:
        """Those we know by name are back, and as many as before are on the replicas: clients
        that come from elsewhere have no name."""
        there = sum(self._service.loads().values()) if self._service is not None else 0
        return self.measures.settled and there >= self._clients

    def measured(self) -> dict[str, Any]:
        """What has been measured so far."""
        loads = self._service.loads() if self._service is not None else Counter[str]()
        return self.measures.value(self._engine.clock.now(), loads)

    def end_acts(self) -> None:
        """Nothing is carried out any more; measuring goes on."""
        if self._acts is not None:
            self._acts.close()
            self._acts = None

    def conclude(self) -> dict[str, Any]:
        """Measuring is over: the record and the mirror get it."""
        self._unlisten()
        if self._service is not None:
            self._service.on_arrival = lambda _: None
            self._service.on_state = lambda *_: None
        measured = self.measured()
        self.say("measured", **measured)
        self._tell(measured=measured)
        return measured
