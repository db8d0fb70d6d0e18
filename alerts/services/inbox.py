"""The inbox: what changed, told inside the product to those who are responsible."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from alerts.enums import Reason
from alerts.models import Alert, AlertEvent, Notice
from alerts.selectors.people import Wishes, responsible_for
from alerts.services import payload
from alerts.services.identity import digest
from alerts.services.lifecycle import Change

NOT_IN_THE_INBOX = (Reason.REMINDER,)
"""What was told once stays unread until it is read; there is nothing to repeat."""


def tell(changes: Sequence[Change], *, now: datetime) -> None:
    """One notice per person about all of the changes they are responsible for and want to hear of.

    Inside the caller's transaction; five queries, however many changes and people. Nobody is told
    what they did themselves.
    """
    news = [change for change in changes if _is_news(change)]
    if not news:
        return
    responsible = responsible_for([change.alert for change in news])
    wishes = Wishes(set().union(*responsible.values()))
    by_person: dict[int, list[Change]] = defaultdict(list)
    for change in news:
        for person in responsible[change.alert.pk] - {change.event.actor_id}:
            if wishes.hears_in_app(person, change.alert):
                by_person[person].append(change)
    notices = [_notice(person, payload.worst_first(mine), now) for person, mine in sorted(by_person.items())]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def tell_of_person(alert: Alert, event: AlertEvent, reason: Reason) -> None:
    """What somebody did that concerns only the people behind the alert, such as to put them in charge."""
    people = {alert.assignee_id or 0} if reason == Reason.ASSIGNED else responsible_for([alert])[alert.pk]
    people -= {0, event.actor_id or 0}
    wishes = Wishes(people)
    Notice.objects.bulk_create(
        Notice(
            person_id=person,
            alert=alert,
            key=f"event {event.pk}",
            reason=reason,
            severity=alert.severity,
            title=_title(alert),
            created_at=event.at,
        )
        for person in people
        if wishes.may_hear(person, alert)
    )


def read(person: Any, *, keys: Sequence[int] | None = None) -> int:
    """Mark their notices as read, all of them without ``keys``; returns how many were unread."""
    unread = Notice.objects.of(person).unread()
    if keys is not None:
        unread = unread.filter(pk__in=keys)
    return unread.update(read_at=timezone.now())


def read_about(alert: Alert, *, by: Any) -> int:
    """Whoever looks at an alert has read what the inbox said of it."""
    return Notice.objects.of(by).unread().filter(alert=alert).update(read_at=timezone.now())


def _is_news(change: Change) -> bool:
    """That something is over is news to those only who were told that it began."""
    if change.reason == Reason.RESOLVED:
        return change.episode.told_at is not None
    return change.reason not in NOT_IN_THE_INBOX


def _notice(person: int, told: Sequence[Change], now: datetime) -> Notice:
    worst = told[0]
    marks = [(c.alert.pk, str(c.reason), c.alert.version, str(c.event.at)) for c in told]
    return Notice(
        person_id=person,
        alert=worst.alert,
        key=digest(marks),
        reason=worst.reason,
        severity=worst.alert.severity,
        title=_title(worst.alert),
        count=len(told),
        created_at=now,
    )


def _title(alert: Alert) -> str:
    name = alert.subject_name
    return (alert.title if alert.title.startswith(name) else f"{name}: {alert.title}")[:300]
