"""The part that runs a service: the reference service, or the user's own command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from workbench.door import commands
from workbench.engine.service import Service
from workbench.model.errors import Whose, WorkbenchError

if TYPE_CHECKING:
    from workbench.engine.engine import Answer, Engine


class Services:
    """The one service of the session."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._service: Service | None = None

    def answers(self) -> dict[type, Answer]:
        """Start, stop, publish."""
        return {
            commands.StartService: self.start,
            commands.StopService: self._stop,
            commands.Publish: self._publish,
        }

    @property
    def running(self) -> Service | None:
        """The running service, if there is one."""
        return self._service

    def only(self) -> Service:
        """The running service; raises WorkbenchError (user) where there is none."""
        if self._service is None:
            raise WorkbenchError(
                "No service is running.",
                whose=Whose.USER,
                to_do="Start one first, or run the demo.",
            )
        return self._service

    async def start(self, command: commands.StartService) -> dict[str, Any]:
        """Start it; answers {"name", "address"}."""
        if self._service is not None:
            raise WorkbenchError(
                "A service is running already.", whose=Whose.USER, to_do="Stop it first."
            )
        session = await self._engine.parts.sessions.live()
        service = self._service = Service(self._engine, session, command)
        try:
            address = await service.start()
        except BaseException:
            self._service = None
            await service.close()
            raise
        return {"name": service.name, "address": address}

    async def _stop(self, command: commands.StopService) -> dict[str, Any]:
        self.only()
        await self.close()
        return {}

    async def _publish(self, command: commands.Publish) -> dict[str, Any]:
        try:
            payload = orjson.loads(command.payload)
        except ValueError as bad:
            raise WorkbenchError(
                "The payload is no JSON.", whose=Whose.USER, why=str(bad)
            ) from None
        return await self.only().publisher.publish(command.stream, payload)

    async def close(self) -> None:
        """End it."""
        service, self._service = self._service, None
        if service is not None:
            await service.close()
