"""How many alerts each filter would show, given the other filters."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.utils import timezone

from alerts.enums import UNRESOLVED, Severity, Status, SubjectType, Substatus
from alerts.models import Alert
from alerts.models.substatus import substatus_now
from alerts.selectors.alerts import newest_event
from dataops.web.memo import once_while

DIMENSIONS = ("status", "substatus", "severity", "subject_type", "kind", "owner", "age")
ACTIVE = "active"
"""Stands for every unresolved status."""
NOBODY = "nobody"
"""Stands for the owner of what has none."""
AGES = (("day", 1), ("week", 7), ("month", 30), ("older", None))
"""How long ago an episode began: up to so many days, and more than the one before."""


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts per value of each dimension; ``status`` also counts "active" and "all"."""

    counts: dict[str, Counter[str]]

    def of(self, dimension: str, value: str) -> int:
        return self.counts[dimension][value]


def facets(alerts: QuerySet[Any], chosen: Mapping[str, str]) -> Facets:
    """Counts of one dimension under the choices in the others; three queries at most, whatever is chosen.

    ``alerts`` must not be filtered by any of the dimensions yet. One query while nothing happens: where
    all that are over are shown too, there may be tens of thousands to count.
    """
    state = [str(alerts.query), sorted(chosen.items()), newest_event()]
    return once_while("facets", state, lambda: _counted(alerts, chosen))


def _counted(alerts: QuerySet[Any], chosen: Mapping[str, str]) -> Facets:
    counts: dict[str, Counter[str]] = {dimension: Counter() for dimension in DIMENSIONS}
    limits = [(place, name, chosen[name]) for place, name in enumerate(DIMENSIONS) if chosen.get(name)]
    for *cell, count in _cells(alerts, [(name, choice) for _, name, choice in limits]):
        missed = [name for place, name, choice in limits if not is_chosen(name, cell[place], choice)]
        # What misses one choice alone is what another choice there would show.
        if len(missed) < 2:
            for name, value in zip(DIMENSIONS, cell, strict=True):
                if not missed or name == missed[0]:
                    counts[name][value] += count
    status = counts["status"]
    status["all"] = sum(status.values())
    status[ACTIVE] = sum(status[name] for name in UNRESOLVED)
    return Facets(counts)


def _cells(alerts: QuerySet[Any], chosen: Sequence[tuple[str, str]]) -> Iterable[Sequence[Any]]:
    """The value of each dimension, and how many alerts have these values.

    Of the unresolved ones alone, which is what a list begins with, those that are over count by status
    only: there may be a hundred times as many.
    """
    named = alerts.order_by().annotate(substatus_now=substatus_now(), owner=_owner(), age=_age())
    cells = named.values_list(*("substatus_now" if name == "substatus" else name for name in DIMENSIONS))
    if chosen != [("status", ACTIVE)]:
        return cells.annotate(count=Count("pk"))
    others = alerts.order_by().exclude(status__in=UNRESOLVED).values_list("status")
    blank = [""] * (len(DIMENSIONS) - 1)
    over = [(status, *blank, count) for status, count in others.annotate(count=Count("pk"))]
    return [*cells.unresolved().annotate(count=Count("pk")), *over]


def began(age: str) -> Q:
    """The condition that an age sets to when the episode began."""
    names = [name for name, _ in AGES]
    place = names.index(age)
    now, (_, most) = timezone.now(), AGES[place]
    least = AGES[place - 1][1] if place else None
    younger = Q() if most is None else Q(opened_at__gt=now - timedelta(days=most))
    return younger if least is None else younger & Q(opened_at__lte=now - timedelta(days=least))


def _owner() -> Case:
    return Case(When(subject_owner="", then=Value(NOBODY)), default=F("subject_owner"))


def _age() -> Case:
    now = timezone.now()
    whens = [When(opened_at__gt=now - timedelta(days=d), then=Value(name)) for name, d in AGES if d]
    return Case(*whens, default=Value(AGES[-1][0]), output_field=CharField())


def is_chosen(dimension: str, value: str, choice: str) -> bool:
    """Whether a value falls under a choice; an empty choice takes everything."""
    if dimension == "status" and choice == ACTIVE:
        return value in UNRESOLVED
    return choice in ("", "all", value)


def summary() -> dict[str, Any]:
    """Alerts in numbers; two queries. All but the statuses count what is unresolved."""
    counts = facets(Alert.objects.all(), {"status": ACTIVE}).counts
    statuses = {name: counts["status"][name] for name in Status.values}
    return {
        "total": sum(statuses.values()),
        "by_status": statuses,
        "by_severity": {name: counts["severity"][name] for name in Severity.values},
        "by_substatus": {name: counts["substatus"][name] for name in Substatus.values},
        "by_subject_type": {name: counts["subject_type"][name] for name in SubjectType.values},
    }
