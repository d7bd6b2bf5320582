"""Errors that say what happened, whose fault it is, why, and what to do (house rule 14)."""

from __future__ import annotations

from enum import StrEnum


class Whose(StrEnum):
    """Whose fault an error is."""

    OURS = "ours"
    PEER = "peer"
    TARGET = "target"
    USER = "user"


class WorkbenchError(Exception):
    """An error a person can act on.

    ``what`` happened, ``why``, and what ``to_do``, each one plain sentence;
    ``whose`` fault.  ``details`` is for the folded part ("Copy details").
    """

    def __init__(
        self, what: str, *, whose: Whose, why: str = "", to_do: str = "", details: str = ""
    ) -> None:
        super().__init__(what)
        self.what = what
        self.whose = whose
        self.why = why
        self.to_do = to_do
        self.details = details

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.why, self.to_do) if part)

    def as_dict(self) -> dict[str, str]:
        """The same as plain values, for the control connection and ``--json``."""
        return {
            "what": self.what,
            "why": self.why,
            "to_do": self.to_do,
            "whose": str(self.whose),
            "details": self.details,
        }
