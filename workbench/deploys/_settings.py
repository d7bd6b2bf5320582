"""Settings that several strategies share; each is declared here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.units.settings import setting


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the servers get."""

    grace: float = setting(
        10.0, unit="s", low=0, high=3600, help="Time from the stop signal to SIGKILL."
    )
    ready_timeout: float = setting(
        30.0, unit="s", low=0.1, high=3600, help="Time a new replica gets to become ready."
    )


@dataclass(frozen=True, slots=True)
class New(Timing):
    """What is deployed."""

    new_version: str = setting("", help="Version to deploy; empty: the one after the present.")


@dataclass(frozen=True, slots=True)
class Draining(New):
    """How clients are asked to leave at the rate at which the others can take them."""

    close_code: int | None = setting(
        1012,
        low=1000,
        high=4999,
        help="Close code sent to each client; none ends the connection without a close frame.",
    )
    advice: str = setting(
        "", help="Text message that asks each WebSocket client to reconnect; empty: none is sent."
    )
    overlap: float = setting(
        0.0, unit="s", low=0, high=3600, help="Time between the advice and the first close."
    )
    admission: float = setting(
        500.0, low=0.1, high=1e6, help="New connections a second that the other replicas admit."
    )
    pace: float = setting(
        0.8, low=0.01, high=1, help="Share of the admission at which clients are closed."
    )
    tick: float = setting(1.0, unit="s", low=0.01, high=3600, help="Time between two batches.")
    deadline: float = setting(
        30.0, unit="s", low=0, high=3600, help="After this time the rest is cut by a reset."
    )

    @property
    def batch(self) -> int:
        """Clients closed in one batch."""
        return max(1, int(self.admission * self.pace * self.tick))


@dataclass(frozen=True, slots=True)
class Terminating(New):
    """How an orchestrator ends a server: unready, preStop, stop signal, grace, SIGKILL."""

    grace: float = setting(
        30.0, unit="s", low=0, high=3600, help="Time to SIGKILL; it includes the preStop time."
    )
    pre_stop: float = setting(
        5.0, unit="s", low=0, high=3600, help="Time before the stop signal (the preStop hook)."
    )
    pre_stop_command: str = setting(
        "", help="Shell command run at the beginning of the preStop time; empty: none."
    )
    unready_after: float = setting(
        0.5, unit="s", low=0, high=3600, help="Time until the balancer hears that it is unready."
    )


@dataclass(frozen=True, slots=True)
class Leaving(Draining):
    """How a replica is taken away: one of the four ways, with their parameters."""

    way: str = setting(
        "close",
        choices=("close", "drain", "terminate", "kill"),
        help="close: all clients at once; drain: paced; terminate: by the stop signal alone; "
        "kill: SIGKILL without a warning.",
    )
    pre_stop: float = setting(
        0.0, unit="s", low=0, high=3600, help="terminate: time before the stop signal."
    )
    unready_after: float = setting(
        0.0, unit="s", low=0, high=3600, help="terminate: time until the balancer hears of it."
    )
