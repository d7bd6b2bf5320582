"""Pictures are made, in both themes, and twice the same."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage

from workbench.gui import screenshots


def test_a_picture_has_its_size_and_is_the_same_twice(dressed, tmp_path: Path) -> None:
    scene = next(s for s in screenshots.scenes() if s.name == "frame")
    first = QImage(str(screenshots.take(scene, "dark", (1024, 700), tmp_path)))
    again = QImage(str(screenshots.take(scene, "dark", (1024, 700), tmp_path)))
    light = QImage(str(screenshots.take(scene, "light", (1024, 700), tmp_path)))
    assert (first.width(), first.height()) == (1024, 700)
    assert first == again
    assert first != light


def test_names_of_scenes_are_unique_and_rooms_add_theirs(monkeypatch) -> None:
    monkeypatch.setattr(screenshots, "_more", [])
    extra = screenshots.Scene("extra", lambda window: None)
    screenshots.more_scenes(lambda: [extra])
    names = [scene.name for scene in screenshots.scenes()]
    assert names[-1] == "extra"
    assert len(names) == len(set(names))


def test_without_a_folder_it_says_how(capsys) -> None:
    assert screenshots.main([]) == 3
    assert "OUTDIR" in capsys.readouterr().err
