"""Reads over the tables of the quality room; each says what it costs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Avg, Case, Count, F, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber

from alerts.selectors import open_alerts
from dataops.web.lists import belonging, in_order
from quality.enums import Outcome, SourceState
from quality.models import CheckResult, CheckRun, DataSource

BADNESS: list[str] = [Outcome.WARN, Outcome.ERROR, Outcome.FAIL]
QUIET: tuple[str, ...] = (Outcome.PASS, Outcome.NO_DATA)

FILTERS = ("q", "state", "owner", "tag", "sort")
"""What the list of sources can be narrowed to and sorted by, as its address has it."""
SORTS = {
    "name": "name",
    "state": "state",
    "score": "newest_run__score",
    "rows": "newest_run__rows",
    "checked": "newest_run__finished_at",
    "owner": "owner__username",
}
TREND_LENGTH = 20
ARCHIVED = "archived"


def sources(
    *, search: str = "", state: str = "", owner: str = "", tag: str = "", sort: str = ""
) -> QuerySet[DataSource]:
    """Active sources (or, as a state, the archived ones) with owner and newest run; one query.

    Two with a ``tag``. ``sort`` is one of SORTS, with "-" in front the other way round.
    """
    if state == ARCHIVED:
        rows, state = DataSource.objects.exclude(archived_at=None), ""
    else:
        rows = DataSource.objects.active()
    rows = rows.with_newest_run().select_related("schedule")
    if search:
        rows = rows.filter(
            Q(name__icontains=search) | Q(description__icontains=search) | Q(tags__icontains=search)
        )
    found = belonging(rows.filter(state=state) if state else rows, owner=owner, tag=tag)
    return in_order(found, SORTS, sort)


def sources_by_state() -> dict[str, int]:
    counts = DataSource.objects.active().values_list("state").annotate(Count("pk"))
    return dict.fromkeys(SourceState.values, 0) | dict(counts)


def archived_count() -> int:
    return DataSource.objects.exclude(archived_at=None).count()


def score_trends(source_ids: Iterable[int], *, length: int = TREND_LENGTH) -> dict[int, list[CheckRun]]:
    """The newest ``length`` finished runs of each source, oldest first; one query."""
    newest = Window(RowNumber(), partition_by=F("source_id"), order_by=F("pk").desc())
    runs = (
        CheckRun.objects.checked()
        .filter(source_id__in=list(source_ids))
        .annotate(place=newest)
        .filter(place__lte=length)
        .only("pk", "source_id", "score", "rows", "finished_at", "rule_set_id")
        .order_by("pk")
    )
    trends: dict[int, list[CheckRun]] = {}
    for run in runs:
        trends.setdefault(run.source_id, []).append(run)
    return trends


def open_alert_counts(source_ids: Iterable[int]) -> dict[int, int]:
    """Open alerts of each source; one query."""
    ids = [str(pk) for pk in source_ids]
    counts = open_alerts(subject_type="source").filter(subject_id__in=ids).order_by()
    return {int(pk): count for pk, count in counts.values_list("subject_id").annotate(Count("pk"))}


def live_runs(source_ids: Iterable[int]) -> dict[int, CheckRun]:
    """The run each source is waiting for, if any; one query."""
    return {run.source_id: run for run in CheckRun.objects.live().filter(source_id__in=list(source_ids))}


def runs_of(source: DataSource) -> QuerySet[CheckRun]:
    return CheckRun.objects.filter(source=source).select_related("snapshot").newest_first()


@dataclass(frozen=True, slots=True)
class SortedResults:
    """Results of one dimension: the ones worth a look, the costliest first, and the others.

    Of many those first in order are there; the counts are of all.
    """

    notable: list[CheckResult]
    fine: list[CheckResult]
    notable_count: int
    fine_count: int


def sorted_results(results: Iterable[CheckResult]) -> SortedResults:
    ordered = sorted(results, key=lambda r: (-r.points_lost, r.column, r.check_key))
    notable = [r for r in ordered if r.outcome not in QUIET]
    fine = [r for r in ordered if r.outcome in QUIET]
    return SortedResults(notable, fine, len(notable), len(fine))


def results_by_dimension(run: CheckRun, *, notable: int, fine: int) -> dict[str, SortedResults]:
    """Results of a run grouped by dimension, the costliest dimension first; two queries.

    Of each dimension there are up to ``notable`` results worth a look and up to ``fine`` others:
    a wide table has tens of thousands.
    """
    parts = [F("dimension"), F("is_fine")]
    placed = run.results.annotate(
        is_fine=Case(When(outcome__in=QUIET, then=1), default=0),
        place=Window(RowNumber(), partition_by=parts, order_by=["-points_lost", "column", "check_key"]),
    )
    shown = Q(is_fine=0, place__lte=notable) | Q(is_fine=1, place__lte=fine)
    grouped: dict[str, list[CheckResult]] = {}
    for result in placed.filter(shown).defer("limits", "details"):
        grouped.setdefault(result.dimension, []).append(result)
    counts = Counter[tuple[str, bool]]()
    for name, outcome, count in (
        run.results.order_by().values_list("dimension", "outcome").annotate(Count("pk"))
    ):
        counts[name, outcome in QUIET] += count
    return {
        name: replace(
            sorted_results(grouped.get(name, ())),
            notable_count=counts[name, False],
            fine_count=counts[name, True],
        )
        for name in sorted(
            {name for name, _ in counts}, key=lambda n: (-(run.dimension_losses.get(n) or 0.0), n)
        )
    }


@dataclass(frozen=True, slots=True)
class IssueKind:
    """What one kind of check finds in a run: in which columns ("" is the table), and the worst outcome.

    ``first`` is the key of the result that found most.
    """

    label: str
    outcome: str
    columns: tuple[str, ...]
    failed: int
    first: int


def issues_by_kind(run: CheckRun) -> list[IssueKind]:
    """What is not good in a run by kind of check, the kind with most failures first; one query."""
    grouped: dict[str, list[CheckResult]] = {}
    for result in run.results.filter(outcome__in=BADNESS).order_by("-failed", "pk"):
        grouped.setdefault(result.check_key, []).append(result)
    kinds = [
        IssueKind(
            label=results[0].label,
            outcome=max((result.outcome for result in results), key=lambda outcome: BADNESS.index(outcome)),
            columns=tuple(dict.fromkeys(result.column for result in results)),
            failed=sum(result.failed for result in results),
            first=results[0].pk,
        )
        for results in grouped.values()
    ]
    return sorted(kinds, key=lambda kind: (-BADNESS.index(kind.outcome), -kind.failed))


def costliest_results(run: CheckRun, limit: int = 8) -> QuerySet[CheckResult]:
    """What lowered the score of a run most; one query."""
    return run.results.filter(points_lost__gte=0.0005).order_by("-points_lost")[:limit]


def unusual_results(run: CheckRun) -> list[tuple[CheckResult, bool]]:
    """Numbers outside of their bands, and whether a person expected them; one query."""
    kinds = ("metric_anomaly", "volume_anomaly")
    return [
        (result, [result.column, result.details.get("metric")] in run.expected_numbers)
        for result in run.results.filter(check_key__in=kinds, failed__gt=0)
    ]


def summary() -> dict[str, Any]:
    """Totals, average score, sources by state, dimensions, worst sources; four queries."""
    active = DataSource.objects.active()
    totals = active.aggregate(sources=Count("pk"), average_score=Avg("newest_run__score"))
    newest = active.exclude(newest_run=None).values_list("newest_run__dimensions", flat=True)
    return totals | {
        "runs": CheckRun.objects.count(),
        "by_status": sources_by_state(),
        "by_dimension": _mean_by_key(newest),
        "worst_sources": [
            {"id": row.pk, "name": row.name, "score": row.newest_run.score if row.newest_run else None}
            for row in worst_sources()
        ],
    }


def worst_sources(limit: int = 5) -> QuerySet[DataSource]:
    """Sources whose newest run lost most; one query."""
    scored = DataSource.objects.active().with_newest_run().exclude(newest_run__score=None)
    return scored.order_by("newest_run__score", "name")[:limit]


def recent_runs(limit: int = 20) -> QuerySet[CheckRun]:
    """Runs of all sources, newest first; one query."""
    return CheckRun.objects.select_related("source", "requested_by", "snapshot").newest_first()[:limit]


def _mean_by_key(rows: Iterable[dict[str, float | None]]) -> dict[str, float]:
    values: dict[str, list[float]] = {}
    for row in rows:
        for key, value in row.items():
            if value is not None:
                values.setdefault(key, []).append(value)
    return {key: sum(found) / len(found) for key, found in values.items()}
