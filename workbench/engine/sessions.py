"""The part that begins, opens and ends recordings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.door.commands import NewSession, OpenRecording, SetRecording
from workbench.engine.session import Session
from workbench.journal.recording import Recording
from workbench.model.errors import Whose, WorkbenchError

if TYPE_CHECKING:
    from workbench.engine.engine import Answer, Engine


class Sessions:
    """One session at a time: the live recording, or one opened to look at."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def answers(self) -> dict[type, Answer]:
        """New, open, record on and off."""
        return {
            NewSession: self._new,
            OpenRecording: self._open,
            SetRecording: self._set_recording,
        }

    async def live(self) -> Session:
        """The live session, begun when there is none (recording is on from the first byte)."""
        if self._engine.session is None:
            await self.begin(Path(), "")
        assert self._engine.session is not None
        return self._engine.session

    async def begin(self, folder: Path, title: str) -> Session:
        """Begin a new recording; the one before is written to its end."""
        await self.close()
        now = datetime.now().astimezone()
        title = title or f"Session {now:%H:%M}"
        if folder == Path():
            folder = self._fresh(f"{now:%Y-%m-%d %H.%M.%S}")
        session = Session(folder, title, self._engine.clock, self._engine.mirror)
        self._engine.session = session
        session.start()
        await self._engine.parts.judge.follow(folder)
        return session

    def _fresh(self, name: str) -> Path:
        folder, n = self._engine.recordings / name, 1
        while folder.exists():
            n += 1
            folder = self._engine.recordings / f"{name} ({n})"
        return folder

    async def _new(self, command: NewSession) -> dict[str, Any]:
        session = await self.begin(
            Path(command.folder) if command.folder else Path(), command.title
        )
        return {"folder": str(session.folder)}

    async def _open(self, command: OpenRecording) -> dict[str, Any]:
        path = Path(command.path)
        recording = Recording.open(path)
        await self.close()
        value = {
            "folder": str(recording.folder),
            "title": path.name,
            "recording": False,
            "started": int(recording.info.get("anchor", 0)),
            "records": recording.refresh(),
            "acknowledged": recording.count,
            "messages": recording.count,
            "bytes": recording.bytes,
            "limit": 0,
            "dropped": 0,
            "rate_in": 0.0,
            "rate_out": 0.0,
            "live": False,
            "error": None,
        }
        for text in recording.damage:
            self._engine.tell("warn", str(text))
        self._engine.mirror.put("session", "current", value)
        await self._engine.parts.judge.follow(recording.folder)
        return {"folder": str(recording.folder)}

    async def _set_recording(self, command: SetRecording) -> dict[str, Any]:
        session = self._engine.session
        if session is None:
            raise WorkbenchError(
                "There is nothing to record.",
                whose=Whose.USER,
                to_do="Connect to a server, start a proxy or run the demo first.",
            )
        session.recording = command.on
        return {}

    async def close(self) -> None:
        """Write the live recording to its end."""
        await self._engine.parts.deploying.conclude()  # what it measured belongs in this one
        session, self._engine.session = self._engine.session, None
        if session is not None:
            await session.close()
            self._engine.mirror.put("session", "current", None)
