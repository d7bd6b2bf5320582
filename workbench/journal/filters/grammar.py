"""The grammar of filters, whole in this file.

filter  = any
any     = all { "or" all }
all     = one { ["and"] one }                  a space means and
one     = ("-" | "not ") one | "(" any ")" | term
term    = key [" "] operator [" "] value | text | pattern | word
key     = name | "json." path | "$." path | "/" pointer
operator= ":" | "==" | "!=" | ">=" | "<=" | ">" | "<" | "~"
value   = text | pattern | word               a..b is a range
text    = '"' characters '"'                  \\" and \\\\ inside
pattern = "/" regular expression "/" flags    \\/ inside; flags: i, s, m
word    = characters without space, bracket or quote
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.journal.filters.errors import FilterError

MAX_LENGTH = 10_000
MAX_DEPTH = 100
OPERATORS = (":", "==", "!=", ">=", "<=", ">", "<", "~")

_SPACE = re.compile(r"\s*")
_OPERATOR = re.compile(r"==|!=|>=|<=|[:><~=]")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[.\[][^\s:=!<>~()\"]*)?")
_POINTER = re.compile(r"(?:/[^\s/:=!<>~()\"]*)+")
_PATH = re.compile(r"\$[.\[][^\s:=!<>~()\"]*")
_WORD = re.compile(r"[^\s()\"]+")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_PATTERN = re.compile(r"/((?:[^/\\]|\\.)+)/([a-z]*)(?=[\s)]|$)")


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is written: ``kind`` is word, text or pattern."""

    kind: str
    text: str
    start: int
    stop: int
    flags: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """``key`` "" is a search in the payload for ``value``; ``path`` of a JSON value.

    Key and path are written from ``start`` to ``key_stop``.
    """

    key: str
    path: str
    operator: str
    value: Value
    start: int
    key_stop: int
    stop: int


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but ``part``."""

    part: Tree


@dataclass(frozen=True, slots=True)
class All:
    """What satisfies every part; no parts: everything."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """What satisfies one of the parts."""

    parts: tuple[Tree, ...]


Tree = Term | Not | All | Any


def parse(text: str) -> Tree:
    """The tree of a filter.  FilterError where it cannot be read."""
    if len(text) > MAX_LENGTH:
        raise FilterError(f"A filter has at most {MAX_LENGTH} characters.", MAX_LENGTH, len(text))
    parser = _Parser(text)
    parser.skip()
    if parser.at_end():
        return All(())
    tree = parser.any()
    if not parser.at_end():
        raise FilterError("This bracket was not opened.", parser.at, parser.at + 1)
    return tree


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._depth = 0

    def skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def at_end(self) -> bool:
        return self.at >= len(self.text)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()
        return match

    def _word_is(self, word: str) -> bool:
        """Take a word of the language where it stands alone."""
        match = _WORD.match(self.text, self.at)
        if match and match[0].lower() == word:
            self.at = match.end()
            self.skip()
            return True
        return False

    # --- the rules ------------------------------------------------------------------------

    def any(self) -> Tree:
        parts = [self._all()]
        while True:
            start = self.at
            if not self._word_is("or"):
                break
            self._something_follows("or", start)
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _all(self) -> Tree:
        parts = [self._one()]
        while not self.at_end() and self.text[self.at] != ")":
            start = self.at
            if self._word_is("or"):
                self.at = start
                break
            if self._word_is("and"):
                self._something_follows("and", start)
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Tree:
        start = self.at
        self._deeper(start)
        if self._negated(start):
            tree: Tree = Not(self._one())
        elif self.text.startswith("(", start):
            tree = self._bracket(start)
        elif self._word_is("or") or self._word_is("and"):
            raise FilterError("Something is missing before this word.", start, self.at)
        else:
            tree = self._term()
        self._depth -= 1
        self.skip()
        return tree

    def _deeper(self, start: int) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FilterError("Too many brackets inside each other.", start, start + 1)

    def _negated(self, start: int) -> bool:
        if self.text.startswith("-", start):
            self.at += 1
            self._something_follows("-", start)
            return True
        if self._word_is("not"):
            self._something_follows("not", start)
            return True
        return False

    def _something_follows(self, word: str, start: int) -> None:
        if self.at_end() or self.text[self.at] in ") \t\n":
            raise FilterError(f"Something is missing behind “{word}”.", start, self.at)

    def _bracket(self, start: int) -> Tree:
        self.at += 1
        self.skip()
        if self.at_end() or self.text[self.at] == ")":
            raise FilterError("There is nothing in this bracket.", start, self.at + 1)
        tree = self.any()
        if not self.text.startswith(")", self.at):
            raise FilterError("This bracket is not closed.", start, start + 1)
        self.at += 1
        return tree

    def _term(self) -> Tree:
        start = self.at
        pattern = self._pattern()
        if pattern:
            return Term("", "", ":", pattern, start, start, self.at)
        key, path = self._key()
        key_stop = self.at
        operator = self._operator() if key else ""
        if operator:
            return Term(key, path, operator, self._value(start), start, key_stop, self.at)
        self.at = start
        value = self._value(start)
        return Term("", "", ":", value, start, start, self.at)

    def _key(self) -> tuple[str, str]:
        """Key and path; ("", "") where none stands here."""
        if match := self._take(_POINTER) or self._take(_PATH):
            return "json", match[0]
        match = self._take(_KEY)
        if not match:
            return "", ""
        name, dot, path = match[0].partition(".")
        if "[" in name:
            name, dot, path = match[0].partition("[")
        return name.lower(), (dot if dot == "[" else "") + path

    def _operator(self) -> str:
        here = self.at
        self.skip()
        match = self._take(_OPERATOR)
        if not match or (match[0] == ":" and match.start() > here):
            self.at = here
            return ""
        if match[0] == "=":
            raise FilterError("“=” is no operator.", match.start(), match.end(), "==")
        self.skip()
        return match[0]

    def _value(self, start: int) -> Value:
        at = self.at
        if self.text.startswith('"', at):
            match = self._take(_TEXT)
            if not match:
                raise FilterError("The closing quotation mark is missing.", at, len(self.text))
            text = re.sub(r'\\(["\\])', r"\1", match[1])
            if not text:
                raise FilterError("There is no text between the quotation marks.", at, self.at)
            return Value("text", text, at, self.at)
        pattern = self._pattern()
        if pattern:
            return pattern
        match = self._take(_WORD)
        if not match:
            raise FilterError("A value is missing here.", start, max(at, start + 1))
        return Value("word", match[0], at, self.at)

    def _pattern(self) -> Value | None:
        at = self.at
        match = self._take(_PATTERN)
        if not match:
            return None
        for flag in match[2]:
            if flag not in "ism":
                raise FilterError(f"“{flag}” is no flag: i, s and m are.", match.start(2), self.at)
        text = match[1].replace("\\/", "/")
        return Value("pattern", text, at, self.at, match[2])
