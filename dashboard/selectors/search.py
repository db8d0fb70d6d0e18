"""Finding things of every room by a piece of their name."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from alerts.models import Alert
from models_registry.models import Model
from quality.models import DataSource

MOST = 6


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of each room, those whose name begins with the text first."""

    sources: list[DataSource]
    models: list[Model]
    alerts: list[Alert]
    people: list[Any]


def search(text: str, *, with_people: bool) -> Found:
    """At most six of each kind; four queries, three without people."""
    named = Q(name__icontains=text) | Q(tags__icontains=text)
    sources = DataSource.objects.active().filter(named).only("pk", "name", "state")
    models = Model.objects.active().filter(named).only("pk", "name", "task")
    return Found(
        sources=_first(sources, text, "name"),
        models=_first(models, text, "name"),
        alerts=_alerts(text),
        people=_people(text) if with_people else [],
    )


def _alerts(text: str) -> list[Alert]:
    """Unresolved ones, the worst first: what is over is found in the list of alerts."""
    said = Q(title__icontains=text) | Q(subject_name__icontains=text)
    if text.isdecimal() and len(text) < 19:
        said |= Q(pk=int(text))
    rows = Alert.objects.unresolved().filter(said).worst_first()
    return list(rows.only("pk", "title", "subject_name", "severity", "status")[:MOST])


def _people(text: str) -> list[Any]:
    named = Q(username__icontains=text) | Q(first_name__icontains=text) | Q(last_name__icontains=text)
    rows = get_user_model()._default_manager.filter(named)
    return list(rows.only("pk", "username", "first_name", "last_name").order_by("username")[:MOST])


def _first(rows: QuerySet[Any], text: str, name: str) -> list[Any]:
    """Sixty at most are looked at: whoever gets more has to type on anyway."""
    found = list(rows.order_by(name)[: 10 * MOST])
    return sorted(found, key=lambda row: not getattr(row, name).lower().startswith(text.lower()))[:MOST]
