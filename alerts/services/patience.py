"""How many reports it takes: policies, and alerts that come and go."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise, takewhile
from typing import Any

from alerts.models import Alert, Policy
from alerts.models.policy import LOOKS_AT
from dataops.engine.findings import Finding, FindingState
from dataops.engine.types import Severity

FLAPPING_CHANGES = 4
STEADY_AFTER = 3

UNHURRIED = Policy()
"""What counts where no policy takes an alert."""


class Patience:
    """The policies of one moment, read when first asked; one query."""

    @cached_property
    def _policies(self) -> list[Policy]:
        return list(Policy.objects.all())

    def of(self, alert: Alert, severity: str = "") -> Policy:
        """The policy that counts for the alert, or for a report about it that is so severe."""
        return next((policy for policy in self._policies if policy.takes(alert, severity)), UNHURRIED)

    def judge(self, alert: Alert, finding: Finding) -> tuple[Policy, Finding]:
        """The policy that counts for a report, and the report as the policy sees it."""
        is_bad = finding.state == FindingState.BREACH
        policy = self.of(alert, str(finding.severity) if is_bad else "")
        if policy.severity:
            finding = replace(finding, severity=Severity(policy.severity))
        return policy, replace(finding, state=FindingState.NEAR) if is_near(policy, finding) else finding


def is_near(policy: Policy, finding: Finding) -> bool:
    """Whether it is good, but not clearly so."""
    is_good, room = finding.state == FindingState.OK, finding.headroom
    return is_good and room is not None and room < policy.recover_margin


def is_flapping(history: Sequence[dict[str, Any]]) -> bool:
    """Whether the newest ten reports changed between good and bad at least four times."""
    states = [point["state"] == FindingState.BREACH for point in history[-LOOKS_AT:]]
    return sum(before != after for before, after in pairwise(states)) >= FLAPPING_CHANGES


def comes_and_goes(alert: Alert) -> bool:
    """Whether it is open and has to stay away for ``STEADY_AFTER`` reports to be over."""
    return alert.is_unresolved and is_flapping(alert.history)


def is_steady(history: Sequence[dict[str, Any]]) -> bool:
    """Whether the newest ten reports all were good."""
    newest = history[-LOOKS_AT:]
    return len(newest) == LOOKS_AT and all(point["state"] != FindingState.BREACH for point in newest)


def opens(policy: Policy, history: Sequence[dict[str, Any]]) -> bool:
    """Whether the newest reports are bad often enough for the policy.

    Reports from before the end of its last episode count as well: they are as old as they are.
    """
    if policy.open_within is None:
        return streak(history, FindingState.BREACH) >= policy.open_after
    newest = history[-policy.open_within :]
    return sum(point["state"] == FindingState.BREACH for point in newest) >= policy.open_after


def streak(history: Sequence[dict[str, Any]], state: FindingState) -> int:
    """How many of the newest reports in a row say the same."""
    return sum(1 for _ in takewhile(lambda point: point["state"] == state, reversed(history)))


def good_reports_needed(policy: Policy, history: Sequence[dict[str, Any]]) -> int:
    """What comes and goes has to stay away for three reports: until then nobody is told each time."""
    return max(policy.resolve_after, STEADY_AFTER if is_flapping(history) else 1)
