"""A small recording, judged: what the tests of reports start from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.engine.story import Teller
from workbench.engine.histories import Options
from workbench.engine.identity import Joined
from workbench.engine.interpret import Choice
from workbench.engine.judging import Judging, judgement_value
from workbench.journal.recording import Recording
from workbench.model.history import History

Judged = tuple[dict[str, Any], Recording, History, list[Joined]]


def judged(folder: Path) -> Judged:
    """The ``--json`` object of a recording, and what it was made from."""
    recording = Recording.open(folder)
    judging = Judging(recording, Choice())
    value = judgement_value(judging.judge(Options(), final=True), 7)
    judging.close()
    assert judging.history is not None
    return (value | {"recording": str(folder)}, recording, *judging.history)


def told(folder: Path, *names: str) -> Path:
    """Names lose 4 to 6 in an outage and do not ask for them; a last client stays away from
    nothing."""
    teller = Teller(folder)
    for i, name in enumerate((*names, "calm")):
        teller.open(1, i + 1, name)
    for offset in range(1, 21):
        teller.publish(1.5 + offset * 0.2, offset)
        for i, name in enumerate((*names, "calm")):
            if name == "calm" or not 4 <= offset <= 6:
                link = i + 1 if name == "calm" or offset < 4 else i + 10_001
                teller.update(1.51 + offset * 0.2, link, offset)
        if offset == 3:
            for i in range(len(names)):
                teller.cut(2.15, i + 1)
        if offset == 6:
            for i, name in enumerate(names):
                teller.open(2.75, i + 10_001, name)
    return teller.done(9.0)
