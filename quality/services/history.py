"""What earlier runs of a source measured, kept small and read only when a rule asks for it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from dataops.engine.anomaly import LOOKED_BACK
from dataops.engine.inspection import Plan
from dataops.engine.metrics import numbers_of
from dataops.engine.profile import Profile
from dataops.engine.protocols import Past
from quality.models import CheckRun, DataSource, RunNumbers

NEEDS_HISTORY = ("metric_anomaly", "volume_anomaly")


def keep_numbers(run: CheckRun, profile: Profile) -> None:
    """Store the metrics of a run, one row a column."""
    rows = (
        RunNumbers(run=run, column=column[:255], values=values)
        for column, values in numbers_of(profile).items()
    )
    # Two columns alike in 255 characters share a row: the first one has it.
    RunNumbers.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def history_for(plan: Plan, source: DataSource, *, before: CheckRun | None = None) -> list[Past]:
    """What the rules of a plan need to know of earlier runs; nothing when none asks. At most 2 queries."""
    asking = [spec for spec in plan.checks if spec.check in NEEDS_HISTORY]
    if not asking:
        return []
    every = any(spec.check == "metric_anomaly" and not spec.column for spec in asking)
    return history_of(source, columns=None if every else {spec.column for spec in asking}, before=before)


def history_of(
    source: DataSource,
    *,
    columns: Iterable[str] | None = None,
    before: CheckRun | None = None,
    length: int = LOOKED_BACK,
) -> list[Past]:
    """The newest runs that are normal in whole or in part, oldest first; two queries."""
    runs = CheckRun.objects.checked().filter(source=source)
    if before is not None:
        runs = runs.filter(pk__lt=before.pk)
    normal = Q(accepted=True) | ~Q(expected_numbers=[])
    newest = list(runs.filter(normal).select_related("snapshot").order_by("-pk")[:length])
    return pasts_of([run for run in newest[::-1] if not _began_anew(run)], columns=columns)


def _began_anew(run: CheckRun) -> bool:
    """Whether it looked at all there was, where the others look at what is new: no measure for them."""
    part = run.increment
    return part is not None and bool(part["column"]) and part["after"] is None


def pasts_of(runs: Sequence[CheckRun], *, columns: Iterable[str] | None = None) -> list[Past]:
    """What is known of each of ``runs``, in their order; one query."""
    rows = RunNumbers.objects.filter(run__in=runs)
    if columns is not None:
        rows = rows.filter(column__in=columns)
    by_run: dict[int, list[RunNumbers]] = {}
    for row in rows:
        by_run.setdefault(row.run_id, []).append(row)
    return [_past(run, by_run.get(run.pk, [])) for run in runs]


def _past(run: CheckRun, rows: list[RunNumbers]) -> Past:
    return Past(
        at=taken_at(run),
        numbers={row.column: row.values for row in rows},
        accepted=bool(run.accepted),
        expected=frozenset((column, metric) for column, metric in run.expected_numbers),
    )


def taken_at(run: CheckRun) -> datetime:
    """When the data of a run came in: the weekday its numbers belong to."""
    return run.snapshot.received_at if run.snapshot is not None else run.created_at
