"""One message looked at closely."""

from __future__ import annotations

import gzip
import json

from tests.panels.sample import memory
from workbench.model.record import Record
from workbench.model.words import Direction, Kind, Opcode
from workbench.panels.diff import Change, changes, in_short
from workbench.panels.inspector import Inspected
from workbench.panels.preview import parse
from workbench.panels.rows import Row
from workbench.panels.tree import MEMBERS, OPENED, Tree
from workbench.panels.workspace import Workspace


def row(space: Workspace, connection: str, ident: str, which: int = 0) -> Row:
    keys = space.messages.keys
    rows = (space.rows.row(keys[i]) for i in range(len(keys)))
    return [r for r in rows if r.connection == connection and r.id == ident][which]


def lines(tree: Tree) -> list[str]:
    label = lambda n: f"{n.label}: " if n.label is not None else ""  # noqa: E731
    return ["  " * n.depth + label(n) + n.value + ("," if n.comma else "") for n in tree.lines]


def test_the_first_after_a_gap_says_how_many_were_skipped(space: Workspace) -> None:
    it = Inspected(space, row(space, "b-naive", "4491"))
    assert it.title == "tick 4491"
    assert it.facts == "14:03:27.864 · text · 159 B · lag 18 ms"
    assert it.chips == [("First after a gap: 12 ids skipped", "error")]
    heading, found = it.diff()
    assert heading == "Changes since tick 4478 on this connection"
    assert found[0] == Change("offset", "4478", "4491", "+13, expected +1")


def test_an_ordinary_update_has_no_chip(space: Workspace) -> None:
    it = Inspected(space, row(space, "b-naive", "4450"))
    assert it.chips == []
    assert it.diff()[1][0] == Change("offset", "4449", "4450")


def test_the_same_update_on_other_connections(space: Workspace) -> None:
    found = {e.client: e.lag for e in Inspected(space, row(space, "a-resume", "4485")).elsewhere()}
    assert found == {"b-naive": "never arrived", "c-overlap": "16 ms"}


def test_pretty_shows_numbers_as_they_were_sent() -> None:
    tree = Tree(parse('{"a":1.0840,"b":[true,null,"x\\ny"],"c":{},"a":1e3}'))
    assert lines(tree) == [
        "{",
        "  a: 1.0840,",
        "  b: [",
        "    true,",
        "    null,",
        '    "x\ny"',
        "  ],",
        "  c: {},",
        "  a: 1e3",
        "}",
    ]


def test_folding_and_opening() -> None:
    tree = Tree(parse('{"a":{"b":1},"c":2}'))
    tree.toggle("json.a")
    assert lines(tree) == ["{", "  a: { 1 },", "  c: 2", "}"]
    tree.toggle("json.a")
    assert "    b: 1" in lines(tree)


def test_a_large_tree_opens_at_once_and_the_rest_on_demand() -> None:
    value = json.dumps({"few": 1, "many": [{"n": [i] * 5} for i in range(5000)], "z": 2})
    tree = Tree(parse(value))
    assert len(tree.lines) < 20
    tree.toggle("json.many")
    assert len(tree.lines) < MEMBERS * 2 + OPENED
    assert any(line.kind == "more" for line in tree.lines)


def test_deep_nesting_is_folded_not_followed() -> None:
    tree = Tree(parse("[" * 500 + "]" * 500))
    assert len(tree.lines) < 500
    assert parse("[" * 200_000) is None


def inspected(space: Workspace, payload: bytes, opcode: int = Opcode.TEXT) -> Inspected:
    record = Record(5, 1, Kind.MESSAGE, Direction.IN, opcode, payload=payload)
    space.source.reader = memory([record])
    space.source.readings = None
    return Inspected(space, Row(1, 0, 5, "", "x", 1, "text", "–", "", "–"))


def test_hex_is_paged(space: Workspace) -> None:
    it = inspected(space, bytes(range(256)) * 4, Opcode.BINARY)
    assert it.hex_rows == 64
    assert it.hex_row(2)[0] == "00000020"
    assert it.hex_row(2)[1].startswith("20 21 22 23 24 25 26 27  28")
    assert it.hex_row(2)[2] == " !\"#$%&'()*+,-./"
    assert it.pretty() is None
    assert it.how == "Hex"
    assert it.lines()[2].startswith("00000020  20 21 22")


def test_pretty_names_its_decoders_and_raw_stays(space: Workspace) -> None:
    payload = gzip.compress(b'{"seq":4491,"bid":1.0840}')
    it = inspected(space, payload, Opcode.BINARY)
    assert it.how == f"gzip ({len(payload)} B for 25 B) › JSON"
    tree = it.pretty()
    assert tree is not None
    assert lines(tree) == ["{", "  seq: 4491,", "  bid: 1.0840", "}"]
    assert it.payload == payload
    assert it.raw()[0].startswith("\x1f")


def test_a_packet_type_is_named_and_paths_stay_those_of_filters(space: Workspace) -> None:
    it = inspected(space, b'42["tick",{"seq":1}]')
    assert it.how == "Socket.IO event › JSON"
    tree = it.pretty()
    assert tree is not None
    assert "json.1.seq" in [line.path for line in tree.lines]


def test_octets_and_times_are_words_and_not_strings(space: Workspace) -> None:
    it = inspected(space, b"\x81\xa1b\xc4\x02\x00\xff", Opcode.BINARY)
    tree = it.pretty()
    assert tree is not None
    assert lines(tree) == ["{", "  b: 2 B: 00 ff", "}"]
    assert tree.lines[1].kind == "word"


def test_an_event_is_read_by_its_data(space: Workspace) -> None:
    it = inspected(space, b'id: 7\ndata: {"a":\ndata: 1}\n', Opcode.EVENT)
    assert it.how == "JSON"
    assert it.pretty() is not None


def test_plain_text_needs_no_name(space: Workspace) -> None:
    it = inspected(space, b"hello\nthere")
    assert (it.how, it.pretty(), it.lines()) == ("", None, ("hello", "there"))


def test_a_hostile_name_cannot_turn_the_line_round(space: Workspace) -> None:
    topic = "a\u202eb".encode()
    body = len(topic).to_bytes(2, "big") + topic + b"{}"
    it = inspected(space, b"\x30" + bytes([len(body)]) + body, Opcode.BINARY)
    assert "\u202e" not in it.how
    assert it.how.startswith("MQTT PUBLISH to a")


def test_a_payload_beyond_the_limit_shows_its_beginning(space: Workspace) -> None:
    it = inspected(space, b'["' + b"x" * 3_000_000 + b'"]')
    assert it.large == "Large: 3.0 MB. Showing the first 256 kB."
    assert it.pretty() is None
    assert sum(map(len, it.raw())) == 256_000
    assert max(map(len, it.raw())) <= 4_000


def test_frame_facts(space: Workspace) -> None:
    facts = dict(Inspected(space, row(space, "b-naive", "4491")).frame())
    assert facts["Opcode"] == "1 text"
    assert facts["On the wire"] == "163 B"
    assert facts["Passed on"] == "yes"


def test_changes_in_short() -> None:
    before, after = (
        parse('{"id":4481,"bid":1.08407,"s":"r2"}'),
        parse('{"id":4494,"bid":1.08420,"s":"r3"}'),
    )
    found = changes(before, after, frozenset({"4494"}))
    assert in_short(found) == "id +13, bid +0.00013, s r2 → r3"
    gone = changes(before, parse('{"id":4482}'), frozenset({"4482"}))
    assert [(c.path, c.after, c.note) for c in gone] == [
        ("id", "4482", ""), ("bid", None, ""), ("s", None, "")
    ]  # fmt: skip
