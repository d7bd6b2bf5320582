"""What the engine tells its fronts: a small keyed store that every front mirrors.

The engine publishes ``(topic, key, value)``; value None means gone.  Values are plain
JSON objects of the shapes below.  Moments are nanoseconds of the recording's clock
(``model.record.Moment``), durations are named with their unit.  Messages themselves never
travel here: fronts read the journal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NotRequired, TypedDict


class ErrorValue(TypedDict):
    """A WorkbenchError as plain values."""

    what: str
    why: str
    to_do: str
    whose: str
    details: str


class SessionValue(TypedDict):
    """topic ``session``, key ``current``.  ``folder`` is the live recording's folder."""

    folder: str
    title: str
    recording: bool
    started: int
    records: int
    acknowledged: int  # records that survive a SIGKILL of the engine
    messages: int
    bytes: int
    limit: int
    dropped: int
    rate_in: float
    rate_out: float
    live: bool  # False: opened from a file, nothing is running
    error: ErrorValue | None


class ConnectionValue(TypedDict):
    """topic ``connection``, key = name.  One client: ours, or a link seen by a proxy."""

    name: str
    protocol: str  # ws or sse
    address: str
    group: str  # heading in the dock: service title, proxy name, or "Direct"
    ours: bool
    state: str  # connecting, open, silent, waiting, closed, failed
    since: int
    rate: float
    lag_ms: float | None
    attempt: int
    retry_at: int  # moment of the next attempt, 0: none
    code: int
    error: ErrorValue | None
    last_error: str  # "closed 1012 at 14:03:22" or ""
    fault: str  # chip: "+120 ms", "stalled", ""
    link: int  # current (or last) link number
    links: list[int]  # all its link numbers, oldest first
    replica: str
    dialect: str
    details: dict[str, Any]


class ProxyValue(TypedDict):
    """topic ``proxy``, key = name."""

    name: str
    listen: str  # the address to put into the app: ws://127.0.0.1:9001
    to: str
    links: int
    open: list[int]  # numbers of the links that are open
    state: str  # listening, failed, stopped
    error: ErrorValue | None


class ServiceValue(TypedDict):
    """topic ``service``, key = name: a set of replicas behind one address."""

    name: str
    title: str
    address: str
    version: str
    replicas: list[str]


class ReplicaValue(TypedDict):
    """topic ``replica``, key = name."""

    name: str
    service: str
    version: str
    old_version: str  # before the running or last deploy, "" outside of one
    state: str  # starting, serving, draining, down, failed
    since: int
    clients: list[str]
    links: int
    drain_seconds: float
    moved: int
    back_ms: float | None
    uneven: bool


class DeployValue(TypedDict):
    """topic ``deploy``, key ``current``."""

    strategy: str
    title: str
    running: bool
    step: int
    steps: int
    text: str
    started: int
    ended: int
    version: str
    aborted: bool
    rolled_back: bool  # by itself: the new version did not become ready
    error: ErrorValue | None
    measured: NotRequired[MeasuredValue]


class StormValue(TypedDict):
    """Who came to the balancer during a deploy, in bins of 100 ms from its beginning."""

    bin_ms: int
    curve: list[tuple[int, int, int]]  # [start of the bin in ms, attempts, opens], empty ones out
    attempts: int
    opens: int
    peak_attempts: int  # most in one bin
    peak_opens: int
    spread_ms: int  # from the first to the last bin with an open
    herd_index: float  # share of the opens in the fullest bin: 1 is all at once
    admitted_ms: dict[str, int]  # "50", "99", "100" %: from the first attempt
    left_out: int  # attempts beyond what is kept


class AwayValue(TypedDict):
    """One client's part in a deploy."""

    name: str
    was_on: str
    landed: str
    times: int  # how often it was away
    away_ms: float
    longest_ms: float
    attempts: int
    back: bool


class MeasuredValue(TypedDict):
    """What a deploy did: also the DEPLOY record with the event ``measured``."""

    storm: StormValue
    clients: list[AwayValue]  # those that were away, the longest first
    clients_left_out: int
    replicas: dict[str, list[tuple[float, str, str, str]]]  # [ms, state, version, reason]
    loads: dict[str, int]  # live links by replica
    unevenness: float  # the fullest replica's share, by the even one: 1 is even
    settled: bool  # everybody who was away is back


class FaultValue(TypedDict):
    """topic ``fault``, key = its id: a fault that is switched on."""

    id: str
    fault: str
    scope: list[str]  # connection names, empty: everything
    since: int
    until: int  # 0: until healed
    chip: str
    sees: str


class CheckValue(TypedDict):
    """One expectation of a scenario, as far as it is known."""

    text: str
    verdict: str  # valid, invalid, unknown
    found: str


class ScenarioValue(TypedDict):
    """topic ``scenario``, key ``current``: the running scenario, or the last one.

    ``step`` 0 is the setting up, 1 the first [[step]], ``steps + 1`` the judging.  ``result``
    is the ``--json`` object of a run that is over; ``error`` says why there is none."""

    running: bool
    name: str
    path: str
    step: int
    steps: int
    text: str
    started: int  # of the run
    since: int  # of the step
    took: list[int]  # ns of what is over: the setting up, then each step
    ended: int
    checks: list[CheckValue]
    result: NotRequired[dict[str, Any]]
    error: NotRequired[ErrorValue | None]


class DemoValue(TypedDict):
    """topic ``demo``, key ``current``.  ``step``: 1 Start, 2 Deploy, 3 Gap, 4 Verdict."""

    running: bool
    step: int
    finished: bool
    error: ErrorValue | None


class NoticeValue(TypedDict):
    """topic ``notice``, key = a growing number: something a person should be told."""

    time: int
    level: str  # info, warn, error
    text: str
    error: NotRequired[ErrorValue | None]


#: topic ``outage``, key = its number: see door/verdicts.py.
Value = dict[str, Any]
Listener = Callable[[str, str, Value | None], None]


class Mirror:
    """A front's copy of the engine's store.

    ``mirror["connection"]["b-naive"]`` is the last value; listeners are told of each
    change in order, after the copy has it.
    """

    def __init__(self) -> None:
        self._topics: dict[str, dict[str, Value]] = {}
        self._listeners: list[Listener] = []

    def __getitem__(self, topic: str) -> dict[str, Value]:
        return self._topics.setdefault(topic, {})

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Calls ``listener(topic, key, value)`` at each change; returns how to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def put(self, topic: str, key: str, value: Value | None) -> None:
        """Take a change over and tell the listeners."""
        if value is None:
            self[topic].pop(key, None)
        else:
            self[topic][key] = value
        for listener in tuple(self._listeners):
            listener(topic, key, value)

    def everything(self) -> list[tuple[str, str, Value]]:
        """All values, for a front that has just come."""
        return [(t, k, v) for t, values in self._topics.items() for k, v in values.items()]
