"""How sources, models and jobs stand at this moment; one query each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from alerts.models import Alert
from dataops.web import runs
from dataops.web.counting import counted
from dataops.web.runs import Run, RunState
from dataops.web.templatetags.ui import decimal, number
from dataops.web.words import lazy as _
from models_registry.models import DriftRun, Model, Prediction
from quality.enums import Outcome, SourceState
from quality.models import CheckRun, DataSource

CHANGE_OVER = timedelta(days=7)
LATELY = timedelta(hours=24)
COLUMNS = (
    "pk", "name", "state", "alert_below", "critical_below", "last_score", "last_run", "score_before",
    "newest_run__finished_at", "newest_run__outcomes", "newest_run__error",
)  # fmt: skip
"""Of a source, in the order of ``SourceStanding``."""


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """A source after its newest run; scores are 0 to 1, None where there was none yet.

    Where the newest run failed, ``score`` is the last one there was: the data is as good as it was then.
    ``run`` is the key of the one that found it.
    """

    pk: int
    name: str
    state: str
    alert_below: float
    critical_below: float
    score: float | None
    run: int | None
    score_before: float | None
    checked_at: datetime | None
    outcomes: dict[str, int] | None
    error: str | None

    @property
    def url(self) -> str:
        return reverse("quality:source_detail", args=[self.pk])

    @property
    def is_troubled(self) -> bool:
        return self.state in (SourceState.FAILING, SourceState.DEGRADED)

    @property
    def reason(self) -> str:
        """Why it is not healthy, in a few words."""
        if self.error:
            return self.error
        if self.score is not None and self.score < self.alert_below:
            found = {"score": decimal(self.score), "limit": decimal(self.alert_below, 2)}
            return _("Score %(score)s, the threshold is %(limit)s") % found
        outcomes = self.outcomes or {}
        broken = outcomes.get(Outcome.FAIL, 0) + outcomes.get(Outcome.ERROR, 0)
        return ngettext("%(count)s check fails", "%(count)s checks fail", broken) % {"count": number(broken)}


@dataclass(frozen=True, slots=True)
class ModelStanding:
    """A model after the newest finished drift check of its champion; None where there was none."""

    pk: int
    name: str
    drifted: bool | None
    severity: str | None
    verdict: str | None
    checked_at: datetime | None

    @property
    def url(self) -> str:
        return reverse("models:model_detail", args=[self.name])


class Standings:
    """All of them at this moment, read when first asked for."""

    @cached_property
    def sources(self) -> list[SourceStanding]:
        return source_standings()

    @cached_property
    def models(self) -> list[ModelStanding]:
        return model_standings()


def source_standings() -> list[SourceStanding]:
    """Every active source."""
    now = timezone.now()
    rows = DataSource.objects.active().annotate(
        last_score=Coalesce("newest_run__score", _last_at(now, "score")),
        last_run=Case(
            When(newest_run__score__isnull=False, then=F("newest_run")), default=_last_at(now, "pk")
        ),
        score_before=_last_at(now - CHANGE_OVER, "score"),
    )
    return [SourceStanding(*row) for row in rows.values_list(*COLUMNS)]


def _last_at(moment: datetime, column: str) -> Subquery:
    """Of the last run of a source that was done by then."""
    # What was finished by then was made before: the index goes there at once.
    done = CheckRun.objects.checked().filter(
        source=OuterRef("pk"), created_at__lte=moment, finished_at__lte=moment
    )
    return Subquery(done.order_by("-created_at", "-pk").values(column)[:1])


def model_standings() -> list[ModelStanding]:
    """Every active model."""
    newest = DriftRun.objects.finished().filter(version=OuterRef("champion")).order_by("-created_at", "-pk")
    names = {"drifted": "drifted", "severity": "severity", "verdict": "verdict", "checked_at": "finished_at"}
    columns = {name: Subquery(newest.values(column)[:1]) for name, column in names.items()}
    rows: Iterable[Any] = Model.objects.active().values("pk", "name", **columns)
    return [ModelStanding(**row) for row in rows]


def jobs_by_state() -> dict[str, int]:
    """Jobs of every kind that are queued or running."""
    counts = _jobs()
    found = dict.fromkeys((str(RunState.QUEUED), str(RunState.RUNNING)), 0)
    for state, count in counts[0].union(*counts[1:], all=True):
        found[state] += count
    return found


@dataclass(frozen=True, slots=True)
class Workload:
    """Jobs that wait and run now, and what was done in the last 24 hours."""

    queued: int
    running: int
    checks: int
    failed_checks: int
    alerts: int
    predictions: int


def workload() -> Workload:
    """Every number of it at once."""
    since = timezone.now() - LATELY
    checks = CheckRun.objects.terminal().filter(created_at__gte=since)
    # Naming the models lets an index find the last day of each.
    asked = Prediction.objects.filter(model__in=Model.objects.values("pk"), predicted_at__gte=since)
    lately = {
        "checks": checks,
        "failed_checks": checks.filter(state=RunState.FAILED),
        "alerts": Alert.objects.filter(opened_at__gte=since),
        "predictions": asked,
    }
    parts = [*_jobs(), *(counted(name, rows) for name, rows in lately.items())]
    found = dict.fromkeys((*lately, str(RunState.QUEUED), str(RunState.RUNNING)), 0)
    for name, count in parts[0].union(*parts[1:], all=True):
        found[name] += count
    return Workload(**found)


def _jobs() -> list[QuerySet[Any]]:
    """(state, count) of the live jobs of each kind."""
    live = [kind._default_manager.live().order_by() for kind in runs.kinds()]
    return [rows.values_list("state").annotate(count=Count("pk")) for rows in live]


def live_jobs(most: int = 50) -> list[Run]:
    """Jobs of every kind that run or wait, the oldest first, with no more than a list shows of them; one
    query, and one of each kind there is."""
    kinds = runs.kinds()
    parts = [
        kind._default_manager.live()
        .order_by()
        .annotate(place=Value(place, IntegerField()))
        .values_list("created_at", "place", "pk")
        for place, kind in enumerate(kinds)
    ]
    oldest: dict[int, list[int]] = {}
    for _at, place, pk in parts[0].union(*parts[1:], all=True).order_by("created_at")[:most]:
        oldest.setdefault(place, []).append(pk)
    found = [run for place, keys in oldest.items() for run in _listed(kinds[place]).filter(pk__in=keys)]
    return sorted(found, key=lambda run: run.created_at)


def _listed(kind: type[Run]) -> QuerySet[Run]:
    """Without the profiles and reports that it, and what it works on, may hold."""
    followed = {path.rpartition("__")[0] for path in kind.named_by} - {""}
    rows = kind._default_manager.only("state", "stage", "progress", "created_at", *kind.named_by)
    return rows.select_related(*followed) if followed else rows
