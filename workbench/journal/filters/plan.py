"""From the tree of a filter to a plan: each key with what it means.

``KEYS`` is the one list of keys: completion, the help and the errors are made from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workbench.journal.filters import keys, states
from workbench.journal.filters.chunk import Node
from workbench.journal.filters.errors import FilterError, nearest
from workbench.journal.filters.grammar import All, Any, Not, Term, Tree, Value, parse
from workbench.journal.filters.nodes import AllOf, AnyOf, NotOf
from workbench.journal.filters.paths import parse_path
from workbench.journal.filters.text import Contains, Matches, OfJson, compiled, json_test


@dataclass(frozen=True, slots=True)
class Key:
    """A key: how its node is built, what it means, and an example."""

    build: Callable[[Term], Node]
    means: str
    example: str


def plan_of(text: str) -> Node:
    """The plan of a filter.  FilterError: where and why it cannot be understood."""
    return planned(parse(text))


def planned(tree: Tree) -> Node:
    """The plan of a tree."""
    if isinstance(tree, Not):
        return NotOf(planned(tree.part))
    if isinstance(tree, All):
        return AllOf([planned(part) for part in tree.parts])
    if isinstance(tree, Any):
        return AnyOf([planned(part) for part in tree.parts])
    if not tree.key:
        return searched(tree)
    if tree.key not in KEYS:
        suggestion = nearest(tree.key, KEYS)
        stop = tree.start + len(tree.key)
        raise FilterError(f"Unknown key “{tree.key}”.", tree.start, stop, suggestion)
    return KEYS[tree.key].build(tree)


def searched(term: Term) -> Node:
    """A search in the payload."""
    value = term.value
    if value.kind == "pattern":
        return Matches(compiled(value))
    if value.kind == "word" and value.text.lower() in KEYS:
        key = value.text.lower()
        what = f"“{value.text}” is a key and wants a value; in quotation marks it is a text."
        raise FilterError(what, value.start, value.stop, KEYS[key].example)
    return Contains(value.text.encode("utf-8", "surrogatepass"))


def in_hex(term: Term) -> Node:
    """Bytes given in hexadecimal."""
    keys.only_equal(term)
    try:
        needle = bytes.fromhex(term.value.text)
    except ValueError:
        what = f"“{term.value.text}” is not hexadecimal."
        raise FilterError(what, term.value.start, term.value.stop, 'hex:"0a ff"') from None
    if not needle:
        raise FilterError("There are no bytes.", term.value.start, term.value.stop, 'hex:"0a ff"')
    return Contains(needle)


def of_json(term: Term) -> Node:
    """A comparison with a JSON value."""
    path = parse_path(term.path, term.start, term.key_stop)
    return OfJson(path, json_test(term))


def has(term: Term) -> Node:
    """Whether there is a JSON value at a path."""
    keys.only_equal(term)
    value: Value = term.value
    text = value.text
    if text.startswith("json."):
        text = text.removeprefix("json.")
    elif not text.startswith(("$", "/")):
        what = "“has” wants a path into JSON."
        raise FilterError(what, value.start, value.stop, f"has:json.{text}")
    return OfJson(parse_path(text, value.start, value.stop), None)


KEYS: dict[str, Key] = {
    "conn": Key(keys.conn, "client or link number", "conn:b-naive"),
    "dir": Key(keys.direction, "in (to the client) or out", "dir:in"),
    "op": Key(keys.opcode, "opcode", "op:text"),
    "kind": Key(keys.kind, "kind of record", "kind:fault"),
    "type": Key(keys.label, "type of message, as the dialect reads it", "type:order"),
    "id": Key(keys.identity, "offset or id of an update", "id:4482..4493"),
    "topic": Key(keys.topic, "stream", "topic:orders"),
    "lag": Key(keys.lag, "from published to received", "lag>250ms"),
    "size": Key(keys.sized("size"), "bytes of payload", "size>1k"),
    "wire": Key(keys.sized("wire"), "bytes on the wire", "wire>1k"),
    "seq": Key(keys.sized("seq"), "count within the link and direction", "seq:1..10"),
    "code": Key(keys.code, "close code or HTTP status", "code:1006"),
    "ended": Key(keys.ended, "how the link ended", "ended:rst"),
    "replica": Key(keys.replica, "replica that the link led to", "replica:r2"),
    "outage": Key(keys.outage, "during an outage", "outage:3"),
    "note": Key(keys.note, "words of a note; * for any", "note:*"),
    "since": Key(keys.since, "not before a time", "since:-30s"),
    "until": Key(keys.until, "not after a time", "until:14:03:30"),
    "is": Key(states.state, "a state", "is:replayed"),
    "json": Key(of_json, "a value in a JSON payload", "json.order.total>=100"),
    "has": Key(has, "JSON payloads that have a value", "has:json.id"),
    "hex": Key(in_hex, "bytes of the payload", 'hex:"0a ff"'),
}
