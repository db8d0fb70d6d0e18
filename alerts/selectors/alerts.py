"""Which alerts there are."""

from collections.abc import Iterable, Sequence

from django.db.models import Count, QuerySet

from alerts.enums import Severity
from alerts.models import Alert, AlertEvent, Episode, Silence

MOST_EVENTS, MOST_EPISODES = 100, 10
"""Of one alert on its page; the API has them all."""
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


def holding(silences: Sequence[Silence]) -> list[tuple[Silence, int]]:
    """With how many unresolved alerts each takes, whether it holds now or later; one query."""
    alerts = list(Alert.objects.unresolved().only(*MATCHED)) if silences else []
    return [(silence, sum(map(silence.takes, alerts))) for silence in silences]


def counts_by_severity() -> dict[str, int]:
    """Unresolved alerts per severity, 0 where there is none; one query."""
    rows = Alert.objects.unresolved().order_by().values_list("severity").annotate(count=Count("pk"))
    return dict.fromkeys(Severity.values, 0) | dict(rows)


def newest_events(alert: Alert) -> list[AlertEvent]:
    """What happened to one alert, newest first, with the episodes: one more than a page shows; one query."""
    events = alert.events.select_related("actor", "episode__resolved_by").order_by("-at", "-pk")
    return list(events[: MOST_EVENTS + 1])


def episodes_of(events: Iterable[AlertEvent]) -> list[Episode]:
    """The episodes that these events are of, in their order, the newest few; no query."""
    episodes = {event.episode_id: event.episode for event in events if event.episode is not None}
    return list(episodes.values())[:MOST_EPISODES]


def newest_event() -> int | None:
    """Key of the last thing that happened to any alert; one query."""
    return AlertEvent.objects.order_by("-pk").values_list("pk", flat=True).first()


def recent_events(*, limit: int = 20) -> QuerySet[AlertEvent]:
    """The newest things that happened to any alert, newest first; one query."""
    return AlertEvent.objects.select_related("alert", "actor").order_by("-at", "-pk")[:limit]
