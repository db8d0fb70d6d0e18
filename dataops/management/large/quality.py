"""Sources with a year of runs, and what the runs found."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from dataops.engine.score import DEFAULT_WEIGHTS
from dataops.management.large import BATCH, Size
from dataops.web.runs import RunState, Trigger
from quality.enums import Outcome, SourceState
from quality.models import CheckResult, CheckRun, DataSource, Snapshot

TEAMS = ("sales", "finance", "logistics", "research", "support")
KINDS = ("completeness", "unique", "types", "value_range", "format", "outliers", "freshness", "row_count")
DRAWS = 8
OVER_DAYS = 90


def make_sources(size: Size, random: Random) -> list[DataSource]:
    """Sources whose newest runs are finished; a few are degraded, a few fail."""
    sources = DataSource.objects.bulk_create(_sources(size), BATCH)
    runs = _make_runs(sources, size, random)
    _make_results(runs, size, random)
    for source, run in zip(sources, runs[size.runs - 1 :: size.runs], strict=True):
        source.newest_run, source.state = run, _state(source, run)
    DataSource.objects.bulk_update(sources, ["newest_run", "state"], BATCH // 10)
    return sources


def _sources(size: Size) -> Iterator[DataSource]:
    owners = [*get_user_model()._default_manager.order_by("pk")[:5], None]
    for number in range(size.sources):
        team = TEAMS[number % len(TEAMS)]
        yield DataSource(
            name=f"{team} {number + 1:05}", tags=[team, "large"], owner=owners[number % len(owners)]
        )


def _state(source: DataSource, run: CheckRun) -> SourceState:
    score = run.score or 0.0
    if score < source.alert_below:
        return SourceState.FAILING
    return SourceState.DEGRADED if score < source.alert_below + 0.02 else SourceState.HEALTHY


def _make_runs(sources: list[DataSource], size: Size, random: Random) -> list[CheckRun]:
    """All runs, those of one source together and in order."""
    snapshots = Snapshot.objects.bulk_create(
        [
            Snapshot(source=source, sha256=f"large-{source.pk}", bytes=31_000_000, file_name="daily.csv")
            for source in sources
        ],
        BATCH,
    )
    runs = [
        _run(snapshot, place, size, random) for snapshot in snapshots for place in reversed(range(size.runs))
    ]
    return CheckRun.objects.bulk_create(runs, BATCH)


def _run(snapshot: Snapshot, back: int, size: Size, random: Random) -> CheckRun:
    began = timezone.now() - timedelta(days=back * OVER_DAYS / size.runs, minutes=random.randint(1, 60))
    score = max(0.3, min(1.0, random.gauss(0.97, 0.035)))
    return CheckRun(
        source_id=snapshot.source_id,
        snapshot=snapshot,
        state=RunState.SUCCEEDED,
        trigger=Trigger.SCHEDULE,
        progress=1.0,
        score=score,
        coverage=1.0,
        dimensions={dimension.value: score for dimension in DEFAULT_WEIGHTS},
        dimension_losses={
            dimension.value: (1 - score) / len(DEFAULT_WEIGHTS) for dimension in DEFAULT_WEIGHTS
        },
        outcomes={Outcome.PASS: size.results - 1, Outcome.WARN: 1},
        rows=random.randint(10_000, 400_000),
        columns=size.results,
        duplicate_rows=0,
        accepted=True,
        created_at=began,
        started_at=began,
        finished_at=began + timedelta(seconds=4),
    )


def _make_results(runs: list[CheckRun], size: Size, random: Random) -> None:
    """Results of the first few runs are drawn, those of all others are copies of one of them."""
    drawn, others = runs[:DRAWS], runs[DRAWS:]
    CheckResult.objects.bulk_create(
        [_result(run, place, random) for run in drawn for place in range(size.results)], BATCH
    )
    if others:
        _copy_results(first=drawn[0].pk, last=others[-1].pk)


def _result(run: CheckRun, place: int, random: Random) -> CheckResult:
    failed = random.randint(1, 500) if place == 0 else 0
    return CheckResult(
        run=run,
        check_key=KINDS[place % len(KINDS)],
        column=f"column_{place + 1}",
        dimension=list(DEFAULT_WEIGHTS)[place % len(DEFAULT_WEIGHTS)].value,
        outcome=Outcome.WARN if failed else Outcome.PASS,
        severity="warning",
        evaluated=run.rows or 0,
        failed=failed,
        pass_rate=1.0,
        message=f"{failed} of {run.rows} values are missing" if failed else "All values are there",
        points_lost=1 - (run.score or 0.0) if failed else 0.0,
    )


def _copy_results(*, first: int, last: int) -> None:
    """Into the runs behind the first few, in one statement: a million rows in seconds."""
    quote = connection.ops.quote_name
    results, runs = quote(CheckResult._meta.db_table), quote(CheckRun._meta.db_table)
    copied = [
        str(field.column) for field in CheckResult._meta.concrete_fields if field.name not in ("id", "run")
    ]
    columns = ", ".join(map(quote, copied))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {results} (run_id, {columns})"  # noqa: S608 - names of our own tables
            f" SELECT run.id, {', '.join(f'drawn.{quote(column)}' for column in copied)} FROM {runs} run"
            f" JOIN {results} drawn ON drawn.run_id = %s + (run.id - %s) %% %s"
            " WHERE run.id BETWEEN %s AND %s",
            [first, first, DRAWS, first + DRAWS, last],
        )
