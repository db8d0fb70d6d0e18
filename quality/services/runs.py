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
    baseline = baseline_of(run.source, before=run)
    plan = plan_of(run.source)
    report = inspect_snapshot(run.snapshot, plan, baseline, progress=lease.progress)
    record_report(lease, run, report, plan=plan, baseline_run=baseline)


def inspect_snapshot(
    snapshot: Snapshot, plan: Plan, baseline: CheckRun | None, *, progress: Any = None
) -> Report:
    chosen = snapshot.asked_dialect or snapshot.source.dialect
    dataset = open_dataset(
        storage.path_of(snapshot.storage_name), dialect=Dialect.from_dict(chosen) if chosen else None
    )
    return inspect(dataset, plan, baseline=profile_of(baseline) if baseline else None, progress=progress)


def baseline_of(source: DataSource, *, before: CheckRun | None = None) -> CheckRun | None:
    """The run to compare with: the pinned one, or else the newest accepted one."""
    pinned = source.pinned_baseline
    return pinned if pinned is not None and pinned != before else newest_accepted(source, before=before)


def newest_accepted(source: DataSource, *, before: CheckRun | None = None) -> CheckRun | None:
    """The newest run that may be compared with (of those before a run)."""
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
    """Say that later runs may (or may not) be compared with this one; that unpins it as well."""
    if not accepted and run.source.pinned_baseline_id == run.pk:
        pin_baseline(run.source, None, by=by)
    if CheckRun.objects.filter(pk=run.pk, state=RunState.SUCCEEDED).update(accepted=accepted):
        audit.record("run.accepted" if accepted else "run.not_accepted", by=by, target=run)
    run.refresh_from_db(fields=["accepted"])
    return run


class NotAccepted(Exception):  # noqa: N818 - reads as what is the case
    """A run was to be pinned that nothing may be compared with."""


@transaction.atomic
def pin_baseline(source: DataSource, run: CheckRun | None, *, by: Any) -> None:
    """Compare all later runs with ``run``; None compares with the newest accepted one again.

    Raises NotAccepted for a run of another source, or one that is not finished and accepted.
    """
    if run is not None and not CheckRun.objects.accepted().filter(pk=run.pk, source=source).exists():
        raise NotAccepted(f"run {run.pk} is not an accepted run of {source}; accept it first.")
    before = source.pinned_baseline_id
    DataSource.objects.filter(pk=source.pk).update(pinned_baseline=run)
    source.pinned_baseline = run
    if before != (run.pk if run else None):
        changes = {"pinned_baseline": [before, run.pk if run else None]}
        audit.record("source.baseline_pinned", by=by, target=source, changes=changes)
