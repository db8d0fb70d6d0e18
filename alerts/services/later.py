"""Telling later: what was held back once nothing holds it, and what is open and nobody has taken on."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from alerts.enums import Reason, Severity, Status
from alerts.models import Alert, AlertEvent, Episode
from alerts.services import lifecycle, outbox
from alerts.services.lifecycle import Change
from alerts.services.quiet import Quiet

REMIND_AFTER = {Severity.CRITICAL: timedelta(hours=4), Severity.WARNING: timedelta(hours=24)}
"""Alertmanager's four hours for what is critical, a day for a warning; info is told once."""

ACKNOWLEDGED_FOR = {Severity.CRITICAL: timedelta(hours=24)}
"""What is critical is not left with whoever said "I am on it" for longer; what is milder is."""


@transaction.atomic
def release() -> int:
    """Tell what was held back and is still true now that nothing holds it; returns how much.

    Everything that one silence held goes out as one message per route and channel.
    """
    quiet = Quiet()
    changes = [*_woken(quiet), *_released(quiet)]
    AlertEvent.objects.bulk_create([change.event for change in changes])
    outbox.announce(changes)
    return len(changes)


def _woken(quiet: Quiet) -> list[Change]:
    """Alerts whose snooze ran out."""
    waiting = Episode.objects.open().filter(alert__snoozed_until__lte=quiet.now)
    changes = [
        lifecycle.wake(episode.alert, episode, at=quiet.now) for episode in waiting.select_related("alert")
    ]
    Alert.objects.bulk_update([c.alert for c in changes], [*lifecycle.SNOOZE_FIELDS, "version"])
    return changes


def _released(quiet: Quiet) -> list[Change]:
    """Episodes that were held back, and are no more."""
    held = Episode.objects.open().exclude(held_back="").filter(alert__snoozed_until=None)
    return [
        lifecycle.tell_again(episode.alert, episode, Reason.HELD_BACK, at=quiet.now)
        for episode in held.select_related("alert").order_by("pk")
        if quiet.hold_on(episode.alert) is None
    ]


@transaction.atomic
def lapse() -> int:
    """Open again what was acknowledged too long ago and is not over; returns how many alerts that were."""
    now = timezone.now()
    too_long = Q()
    for severity, most in ACKNOWLEDGED_FOR.items():
        too_long |= Q(alert__severity=severity, alert__acknowledged_at__lte=now - most)
    taken = Episode.objects.open().filter(
        too_long, alert__status=Status.ACKNOWLEDGED, alert__snoozed_until=None
    )
    locked = taken.select_related("alert").select_for_update(of=("self", "alert")).order_by("pk")
    changes = [lifecycle.lapse(episode.alert, episode, at=now) for episode in locked]
    Alert.objects.bulk_update(
        [c.alert for c in changes], ["status", "acknowledged_at", "acknowledged_by", "version"]
    )
    AlertEvent.objects.bulk_create([change.event for change in changes])
    outbox.announce(changes)
    return len(changes)


@transaction.atomic
def remind() -> int:
    """Tell again of what was last told too long ago; returns how many alerts that were.

    What is acknowledged, snoozed or silenced is left alone.
    """
    quiet = Quiet()
    changes = [
        lifecycle.tell_again(episode.alert, episode, Reason.REMINDER, at=quiet.now)
        for episode in _forgotten(quiet.now)
        if quiet.hold_on(episode.alert) is None
    ]
    AlertEvent.objects.bulk_create([change.event for change in changes])
    outbox.announce(changes)
    return len(changes)


def _forgotten(now: datetime) -> list[Episode]:
    too_long = Q()
    for severity, pause in REMIND_AFTER.items():
        too_long |= Q(alert__severity=severity, told_at__lte=now - pause)
    waiting = Episode.objects.open().filter(too_long, alert__status=Status.OPEN, held_back="")
    return list(waiting.select_related("alert").order_by("pk"))
