"""How many alerts each filter would show, given the other filters."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from alerts.enums import UNRESOLVED, Severity, Status, SubjectType
from alerts.models import Alert

DIMENSIONS = ("status", "severity", "subject_type", "kind")
ACTIVE = "active"
"""Stands for every unresolved status."""


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts per value of each dimension; ``status`` also counts "active" and "all"."""

    counts: dict[str, Counter[str]]

    def of(self, dimension: str, value: str) -> int:
        return self.counts[dimension][value]


def facets(alerts: QuerySet[Any], chosen: Mapping[str, str]) -> Facets:
    """Counts of one dimension under the choices in the others; one query, whatever is chosen.

    ``alerts`` must not be filtered by any of the dimensions yet.
    """
    cube = list(alerts.order_by().values(*DIMENSIONS).annotate(count=Count("pk")))
    counts = {dimension: _count(cube, dimension, chosen) for dimension in DIMENSIONS}
    status = counts["status"]
    status["all"] = sum(status.values())
    status[ACTIVE] = sum(status[name] for name in UNRESOLVED)
    return Facets(counts)


def _count(cube: Iterable[dict[str, Any]], dimension: str, chosen: Mapping[str, str]) -> Counter[str]:
    others = [name for name in DIMENSIONS if name != dimension]
    counter: Counter[str] = Counter()
    for cell in cube:
        if all(is_chosen(name, cell[name], chosen.get(name, "")) for name in others):
            counter[cell[dimension]] += cell["count"]
    return counter


def is_chosen(dimension: str, value: str, choice: str) -> bool:
    """Whether a value falls under a choice; an empty choice takes everything."""
    if dimension == "status" and choice == ACTIVE:
        return value in UNRESOLVED
    return choice in ("", "all", value)


def summary() -> dict[str, Any]:
    """Alerts in numbers; one query. Severities and subject types count what is unresolved."""
    counts = facets(Alert.objects.all(), {"status": ACTIVE}).counts
    statuses = {name: counts["status"][name] for name in Status.values}
    return {
        "total": sum(statuses.values()),
        "by_status": statuses,
        "by_severity": {name: counts["severity"][name] for name in Severity.values},
        "by_subject_type": {name: counts["subject_type"][name] for name in SubjectType.values},
    }
