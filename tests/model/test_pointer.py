"""Places in a JSON value, written in three ways."""

from __future__ import annotations

import pytest

from workbench.model.errors import Whose, WorkbenchError
from workbench.model.pointer import MISSING, as_pointer, find, parse

VALUE = {"a": {"b": [{"c": 7}, None]}, "x/y": {"~": 1}, "0": "zero"}


@pytest.mark.parametrize("text", ["/a/b/0/c", "$.a.b[0].c", "json.a.b[0].c", "$['a'].b[0][\"c\"]"])
def test_three_ways_one_place(text: str) -> None:
    assert parse(text) == ("a", "b", "0", "c")
    assert find(VALUE, parse(text)) == 7


def test_escapes_of_rfc_6901() -> None:
    assert find(VALUE, parse("/x~1y/~0")) == 1
    assert as_pointer(parse("/x~1y/~0")) == "/x~1y/~0"


def test_null_is_something_and_nothing_is_missing() -> None:
    assert find(VALUE, parse("/a/b/1")) is None
    assert find(VALUE, parse("/a/b/2")) is MISSING
    assert find(VALUE, parse("/a/b/c")) is MISSING
    assert find(VALUE, parse("/a/b/0/c/d")) is MISSING
    assert find(VALUE, parse("/0")) == "zero"
    assert find([1], ("9" * 5000,)) is MISSING
    assert find([1], ("²",)) is MISSING


@pytest.mark.parametrize("text", ["seq", "a.b", "$..a", "json", "$.a[", "json.a[x]", "$a", "jsona"])
def test_other_ways_are_refused(text: str) -> None:
    if text == "json":
        assert parse(text) == ()
        return
    with pytest.raises(WorkbenchError, match="no place") as caught:
        parse(text)
    assert caught.value.whose is Whose.USER
