"""A scenario file under an editor: the file on disk is the truth, nothing typed is lost."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from workbench.model.errors import Whose, WorkbenchError

LARGEST = 1 << 20  # bytes


class Document:
    """``text`` is what the editor holds (lines end with ``\\n``), ``kept`` what the file held
    when it was last read, saved, or left as it is; ``other`` is what another program has made
    of the file since, None: nothing."""

    def __init__(self, path: Path, text: str = "") -> None:
        self.path = path
        self.text = self.kept = text
        self.other: str | None = None
        self._crlf = False

    @property
    def edited(self) -> bool:
        """Whether there is something to save."""
        return self.text != self.kept

    def read(self) -> None:
        """Take the file as it is; what was typed is gone.  Raises WorkbenchError (user)."""
        raw = read(self.path)
        self._crlf = "\r\n" in raw
        self.text = self.kept = raw.replace("\r\n", "\n")
        self.other = None

    def look(self) -> bool:
        """Look at the file again; True when another program has changed it."""
        try:
            now = read(self.path).replace("\r\n", "\n")
        except WorkbenchError:
            return False  # on its way from one name to another, or gone: saving brings it back
        self.other = now if now not in (self.kept, self.text) else None
        if now == self.text:
            self.kept = now
        return self.other is not None

    def keep_mine(self) -> None:
        """The other's change is known and will be written over."""
        if self.other is not None:
            self.kept, self.other = self.other, None

    def save(self) -> None:
        """Write the text.  Raises WorkbenchError where that is not possible, or where the file
        was changed by another program (``other``)."""
        if self.look():
            raise WorkbenchError(
                f"{self.path.name} was changed on disk.",
                whose=Whose.USER,
                why="Another program has written it since it was opened.",
                to_do="Reload it, or keep yours.",
            )
        write(self.path, self.text.replace("\n", "\r\n") if self._crlf else self.text)
        self.kept = self.text


def read(path: Path) -> str:
    """The text of a file.  Raises WorkbenchError (user)."""
    try:
        if path.stat().st_size > LARGEST:
            raise WorkbenchError(
                f"{path.name} is too large for a scenario.",
                whose=Whose.USER,
                why=f"It has more than {LARGEST} bytes.",
            )
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as bad:
        why = getattr(bad, "strerror", None) or str(bad)
        raise WorkbenchError(f"{path.name} can't be read.", whose=Whose.USER, why=why) from None


def write(path: Path, text: str) -> None:
    """Put a text in a file's place in one step, so that no reader finds half of it."""
    real = Path(os.path.realpath(path))
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{real.name}.", dir=real.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8", "replace"))
        mode = stat.S_IMODE(real.stat().st_mode) if real.exists() else 0o644
        Path(temporary).chmod(mode)
        Path(temporary).replace(real)
    except OSError as bad:
        Path(temporary).unlink(missing_ok=True) if temporary else None
        raise WorkbenchError(
            f"{path.name} can't be saved.",
            whose=Whose.USER,
            why=f"{bad.strerror or bad}.",
            to_do="Save it in a folder that you may write to.",
        ) from None
