"""The decision table of VERDICTS: what a finding does to a verdict under each expectation."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.checks._ground.view import View
from workbench.model.history import StreamRule
from workbench.model.verdict import Finding
from workbench.model.words import Value, Want

ALWAYS = frozenset(
    {
        "lost", "skipped", "stale-state", "unexpected", "never-reconnected", "retry-stopped",
        "send-lost", "sent-twice",
    }
)  # fmt: skip


def decide(view: View, findings: Sequence[Finding], reasons: Sequence[str]) -> Value:
    """Invalid if a finding is, else unknown if there is a reason, else valid."""
    if any(invalid(view, finding) for finding in findings):
        return Value.INVALID
    return Value.UNKNOWN if reasons else Value.VALID


def invalid(view: View, finding: Finding) -> bool:
    """Whether one finding alone makes a verdict invalid."""
    rule = rule_of(view, finding)
    if finding.name == "duplicated":
        return rule.want == Want.EXACTLY_ONCE and handling_seen(view)
    if finding.name == "nonmonotonic":
        # Of a latest-state stream only the final state counts: stale-state says so.
        return rule.ordered and rule.want != Want.LATEST_STATE
    if finding.name == "stale":
        return rule.want == Want.EXACTLY_ONCE
    return finding.name in ALWAYS


def rule_of(view: View, finding: Finding) -> StreamRule:
    """The expectation of the stream that a finding is about."""
    if not finding.positions:
        return view.history.default_rule
    return view.history.rule(finding.positions[0].stream)


def handling_seen(view: View) -> bool:
    """Whether a delivery is known to be handled: our own client, or one that drops nothing."""
    return view.client.ours or not view.history.dedupes
