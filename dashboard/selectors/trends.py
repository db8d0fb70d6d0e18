"""Quality and alerts over time, in hours or days (UTC), at most ninety points."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Max
from django.db.models.functions import TruncDay, TruncHour
from django.utils import timezone

from alerts.models import Episode
from dashboard.selectors.standing import SourceStanding
from quality.models import CheckRun

MAX_DAYS = 90


@dataclass(frozen=True, slots=True)
class Period:
    """The last ``days`` days with today as the last; one day is shown as 24 hours."""

    days: int
    now: datetime

    @property
    def by_hour(self) -> bool:
        return self.days == 1

    @property
    def step(self) -> timedelta:
        return timedelta(hours=1) if self.by_hour else timedelta(days=1)

    @property
    def starts(self) -> list[datetime]:
        """When each hour or day of the period begins, oldest first."""
        count = 24 if self.by_hour else self.days
        last = self.now.replace(minute=0, second=0, microsecond=0)
        last = last if self.by_hour else last.replace(hour=0)
        return [last - self.step * back for back in reversed(range(count))]

    @property
    def start(self) -> datetime:
        return self.starts[0]


def period(days: int) -> Period:
    return Period(days, timezone.now())


@dataclass(slots=True)
class Point:
    """How things stood at the end of one hour or day; ``alerts`` counts those opened in it."""

    at: datetime
    average: float | None = None
    lowest: float | None = None
    lowest_source: SourceStanding | None = None
    alerts: dict[str, int] = field(default_factory=dict)


def trend(over: Period, sources: Sequence[SourceStanding]) -> list[Point]:
    """One point an hour or day, from the scores the sources had at its end; two queries.

    A source keeps its score until its next run, so that the average does not jump with which
    sources happened to be checked. ``sources`` carry the scores from before the period.
    """
    points = {start: Point(start) for start in over.starts}
    _fill_scores(points, over, sources)
    for start, severity, count in _alerts_opened(over):
        if start in points:
            points[start].alerts[severity] = count
    return list(points.values())


def _fill_scores(points: dict[datetime, Point], over: Period, sources: Sequence[SourceStanding]) -> None:
    by_pk = {source.pk: source for source in sources}
    scores = {source.pk: source.score_at_start for source in sources if source.score_at_start is not None}
    changes: dict[datetime, dict[int, float]] = {}
    for source_id, start, score in _last_scores(over):
        if source_id in by_pk and score is not None:
            changes.setdefault(start, {})[source_id] = score
    for start, point in points.items():
        scores |= changes.get(start, {})
        if scores:
            worst = min(scores, key=scores.__getitem__)
            point.average = sum(scores.values()) / len(scores)
            point.lowest, point.lowest_source = scores[worst], by_pk[worst]


def _last_scores(over: Period) -> list[tuple[int, datetime, float | None]]:
    """(source, start of the hour or day, score) of the last run of each source in each."""
    done = CheckRun.objects.checked().filter(finished_at__gte=over.start).order_by()
    last = done.values("source_id", start=_start_of("finished_at", over)).values(newest=Max("pk"))
    rows = CheckRun.objects.filter(pk__in=last).order_by().annotate(start=_start_of("finished_at", over))
    return list(rows.values_list("source_id", "start", "score"))


def _alerts_opened(over: Period) -> list[tuple[datetime, str, int]]:
    """(start of the hour or day, severity, count) of what was opened or reopened."""
    opened = Episode.objects.filter(opened_at__gte=over.start).order_by()
    rows = opened.annotate(start=_start_of("opened_at", over)).values_list("start", "severity")
    return list(rows.annotate(Count("pk")))


def _start_of(name: str, over: Period) -> TruncHour | TruncDay:
    return TruncHour(name, tzinfo=UTC) if over.by_hour else TruncDay(name, tzinfo=UTC)
