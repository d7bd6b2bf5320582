"""Scenario files: TOML in, checked values out.  Errors carry the line and a suggestion.

Each table is one settings dataclass (units/settings.py), so that the file, the form in
the window and the document of the format derive from one declaration.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.deploys import _roll_back
from workbench.door import commands
from workbench.model.errors import Whose, WorkbenchError
from workbench.units.settings import build, fields_of, setting, unknown_key

MOST_BYTES = 1 << 20
TABLES = ("name", "seed", "service", "proxy", "client", "step", "expect")


@dataclass(frozen=True, slots=True)
class Head:
    """The keys before the first table."""

    name: str = setting("", help="Name of the scenario; without: the file's.")
    seed: int | None = setting(None, help="Makes luck repeatable; without: a fresh one.")


@dataclass(frozen=True, slots=True)
class WaitStep:
    """Wait until a condition holds."""

    until: str = setting(
        "open",
        help="open: every client is open; recovered: every outage is judged and nobody is "
        "still recovering; deployed: the deploy is over.",
        choices=("open", "recovered", "deployed"),
    )
    timeout: float = setting(30.0, help="Give up after this long.", unit="s", low=0.0)


@dataclass(frozen=True, slots=True)
class PauseStep:
    """Let traffic flow."""

    seconds: float = setting(1.0, help="How long.", unit="s", low=0.0)


@dataclass(frozen=True, slots=True)
class HealStep:
    """Switch every fault off."""


@dataclass(frozen=True, slots=True)
class SendStep:
    """Send a message on a client of ours."""

    client: str = setting("", help="The client.")
    text: str = setting("", help="The message.")


@dataclass(frozen=True, slots=True)
class LeaveStep:
    """A client leaves on purpose."""

    client: str = setting("", help="The client.")


@dataclass(frozen=True, slots=True)
class PublishStep:
    """Publish updates by the service."""

    count: int = setting(1, help="How many.", low=1, high=1_000_000)
    rate: float = setting(0.0, help="Per second; 0: as fast as they are confirmed.", low=0.0)
    stream: str = setting("", help="The stream; empty: the service's own.")


@dataclass(frozen=True, slots=True)
class Expect:
    """What should hold at the end.  An expectation that nothing speaks to is unknown."""

    client: str = setting("*", help="A client's name, or * for every one.")
    verdict: str | None = setting(
        None, help="The verdict.", choices=("valid", "invalid", "unknown")
    )
    missed: int | None = setting(None, help="Exactly so many updates missed.", low=0)
    duplicated: int | None = setting(None, help="Exactly so many handled twice.", low=0)
    out_of_order: int | None = setting(None, help="Exactly so many out of order.", low=0)
    recovered_within: float | None = setting(
        None, help="Recovered, and within this time.", unit="s", low=0.0
    )
    deploy: str | None = setting(
        None,
        help="How every deploy of the run ended.",
        choices=("finished", "stopped", "rolled-back", "aborted"),
    )
    outage: int | None = setting(None, help="Number of the outage; without: all of them.", low=0)


@dataclass(frozen=True, slots=True)
class FaultStep:
    """What every fault has beside its own settings."""

    client: str = setting("", help="The client to break; empty: everything.")


@dataclass(frozen=True, slots=True)
class DeployStep:
    """What every deploy has beside the settings of its strategy."""

    strategy: str = setting("rolling-drain", help="Name of the strategy.")
    background: bool = setting(False, help="true: the next step follows at once.")


@dataclass(frozen=True, slots=True)
class AbortStep:
    """Stop the running deploy after the replica at hand."""


STEPS: dict[str, type] = {
    "roll-back": _roll_back.Settings,
    "abort": AbortStep,
    "wait": WaitStep,
    "pause": PauseStep,
    "heal": HealStep,
    "send": SendStep,
    "leave": LeaveStep,
    "publish": PublishStep,
}

#: Other words for a key: table or step → word → key.
ALIASES: dict[str, dict[str, str]] = {
    "pause": {"for": "seconds"},
    "deploy": {"to": "new_version"},
    "client": {"to": "address"},
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do, its settings, and the line it begins at.

    ``fault`` and ``deploy`` steps keep the unit's own settings as given; a deploy in the
    background is ``begin-deploy``: the next step follows at once.
    """

    do: str
    settings: Any
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """A checked scenario file."""

    name: str
    seed: int | None = None
    service: commands.StartService | None = None
    proxies: tuple[commands.StartProxy, ...] = ()
    clients: tuple[commands.Connect, ...] = ()
    steps: tuple[Step, ...] = ()
    expects: tuple[Expect, ...] = ()
    to_service: frozenset[str] = field(default_factory=frozenset)


def read_scenario(path: Path, faults: Mapping[str, Any], deploys: Mapping[str, Any]) -> Scenario:
    """The scenario in a file; ``faults`` and ``deploys`` are the units by name.

    Raises WorkbenchError (user) with file, line, reason and what to do.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise WorkbenchError(
                f"{path} is too large for a scenario.",
                whose=Whose.USER,
                why=f"It has more than {MOST_BYTES} bytes.",
                to_do="Give the path of a TOML file; samples are in resources/scenarios.",
            )
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as bad:
        why = bad.strerror if isinstance(bad, OSError) else str(bad)
        raise WorkbenchError(
            f"The scenario {path} can't be read.",
            whose=Whose.USER,
            why=f"{why}.",
            to_do="Give the path of a TOML file; samples are in resources/scenarios.",
        ) from None
    return parse_scenario(text, str(path), faults, deploys)


def line_of(bad: WorkbenchError) -> int:
    """The line that an error of a scenario file names, or 0."""
    found = re.search(r", line (\d+)", bad.what) or re.search(r"at line (\d+)", bad.why)
    return int(found[1]) if found else 0


def parse_scenario(
    text: str, where: str, faults: Mapping[str, Any], deploys: Mapping[str, Any]
) -> Scenario:
    """The scenario in a text; ``where`` names it in errors."""
    try:
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as bad:
        raise WorkbenchError(
            f"{where} is not valid TOML.",
            whose=Whose.USER,
            why=str(bad).rstrip(".") + ".",
            to_do="Mend that line; samples are in resources/scenarios.",
        ) from None
    return _Reader(text, where, faults, deploys).scenario(value)


class _Reader:
    """Knows the lines, so that every error can name one."""

    def __init__(
        self, text: str, where: str, faults: Mapping[str, Any], deploys: Mapping[str, Any]
    ) -> None:
        self._lines = text.splitlines()
        self._where = where
        self._faults = faults
        self._deploys = deploys

    def scenario(self, value: dict[str, Any]) -> Scenario:
        for key in value:
            if key not in TABLES:
                bad = unknown_key(key, list(TABLES), self._place(self._line_of(key, 0)))
                raise bad
        service = value.get("service")
        clients, to_service = self._clients(self._tables(value, "client"))
        return Scenario(
            name=str(value.get("name", Path(self._where).stem)),
            seed=self._seed(value),
            service=None
            if service is None
            else self._build(commands.StartService, service, self._header("service", 0)),
            proxies=tuple(
                self._build(commands.StartProxy, table, line)
                for line, table in self._tables(value, "proxy")
            ),
            clients=clients,
            steps=tuple(self._step(t, line) for line, t in self._tables(value, "step")),
            expects=tuple(
                self._build(Expect, t, line) for line, t in self._tables(value, "expect")
            ),
            to_service=to_service,
        )

    def _seed(self, value: dict[str, Any]) -> int | None:
        seed = value.get("seed")
        if seed is not None and (not isinstance(seed, int) or isinstance(seed, bool)):
            raise self._error("`seed` must be a whole number.", self._line_of("seed", 0))
        return seed

    def _tables(self, value: dict[str, Any], name: str) -> list[tuple[int, dict[str, Any]]]:
        tables = value.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
            raise self._error(f"Write [[{name}]], one table each.", self._header(name, 0))
        return [(self._header(name, i), table) for i, table in enumerate(tables)]

    def _clients(
        self, tables: list[tuple[int, dict[str, Any]]]
    ) -> tuple[tuple[commands.Connect, ...], frozenset[str]]:
        clients, to_service = [], set()
        for line, table in tables:
            given = self._translated(table, "client", line)
            if given.get("address") == "service":
                to_service.add(str(given.get("name", "")))
            client = self._build(commands.Connect, given, line)
            if not client.name or not client.address:
                raise self._error("A client needs `name`, and `address` or `to`.", line)
            clients.append(client)
        return tuple(clients), frozenset(to_service)

    def _step(self, table: dict[str, Any], line: int) -> Step:
        given = dict(table)
        do = given.pop("do", None)
        known = [*STEPS, "deploy", *self._faults]
        if not isinstance(do, str) or do not in known:
            if do is None:
                raise self._error("A step needs `do`.", line)
            raise unknown_key(str(do), known, self._place(line), "step")
        if do == "deploy":
            return self._deploy(given, line)
        if do in self._faults:
            return self._fault(do, given, line)
        given = self._translated(given, do, line)
        settings = self._build(STEPS[do], given, line)
        return Step(do, settings, line, _sentence(do, given))

    def _deploy(self, given: dict[str, Any], line: int) -> Step:
        given = self._translated(given, "deploy", line)
        own = self._own(DeployStep, given, line)
        strategy = own.strategy
        if strategy not in self._deploys:
            raise unknown_key(str(strategy), list(self._deploys), self._place(line), "strategy")
        self._build(self._deploys[strategy].Settings, given, line)
        do = "begin-deploy" if own.background else "deploy"
        return Step(do, (strategy, given), line, _sentence(f"deploy {strategy}", given))

    def _fault(self, do: str, given: dict[str, Any], line: int) -> Step:
        scope = self._own(FaultStep, given, line).client
        self._build(self._faults[do].Settings, given, line)
        return Step(do, (scope, given), line, _sentence(f"{do} {scope or 'everything'}", given))

    def _own(self, cls: type, given: dict[str, Any], line: int) -> Any:
        """The keys that a step has beside those of its unit, taken out of ``given``."""
        names = [f.name for f in fields_of(cls) if f.name in given]
        return self._build(cls, {name: given.pop(name) for name in names}, line)

    def _translated(self, table: dict[str, Any], name: str, line: int) -> dict[str, Any]:
        """The table with its keys in place of their other words."""
        given = dict(table)
        for word, key in ALIASES.get(name, {}).items():
            if word in given and (key in given or key.replace("_", "-") in given):
                raise self._error(f"Write `{word}` or `{key}`, not both.", line)
            if word in given:
                given[key] = given.pop(word)
        return given

    def _build(self, cls: type, table: Any, line: int) -> Any:
        if not isinstance(table, dict):
            raise self._error("This must be a table.", line)
        try:
            return build(cls, table, self._place(line))
        except WorkbenchError as bad:
            for key in table:
                if f"`{key}`" in bad.what or f"`{key.replace('_', '-')}`" in bad.what:
                    bad.what = bad.what.replace(
                        self._place(line), self._place(self._line_of(key, line - 1))
                    )
            known = [f.key for f in fields_of(cls)]
            bad.details = f"Keys here: {', '.join(known)}"
            raise

    # --- lines ----------------------------------------------------------------------------

    def _place(self, line: int) -> str:
        return f"{self._where}, line {line}"

    def _header(self, name: str, index: int) -> int:
        pattern = re.compile(rf"\s*\[\[?\s*{name}\s*\]\]?")
        hits = [i + 1 for i, text in enumerate(self._lines) if pattern.match(text)]
        return hits[index] if index < len(hits) else 1

    def _line_of(self, key: str, after: int) -> int:
        pattern = re.compile(rf"\s*\[*\s*[\"']?{re.escape(key)}[\"']?\s*[=\]]")
        for i in range(after, len(self._lines)):
            if pattern.match(self._lines[i]):
                return i + 1
        return after + 1

    def _error(self, why: str, line: int) -> WorkbenchError:
        return WorkbenchError(
            f"{self._place(line)} can't be used.", whose=Whose.USER, why=why, to_do=""
        )


def _sentence(do: str, given: Mapping[str, Any]) -> str:
    said = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in given.items())
    return f"{do[0].upper()}{do[1:]}" + (f": {said}" if said else "")
