"""Event rows of the message table, in words (UX section 7)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from workbench.model.words import How, Kind, LinkEvent, Side
from workbench.panels import wording
from workbench.panels.story import Gap, Link, Story


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a row in one tone ("" plain, strong, error, warn, accent, mono)."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class EventWords:
    """One event row: icon, words, a remark at its right edge, tint of the row, a link."""

    icon: str
    parts: tuple[Part, ...]
    aside: str = ""
    tone: str = ""  # error, warn, info, plain
    action: str = ""
    client: str = ""

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(part.text for part in self.parts)


BY = {
    Side.SERVER: " by the server",
    Side.CLIENT: " by the client",
    Side.WORKBENCH: " by the workbench",
}
ENDS = {
    How.FIN: "the connection was ended without a close frame (FIN)",
    How.RST: "the connection was reset (RST)",
    How.STALL: "it fell silent",
    How.TIMEOUT: "no answer in time",
    How.LEAVE: "left on purpose",
}


def event_words(story: Story, header: Any, payload: bytes) -> EventWords | None:
    """The row of an event record; None where it is none."""
    kind = int(header["kind"])
    value = _value(payload)
    if kind == Kind.LINK:
        return _link(story, int(header["opcode"]), int(header["link"]), value)
    if kind == Kind.DEPLOY:
        return _deploy(value)
    if kind == Kind.FAULT:
        return _fault(value, on=bool(header["code"]))
    if kind == Kind.LOSS:
        return _loss(value)
    if kind == Kind.NOTE:
        text = wording.plain(str(value.get("text") or ""))
        return EventWords("info", (Part(text),), tone="plain")
    return None


def is_event(kind: int, opcode: int, payload: bytes) -> bool:
    """True for records that are rows of their own, without looking deep."""
    if kind == Kind.LINK:
        return opcode in (LinkEvent.OPEN, LinkEvent.FAILED, LinkEvent.CLOSED, LinkEvent.STOPPED)
    if kind == Kind.DEPLOY:
        event = _value(payload)
        failed = event.get("event") == "replica" and event.get("state") == "failed"
        return failed or event.get("event") in ("begin", "step", "end")
    if kind == Kind.NOTE:
        return _value(payload).get("event") != "log"
    return kind in (Kind.FAULT, Kind.LOSS)


def _link(story: Story, event: int, number: int, value: dict[str, Any]) -> EventWords | None:
    link = story.links.get(number)
    if link is None:
        return None
    if event == LinkEvent.OPEN:
        return _opened(story, link)
    if event == LinkEvent.CLOSED:
        return _closed(link, value)
    if event == LinkEvent.FAILED:
        what = wording.plain(str(value.get("what") or "The attempt failed."))
        why = wording.plain(str(value.get("why") or ""))
        parts = (Part("Could not connect: ", "error"), Part(f"{what} {why}".strip()))
        return EventWords("error", parts, tone="error", client=link.client)
    if event == LinkEvent.STOPPED:
        why = wording.plain(str(value.get("why") or ""))
        parts = (Part("Stopped retrying", "error"), Part(f": {why}" if why else ""))
        return EventWords("stop", parts, tone="error", client=link.client)
    return None


def _opened(story: Story, link: Link) -> EventWords:
    where = f" to {wording.plain(link.replica, 60)}" if link.replica else ""
    gap = story.gap_at.get(link.open_row)
    if gap is None:
        parts: tuple[Part, ...] = (Part(f"Connected{where}", "strong"),)
        return EventWords("check", parts, tone="plain", client=link.client)
    parts = (Part(f"Reconnected{where}", "strong"), *_asked(link))
    tried = link.facts.get("attempt")
    tried = tried if isinstance(tried, int) and tried > 0 else link.attempts
    aside = f"attempt {tried}" + (f", waited {link.waited:.1f} s" if link.waited else "")
    tone = "warn" if link.asked == "" else "plain"
    return EventWords("reconnect", parts, aside, tone, client=link.client)


def _asked(link: Link) -> tuple[Part, ...]:
    if link.asked is None:
        return ()
    if not link.asked:
        return (Part(" without a resume position", "warn"),)
    return (Part(" asking for what follows "), Part(wording.plain(link.asked, 60), "mono"))


def _closed(link: Link, value: dict[str, Any]) -> EventWords:
    how, by = str(value.get("how") or ""), str(value.get("by") or "")
    number = value.get("code")
    if how == How.CLOSE and isinstance(number, int):
        why = wording.code(number)
        reason = wording.plain(str(value.get("reason") or ""), 120)
        if reason and reason.lower() not in why.lower():
            why += f", “{reason}”"
    else:
        why = ENDS.get(how, "closed")  # type: ignore[call-overload]
    left = how == How.LEAVE
    who = BY.get(by, "")  # type: ignore[call-overload]
    parts = (Part("Disconnected", "" if left else "error"), Part(f"{who}: {why}"))
    length = link.closed - link.opened if link.opened else 0
    aside = f"open for {wording.duration(length)}" if length else ""
    return EventWords("error", parts, aside, "plain" if left else "error", client=link.client)


def gap_row(gap: Gap) -> EventWords:
    """The row of a gap, told once the client is back."""
    length = wording.duration(gap.end - gap.start)
    v = gap.verdict
    if v is None and gap.outage:
        part = Part(f": one of {gap.among} in outage {gap.outage}")
        return EventWords(
            "drop", (Part(f"Gap of {length}", "strong"), part), "", "plain", "Explain", gap.client
        )
    if v is None:
        parts: tuple[Part, ...] = (Part(f"Gap of {length}", "error"), Part(": not judged yet"))
        return EventWords("drop", parts, tone="error", client=gap.client)
    missed, replayed = int(v.get("missed") or 0), int(v.get("replayed") or 0)
    if missed:
        words = f": {wording.many(missed, 'update')} published, "
        words += "none delivered " if not replayed else f"{wording.count(replayed)} replayed, lost "
        parts = (Part(f"Gap of {length}{words}", "error"), Part(_ids(v), "mono"))
        return EventWords("drop", parts, "", "error", "Explain", gap.client)
    said = [f"the last of {gap.among}"] if gap.among > 1 else []
    said += [f"{wording.count(replayed)} replayed"] if replayed else []
    if v.get("duplicated"):
        said.append(f"{wording.count(int(v['duplicated']))} handled twice")
    if v.get("verdict") == "unknown":
        said.append(str(v.get("word") or "can't tell").lower())
    elif v.get("verdict") == "valid":
        said.append("none missed")
    words = f": {', '.join(said)}" if said else ""
    tone = "warn" if v.get("duplicated") or v.get("verdict") == "unknown" else "plain"
    parts = (Part(f"Gap of {length}", "strong"), Part(words))
    return EventWords("drop", parts, "", tone, "Explain", gap.client)


def _ids(verdict: Any) -> str:
    offsets = [
        p["offset"]
        for f in verdict.get("findings", ())
        if f.get("name") in ("lost", "skipped")
        for p in f.get("positions", ())
        if p.get("offset") is not None
    ]
    shown = wording.ranges(offsets)
    return ", ".join(shown[:4]) + (" …" if len(shown) > 4 else "")


def _deploy(value: dict[str, Any]) -> EventWords | None:
    event = value.get("event")
    if event == "begin":
        title = wording.plain(str(value.get("title") or "Deploy"))
        return EventWords("deploy", (Part(f"Deploy begins: {title}", "strong"),), tone="info")
    if event == "step":
        place = f", step {value.get('step')} of {value.get('steps')}" if value.get("steps") else ""
        text = wording.plain(str(value.get("text") or ""))
        return EventWords("deploy", (Part(f"Deploy{place}: {text}", "strong"),), tone="info")
    if event == "end":
        stopped = bool(value.get("aborted") or value.get("error"))
        text = "Deploy stopped" if stopped else "Deploy finished"
        return EventWords("deploy", (Part(text, "strong"),), tone="warn" if stopped else "info")
    if event == "replica":
        name = wording.plain(str(value.get("replica") or ""), 60)
        reason = wording.plain(str(value.get("reason") or ""))
        parts = (Part(f"Replica {name} failed", "error"), Part(f": {reason}" if reason else ""))
        return EventWords("error", parts, tone="error")
    return None


def _fault(value: dict[str, Any], *, on: bool) -> EventWords:
    title = wording.plain(str(value.get("title") or value.get("fault") or "Fault"), 80)
    names = [wording.plain(str(n), 60) for n in value.get("scope") or ()]
    where = f" on {wording.listed(names)}" if names else " on everything"
    if not on:
        return EventWords("undo", (Part(f"{title} ended", "strong"), Part(where)), tone="plain")
    sees = wording.plain(str(value.get("sees") or ""))
    parts = (Part(title, "warn"), Part(where))
    return EventWords("faults", parts, f"Client sees {sees}" if sees else "", "warn")


def _loss(value: dict[str, Any]) -> EventWords:
    n = value.get("count")
    n = n if isinstance(n, int) else 0
    word = "trimmed" if value.get("what") == "trimmed" else "dropped"
    why = wording.plain(str(value.get("why") or ""))
    parts = (Part(f"{wording.many(n, 'record')} {word}", "error"), Part(f": {why}" if why else ""))
    return EventWords("drop", parts, tone="error")


def _value(payload: bytes) -> dict[str, Any]:
    try:
        value = json.loads(payload) if payload else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
