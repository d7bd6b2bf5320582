"""What every journal test needs: a clock that counts, a writer, and a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journal.samples import START, message
from workbench.journal.writer import Writer


@pytest.fixture
def now() -> Callable[[], int]:
    """A clock that moves a millisecond whenever somebody looks."""
    moment = START

    def look() -> int:
        nonlocal moment
        moment += 1_000_000
        return moment

    return look


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recording"


@pytest.fixture
def writer(folder: Path, now: Callable[[], int]) -> Iterator[Callable[..., Writer]]:
    """Makes writers, and closes them when the test is over."""
    made: list[Writer] = []

    def make(**settings: object) -> Writer:
        made.append(Writer(folder, now=now, anchor=START, **settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def fill() -> Callable[..., None]:
    """Puts messages, flushing now and then."""

    def put(writer: Writer, count: int, every: int = 50, size: int = 40) -> None:
        for i in range(count):
            writer.put(message(writer.count, size))
            if i % every == every - 1:
                writer.flush()
        writer.flush()

    return put


@pytest.fixture
def same() -> Callable[..., None]:
    """Asserts that a record read back is the one that was put."""

    def check(recording: object, number: int, size: int = 40) -> None:
        header = recording.headers(number, number + 1)[0]  # type: ignore[attr-defined]
        wanted = message(number, size)
        for name in ("time", "link", "kind", "direction", "opcode", "flags", "code", "wire"):
            assert header[name] == getattr(wanted, name), (number, name)
        assert (header["seq"], header["ref"]) == (wanted.seq, wanted.ref)
        assert header["size"] == len(wanted.payload)
        assert recording.payload(number) == wanted.payload  # type: ignore[attr-defined]

    return check
