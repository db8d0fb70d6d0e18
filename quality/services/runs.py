"""Check runs: asked for, carried out by a worker, recorded whole or not at all."""

from typing import Any

from django.db import transaction

from dataops.engine.inspection import Plan, Report, inspect
from dataops.engine.profile import codec
from dataops.engine.profile.dataset import Profile
from dataops.engine.readers import Dialect, open_dataset
from dataops.web import audit, runs, storage
from dataops.web.runs import Lease, RunState, Trigger
from quality.models import CheckRun, DataSource, Snapshot, StoredProfile
from quality.services.planning import plan_of
from quality.services.recording import record_report
from quality.services.reporting import report_failed_run


class NothingToCheck(Exception):  # noqa: N818 - reads as what is the case
    """A run was asked for, but the source has no snapshot yet."""


@transaction.atomic
def request_run(
    source: DataSource,
    *,
    by: Any = None,
    snapshot: Snapshot | None = None,
    trigger: str = Trigger.MANUAL,
) -> CheckRun:
    """Queue a run over a snapshot (the newest one by default); a live run of it is returned instead.

    Raises NothingToCheck when nothing was uploaded yet.
    """
    snapshot = snapshot or source.snapshots.first()
    if snapshot is None:
        raise NothingToCheck(f"{source} has no data yet; upload a file first.")
    # Two requests at once wait for each other here; the second one finds the run of the first.
    Snapshot.objects.select_for_update().get(pk=snapshot.pk)
    if live := snapshot.runs.live().first():
        return live
    run = CheckRun.objects.create(source=source, snapshot=snapshot, requested_by=by, trigger=trigger)
    audit.record("run.requested", by=by, target=run)
    runs.nudge_on_commit(run)
    return run


def execute_run(run_id: int) -> None:
    """Work on a queued run; called by workers, any number of times."""
    runs.execute(CheckRun, run_id, _inspect, failed=report_failed_run)


def _inspect(lease: Lease[CheckRun]) -> None:
    run = CheckRun.objects.select_related("source", "snapshot").get(pk=lease.run.pk)
    baseline = newest_accepted(run.source, before=run)
    report = inspect_snapshot(run.snapshot, plan_of(run.source), baseline, progress=lease.progress)
    record_report(lease, run, report, baseline_run=baseline)


def inspect_snapshot(
    snapshot: Snapshot, plan: Plan, baseline: CheckRun | None, *, progress: Any = None
) -> Report:
    chosen = snapshot.asked_dialect or snapshot.source.dialect
    dataset = open_dataset(
        storage.path_of(snapshot.storage_name), dialect=Dialect.from_dict(chosen) if chosen else None
    )
    return inspect(dataset, plan, baseline=profile_of(baseline) if baseline else None, progress=progress)


def newest_accepted(source: DataSource, *, before: CheckRun | None = None) -> CheckRun | None:
    """The run to compare with: the newest accepted one (of those before a run)."""
    accepted = CheckRun.objects.accepted().filter(source=source)
    if before is not None:
        accepted = accepted.filter(pk__lt=before.pk)
    return accepted.newest_first().first()


def profile_of(run: CheckRun) -> Profile | None:
    stored = StoredProfile.objects.filter(run=run).first()
    return codec.decode(bytes(stored.data)) if stored else None


def cancel_run(run: CheckRun, *, by: Any) -> bool:
    """Stop a run; a running one stops at its next report of progress. False when it was over already."""
    changed = runs.cancel(run)
    if changed:
        audit.record("run.cancelled", by=by, target=run)
    return changed


@transaction.atomic
def accept_run(run: CheckRun, *, by: Any, accepted: bool = True) -> CheckRun:
    """Say that later runs may (or may not) be compared with this one."""
    if CheckRun.objects.filter(pk=run.pk, state=RunState.SUCCEEDED).update(accepted=accepted):
        audit.record("run.accepted" if accepted else "run.not_accepted", by=by, target=run)
    run.refresh_from_db(fields=["accepted"])
    return run
