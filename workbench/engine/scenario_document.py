"""The tables of docs/scenarios.md, from the declarations; the prose around them is by hand.

A table stands between ``<!-- table NAME -->`` and ``<!-- end -->``; ``renewed`` writes them
anew (``workbench scenario-schema --document docs/scenarios.md``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from workbench.engine.scenario_file import ALIASES, STEPS, DeployStep, FaultStep, Head
from workbench.engine.scenario_schema import TABLES
from workbench.model.errors import Whose, WorkbenchError
from workbench.units.settings import Field, fields_of

DECLARED: dict[str, type] = {
    "head": Head,
    **{name: declared for name, (declared, _) in TABLES.items()},
    **{f"step {do}": declared for do, declared in STEPS.items()},
    "step fault": FaultStep,
    "step deploy": DeployStep,
}
MARKED = re.compile(r"(<!-- table ([\w -]+?) -->\n).*?(<!-- end -->)", re.DOTALL)
WORDS = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false"}


def renewed(text: str) -> str:
    """The document with each table as it is declared now.  WorkbenchError: an unknown table."""
    return MARKED.sub(lambda m: m[1] + table(m[2]) + m[3], text)


def renew(path: Path) -> None:
    """Write a document's tables anew.  Raises WorkbenchError (user)."""
    try:
        path.write_text(renewed(path.read_text("utf-8")), "utf-8")
    except (OSError, UnicodeDecodeError) as bad:
        raise WorkbenchError(f"{path} can't be renewed.", whose=Whose.USER, why=str(bad)) from None


def table(name: str) -> str:
    """One table in Markdown: key, what it is, what it is without."""
    if name not in DECLARED:
        raise WorkbenchError(
            f"There is no table `{name}`.",
            whose=Whose.USER,
            to_do=f"Known: {', '.join(DECLARED)}.",
        )
    fields = fields_of(DECLARED[name])
    if not fields:
        return "*No keys of its own.*\n"
    lines = ["| key | value | without | |", "|---|---|---|---|"]
    return "\n".join([*lines, *_rows(name, fields), ""])


def _rows(name: str, fields: tuple[Field, ...]) -> Iterator[str]:
    words = {key: word for word, key in ALIASES.get(name.removeprefix("step "), {}).items()}
    for field in fields:
        keys = f"`{field.name}`" + (f", `{words[field.name]}`" if field.name in words else "")
        yield f"| {keys} | {_kind(field)} | {_default(field)} | {field.help.replace('|', '/')} |"


def _kind(field: Field) -> str:
    if field.choices:
        return ", ".join(f"`{choice}`" for choice in field.choices if choice != "")
    kind = 'seconds, or `"250ms"`' if field.unit == "s" else WORDS[field.type.__name__]
    if field.low is not None and field.high is not None:
        return f"{kind}, {field.low:g} to {field.high:g}"
    return f"{kind}, from {field.low:g}" if field.low else kind


def _default(field: Field) -> str:
    if field.default is None or field.default == "":
        return ""
    return f"`{str(field.default).lower() if field.type is bool else field.default}`"
