"""What people do with alerts; every action is refused when the alert is not as the person saw it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from alerts.enums import EventKind, Reason, Resolution, Status
from alerts.models import Alert, AlertEvent, Episode
from alerts.services import inbox, lifecycle, outbox, waking
from alerts.services.errors import Conflict
from alerts.services.lifecycle import Change
from dataops.web import audit
from dataops.web.words import lazy as _

LONGEST_SNOOZE = timedelta(days=90)


@transaction.atomic
def acknowledge(alert: Alert, *, by: Any, version: int | None = None, comment: str = "") -> Alert:
    """ "I am on it". Raises Conflict unless the alert is open."""
    alert, episode = _locked(alert, version)
    if alert.status != Status.OPEN or episode is None:
        raise Conflict(
            _("This alert is %(state)s; only an open one can be acknowledged.") % {"state": _state(alert)}
        )
    change = lifecycle.acknowledge(alert, episode, by=by, at=timezone.now(), comment=comment)
    _store(alert, episode, change.event, by=by)
    outbox.announce([change])
    return alert


@transaction.atomic
def snooze(
    alert: Alert,
    *,
    until: datetime | None = None,
    more_reports: int | None = None,
    worse: bool = False,
    by: Any,
    version: int | None = None,
    comment: str = "",
) -> Alert:
    """Say nothing more about it until one of these comes, or it gets more severe.

    A time; so many more bad reports; a value clearly worse than it is. Without a time the longest there is
    ends it. Raises Conflict when it is resolved, ValidationError when nothing would end it.
    """
    if until is None and more_reports is None and not worse:
        raise ValidationError(
            {"until": _("Say until when, after how many more reports, or that worse values end it.")}
        )
    alert, episode = _locked(alert, version)
    if episode is None:
        raise Conflict(_("This alert is %(state)s; there is nothing to put off.") % {"state": _state(alert)})
    now = timezone.now()
    until = until or now + LONGEST_SNOOZE
    if not now < until <= now + LONGEST_SNOOZE:
        raise ValidationError(
            {"until": _("Give a time within the next %(days)s days.") % {"days": LONGEST_SNOOZE.days}}
        )
    event = lifecycle.snooze(
        alert,
        episode,
        until=until,
        to_count=waking.count_that_wakes(alert, more_reports),
        to_value=waking.value_that_wakes(alert) if worse else None,
        by=by,
        at=now,
        comment=comment,
    )
    return _store(alert, episode, event, by=by)


@transaction.atomic
def unsnooze(alert: Alert, *, by: Any, version: int | None = None) -> Alert:
    """Tell about it again from now on. Raises Conflict when it is not snoozed."""
    alert, episode = _locked(alert, version)
    if episode is None or not alert.is_snoozed:
        raise Conflict(_("This alert is not snoozed."))
    return _store(alert, episode, lifecycle.wake(alert, episode, at=timezone.now(), by=by).event, by=by)


@transaction.atomic
def resolve(
    alert: Alert, *, resolution: str, by: Any, version: int | None = None, comment: str = ""
) -> Alert:
    """It is over, and why. Raises Conflict when it is over already. The next breach reopens it."""
    change = _resolve(alert, Resolution(resolution), by, version, comment)
    outbox.announce([change])
    return change.alert


@transaction.atomic
def reopen(alert: Alert, *, by: Any, version: int | None = None, comment: str = "") -> Alert:
    """It is not over after all: a new episode. Raises Conflict unless the alert is resolved."""
    alert, _episode = _locked(alert, version)
    if not alert.is_resolved:
        raise Conflict(
            _("This alert is %(state)s; only a resolved one can be reopened.") % {"state": _state(alert)}
        )
    change = lifecycle.begin(
        alert, alert.severity, at=timezone.now(), kind=EventKind.REOPENED, actor=by, comment=comment
    )
    _store(alert, change.episode, change.event, by=by)
    outbox.announce([change])
    return alert


@transaction.atomic
def assign(alert: Alert, *, assignee: Any | None, by: Any, version: int | None = None) -> Alert:
    """Put somebody in charge; None puts nobody in charge."""
    alert, episode = _locked(alert, version)
    alert.assignee = assignee
    alert.version += 1
    name = assignee.get_username() if assignee else ""
    event = AlertEvent(
        alert=alert, episode=episode, actor=by, kind=EventKind.ASSIGNED, data={"assignee": name}
    )
    _store(alert, episode, event, by=by)
    inbox.tell_of_person(alert, event, Reason.ASSIGNED)
    return alert


@transaction.atomic
def comment(alert: Alert, *, comment: str, by: Any) -> AlertEvent:
    """Words beside the alert; they change no state, so they are never in conflict."""
    alert = Alert.objects.get(pk=alert.pk)
    episode = Episode.objects.filter(alert=alert).first()
    event = AlertEvent.objects.create(
        alert=alert, episode=episode, actor=by, kind=EventKind.COMMENTED, comment=comment
    )
    audit.record("alert.commented", by=by, target=alert)
    inbox.tell_of_person(alert, event, Reason.COMMENTED)
    return event


@dataclass(frozen=True, slots=True)
class BulkResult:
    """How many alerts were changed, and why the others were not, by alert id."""

    done: int
    refused: dict[int, str]


def acknowledge_many(versions: dict[int, int], *, by: Any) -> BulkResult:
    """Acknowledge each alert (id -> the version the person saw) that still allows it."""
    return _each(versions, lambda alert, version: acknowledge(alert, by=by, version=version))


def assign_many(versions: dict[int, int], *, assignee: Any, by: Any) -> BulkResult:
    """Give each alert (id -> the version the person saw) to somebody, or to nobody."""
    return _each(versions, lambda alert, version: assign(alert, assignee=assignee, by=by, version=version))


def reopen_many(versions: dict[int, int], *, by: Any) -> BulkResult:
    """Reopen each alert (id -> the version the person saw) that was resolved."""
    return _each(versions, lambda alert, version: reopen(alert, by=by, version=version))


def snooze_many(
    versions: dict[int, int], *, until: datetime | None = None, more_reports: int | None = None, by: Any
) -> BulkResult:
    """Snooze each alert (id -> the version the person saw) that still allows it."""

    def step(alert: Alert, version: int) -> None:
        snooze(alert, until=until, more_reports=more_reports, by=by, version=version)

    return _each(versions, step)


@transaction.atomic
def resolve_many(versions: dict[int, int], *, resolution: str, by: Any, comment: str = "") -> BulkResult:
    """Resolve each alert that still allows it; all of it is told in one message per channel."""
    changes: list[Change] = []

    def step(alert: Alert, version: int) -> None:
        changes.append(_resolve(alert, Resolution(resolution), by, version, comment))

    result = _each(versions, step)
    outbox.announce(changes)
    return result


@transaction.atomic
def _each(versions: dict[int, int], step: Callable[[Alert, int], object]) -> BulkResult:
    done, refused = 0, {}
    for alert in Alert.objects.filter(pk__in=versions).order_by("pk"):
        try:
            step(alert, versions[alert.pk])
            done += 1
        except Conflict as conflict:
            refused[alert.pk] = str(conflict)
    return BulkResult(done, refused)


def _resolve(alert: Alert, resolution: Resolution, by: Any, version: int | None, comment: str) -> Change:
    alert, episode = _locked(alert, version)
    if alert.is_resolved or episode is None:
        raise Conflict(
            _("This alert is %(state)s already.") % {"state": _state(alert)}
            if alert.is_resolved
            else _("This alert has not opened yet.")
        )
    change = lifecycle.end(alert, episode, resolution, at=timezone.now(), by=by, comment=comment)
    _store(alert, episode, change.event, by=by)
    return change


def _locked(alert: Alert, version: int | None) -> tuple[Alert, Episode | None]:
    """The row as it is now, with its open episode, held until the end of the transaction."""
    alert = Alert.objects.select_for_update().get(pk=alert.pk)
    if version is not None and version != alert.version:
        raise Conflict(
            _("This alert has changed since you looked: it is %(state)s now. Look again, then decide.")
            % {"state": _state(alert)}
        )
    return alert, Episode.objects.open().filter(alert=alert).first()


def _store(alert: Alert, episode: Episode | None, event: AlertEvent, *, by: Any) -> Alert:
    alert.save()
    if episode is not None:
        episode.save()
    event.save()
    audit.record(f"alert.{event.kind}", by=by, target=alert, changes=event.data)
    return alert


def _state(alert: Alert) -> str:
    return str(alert.get_status_display()).lower()
