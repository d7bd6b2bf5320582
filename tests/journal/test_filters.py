"""The filter language: what each part finds, and where a wrong one is wrong."""

from __future__ import annotations

import json
import random
from datetime import datetime

import numpy as np
import pytest

from tests.journal.samples import START
from workbench.journal.columns import Columns, ColumnWriter
from workbench.journal.filters.chunk import Context
from workbench.journal.filters.errors import FilterError
from workbench.journal.filters.grammar import All, Any, Not, Term, parse
from workbench.journal.filters.plan import KEYS, plan_of
from workbench.journal.filters.search import Search
from workbench.journal.filters.states import STATES
from workbench.journal.recording import Recording
from workbench.journal.writer import Writer
from workbench.model.record import READING, Record
from workbench.model.words import Direction, Flag, Kind, LinkEvent, Means, Opcode, ReadFlag

SECOND = 10**9


def js(**value: object) -> bytes:
    return json.dumps(value).encode()


def told(time: int, link: int, event: LinkEvent, **facts: object) -> Record:
    return Record(START + time * SECOND, link, Kind.LINK, opcode=event, payload=js(**facts))


def said(time: int, link: int, way: Direction, payload: bytes, **more: int) -> Record:
    fields = {"opcode": Opcode.TEXT, "flags": 3, "wire": len(payload) + 2, **more}
    return Record(START + time * SECOND, link, Kind.MESSAGE, way, payload=payload, **fields)


IN, OUT = Direction.IN, Direction.OUT
RECORDS = [
    told(0, 1, LinkEvent.OPENING, client="b-naive"),  # 0
    told(0, 2, LinkEvent.OPENING, client="C-Overlap"),  # 1
    told(1, 1, LinkEvent.OPEN, replica="r1"),  # 2
    said(2, 1, OUT, js(subscribe="orders")),  # 3
    said(3, 1, IN, js(id=4482, order={"total": 99.5, "tags": ["VIP", "new"]})),  # 4
    said(4, 2, IN, js(id=4483, order={"total": 100, "tags": []}, ok=True)),  # 5
    said(5, 2, IN, b"\x00\x0a\xff\x01", opcode=Opcode.BINARY),  # 6
    said(6, 1, IN, b"not json, but it says vip", flags=int(Flag.ARRIVED)),  # 7
    Record(START + 7 * SECOND, 1, Kind.CONTROL, IN, Opcode.PING),  # 8
    Record(
        START + 8 * SECOND, 1, Kind.CONTROL, IN, Opcode.CLOSE, 3, 1012, payload=b"\x03\xf4"
    ),  # 9
    told(8, 1, LinkEvent.CLOSED, how="close", code=1012),  # 10
    Record(START + 9 * SECOND, 0, Kind.FAULT, code=1, payload=js(fault="cut")),  # 11
    told(9, 2, LinkEvent.CLOSED, how="rst", code=1006),  # 12
    said(10, 2, IN, b'{"\\u0069d": 7, "list": [{"a": 1}, {"a": "two"}]}'),  # 13
    said(11, 2, IN, b"x" * 2000),  # 14
]
READINGS = [
    (4, 4482, 0, START + 3 * SECOND - 300_000_000, 1, 0, 0, 2, 0, Means.UPDATE, 0, 0),
    (5, 4483, 0, START + 4 * SECOND - 1_000_000, 1, 0, 0, 2, 0, Means.UPDATE, 0, ReadFlag.REPLAYED),
    (7, -1, 5, 0, 3, 0, 0, 0, 4, Means.OTHER, 0, 0),
]
NAMES = ["orders", "order", "prices", "uuid-7"]


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    folder = tmp_path_factory.mktemp("filters") / "recording"
    w = Writer(folder, now=lambda: START, anchor=START, segment_bytes=400)
    for record in RECORDS:
        w.put(record)
        w.flush()
    w.close()
    columns = ColumnWriter(folder, "auto", 1)
    columns.append(np.array(READINGS, READING), NAMES)
    columns.commit()
    columns.close()
    return Context(
        Recording.open(folder),
        Columns.open(folder, "auto"),
        notes={5: "Look here", 9: ""},
        outages={3: (START + 8 * SECOND, START + 9 * SECOND), 4: (START + 10 * SECOND, None)},
    )


def clock(second: int) -> str:
    return f"{datetime.fromtimestamp(START // SECOND + second):%H:%M:%S}"


EVERYTHING = list(range(15))
FOUND = {
    "": EVERYTHING,
    "conn:b-naive": [0, 2, 3, 4, 7, 8, 9, 10],
    "conn:overlap dir:in": [5, 6, 13, 14],
    "conn==overlap": [],
    "conn:2 op:binary": [6],
    "conn!=b-naive is:message": [5, 6, 13, 14],
    "conn~/^b-/ is:message": [3, 4, 7],
    "dir:out": [3],
    "-dir:in is:message": [3],
    "not (dir:in or dir:out)": [0, 1, 2, 10, 11, 12],
    "DIR:IN OP:ping": [8],
    "kind:fault or kind:control": [8, 9, 11],
    "type:order": [4, 5],
    "type==orde": [],
    "topic:orders": [4, 5],
    "topic~ric": [7],
    "id:4482": [4],
    "id:4482..4493": [4, 5],
    "id:..4482": [4],
    "id>4482": [5],
    "id:uuid-7": [7],
    "lag>250ms": [4],
    "lag<=1ms": [5],
    "size>1k": [14],
    "size:4..25 is:message": [6, 7, 3],
    "size == 2000": [14],
    "wire>=2kb": [14],
    "code:1006": [12],
    "code:1000..1012": [9, 10, 12],
    "code>0 kind:fault": [],
    "ended:rst is:message": [5, 6, 13, 14],
    "replica:r1 is:control": [8, 9],
    "outage:3": [9, 10, 11, 12],
    "outage:4": [13, 14],
    "outage:9": [],
    "note:*": [5, 9],
    "note:look": [5],
    "is:noted dir:in": [5, 9],
    "since:-1s": [13, 14],
    "since:outage:4": [13, 14],
    "until:outage:3 since:outage:3": [9, 10, 11, 12],
    "since:outage:77": [],
    f"until:{clock(1)}": [0, 1, 2],
    f"since:{clock(9)} until:{clock(10)}.5": [11, 12, 13],
    '"vip"': [7],
    "vip": [7],
    '"vip" or "VIP"': [4, 7],
    '"not json, but"': [7],
    "/vip/i": [4, 7],
    r"/tags.*\[\]/": [5],
    'hex:"0a ff"': [6],
    "hex:0AFF": [6],
    "json.order.total>=100": [5],
    "json.order.total<100": [4],
    "json.order.total!=100": [4],
    "json.order.total:99..100": [4, 5],
    'json.order.tags~"vip"': [4],
    "json.order.tags==VIP": [4],
    "/order/total>=100": [5],
    "$.order.total>=100": [5],
    "$['order']['total']==100": [5],
    "json.ok:true": [5],
    "json.id:4483": [5],
    "json.id<100": [13],
    "json.list[1].a:two": [13],
    "json.list[*].a:1": [13],
    "/list/0/a==1": [13],
    "json.list~/x/": [],
    "json.subscribe>=ord": [3],
    "has:json.id": [4, 5, 13],
    "has:$.order.tags": [4, 5],
    "has:/list/1": [13],
    "is:event": [0, 1, 2, 10, 11, 12],
    "is:dropped": [7],
    "is:sent": [3],
    "is:replayed": [5],
    "is:update -is:replayed": [4],
    "is:close": [9],
    "conn:b-naive (dir:out or op:ping) -is:sent": [8],
    "is:ping or is:close and dir:out": [8],
}  # fmt: skip


@pytest.mark.parametrize("text", FOUND)
def test_finds(context, text):
    for chunk in (1 << 16, 4, 1):
        found = Search(text, context, chunk).finish().tolist()
        assert found == sorted(FOUND[text]), chunk


def test_every_key_and_state_has_been_tried():
    tried = " ".join(FOUND)
    assert not [key for key in KEYS if f"{key}" not in tried and key != "seq"]
    for key in KEYS.values():
        plan_of(key.example)
    for state in STATES:
        plan_of(f"is:{state}")


@pytest.mark.parametrize(
    ("text", "wrong", "suggestion"),
    [
        ("jsn.a:1", "jsn", "json"),
        ("conn:a  siez>1", "siez", "size"),
        ("dir:upp", "upp", ""),
        ("op:txt", "txt", "text"),
        ("is:replayd", "replayd", "replayed"),
        ("ended:rest", "rest", "rst"),
        ("size=5", "=", "=="),
        ("size>1q", "1q", ""),
        ("size>1kk", "1kk", "k"),
        ("size>big", "big", ""),
        ("size~5", "size~5", "size:1"),
        ("size>1..5", "size>1..5", ""),
        ("lag>250", "250", ""),
        ("code:abc", "abc", ""),
        ("conn>a", "conn>a", "conn:a"),
        ("size", "size", "size>1k"),
        ("size>", "size>", ""),
        ("conn: ", "conn: ", ""),
        ('conn:"a', '"a', ""),
        ('""', '""', ""),
        ("(dir:in", "(", ""),
        ("dir:in)", ")", ""),
        ("()", "()", ""),
        ("or dir:in", "or ", ""),
        ("dir:in or", "or", ""),
        ("dir:in and )", "and ", ""),
        ("- dir:in", "-", ""),
        ("not", "not", ""),
        ("/a(/", "/a(/", ""),
        (r"/(a)\1/", r"/(a)\1/", ""),
        ("/a/q", "q", ""),
        ("hex:xyz", "xyz", 'hex:"0a ff"'),
        ("hex>0a", "hex>0a", "hex:0a"),
        ("has:id", "id", "has:json.id"),
        ("json>5", "json", "json.id"),
        ("json.a[>5", "json.a[", ""),
        ("since:yesterday", "yesterday", "-30s"),
        ("since:25:00", "25:00", "-30s"),
        ("until:outage:x", "outage:x", "outage:1"),
        ("(" * 200, "(", ""),
    ],
)
def test_errors_say_where_and_what(text, wrong, suggestion):
    with pytest.raises(FilterError) as e:
        plan_of(text)
    assert text[e.value.start : e.value.stop] == wrong
    assert e.value.suggestion == suggestion
    assert e.value.what
    assert e.value.whose == "user"


def test_a_tree():
    tree = parse('a:1 or b:2 -"c d" /e/i')
    assert isinstance(tree, Any)
    left, right = tree.parts
    assert isinstance(left, Term)
    assert (left.key, left.operator, left.value.text) == ("a", ":", "1")
    assert isinstance(right, All)
    _, third, fourth = right.parts
    assert isinstance(third, Not)
    assert third.part.value.text == "c d"
    assert (fourth.value.kind, fourth.value.text, fourth.value.flags) == ("pattern", "e", "i")
    assert parse(r'"a \" b \\"').value.text == 'a " b \\'


def test_a_hostile_pattern_hangs_nothing(tmp_path):
    w = Writer(tmp_path / "r", now=lambda: START)
    w.put(Record(1, 1, 1, payload=b"a" * 200_000 + b"!"))
    w.close()
    context = Context(Recording.open(tmp_path / "r"))
    assert Search("/^(a+)+$/", context).finish().tolist() == []
    assert Search("/(a|aa)+!/", context).finish().tolist() == [0]


def test_text_is_found_in_payloads_and_not_across_them(tmp_path):
    luck = random.Random(3)
    payloads = [bytes(luck.choices(b"ab\n", k=luck.randrange(12))) for _ in range(3000)]
    w = Writer(tmp_path / "r", now=lambda: START, segment_bytes=3000)
    for number, payload in enumerate(payloads):
        w.put(Record(number, 1, 1, payload=payload))
        if luck.random() < 0.1:
            w.flush()
    w.close()
    context = Context(Recording.open(tmp_path / "r"))
    for needle in (b"a", b"ab", b"a\nb", b"\n", b"\n\n", b"abab", b"bbbbbb"):
        wanted = [n for n, payload in enumerate(payloads) if needle in payload]
        text = f'hex:"{needle.hex()}"'
        assert Search(text, context, 700).finish().tolist() == wanted, needle
        assert Search(f"{text} since:-100000s", context).finish().tolist() == wanted


def test_long_payloads_are_searched_in_steps(tmp_path, monkeypatch):
    monkeypatch.setattr("workbench.journal.filters.text.STEP", 7)
    w = Writer(tmp_path / "r", now=lambda: START)
    for at in range(60):
        w.put(Record(1, 1, 1, payload=b"." * at + b"needle" + b"." * (60 - at)))
    w.put(Record(1, 1, 1, payload=b"." * 66))
    w.close()
    found = Search("needle", Context(Recording.open(tmp_path / "r"))).finish().tolist()
    assert found == list(range(60))


def test_goes_on_as_records_arrive(tmp_path):
    w = Writer(tmp_path / "r", now=lambda: START)
    recording = Recording.open(tmp_path / "r")
    search = Search("seq:3..5", Context(recording), chunk=2)
    assert search.done
    for number in range(1, 11):
        w.put(Record(number, 1, 1, seq=number, payload=b"x"))
        w.flush()
        recording.refresh()
        assert iter_steps(search) == ([number - 1] if 3 <= number <= 5 else [])
    assert search.numbers().tolist() == [2, 3, 4]
    assert (search.count, search.checked) == (3, 10)
    w.close()


def iter_steps(search: Search) -> list[int]:
    found: list[int] = []
    while not search.done:
        found += search.step().tolist()
    return found


def test_damaged_records_are_not_found(tmp_path):
    w = Writer(tmp_path / "r", now=lambda: START)
    for number in range(10):
        w.put(Record(number, 1, 1, payload=b"needle %d" % number))
        if number % 2:
            w.flush()
    w.close()
    path = tmp_path / "r" / "000001.pay"
    data = bytearray(path.read_bytes())
    data[20] ^= 1  # in the third payload
    path.write_bytes(data)
    context = Context(Recording.open(tmp_path / "r"))
    assert Search("needle", context).finish().tolist() == [0, 1, 4, 5, 6, 7, 8, 9]
    assert context.recording.damage


def test_moments_that_no_calendar_has(tmp_path):
    w = Writer(tmp_path / "r", now=lambda: 2**62)
    w.put(Record(2**63 - 1, 1, 1, payload=b"x"))
    w.put(Record(-(2**63), 1, 1, payload=b"x"))
    w.close()
    context = Context(Recording.open(tmp_path / "r"))
    for text in ("since:12:00", "until:12:00", "since:-5s", "lag>1s"):
        Search(text, context).finish()


def test_parsing_never_fails_otherwise():
    luck = random.Random(1)
    parts = '( ) - or not " / conn: a size> 1k json. $ .. is: \\ ping == hex: since: -1s [ ] * ä'
    words = [*parts.split(), " ", " "]
    good = 0
    for _ in range(3000):
        text = "".join(luck.choices(words, k=luck.randrange(1, 12)))
        error = error_in(text)
        good += error is None
        assert error is None or 0 <= error.start <= error.stop <= len(text) + 1, text
    assert good > 100


def error_in(text: str) -> FilterError | None:
    try:
        plan_of(text)
    except FilterError as e:
        return e
    return None
