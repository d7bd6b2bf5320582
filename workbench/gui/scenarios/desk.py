"""Which scenario files lie on the desk: the folder, the open ones, what is not saved yet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from workbench.gui.memory import Memory
from workbench.model.errors import Whose, WorkbenchError
from workbench.panels.scenario_runs import TEMPLATE, files_in, new_file
from workbench.panels.scenario_text import Document, write
from workbench.resources import resources_dir

MOST_KEPT = 20  # files whose unsaved text is kept from one start to the next
SETTLE_MS = 120  # programs write a file in several steps


class Desk(QObject):
    """``changed``: the file that is shown, or the folder, was changed by another program."""

    changed = Signal()

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.memory = memory
        self.folder = Path(folder) if (folder := memory.get("scenario-folder", "")) else None
        self.documents: dict[str, Document] = {}
        self.document: Document | None = None
        self._watcher = QFileSystemWatcher(self)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(SETTLE_MS)
        self._wait.timeout.connect(self.look)
        self._watcher.fileChanged.connect(lambda _: self._wait.start())
        self._watcher.directoryChanged.connect(lambda _: self._wait.start())
        self._recall()

    @property
    def path(self) -> Path | None:
        """The file that is shown."""
        return self.document.path if self.document else None

    # --- what there is --------------------------------------------------------------------

    def own(self) -> list[Path]:
        """The files of the chosen folder."""
        return files_in(self.folder) if self.folder else []

    def examples(self) -> list[Path]:
        """The samples that come with the program."""
        return files_in(resources_dir() / "scenarios")

    def groups(self) -> Sequence[tuple[str, Sequence[Path]]]:
        """Heading → files: the chosen folder, then the examples."""
        own = [(_written(self.folder), self.own())] if self.folder else []
        loose = [d.path for d in self.documents.values() if not self._listed(d.path)]
        more = [("Opened", loose)] if loose else []
        return [*own, *more, ("Examples", self.examples())]

    def _listed(self, path: Path) -> bool:
        return path.parent in (self.folder, resources_dir() / "scenarios")

    def first(self) -> Path | None:
        """The file of the last time, else the first there is."""
        last = Path(self.memory.get("scenario", "") or "/")
        if last.is_file():
            return last
        return next(iter([*self.own(), *self.examples()]), None)

    def choose_folder(self, folder: Path) -> None:
        """List another folder."""
        self.folder = folder
        self.memory.put("scenario-folder", str(folder))
        self._watch()

    # --- open files -----------------------------------------------------------------------

    def open(self, path: Path) -> Document:
        """The file under its editor; unsaved text is still there.  Raises WorkbenchError."""
        document = self.documents.get(str(path))
        if document is None:
            document = Document(path)
            document.read()
        else:
            self._renew(document)
        self._drop_loose()
        self.documents[str(path)] = document
        self.document = document
        self.memory.put("scenario", str(path))
        self._watch()
        return document

    def _renew(self, document: Document) -> None:
        if not document.edited and document.look():
            document.read()

    def _drop_loose(self) -> None:
        """What is neither listed nor edited leaves with the next file."""
        self.documents = {
            key: d for key, d in self.documents.items() if d.edited or self._listed(d.path)
        }

    def type(self, text: str) -> None:
        """What the editor holds now."""
        if self.document is not None:
            self.document.text = text
            self._keep()

    def save(self) -> None:
        """Write the file that is shown.  Raises WorkbenchError."""
        if self.document is None:
            return
        if self.document.path.parent == resources_dir() / "scenarios":
            self._copy(self.document)
        else:
            self.document.save()
        self._keep()
        self._watch()

    def _copy(self, example: Document) -> None:
        """An example stays as it is: what was made of it goes into the chosen folder."""
        if self.folder is None:
            raise WorkbenchError(
                "Examples stay as they are.",
                whose=Whose.USER,
                to_do="Choose a folder with Open folder…, then save: a copy goes there.",
            )
        name = example.path.name
        path = self.folder / name if not (self.folder / name).exists() else new_file(self.folder)
        write(path, example.text)
        example.text = example.kept
        self.open(path)

    def make(self) -> Path:
        """A new file in the chosen folder.  Raises WorkbenchError."""
        if self.folder is None:
            raise WorkbenchError(
                "There is no folder for a new scenario yet.",
                whose=Whose.USER,
                to_do="Choose one with Open folder….",
            )
        path = new_file(self.folder)
        write(path, TEMPLATE.format(name=path.stem))
        return path

    def edited(self) -> frozenset[str]:
        """The files that are not saved."""
        return frozenset(key for key, d in self.documents.items() if d.edited)

    def look(self) -> None:
        """Look at the disk again."""
        if self.document is not None:
            self.document.look()
        self._watch()
        self.changed.emit()

    def _watch(self) -> None:
        """A file that was replaced has to be watched anew."""
        wanted = [p for p in (self.path, self.folder) if p is not None and p.exists()]
        names = {str(p) for p in wanted}
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if watched - names:
            self._watcher.removePaths(sorted(watched - names))
        if names - watched:
            self._watcher.addPaths(sorted(names - watched))

    # --- from one start to the next -------------------------------------------------------

    def _keep(self) -> None:
        """Unsaved text outlives the window (UX section 15)."""
        kept = {k: [d.kept, d.text] for k, d in self.documents.items() if d.edited}
        self.memory.put("scenario-drafts", json.dumps(dict(list(kept.items())[-MOST_KEPT:])))

    def _recall(self) -> None:
        try:
            kept = json.loads(self.memory.get("scenario-drafts", "") or "{}")
            for path, (before, text) in kept.items():
                document = Document(Path(path), str(before))
                document.text = str(text)
                self.documents[path] = document
        except (ValueError, TypeError, AttributeError):
            self.documents = {}


def _written(folder: Path) -> str:
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
