"""What happened that may explain a trend: new champions, changed rules, critical alerts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models.functions import Cast

from alerts.enums import Severity
from alerts.models import Episode
from dashboard.selectors.kept import with_kept_past
from dashboard.selectors.periods import Period, StartOf
from dataops.web.models import AuditEvent
from models_registry.enums import Alias
from models_registry.models import AliasChange

RULES = ("check.added", "check.changed", "check.removed", "contract.applied", "source.baseline_pinned")


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened in the step that begins ``at``: kind is deploy, rules or critical.

    ``name`` is that of a model or source, ``number`` a version or how many there were.
    """

    at: datetime
    kind: str
    name: str
    number: int


def marks(over: Period) -> list[Mark]:
    """New champions, sources whose rules changed, and how many critical alerts opened, by step.

    One query.
    """
    return with_kept_past("marks", over, _marks)


def _marks(over: Period) -> list[Mark]:
    parts = [_champions(over), _rules(over), _critical(over)]
    found = [
        Mark(start, kind, name, number)
        for written, kind, name, number in parts[0].union(*parts[1:], all=True)
        if (start := over.step_of(written)) is not None
    ]
    return sorted(found, key=lambda mark: (mark.at, KINDS.index(mark.kind), mark.name))


KINDS = ("deploy", "rules", "critical")


def _champions(over: Period) -> QuerySet[Any]:
    moves = AliasChange.objects.filter(alias=Alias.CHAMPION, withdrawn=False, at__gte=over.start)
    return _rows(moves, over, "at", "deploy", F("version__model__name")).annotate(number=F("version__number"))


def _rules(over: Period) -> QuerySet[Any]:
    changes = AuditEvent.objects.filter(action__in=RULES, at__gte=over.start)
    return _rows(changes, over, "at", "rules", F("target_name")).annotate(number=Count("pk"))


def _critical(over: Period) -> QuerySet[Any]:
    opened = Episode.objects.filter(severity=Severity.CRITICAL, opened_at__gte=over.start)
    return _rows(opened, over, "opened_at", "critical", Value("")).annotate(number=Count("pk"))


def _rows(rows: QuerySet[Any], over: Period, at: str, kind: str, name: Any) -> QuerySet[Any]:
    """The first columns of the union: the step, the kind, and the name."""
    columns = {"step": StartOf(at, over), "what": Value(kind, CharField()), "whose": Cast(name, CharField())}
    return rows.order_by().annotate(**columns).values_list(*columns)
