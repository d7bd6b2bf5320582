"""Presets: faults with their times, as data files (resources/presets/*.toml)."""

from __future__ import annotations

import asyncio
import contextlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from workbench import faults
from workbench.door.commands import Heal, Inject, RunPreset
from workbench.model.errors import Whose, WorkbenchError
from workbench.resources import resources_dir
from workbench.units.discovery import discover
from workbench.units.settings import build, fields_of, seconds, setting, unknown_key

if TYPE_CHECKING:
    from workbench.engine.engine import Answer, Engine

MOST_BYTES = 64 * 1024
MOST_FAULTS = 1000


@dataclass(frozen=True, slots=True)
class Preset:
    """What a file begins with."""

    title: str = setting("", help="What a person reads.")
    sees: str = setting("", help="What the client sees, one sentence.")


@dataclass(frozen=True, slots=True)
class Timed:
    """One fault of a preset: when, which, and its settings."""

    at: float
    fault: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sequence:
    """A checked preset; ``seconds`` until its last fault is over (one that does not end by
    itself is healed then)."""

    name: str
    title: str
    sees: str
    faults: tuple[Timed, ...]
    seconds: float


def folder() -> Path:
    """Where the presets that come with the program lie."""
    return resources_dir() / "presets"


def all_presets() -> dict[str, Sequence]:
    """The presets that come with the program, by the name a user types."""
    return {path.stem: read_preset(path) for path in sorted(folder().glob("*.toml"))}


def find(name: str) -> Path:
    """The file of a preset.  Raises WorkbenchError (user)."""
    known = {path.stem: path for path in sorted(folder().glob("*.toml"))}
    if name in known:
        return known[name]
    if name.endswith(".toml"):
        return Path(name)
    raise WorkbenchError(
        f"There is no preset named `{name}`.",
        whose=Whose.USER,
        to_do=f"Known presets: {', '.join(known)}; or the path of a .toml file.",
    )


def read_preset(path: Path) -> Sequence:
    """The preset in a file.  Raises WorkbenchError (user) with what is wrong in it."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise ValueError(f"it has more than {MOST_BYTES} bytes")
        value = tomllib.loads(data.decode())
    except (OSError, ValueError, RecursionError) as bad:
        raise WorkbenchError(
            f"The preset {path} can't be read.", whose=Whose.USER, why=f"{bad}.".replace("..", ".")
        ) from None
    return parse_preset(path.stem, value, str(path))


def parse_preset(name: str, value: dict[str, Any], where: str) -> Sequence:
    """A checked preset; ``where`` names the file in errors."""
    tables = value.pop("fault", [])
    head = build(Preset, value, where)
    good = isinstance(tables, list) and all(isinstance(table, dict) for table in tables)
    if not good or not 0 < len(tables) <= MOST_FAULTS:
        raise WorkbenchError(
            f"{where} names no faults.", whose=Whose.USER, to_do="Write [[fault]], one table each."
        )
    timed = [_timed(table, f"{where}, fault {i + 1}") for i, table in enumerate(tables)]
    timed.sort(key=lambda each: each.at)
    ends = [each.at + _length(each) for each in timed]
    return Sequence(name, head.title or name, head.sees, tuple(timed), max(ends))


def _timed(table: dict[str, Any], where: str) -> Timed:
    units = discover(faults)
    given = dict(table)
    at, do = given.pop("at", 0.0), given.pop("do", None)
    if do not in units:
        raise unknown_key(str(do), list(units), where)
    begins = seconds(at) if isinstance(at, str) else at
    if isinstance(begins, bool) or not isinstance(begins, int | float) or not 0 <= begins < 1e6:
        raise WorkbenchError(
            f"`at` in {where} can't be used: it must be a time.",
            whose=Whose.USER,
            to_do="Write seconds, or a duration like 500ms.",
        )
    build(units[do].Settings, given, where)
    return Timed(float(begins), do, given)


def _length(timed: Timed) -> float:
    unit = discover(faults)[timed.fault]
    if "seconds" not in {field.name for field in fields_of(unit.Settings)}:
        return 0.0
    return build(unit.Settings, timed.settings, timed.fault).seconds or 0.0


class Presets:
    """The part that runs one preset at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._task: asyncio.Task[None] | None = None

    def answers(self) -> dict[type, Answer]:
        """Run."""
        return {RunPreset: self.run}

    async def run(self, command: RunPreset) -> dict[str, Any]:
        """Begin it; the first faults are on when this returns."""
        preset = read_preset(find(command.name))
        if self._task is not None and not self._task.done():
            raise WorkbenchError(
                "A preset is running already.", whose=Whose.USER, to_do="Heal, then begin it."
            )
        on: list[str] = []
        first = [timed for timed in preset.faults if timed.at == 0]
        for timed in first:
            on.append(await self._inject(timed, command.scope))
        later = preset.faults[len(first) :]
        self._task = asyncio.create_task(self._run(preset, later, command.scope, on))
        return {"name": preset.name, "seconds": preset.seconds}

    async def _inject(self, timed: Timed, scope: str) -> str:
        text = orjson.dumps(timed.settings).decode()
        told = await self._engine.parts.faulting.inject(Inject(timed.fault, scope, text))
        return str(told["id"])

    async def _run(
        self, preset: Sequence, later: tuple[Timed, ...], scope: str, on: list[str]
    ) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time()
        for timed in later:
            await asyncio.sleep(max(0.0, start + timed.at - loop.time()))
            try:
                on.append(await self._inject(timed, scope))
            except WorkbenchError as error:
                # Nothing is open just now: the preset goes on, and says so.
                self._engine.tell("warn", f"{preset.title}: {timed.fault} struck nothing.", error)
        await asyncio.sleep(max(0.0, start + preset.seconds - loop.time()))
        for number in on:
            with contextlib.suppress(WorkbenchError):  # over already
                await self._engine.parts.faulting.heal(Heal(number))

    async def stop(self) -> None:
        """End it; what it has switched on stays until it is healed."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def close(self) -> None:
        """Ends with the engine."""
        await self.stop()
