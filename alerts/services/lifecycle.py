"""The life of an alert: which move a finding makes, and what a move writes.

    stored \\ finding      breach                               ok
    none                  OPEN, or PEND                        -
    pending               OPEN or REOPEN, or PEND              CLEAR
    open, acknowledged    ESCALATE, EASE or REPEAT             RESOLVE, or WAIT
    resolved              REOPEN, or PEND                      -

A policy may ask for several reports before an alert opens (PEND until then) or ends (WAIT).
``no_data`` never moves anything; ``near``, which is good but close to its limit, ends nothing that is open.
What is reported no more ends as well (``Intake``). People acknowledge, resolve and reopen
(``services.handling``); an acknowledgement runs out (``services.later``).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from alerts.enums import EventKind, Reason, Resolution, Severity, Status
from alerts.models import Alert, AlertEvent, Episode, EscalationStep, Policy
from alerts.services import patience
from dataops.engine.findings import Finding, FindingState

SNOOZE_FIELDS = ("snoozed_until", "snoozed_by", "snoozed_to_count", "snoozed_to_value")


class Move(StrEnum):
    OPEN = "open"
    REPEAT = "repeat"
    ESCALATE = "escalate"
    EASE = "ease"
    REOPEN = "reopen"
    PEND = "pend"
    CLEAR = "clear"
    RESOLVE = "resolve"
    WAIT = "wait"


@dataclass(slots=True)
class Change:
    """A move that people should hear about."""

    alert: Alert
    episode: Episode
    event: AlertEvent
    reason: Reason


def decide(alert: Alert, finding: Finding, policy: Policy) -> Move:
    """The table above; the newest point of the alert's history is this finding."""
    breached = finding.state == FindingState.BREACH
    if not alert.is_unresolved:
        if not breached:
            return Move.CLEAR
        if not patience.opens(policy, alert.history):
            return Move.PEND
        return Move.REOPEN if alert.was_open_before else Move.OPEN
    if breached:
        worse = finding.severity.rank - Severity(alert.severity).rank
        return Move.ESCALATE if worse > 0 else Move.EASE if worse else Move.REPEAT
    needed = patience.good_reports_needed(policy, alert.history)
    return Move.RESOLVE if patience.streak(alert.history, FindingState.OK) >= needed else Move.WAIT


def pend(alert: Alert, severity: str, *, at: datetime) -> AlertEvent | None:
    """Bad, but not often enough yet; an event for the first time only."""
    alert.severity = severity
    if alert.status == Status.PENDING and alert.pk:
        return None
    alert.status, alert.opened_at = Status.PENDING, at
    alert.version += 1
    return _event(alert, None, EventKind.PENDING, at)


def clear(alert: Alert, *, at: datetime) -> AlertEvent:
    """Good again before it opened."""
    alert.status = Status.RESOLVED
    if not alert.was_open_before:
        alert.resolution, alert.resolved_at = Resolution.CLEARED, at
    alert.version += 1
    return _event(alert, None, EventKind.CLEARED, at)


def flap(alert: Alert, episode: Episode, *, at: datetime) -> Change:
    """It comes and goes: said once an episode, and from now on it has to stay away to be over."""
    episode.is_flapping = True
    return Change(alert, episode, _event(alert, episode, EventKind.FLAPPING, at), Reason.FLAPPING)


def begin(
    alert: Alert, severity: str, *, at: datetime, kind: EventKind, actor: Any = None, comment: str = ""
) -> Change:
    """A new episode: of a new alert, or of one that was over."""
    was_over_at = alert.resolved_at if alert.was_open_before else None
    alert.back_after_seconds = int((at - was_over_at).total_seconds()) if was_over_at else None
    alert.worsened_at = None
    alert.status, alert.severity = Status.OPEN, severity
    alert.opened_at = at
    alert.acknowledged_at = alert.acknowledged_by = None
    alert.resolved_at = alert.resolved_by = None
    alert.resolution = ""
    _wake(alert)
    alert.version += 1
    episode = Episode(alert=alert, opened_at=at, severity=severity)
    reason = Reason.OPENED if kind == EventKind.OPENED else Reason.REOPENED
    return Change(alert, episode, _event(alert, episode, kind, at, actor, comment), reason)


def escalate(alert: Alert, episode: Episode, severity: str, *, at: datetime) -> Change:
    """More severe than ever in this episode: nobody has acknowledged that, or put it off, yet."""
    was = alert.severity
    alert.severity = episode.severity = severity
    alert.status, alert.worsened_at = Status.OPEN, at
    alert.acknowledged_at = alert.acknowledged_by = None
    _wake(alert)
    alert.version += 1
    event = _event(alert, episode, EventKind.ESCALATED, at, data={"from": was, "to": str(severity)})
    return Change(alert, episode, event, Reason.ESCALATED)


def shift(alert: Alert, episode: Episode, severity: str, *, at: datetime) -> AlertEvent:
    """Less severe, or back to what it was told as before: seen, and told to nobody."""
    was = alert.severity
    alert.severity = severity
    kind = EventKind.ESCALATED if Severity(severity).rank > Severity(was).rank else EventKind.EASED
    return _event(alert, episode, kind, at, data={"from": was, "to": str(severity)})


def acknowledge(alert: Alert, episode: Episode, *, by: Any, at: datetime, comment: str = "") -> Change:
    alert.status = Status.ACKNOWLEDGED
    alert.acknowledged_at, alert.acknowledged_by = at, by
    # The episode keeps the first: that is how long it took somebody to react.
    episode.acknowledged_at = episode.acknowledged_at or at
    episode.acknowledged_by = episode.acknowledged_by or by
    alert.version += 1
    event = _event(alert, episode, EventKind.ACKNOWLEDGED, at, by, comment)
    return Change(alert, episode, event, Reason.ACKNOWLEDGED)


def lapse(alert: Alert, episode: Episode, *, at: datetime) -> Change:
    """Somebody was on it, long ago; it is still open, and nobody's again."""
    alert.status = Status.OPEN
    alert.acknowledged_at = alert.acknowledged_by = None
    alert.version += 1
    return Change(alert, episode, _event(alert, episode, EventKind.LAPSED, at), Reason.LAPSED)


def end(
    alert: Alert,
    episode: Episode,
    resolution: Resolution,
    *,
    at: datetime,
    by: Any = None,
    comment: str = "",
) -> Change:
    """The episode is over, by a report (``by`` None) or by a person."""
    alert.status, alert.resolution = Status.RESOLVED, resolution
    alert.resolved_at, alert.resolved_by = at, by
    episode.resolved_at, episode.resolved_by, episode.resolution = at, by, resolution
    _wake(alert)
    alert.version += 1
    event = _event(alert, episode, EventKind.RESOLVED, at, by, comment, {"resolution": str(resolution)})
    return Change(alert, episode, event, Reason.RESOLVED)


def snooze(
    alert: Alert,
    episode: Episode,
    *,
    until: datetime,
    to_count: int | None = None,
    to_value: float | None = None,
    by: Any,
    at: datetime,
    comment: str = "",
) -> AlertEvent:
    """Put off what is to be told about it until then, or until one of these, unless it gets more severe."""
    alert.snoozed_until, alert.snoozed_by = until, by
    alert.snoozed_to_count, alert.snoozed_to_value = to_count, to_value
    alert.version += 1
    data = {"until": until.isoformat(timespec="seconds"), "sooner": alert.wakes_sooner}
    return _event(alert, episode, EventKind.SNOOZED, at, by, comment, data)


def wake(alert: Alert, episode: Episode, *, at: datetime, by: Any = None, comment: str = "") -> Change:
    """The snooze is over, by itself (``by`` None) or by a person, and the alert is not."""
    _wake(alert)
    alert.version += 1
    return Change(alert, episode, _event(alert, episode, EventKind.WOKEN, at, by, comment), Reason.HELD_BACK)


def tell_again(alert: Alert, episode: Episode, reason: Reason, *, at: datetime) -> Change:
    """Nothing changed; people hear of it nevertheless."""
    return Change(alert, episode, _event(alert, episode, EventKind.TOLD, at), reason)


def call(alert: Alert, episode: Episode, step: EscalationStep, *, at: datetime) -> Change:
    """Nobody has acknowledged it in time; more people hear of it."""
    names = ", ".join(channel.name for channel in step.channels.all())
    comment = f"Not acknowledged within {step.after_minutes} min: {step.route.name} leads on to {names}."
    data = {"route": step.route_id, "after_minutes": step.after_minutes}
    event = _event(alert, episode, EventKind.CALLED, at, comment=comment, data=data)
    return Change(alert, episode, event, Reason.UNANSWERED)


def _wake(alert: Alert) -> None:
    for name in SNOOZE_FIELDS:
        setattr(alert, name, None)


def _event(
    alert: Alert,
    episode: Episode | None,
    kind: EventKind,
    at: datetime,
    actor: Any = None,
    comment: str = "",
    data: dict[str, Any] | None = None,
) -> AlertEvent:
    measured = {"value": alert.value, "threshold": alert.threshold, "severity": str(alert.severity)}
    return AlertEvent(
        alert=alert,
        episode=episode,
        at=at,
        actor=actor,
        kind=kind,
        comment=comment,
        data=measured | (data or {}),
    )
