"""Quality, drift, alerts and predictions over time, one value an hour or day."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, F, Max, OuterRef, QuerySet, Subquery

from alerts.models import Episode
from dashboard.selectors.kept import with_kept_past
from dashboard.selectors.periods import DAY, Period, StartOf
from dashboard.selectors.standing import SourceStanding, Standings
from models_registry.models import DriftRun, Model, Prediction
from quality.models import CheckRun, DataSource

Extreme = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """The source or model that a value is of."""

    pk: int
    name: str


@dataclass(slots=True)
class Point:
    """How all subjects stood at the end of one step: on average, and the worst, which ``run`` found."""

    at: datetime
    average: float | None = None
    worst: float | None = None
    of: Subject | None = None
    run: int | None = None


@dataclass(frozen=True, slots=True)
class Traffic:
    """Predictions made in one step, and the seconds that the timed ones took."""

    count: int = 0
    mean_seconds: float | None = None
    slowest_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    subject: Subject
    before: float | None
    run: int | None


def quality(over: Period, now: Standings) -> list[Point]:
    """Mean and lowest score of the active sources at the end of each step, the last as they stand ``now``.

    A source keeps its score until its next run, so that the mean does not jump with which sources
    happened to be checked. Two queries, none within ten minutes.
    """
    return with_kept_past(
        "quality", over, _quality, newest=lambda last: [_point_now(last.start, now.sources)]
    )


def _point_now(at: datetime, sources: Sequence[SourceStanding]) -> Point:
    scores = [(source.score, source) for source in sources if source.score is not None]
    if not scores:
        return Point(at)
    worst, lowest = min(scores, key=lambda pair: pair[0])
    average = sum(score for score, _ in scores) / len(scores)
    return Point(at, average, worst, Subject(lowest.pk, lowest.name), lowest.run)


def _quality(over: Period) -> list[Point]:
    runs = CheckRun.objects.checked().exclude(score=None)
    sources = _known(DataSource.objects.active(), _before(runs.filter(source=OuterRef("pk")), over), "score")
    made = by_step(runs, over, F("source_id"), "score", "pk")
    return _points(over, sources, made, worst=min)


def drift(over: Period) -> list[Point]:
    """Mean and largest share of drifted features of the models in use, by step; two queries."""
    return with_kept_past("drift", over, _drift)


def _drift(over: Period) -> list[Point]:
    runs = DriftRun.objects.finished().exclude(share_drifted=None)
    before = _before(runs.filter(version=OuterRef("champion")), over)
    models = _known(Model.objects.active(), before, "share_drifted")
    runs = runs.filter(version=F("version__model__champion"))
    made = by_step(runs, over, F("version__model_id"), "share_drifted", "pk")
    return _points(over, models, made, worst=max)


def _before(runs: QuerySet[Any], over: Period) -> QuerySet[Any]:
    """Those that were over before the period, newest first."""
    # And so were made before it: the index goes there at once.
    return runs.filter(created_at__lt=over.start, finished_at__lt=over.start).order_by("-created_at", "-pk")


def alerts_opened(over: Period) -> dict[datetime, dict[str, int]]:
    """Alerts opened or reopened in each step by severity, steps without any left out; one query."""
    opened = Episode.objects.filter(opened_at__gte=over.start, opened_at__lt=over.end).order_by()
    rows = opened.annotate(step=StartOf("opened_at", over)).values_list("step", "severity")
    found: dict[datetime, dict[str, int]] = {}
    for written, severity, count in rows.annotate(Count("pk")):
        if (start := over.step_of(written)) is not None:
            counts = found.setdefault(start, {})
            counts[severity] = counts.get(severity, 0) + count
    return found


def traffic(over: Period) -> dict[datetime, Traffic]:
    """Predictions of all models in each step, steps without any left out; one query."""
    # Naming the models lets an index find the stretch of time of each.
    models = Model.objects.values("pk")
    log = Prediction.objects.filter(
        model__in=models, predicted_at__gte=over.start, predicted_at__lt=over.end
    ).order_by()
    rows = log.annotate(step=StartOf("predicted_at", over)).values_list("step")
    measured = rows.annotate(
        Count("pk"), Count("latency_seconds"), Avg("latency_seconds"), Max("latency_seconds")
    )
    found: dict[datetime, list[tuple[int, int, float | None, float | None]]] = {}
    for written, *row in measured:
        if (start := over.step_of(written)) is not None:
            found.setdefault(start, []).append(tuple(row))
    return {start: _together(rows) for start, rows in found.items()}


def _together(rows: list[tuple[int, int, float | None, float | None]]) -> Traffic:
    """The days of a step as one."""
    timed = sum(row[1] for row in rows)
    spent = sum(count * mean for _, count, mean, _ in rows if mean is not None)
    slowest = [slow for *_, slow in rows if slow is not None]
    return Traffic(sum(row[0] for row in rows), spent / timed if timed else None, max(slowest, default=None))


def _known(rows: QuerySet[Any], before: QuerySet[Any], value: str) -> dict[int, _Known]:
    """The subjects, with what was the newest value of each before the period."""
    newest = [Subquery(before.values(column)[:1]) for column in (value, "pk")]
    found = rows.values_list("pk", "name", *newest)
    return {pk: _Known(Subject(pk, name), earlier, run) for pk, name, earlier, run in found}


def by_step(
    runs: QuerySet[Any], over: Period, of: F, *values: str
) -> Iterator[tuple[datetime, int, *tuple[Any, ...]]]:
    """(start of the step, subject, values) of the runs of each hour or day, in the order they were made.

    Whoever keeps one for each subject and step keeps the last. ``of`` is the key of the subject; one query.
    """
    # Made at most a day before it was finished: that is what there is an index for, and all it has to be
    # asked. To pick the last of each step in the database takes three times as long.
    done = runs.filter(
        created_at__gte=over.start - DAY, finished_at__gte=over.start, finished_at__lt=over.end
    ).order_by("created_at", "finished_at")
    for written, subject, *found in done.values_list(StartOf("finished_at", over), of, *values).iterator():
        if (start := over.step_of(written)) is not None:
            yield start, subject, *found


def _points(
    over: Period, known: dict[int, _Known], made: Iterable[tuple[Any, ...]], *, worst: Extreme
) -> list[Point]:
    points = [Point(start) for start in over.starts]
    # Values apart from their runs: sums and extremes of a thousand values, ninety times, want plain numbers.
    changes: dict[datetime, tuple[dict[int, float], dict[int, int | None]]]
    changes = {start: ({}, {}) for start in over.starts}
    for start, pk, value, run in made:
        if pk in known:
            new, by = changes[start]
            new[pk], by[pk] = value, run
    values = {pk: one.before for pk, one in known.items() if one.before is not None}
    runs = {pk: one.run for pk, one in known.items()}
    for point in points:
        new, by = changes[point.at]
        values |= new
        runs |= by
        if values:
            lead = worst(values, key=values.__getitem__)
            point.average = sum(values.values()) / len(values)
            point.of, point.worst, point.run = known[lead].subject, values[lead], runs[lead]
    return points
