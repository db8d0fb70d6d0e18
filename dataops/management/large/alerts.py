"""Alerts about sources and models, most of them over, each with its episode and its first event."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from django.utils import timezone

from alerts.enums import EventKind, Resolution, Severity, Status
from alerts.models import Alert, AlertEvent, Episode
from dataops.engine.findings import FindingState
from dataops.management.large import BATCH, Size
from models_registry.models import Model
from quality.models import DataSource

OVER_DAYS = 90
OPEN_SHARE = 0.04
KINDS = ("quality.score", "check.completeness", "check.unique", "check.value_range", "drift.data")


def make_alerts(subjects: Sequence[DataSource | Model], size: Size, random: Random) -> None:
    """One in 25 is open."""
    for first in range(0, size.alerts, BATCH):
        numbers = range(first, min(first + BATCH, size.alerts))
        alerts = Alert.objects.bulk_create([_alert(n, subjects, random) for n in numbers])
        episodes = Episode.objects.bulk_create([_episode(alert) for alert in alerts])
        AlertEvent.objects.bulk_create([_event(episode) for episode in episodes])


def _alert(number: int, subjects: Sequence[DataSource | Model], random: Random) -> Alert:
    subject = subjects[number % len(subjects)]
    opened = timezone.now() - timedelta(hours=random.random() * 24 * OVER_DAYS)
    is_open = random.random() < OPEN_SHARE
    lasted = timedelta(hours=random.expovariate(1 / 6))
    return Alert(
        fingerprint=f"large-{number}",
        subject_type="model" if isinstance(subject, Model) else "source",
        subject_id=str(subject.pk),
        subject_name=subject.name,
        subject_url=subject.get_absolute_url(),
        subject_tags=subject.tags,
        kind=KINDS[number % len(KINDS)],
        column=f"column_{number % 20 + 1}",
        severity=random.choices(Severity.values, [2, 5, 3])[0],
        status=random.choice([Status.OPEN, Status.ACKNOWLEDGED]) if is_open else Status.RESOLVED,
        title=f"{number % 90 + 1} % of column_{number % 20 + 1} is missing",
        value=number % 90 + 1,
        threshold=1.0,
        count=random.randint(1, 20),
        opened_at=opened,
        last_seen_at=opened,
        resolved_at=None if is_open else opened + lasted,
        resolution="" if is_open else random.choice([Resolution.RECOVERED, Resolution.FIXED]),
        history=[{"at": opened.isoformat(), "value": number % 90 + 1, "state": FindingState.BREACH}],
    )


def _episode(alert: Alert) -> Episode:
    return Episode(
        alert=alert,
        opened_at=alert.opened_at,
        resolved_at=alert.resolved_at,
        resolution=alert.resolution,
        severity=alert.severity,
        count=alert.count,
        told_at=alert.opened_at,
        news_at=alert.opened_at,
    )


def _event(episode: Episode) -> AlertEvent:
    return AlertEvent(alert=episode.alert, episode=episode, at=episode.opened_at, kind=EventKind.OPENED)
