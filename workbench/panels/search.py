"""Finding a command by a few letters: for the command palette."""

from __future__ import annotations

from collections.abc import Sequence


def score(query: str, text: str) -> int | None:
    """How well ``query`` fits ``text``: smaller is better, None is not at all.

    The letters must occur in order; whole words and starts of words fit best.
    """
    wanted, have = query.casefold().split(), text.casefold()
    if not wanted:
        return 0
    if all(word in have for word in wanted):
        starts = [any(part.startswith(word) for part in have.split()) for word in wanted]
        return have.index(wanted[0]) + 10 * starts.count(False)
    return _scattered("".join(wanted), have)


def _scattered(letters: str, have: str) -> int | None:
    place, gaps = -1, 0
    for letter in letters:
        found = have.find(letter, place + 1)
        if found < 0:
            return None
        gaps += found - place - 1
        place = found
    return 100 + gaps


def best(query: str, texts: Sequence[str]) -> list[int]:
    """Indexes of the fitting texts, best first, otherwise in their order."""
    scored = [(score(query, text), i) for i, text in enumerate(texts)]
    return [i for fit, i in sorted((s, i) for s, i in scored if s is not None)]
