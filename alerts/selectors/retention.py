"""What is old enough to go. Nothing here is open, or still on its way to somebody."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from alerts.enums import UNFINISHED, UNRESOLVED
from alerts.models import AlertEvent, Episode, Notice, Notification


def old_episodes(before: datetime) -> QuerySet[Episode]:
    """Ended before, and nothing about them waits to be sent; their events go with them."""
    links = Notification.episodes.through.objects
    awaited = links.filter(episode=OuterRef("pk"), notification__state__in=UNFINISHED)
    return Episode.objects.filter(resolved_at__lt=before).exclude(Exists(awaited))


def old_events(before: datetime) -> QuerySet[AlertEvent]:
    """Those outside any episode, such as what cleared before it opened, of alerts that are over."""
    return AlertEvent.objects.filter(at__lt=before, episode=None).exclude(alert__status__in=UNRESOLVED)


def old_notifications(before: datetime) -> QuerySet[Notification]:
    """Sent or given up, about nothing that is open: where an alert was told is where its end is told."""
    links = Notification.episodes.through.objects
    going_on = links.filter(notification=OuterRef("pk"), episode__resolved_at=None)
    finished = Notification.objects.filter(created_at__lt=before).exclude(state__in=UNFINISHED)
    return finished.exclude(Exists(going_on))


def old_notices(before: datetime) -> QuerySet[Notice]:
    """Lines of inboxes, read or not, about nothing that is open."""
    return Notice.objects.filter(created_at__lt=before).exclude(alert__status__in=UNRESOLVED)
