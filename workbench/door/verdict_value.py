"""The shape of the ``--json`` object, declared once: its JSON Schema derives from here.

door/verdicts.py makes these objects; a test validates real ones against the schema.  Keys may
be added, and these stay.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

Word = Literal["valid", "invalid", "unknown"]
Ms = Annotated[float | None, "milliseconds; null: never, or not known"]


class PositionValue(TypedDict):
    """A place in a stream.  Offsets are compared only within one epoch of one stream."""

    stream: str
    epoch: str
    offset: Annotated[int | None, "null: this stream has no offsets"]
    id: Annotated[str, "the update's own id, where there is one"]


class FindingValue(TypedDict):
    """One thing found, with its evidence."""

    name: Annotated[str, "lost, skipped, duplicated, nonmonotonic, no-position, ..."]
    count: Annotated[int, "how many in all"]
    positions: Annotated[list[PositionValue], "which updates; at most 100 are kept"]
    records: Annotated[list[int], "numbers of the records that prove it; at most 100 are kept"]
    note: str


class ExplainValue(TypedDict):
    """The verdict in words."""

    title: str
    why: Annotated[str, "why it came out so"]
    changes: Annotated[list[str], "what to change, on the server or in the client"]


class ClientValue(TypedDict):
    """One client in one outage."""

    name: str
    verdict: Word
    missed: Annotated[int, "updates published while it was away that never came"]
    duplicated: Annotated[int, "updates handled twice"]
    out_of_order: int
    away_ms: Ms
    away_from_ns: Annotated[int, "moment of the first broken byte; nanoseconds since 1970"]
    reconnect_ms: Ms
    time_to_recovered_ms: Ms
    reason: Annotated[str, "why the verdict is unknown: words parted by commas; else empty"]
    asked_from: Annotated[str | None, "position asked to resume from; null: none sent"]
    replayed: int
    attempts: Annotated[int, "attempts to reconnect"]
    affected: Annotated[bool, "false: the outage did not touch this client"]
    word: Annotated[str, "the verdict in the words of the window: Lost updates, Recovered, ..."]
    findings: list[FindingValue]
    explain: NotRequired[ExplainValue]


class OutageValue(TypedDict):
    """One outage with its clients, worst first."""

    number: Annotated[int, "from 1; 0: outside of any outage"]
    kind: Annotated[str, "deploy, cut, close, stall, unplanned, ..."]
    title: str
    started: Annotated[str, "ISO 8601, UTC"]
    started_ns: Annotated[int, "nanoseconds since 1970"]
    ended_ns: Annotated[int | None, "null: not known to have ended"]
    source: Annotated[
        Literal["ledger", "upstream", "witness", "sequence", "none"],
        "where the knowledge of what was published comes from",
    ]
    verdict: Word
    disagree: Annotated[str, "what two sources of truth disagree about; else empty"]
    clients: list[ClientValue]


class CheckValue(TypedDict):
    """One expectation of a scenario."""

    text: str
    verdict: Word
    found: str


class StormValue(TypedDict):
    """How the clients of a deploy came back; times count from its beginning."""

    bin_ms: int
    curve: Annotated[list[list[int]], "bins with something: ms, attempts, opens"]
    attempts: int
    opens: int
    peak_attempts: Annotated[int, "most attempts in one bin"]
    peak_opens: int
    spread_ms: Annotated[float, "first to last attempt"]
    herd_index: Annotated[float, "share of the opens that fell into the fullest bin"]
    admitted_ms: Annotated[dict[str, Ms], "percent of the opens: when they were there"]
    left_out: Annotated[int, "bins that are not listed"]


class MovedValue(TypedDict):
    """What a deploy did to one client."""

    name: str
    was_on: Annotated[str, "replica before"]
    landed: Annotated[str, "replica after"]
    times: Annotated[int, "how often it was sent away"]
    away_ms: Annotated[Ms, "in all"]
    longest_ms: Ms
    attempts: int
    back: Annotated[bool, "open again when measuring ended"]


class MeasuredValue(TypedDict):
    """What a deploy cost."""

    storm: StormValue
    clients: list[MovedValue]
    clients_left_out: int
    replicas: Annotated[
        dict[str, list[list[float | str]]], "name: rows of ms, state, version, reason"
    ]
    loads: Annotated[dict[str, int], "links per replica at the end"]
    unevenness: Annotated[float | None, "fullest replica over the mean"]
    settled: Annotated[bool, "every client was open again in time"]


class DeployedValue(TypedDict):
    """One deploy of a run."""

    strategy: str
    version: str
    ended: Annotated[str, "finished, stopped, rolled-back or aborted"]
    error: Annotated[str | None, "what stopped it"]
    measured: MeasuredValue


class VerdictValue(TypedDict):
    """The verdict on a recording or a run."""

    verdict: Annotated[Word, "the worst of the expectations; without any, of the clients"]
    seed: Annotated[int, "makes luck repeatable: --seed"]
    outages: list[OutageValue]
    reasons: Annotated[list[str], "why the verdict as a whole is unknown"]
    notes: list[str]
    recording: NotRequired[Annotated[str, "folder of the recording"]]
    scenario: NotRequired[Annotated[str, "name of the scenario"]]
    checks: NotRequired[Annotated[list[CheckValue], "a scenario's expectations"]]
    deploys: NotRequired[Annotated[list[DeployedValue], "a scenario's deploys, in order"]]
    stopped: NotRequired[Annotated[bool, "true: the scenario was stopped before its end"]]
    run: NotRequired[Annotated[int, "with --repeat: which run the object is about, from 1"]]
    runs: NotRequired[Annotated[list[VerdictValue], "with --repeat: every run"]]
    masked: NotRequired[Annotated[list[str], "kinds of secrets masked in this file"]]
