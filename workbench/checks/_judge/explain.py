"""A client's verdict in words: title, why, what to change (UX section 12)."""

from __future__ import annotations

from workbench.checks._ground.words import Context, Words, place, seconds, times
from workbench.checks._judge.client import checks
from workbench.model.verdict import ClientVerdict, Explanation, Finding, OutageVerdict
from workbench.model.words import Value

#: Why it can't be told, and what to change, by reason.
REASONS: dict[str, Words] = {
    "no-traffic": (
        "Nothing was published while it was away, so nothing could be missed.",
        ("Publish during the outage, then try again.",),
    ),
    "damaged": (
        "Part of the recording is unreadable or was never kept: what is missing may be missing "
        "here alone.",
        ("Judge a whole copy, or record again with room on the disk.",),
    ),
    "no-cut": (
        "No connection was broken, so nothing was put to the test.",
        ("Cut a link, or restart a replica, while updates are published.",),
    ),
    "still-away": (
        "It was still away when the recording ended.",
        ("Record for longer, or wait for the client to come back.",),
    ),
    "not-live": (
        "It came back, but the recording ended before it was seen to be live again.",
        ("Go on publishing for a few seconds after the outage.",),
    ),
    "in-doubt": (
        "Bytes sent just before the break may or may not have arrived, and the client never said.",
        ("Client: send the last id handled on reconnect; that settles it.",),
    ),
    "identity": (
        "Several clients that look alike were away, and nobody can tell which of them came back.",
        ("Give each client an id that stays the same over reconnects.",),
    ),
    "source-gap": (
        "What the verdict would rest on was away as well, and saw too little.",
        ("Use a witness that the outage does not touch, or the publish log.",),
    ),
    "audience": (
        "The witness and this client get different updates even when nothing is wrong.",
        ("Use a witness with the same subscription and the same user.",),
    ),
    "epoch-tail": (
        "The stream began anew, and its numbers can't say how many came at the end of the old one.",
        ("Use the publish log or a witness as the source of truth.",),
    ),
    "blind": (
        "Payloads that could not be read came while it caught up; the missing ones may be there.",
        ("Choose a dialect that reads these payloads, and judge again.",),
    ),
    "no-source": (
        "Nothing says what was published: no publish log, no witness, no numbers without holes.",
        ("Add a witness, or choose the field that holds the id.",),
    ),
    "reloaded": (
        "A snapshot stands for what it missed, and this stream does not say that this is enough.",
        ("If it is, expect reload or latest state; if not, replay the updates.",),
    ),
    "handling-unseen": (
        "Updates came twice; whether the client handled them twice can't be seen from outside.",
        ("Record the client's own log, or show that it drops repeats.",),
    ),
    "check-crashed": (
        "A check failed on this recording, so its verdict can't be given.",
        ("Report it together with the recording.",),
    ),
}


def explain(verdict: ClientVerdict, outage: OutageVerdict) -> Explanation:
    """Why a client got its verdict and what to change, causes first.

    A finding that a cause explains gets no words of its own; nothing is said twice.
    """
    context = Context(verdict, outage)
    told = _told(verdict)
    if not told and not verdict.reasons:
        return Explanation(_calm_title(verdict), _calm(verdict))
    whys: list[str] = []
    changes: list[str] = []
    for why, change in [
        *(checks()[f.name].explain(f, context) for f in told),
        *(REASONS[r] for r in verdict.reasons if r in REASONS),
    ]:
        whys.append(_fresh(why, whys))
        changes += [c for c in change if c not in changes]
    title = checks()[told[0].name].TITLE if told else "Can't tell"
    if verdict.value == Value.UNKNOWN:
        title = "Can't tell"
    return Explanation(title, " ".join(w for w in whys if w), tuple(changes))


def _told(verdict: ClientVerdict) -> list[Finding]:
    """The findings that need words: causes, and effects that no cause explains."""
    units = checks()
    known = [f for f in verdict.findings if f.name in units]
    explained = {effect for f in known for effect in units[f.name].EXPLAINS}
    told = [f for f in known if f.name not in explained]
    return sorted(told, key=lambda f: int(units[f.name].RANK))


def _fresh(why: str, before: list[str]) -> str:
    """The sentences that have not been said yet."""
    said = " ".join(before)
    parts = [part.rstrip(".") for part in why.split(". ")]
    kept = [f"{part}." for part in parts if part and f"{part}." not in said]
    return " ".join(kept)


def _calm_title(verdict: ClientVerdict) -> str:
    return "Recovered" if verdict.affected else "Not affected"


def _calm(verdict: ClientVerdict) -> str:
    if not verdict.affected:
        return "It kept its connection, and nothing is missing."
    parts = []
    if verdict.asked_from is not None:
        parts.append(f"It asked for what follows {place(verdict.asked_from)}")
    if verdict.replayed:
        parts.append(f"was sent {times(verdict.replayed, 'update')} again")
    if verdict.recovered is not None:
        parts.append(f"had everything {seconds(verdict.recovered)} after the break")
    text = ", ".join(parts) or "nothing is missing"
    return (text if text.startswith("It") else f"It {text}") + "."
