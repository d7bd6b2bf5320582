"""The little language of verdict-pairs.txt: one history a line (VERDICTS, "Histories")."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from workbench.checks._ground.identity import join
from workbench.model.hashing import id_hash
from workbench.model.history import (
    DELIVERED,
    PUBLISHED,
    Client,
    ClientEvent,
    Event,
    History,
    StreamRule,
)
from workbench.model.position import Position
from workbench.model.words import How, Ids, Outcome, Truth, Want

DATA = Path(__file__).resolve().parents[1] / "data"
FILE = DATA / "verdict-pairs.txt"  # the histories of VERDICTS, as they came
MORE = DATA / "verdict-more.txt"  # ours: what those leave open
WANTS = {
    "exactly": Want.EXACTLY_ONCE,
    "at-least": Want.AT_LEAST_ONCE,
    "every": Want.AT_LEAST_ONCE,
    "latest": Want.LATEST_STATE,
    "reload": Want.RELOAD,
}
KINDS = {"contig": Ids.CONTIGUOUS, "ordered": Ids.ORDERED, "content": Ids.CONTENT}
OUTCOMES = {"ok": Outcome.OK, "fail": Outcome.FAIL, "info": Outcome.INFO}
DELAY = 0.05
TOO_OLD = Event.TOO_OLD  # written Q: T is the end of the recording


@dataclass(frozen=True)
class Row:
    """What is expected of one client (in one outage; None: over all of them)."""

    client: str
    outage: int | None
    verdict: str
    findings: dict[str, tuple[str, ...]]
    reasons: tuple[str, ...]
    ttr: float | None


@dataclass
class Line:
    """One line of the file."""

    number: int
    name: str
    events: str
    rows: list[Row]


@dataclass
class Build:
    """What a line has said so far."""

    options: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=lambda: [""])
    texts: dict[str, int] = field(default_factory=dict)
    published: list[tuple] = field(default_factory=list)
    delivered: dict[str, list[tuple]] = field(default_factory=lambda: defaultdict(list))
    upstream: dict[str, list[tuple]] = field(default_factory=lambda: defaultdict(list))
    events: dict[str, list[ClientEvent]] = field(default_factory=lambda: defaultdict(list))
    links: dict[str, list[int | None]] = field(default_factory=lambda: defaultdict(list))
    keys: dict[str, tuple] = field(default_factory=dict)
    senders: dict[str, str] = field(default_factory=dict)
    last: int = 0
    end: int | None = None

    def intern(self, text: str) -> int:
        if text not in self.names:
            self.names.append(text)
        return self.names.index(text)


# --- small words --------------------------------------------------------------------------


def spread(text: str) -> list[str]:
    """``1..3,5`` as its items, a prefix (``t:e:``) kept on each."""
    found = []
    for part in text.split(","):
        prefix, _, rest = part.rpartition(":")
        prefix = prefix + ":" if prefix else ""
        match = re.fullmatch(r"([^\d]*)(\d+)\.\.(\d+)", rest)
        if match:
            numbers = range(int(match[2]), int(match[3]) + 1)
            found += [f"{prefix}{match[1]}{n}" for n in numbers]
        else:
            found.append(prefix + rest)
    return found


def moments(text: str, count: int) -> list[int]:
    """``@1..9`` spread evenly over so many items, in nanoseconds."""
    first, _, last = text.lstrip("@").partition("..")
    start, stop = float(first), float(last or first)
    step = (stop - start) / (count - 1) if count > 1 else 0.0
    return [round((start + step * i) * 1e9) for i in range(count)]


def place(text: str, content: bool) -> tuple[Position, str]:
    """An item as position and key."""
    item, _, key = text.partition("/")
    parts = item.split(":")
    stream, epoch = ("", "") if len(parts) == 1 else ("", parts[0])
    if len(parts) == 3:
        stream, epoch = parts[0], parts[1]
    if content:
        return Position(stream, epoch, None, parts[-1]), key
    return Position(stream, epoch, int(parts[-1])), key


# --- events -------------------------------------------------------------------------------


def row(build: Build, position: Position, key: str, time: int) -> tuple:
    """time, stream, epoch, offset, id, key as numbers."""
    number = 0
    if position.id:
        number = build.texts.setdefault(position.id, id_hash(position.id))
    offset = -1 if position.offset is None else position.offset
    stream, epoch = build.intern(position.stream), build.intern(position.epoch)
    return (time, stream, epoch, offset, number, build.intern(key))


def publish(build: Build, words: list[str]) -> None:
    items = spread(words[0])
    outcome = OUTCOMES[words[2]] if len(words) > 2 else Outcome.OK
    content = build.options.get("kind") == "content"
    for item, time in zip(items, moments(words[1], len(items)), strict=True):
        position, key = place(item, content)
        build.published.append((*row(build, position, key, time), outcome))
        build.last = max(build.last, time)


def deliver(build: Build, words: list[str], into: dict[str, list[tuple]]) -> None:
    content = build.options.get("kind") == "content"
    items = [place(item, content) for item in spread(words[1])]
    for client in spread_clients(words[0]):
        name, link = who(client)
        if words[2] == "+":
            times = [published_at(build, p) + round(DELAY * 1e9) for p, _ in items]
        else:
            times = moments(words[2], len(items))
        for (position, key), time in zip(items, times, strict=True):
            key = key or key_of(build, position)
            replayed = int(len(words) > 3 and words[3] == "r")
            into[name].append((*row(build, position, key, time), link, replayed))
            build.last = max(build.last, time)


def spread_clients(text: str) -> list[str]:
    """``p1..2`` or ``?1,?2`` or ``a/2``."""
    return [item for part in text.split(",") for item in spread(part)]


def who(text: str) -> tuple[str, int | None]:
    name, _, link = text.partition("/")
    return name, int(link) if link else None


def same(build: Build, position: Position) -> list[tuple]:
    wanted = row(build, position, "", 0)[1:5]
    return [p for p in build.published if p[1:5] == wanted]


def published_at(build: Build, position: Position) -> int:
    return same(build, position)[0][0]


def key_of(build: Build, position: Position) -> str:
    found = same(build, position)
    return build.names[found[0][5]] if found else ""


def happen(build: Build, letter: str, words: list[str]) -> None:
    """An event of one or several clients."""
    when = next(w for w in words if w.startswith("@"))
    words = [w for w in words if not w.startswith("@")]
    if letter == "Z":
        words = [build.senders[words[0]], *words]
    clients = spread_clients(words[0])
    for text, time in zip(clients, moments(when, len(clients)), strict=True):
        name, link = who(text)
        event = ClientEvent(time, TOO_OLD if letter == "Q" else Event(letter), link or 0)
        build.events[name].append(filled(build, event, name, words[1:]))
        build.last = max(build.last, time)


def filled(build: Build, event: ClientEvent, name: str, words: list[str]) -> ClientEvent:
    keys = tuple(tuple(w.split("=", 1)) for w in words if "=" in w)
    if keys:
        build.keys[name] = keys
    words = [w for w in words if "=" not in w]
    if event.event == Event.ENDED:
        return replace(event, how=How(words[0]))
    if event.event == Event.SUBSCRIBED:
        content = build.options.get("kind") == "content"
        if words == ["kept"]:
            return replace(event, position=Position())
        return replace(event, position=place(words[1], content)[0] if words else None)
    if event.event in (Event.SNAPSHOT, Event.ACKED):
        alone = words[1:] == ["alone"]
        return replace(event, position=place(words[0], False)[0], cumulative=not alone)
    if event.event == Event.UNREADABLE:
        return replace(event, count=int(words[0]))
    if event.event == Event.SENT:
        build.senders[words[0]] = name
    return replace(event, detail=words[0] if words else "")


# --- a whole line -------------------------------------------------------------------------


def history(text: str) -> History:
    """The history that the left side of a line tells."""
    build = Build()
    match = re.match(r"\s*\[([^\]]*)\]", text)
    if match:
        build.options = dict(word.split("=") for word in match[1].split())
        text = text[match.end() :]
    for clause in text.split(";"):
        letter, *words = clause.split()
        if letter == "P":
            publish(build, words)
        elif letter == "D":
            deliver(build, words, build.delivered)
        elif letter == "U":
            deliver(build, words, build.upstream)
        elif letter == "I":
            build.keys[words[0]] = tuple(tuple(w.split("=")) for w in words[1:])
        elif letter == "T":
            build.end = round(float(words[0][1:]) * 1e9)
        else:
            happen(build, letter, words)
    return finished(build)


def finished(build: Build) -> History:
    options = build.options
    clients = {name: client(build, name) for name in {*build.delivered, *build.events}}
    if any(name.startswith("?") for name in clients):
        clients = join(clients.values())
    published = np.zeros(len(build.published), PUBLISHED)
    for name, column in zip(
        ("time", "stream", "epoch", "offset", "id", "key", "outcome"),
        zip(*sorted(build.published), strict=True),
        strict=False,
    ):
        published[name] = column
    published["record"] = np.arange(len(published))
    sources = options.get("src", "ledger").split(",")
    witness = next((s.partition(":")[2] for s in sources if s.startswith("witness")), "")
    return History(
        names=tuple(build.names),
        clients=clients,
        end=build.last + 5_000_000_000 if build.end is None else build.end,
        published=published if "ledger" in sources else None,
        truths=tuple(Truth(s.partition(":")[0]) for s in sources),
        witness=witness,
        default_rule=rule(options, options.get("want", "at-least")),
        rules={k[5:]: rule(options, v) for k, v in options.items() if k.startswith("want.")},
        dedupes=options.get("dedupe") != "none",
        exact_position=options.get("pos") == "exact",
        texts={number: text for text, number in build.texts.items()},
    )


def rule(options: dict[str, str], want: str) -> StreamRule:
    ordered = options.get("ordered") != "no"
    return StreamRule(WANTS[want], ordered, KINDS[options.get("kind", "contig")])


def client(build: Build, name: str) -> Client:
    events = sorted(build.events[name], key=lambda e: e.time)
    opened = [e.time for e in events if e.event == Event.SUBSCRIBED]
    stray = name.startswith("?")

    def link_at(time: int) -> int:
        return 1 + sum(t <= time for t in opened) - (1 if stray else 0)

    events = [replace(e, link=e.link or link_at(e.time)) for e in events]
    if not stray:
        events.insert(0, ClientEvent(0, Event.SUBSCRIBED, 1))
    return Client(
        name=name,
        ours=not name.startswith(("p", "?")),
        delivered=columns(build.delivered[name], link_at),
        events=tuple(events),
        upstream=columns(build.upstream[name], link_at) if build.upstream[name] else None,
        protocol=build.options.get("proto", "ws"),
        keys=build.keys.get(name, ()),
    )


def columns(rows: list[tuple], link_at) -> np.ndarray:
    made = np.zeros(len(rows), DELIVERED)
    for i, (time, stream, epoch, offset, number, key, link, replayed) in enumerate(
        sorted(rows, key=lambda r: r[0])
    ):
        record = 1000 + i
        made[i] = (
            time, stream, epoch, offset, number, key, link or link_at(time), replayed,
            (0,) * 7, record,
        )  # fmt: skip
    return made


# --- what is expected ---------------------------------------------------------------------


def expected(text: str) -> list[Row]:
    return [row for part in text.split("|") for row in expected_rows(part.split())]


def expected_rows(words: list[str]) -> list[Row]:
    clients, _, outage = words[0].partition("#")
    findings: dict[str, tuple[str, ...]] = {}
    reasons, ttr = [], None
    for word in words[2:]:
        name, _, value = word.partition("=")
        if name.startswith("~"):
            reasons.append(name[1:])
        elif name == "ttr":
            ttr = float(value)
        else:
            findings[name] = tuple(spread(value)) if value else ()
    number = int(outage) if outage else None
    return [
        Row(name, number, words[1], findings, tuple(reasons), ttr)
        for name in spread_clients(clients)
    ]


def lines(file: Path = FILE) -> list[Line]:
    """Every line of the file; ``near`` lines bear the name of the line above them."""
    found: list[Line] = []
    name = ""
    for number, text in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not text.strip() or text.startswith("#"):
            continue
        head, body = text[:16].strip(), text[16:]
        name = name if head == "near" else head
        left, _, right = body.partition("=>")
        found.append(Line(number, f"{name}{' near' * (head == 'near')}", left, expected(right)))
    return found
