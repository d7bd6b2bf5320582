"""A recording judged: columns, history, checks, and the verdict in plain values."""

from __future__ import annotations

import dataclasses
from typing import Any

from workbench import checks
from workbench.door.commands import Judge
from workbench.door.verdicts import judgement_as_dict
from workbench.engine.gaps import Gaps
from workbench.engine.histories import Options, build_history
from workbench.engine.identity import Joined
from workbench.engine.interpret import Choice, Interpreter, column_folder_name, columns_for
from workbench.journal.columns import Columns
from workbench.journal.recording import Recording
from workbench.model.errors import Whose, WorkbenchError
from workbench.model.history import History
from workbench.model.pointer import parse
from workbench.model.verdict import Judgement
from workbench.model.words import Ids, Truth, Want


class Judging:
    """One recording, one choice of how to read it: follow, and judge as often as asked."""

    def __init__(self, recording: Recording, choice: Choice) -> None:
        self._recording = recording
        self._name = column_folder_name(choice)
        self._columns: Columns | None = None
        self.history: tuple[History, list[Joined]] | None = None  # what was judged last
        self._gaps = Gaps(recording)
        self.clients: dict[str, list[int]] = {}
        self.keys: dict[str, list[tuple[str, str]]] = {}
        self._writer = columns_for(recording.folder, choice)
        self.interpreter = Interpreter(recording, self._writer, choice)

    def close(self) -> None:
        """Nothing more is interpreted; what was can still be read."""
        self._writer.close()

    def judge(self, options: Options, *, final: bool) -> Judgement:
        """The verdict on everything that is committed now; ``final``: nothing more is waited
        for."""
        self.interpreter.finish(force=final)
        if self._columns is None:
            self._columns = Columns.open(self._recording.folder, self._name)
        history, joined = self.history = build_history(
            self._recording, self._columns, options, self.interpreter.own_ids()
        )
        self.clients = {c.name: [n for link in c.links for n in link.numbers] for c in joined}
        self.keys = {c.name: sorted(c.links[-1].keys) for c in joined if c.links[-1].keys}
        if final and options.witness and options.witness not in self.clients:
            raise WorkbenchError(
                f"There is no client named {options.witness}.",
                whose=Whose.USER,
                why="It was to be the witness.",
                to_do=f"Take one of: {', '.join(self.clients) or 'none is in this recording'}.",
            )
        return self._gaps.doubt(in_order(checks.judge(history)))


def in_order(judgement: Judgement) -> Judgement:
    """Outages numbered from 1 by when they began; 0 stays what it is: outside of any."""
    ordered = sorted(judgement.outages, key=lambda o: (o.number != 0, o.start))
    shift = 0 if ordered and ordered[0].number == 0 else 1
    renumbered = tuple(
        dataclasses.replace(
            outage,
            number=i + shift,
            clients=tuple(dataclasses.replace(c, outage=i + shift) for c in outage.clients),
        )
        for i, outage in enumerate(ordered)
    )
    return dataclasses.replace(judgement, outages=renumbered)


def judgement_value(judgement: Judgement, seed: int) -> dict[str, Any]:
    """The ``--json`` object, with why and what to change beside each client."""
    value = judgement_as_dict(judgement, seed)
    for outage, told in zip(judgement.outages, value["outages"], strict=True):
        by_name = {c.client: c for c in outage.clients}
        for client in told["clients"]:
            if hasattr(checks, "explain"):
                explanation = checks.explain(by_name[client["name"]], outage)
                client["explain"] = dataclasses.asdict(explanation)
    return value


def choice_of(command: Judge) -> Choice:
    """What the user chose to read the messages with; raises WorkbenchError (user)."""
    places = {
        "id": command.id,
        "epoch": command.epoch,
        "stream": command.stream,
        "resume_offset": command.resume,
    }
    for text in filter(None, places.values()):
        parse(text)  # a dialect that needs no place would not notice one that cannot be
    places["subscribe"] = command.subscribe
    return Choice(command.dialect, {key: text for key, text in places.items() if text})


def options_of(command: Judge) -> Options:
    """What the user chose to judge by; raises WorkbenchError (user) for unknown words."""
    names = [part.strip() for part in command.truth.split(",") if part.strip()]
    try:
        truths = tuple(Truth(name) for name in names)
        want = Want(command.want) if command.want else Want.AT_LEAST_ONCE
    except ValueError as bad:
        known = ", ".join([*Truth, *Want])
        raise WorkbenchError(
            f"{bad}.".capitalize(), whose=Whose.USER, to_do=f"Known words: {known}."
        ) from None
    ids = Ids(command.ids) if command.ids else None
    return Options(truths=truths, ids=ids, want=want, witness=command.witness)
