"""More patience, tried on what was reported: how often an alert would have opened, and how much later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from alerts.enums import Resolution, Status
from alerts.models import Alert, Episode, Policy
from alerts.services.errors import Conflict
from alerts.services.lifecycle import Move, decide
from alerts.services.patience import Patience
from alerts.services.policies import create_policy
from dataops.engine.findings import Finding, FindingState
from dataops.engine.types import Severity
from dataops.web.words import lazy as _

TRIED = ((2, 3), (2, None), (3, 5), (3, None), (4, None))
"""So many bad reports among so many, or in a row, from the least patient to the most."""
WORTH_IT = 1 / 3
"""The least share of openings that a proposal spares."""
NEARLY_ALL = 0.9
_OPENS = (Move.OPEN, Move.REOPEN)


@dataclass(frozen=True, slots=True)
class Period:
    """One time an alert would have been open; ``ended_at`` None when it still would be."""

    first_bad_at: datetime
    opened_at: datetime
    ended_at: datetime | None = None

    def meets(self, episode: Episode) -> bool:
        now = timezone.now()
        return self.opened_at <= (episode.resolved_at or now) and (self.ended_at or now) >= episode.opened_at


@dataclass(frozen=True, slots=True)
class Proposal:
    """A policy for one alert, against what counts for it now, both replayed over ``reports`` reports.

    ``delay_seconds`` is the median time from the first bad report to the opening, of those that remain;
    None when none remains.
    """

    alert: Alert
    open_after: int
    open_within: int | None
    resolve_after: int
    reports: int
    opened_now: int
    opened_then: int
    delay_seconds: float | None

    @property
    def spared(self) -> int:
        return self.opened_now - self.opened_then


def proposals(alerts: Iterable[Alert]) -> dict[int, Proposal]:
    """By alert what its last reports speak for; two queries.

    What somebody acknowledged or fixed must still have opened. Of the policies that spare nearly all
    that more patience can spare, the least patient is taken. How many good reports end an alert stays as
    it is: a longer wait would spare openings by showing what is over as open.
    """
    alerts, patience = list(alerts), Patience()
    handled = Q(acknowledged_at__isnull=False) | Q(resolution=Resolution.FIXED)
    episodes = list(Episode.objects.filter(handled, alert__in=alerts))
    found = (_proposal(a, patience.of(a), [e for e in episodes if e.alert_id == a.pk]) for a in alerts)
    return {proposal.alert.pk: proposal for proposal in found if proposal}


@transaction.atomic
def adopt_proposal(alert: Alert, *, by: Any) -> Policy:
    """A policy of what is proposed for the alert, asked before all others; Conflict when nothing is.

    The severity and the runbook that a policy gives it now stay.
    """
    proposal = proposals([alert]).get(alert.pk)
    if proposal is None:
        raise Conflict(_("Its reports no longer speak for more patience."))
    now, first = Patience().of(alert), Policy.objects.first()
    match = {
        "subject_type": alert.subject_type, "subject_id": alert.subject_id,
        "kind": alert.kind, "column": alert.column,
    }  # fmt: skip
    return create_policy(
        name=f"Patience with alert {alert.pk}, {timezone.now():%Y-%m-%d %H:%M:%S}",
        by=by,
        match=match,
        position=max(first.position - 1, 0) if first else 100,
        open_after=proposal.open_after,
        open_within=proposal.open_within,
        resolve_after=proposal.resolve_after,
        recover_margin=now.recover_margin,
        reason=f"Would have spared {proposal.spared} of its last {proposal.opened_now} openings.",
        severity=now.severity,
        runbook_url=now.runbook_url,
    )


def replay(alert: Alert, policy: Policy) -> list[Period]:
    """When the alert would have been open under a policy, by its stored reports, oldest first."""
    ghost, periods = Alert(severity=alert.severity, status=Status.RESOLVED), []
    for place, point in enumerate(alert.history, start=1):
        at, state = datetime.fromisoformat(point["at"]), FindingState(point["state"])
        ghost.history = alert.history[:place]
        finding = Finding(kind=alert.kind, state=state, severity=Severity(alert.severity), title="")
        move = decide(ghost, finding, policy)
        if move in _OPENS:
            ghost.status = Status.OPEN
            periods.append(Period(_first_bad_at(ghost.history, policy), at))
        elif move == Move.RESOLVE:
            ghost.status = Status.RESOLVED
            periods[-1] = replace(periods[-1], ended_at=at)
    return periods


def _first_bad_at(history: Sequence[dict[str, Any]], policy: Policy) -> datetime:
    """When the first of the bad reports came that opened it with the newest."""
    counted = history[-(policy.open_within or policy.open_after) :]
    return datetime.fromisoformat(next(p["at"] for p in counted if p["state"] == FindingState.BREACH))


def _proposal(alert: Alert, now: Policy, handled: Sequence[Episode]) -> Proposal | None:
    if not alert.history:
        return None
    opened_now = len(replay(alert, now))
    start = datetime.fromisoformat(alert.history[0]["at"])
    handled = [episode for episode in handled if episode.opened_at >= start]
    tried = [
        _tried(alert, opened_now, Policy(open_after=bad, open_within=among, resolve_after=now.resolve_after))
        for bad, among in TRIED
    ]
    good = [p for p, periods in tried if all(any(each.meets(e) for each in periods) for e in handled)]
    most = max((proposal.spared for proposal in good), default=0)
    if most < 2 or most < WORTH_IT * opened_now:
        return None
    return next(proposal for proposal in good if proposal.spared >= NEARLY_ALL * most)


def _tried(alert: Alert, opened_now: int, policy: Policy) -> tuple[Proposal, list[Period]]:
    periods = replay(alert, policy)
    delays = [(each.opened_at - each.first_bad_at).total_seconds() for each in periods]
    proposal = Proposal(
        alert, policy.open_after, policy.open_within, policy.resolve_after, len(alert.history), opened_now,
        len(periods), median(delays) if delays else None,
    )  # fmt: skip
    return proposal, periods
