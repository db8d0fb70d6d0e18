"""What becomes of the alerts of something that is gone."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from alerts.enums import Resolution, Status
from alerts.models import Alert, AlertEvent, Episode
from alerts.services import lifecycle, outbox
from alerts.services.identity import entity_line
from alerts.services.lifecycle import Change
from dataops.web import audit

ALERT_FIELDS = [
    "status",
    "resolution",
    "resolved_at",
    "resolved_by",
    "version",
    "subject_url",
    "evidence_url",
    "also_about",
    "history",
]
EPISODE_FIELDS = ["resolved_at", "resolved_by", "resolution"]


@transaction.atomic
def close_subject(*, subject_type: str, subject_id: str, by: Any, comment: str = "") -> int:
    """Resolve every open alert of a subject that is gone; returns how many there were.

    Whoever was told of one hears that it is over. All alerts of the subject stay as history, but
    none links to its pages any more. The number of queries does not depend on that of the alerts.
    """
    alerts = list(Alert.objects.about(subject_type, subject_id).select_for_update().order_by("pk"))
    for alert in alerts:
        _unlink(alert)
    return _close(alerts, f"{subject_type} {subject_id}", by=by, comment=comment)


@transaction.atomic
def close_rule(
    *, subject_type: str, subject_id: str, kind: str, column: str, method: str, by: Any, comment: str = ""
) -> int:
    """Resolve the open alerts of one rule that is watched no longer; returns how many there were.

    ``column`` empty means every column. The subject is still there, and so are the links to it.
    """
    alerts = Alert.objects.about(subject_type, subject_id).filter(kind=kind, method=method)
    if column:
        alerts = alerts.filter(column=column)
    watched = list(alerts.select_for_update().order_by("pk"))
    return _close(watched, f"{subject_type} {subject_id}", by=by, comment=comment)


def _close(alerts: list[Alert], subject: str, *, by: Any, comment: str) -> int:
    for alert in alerts:
        if alert.status == Status.PENDING:
            alert.status, alert.resolution = Status.RESOLVED, Resolution.SUBJECT_REMOVED
    changes = _end_all(alerts, by=by, comment=comment)
    Alert.objects.bulk_update(alerts, ALERT_FIELDS)
    Episode.objects.bulk_update([change.episode for change in changes], EPISODE_FIELDS)
    AlertEvent.objects.bulk_create([change.event for change in changes])
    outbox.announce(changes)
    if changes:
        closed = {"subject": subject, "alerts": [c.alert.pk for c in changes]}
        audit.record("alerts.closed", by=by, changes=closed)
    return len(changes)


def _end_all(alerts: list[Alert], *, by: Any, comment: str) -> list[Change]:
    now = timezone.now()
    by_pk = {alert.pk: alert for alert in alerts if alert.is_unresolved}
    return [
        lifecycle.end(
            by_pk[episode.alert_id], episode, Resolution.SUBJECT_REMOVED, at=now, by=by, comment=comment
        )
        for episode in Episode.objects.open().filter(alert__in=by_pk).order_by("alert")
    ]


def _unlink(alert: Alert) -> None:
    """Its page and those of its reports went with it; their names and numbers are kept."""
    alert.subject_url = alert.evidence_url = ""
    alert.also_about = "".join(entity_line(replace(each, url="")) for each in alert.subjects[1:])
    alert.history = [point | {"url": ""} for point in alert.history]
