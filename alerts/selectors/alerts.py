"""Which alerts there are."""

from django.db.models import Count, QuerySet

from alerts.enums import Severity
from alerts.models import Alert, AlertEvent, Silence

MATCHED = (
    "severity",
    "kind",
    "column",
    "subject_type",
    "subject_id",
    "subject_tags",
    "subject_owner",
    "subject_teams",
    "trigger",
)
"""The columns that conditions ask for."""


def open_alerts(subject_type: str | None = None, subject_id: str | int | None = None) -> QuerySet[Alert]:
    """Unresolved alerts, worst first; of one type of subject or of one subject if it is given."""
    alerts = Alert.objects.unresolved().worst_first()
    if subject_type is not None:
        alerts = alerts.filter(subject_type=subject_type)
    if subject_id is not None:
        alerts = alerts.filter(subject_id=str(subject_id))
    return alerts


def held_by(silence: Silence) -> int:
    """How many unresolved alerts a silence takes, whether it holds now or later; one query."""
    return sum(silence.takes(alert) for alert in Alert.objects.unresolved().only(*MATCHED))


def counts_by_severity() -> dict[str, int]:
    """Unresolved alerts per severity, 0 where there is none; one query."""
    rows = Alert.objects.unresolved().order_by().values_list("severity").annotate(count=Count("pk"))
    return dict.fromkeys(Severity.values, 0) | dict(rows)


def recent_events(*, limit: int = 20) -> QuerySet[AlertEvent]:
    """The newest things that happened to any alert, newest first; one query."""
    return AlertEvent.objects.select_related("alert", "actor").order_by("-at", "-pk")[:limit]
