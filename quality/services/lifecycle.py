"""Putting sources away and bringing them back, and what goes for good with one."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from alerts import services as alerts
from alerts.selectors import open_alerts
from dataops.web import audit
from dataops.web.counting import counts
from quality.models import CheckResult, DataSource
from quality.services.retention import forget_contents
from quality.services.runs import cancel_run
from quality.services.schedules import pause_schedule


@dataclass(frozen=True, slots=True)
class Removal:
    """What a deletion takes with it."""

    files: int
    bytes: int
    runs: int
    results: int
    rules: int
    open_alerts: int


def removal_of(source: DataSource) -> Removal:
    """Two queries; bytes are those of files that are still there."""
    kept = source.snapshots.filter(file_removed_at=None)
    gone = counts(
        files=kept,
        runs=source.runs.all(),
        results=CheckResult.objects.filter(run__source=source),
        rules=source.checks.all(),
        open_alerts=open_alerts(subject_type="source", subject_id=str(source.pk)),
    )
    return Removal(bytes=kept.aggregate(total=Sum("bytes"))["total"] or 0, **gone)


@transaction.atomic
def archive_source(source: DataSource, *, by: Any) -> DataSource:
    """Put a source away: out of lists and totals, no runs, its alerts closed. Nothing is lost."""
    if source.archived_at is None:
        source.archived_at = timezone.now()
        source.save(update_fields=["archived_at", "updated_at"])
        for run in source.runs.live():
            cancel_run(run, by=by)
        _close_alerts(source, by=by, comment="The source was archived.")
        audit.record("source.archived", by=by, target=source)
    return source


@transaction.atomic
def unarchive_source(source: DataSource, *, by: Any) -> DataSource:
    """Bring a source back; its schedule goes on from now."""
    if source.archived_at is not None:
        source.archived_at = None
        source.save(update_fields=["archived_at", "updated_at"])
        if hasattr(source, "schedule") and not source.schedule.paused:
            # Through pause and on: what was due meanwhile is not made up for.
            pause_schedule(source, by=by)
            pause_schedule(source, by=by, paused=False)
        audit.record("source.unarchived", by=by, target=source)
    return source


@transaction.atomic
def delete_source(source: DataSource, *, by: Any) -> Removal:
    """Remove a source with its files, runs and results; its alerts are closed and stay as history."""
    removal = removal_of(source)
    gone = {name: getattr(removal, name) for name in Removal.__slots__}
    audit.record("source.deleted", by=by, target=source, changes=gone)
    _close_alerts(source, by=by, comment="The source was deleted.")
    contents = set(source.snapshots.values_list("storage_name", flat=True))
    source.delete()
    forget_contents(contents)
    return removal


def _close_alerts(source: DataSource, *, by: Any, comment: str) -> None:
    alerts.close_subject(subject_type="source", subject_id=str(source.pk), by=by, comment=comment)
    if hasattr(source, "schedule") and source.schedule.overdue:
        type(source.schedule).objects.filter(pk=source.schedule.pk).update(overdue=False)
