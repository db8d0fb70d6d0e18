"""Check runs: asked for, carried out by a worker, recorded whole or not at all."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dataops.engine.inspection import inspect
from dataops.engine.intake import writing_of
from dataops.engine.profilers.pushdown import SqlRelation
from dataops.engine.protocols import Dataset
from dataops.engine.readers import open_dataset
from dataops.web import audit, runs, storage
from dataops.web.runs import Lease, RunState, Trigger
from quality.models import CheckRun, DataSource, Snapshot
from quality.origins import FetchError
from quality.services.connecting import growth_of, origin_of, relation_of
from quality.services.failing_rows import sampling_of
from quality.services.fetching import FETCHING, Arrival, fetch_for, will_try_again
from quality.services.history import history_for
from quality.services.increments import DoesNotGrow, Step, forget_mark, next_step
from quality.services.parts import FilePart, part_of
from quality.services.planning import plan_of
from quality.services.recording import record_report
from quality.services.references import open_reference
from quality.services.reporting import report_failed_run
from quality.services.stored import profile_of
from quality.services.suggesting import suggest_at_first

CRASHES_ALLOWED = 3


class NothingToCheck(Exception):  # noqa: N818 - reads as what is the case
    """A run was asked for, but there is nothing that could be checked; the message says why."""


@transaction.atomic
def request_run(
    source: DataSource,
    *,
    by: Any = None,
    snapshot: Snapshot | None = None,
    trigger: str = Trigger.MANUAL,
) -> CheckRun:
    """Queue a run over a snapshot, or over what is fetched when its turn comes.

    Where nothing is fetched, the newest upload is the default. A live run of the same thing is
    returned instead. Raises NothingToCheck when nothing was uploaded yet or the source is archived.
    """
    # Two requests at once wait for each other here; the second one finds the run of the first.
    source = DataSource.objects.select_for_update().get(pk=source.pk)
    if source.archived_at is not None:
        raise NothingToCheck(f"{source} is archived; bring it back first.")
    if snapshot is None and not origin_of(source).fetches:
        snapshot = _newest_kept(source)
    if live := source.runs.live().filter(snapshot=snapshot).first() or _fetching(source, snapshot):
        return live
    run = CheckRun.objects.create(
        source=source,
        snapshot=snapshot,
        requested_by=by,
        trigger=trigger,
        max_attempts=max(CRASHES_ALLOWED, source.fetch_retries + 1),
    )
    audit.record("run.requested", by=by, target=run)
    runs.nudge_on_commit(run)
    return run


def _newest_kept(source: DataSource) -> Snapshot:
    newest = source.snapshots.first()
    if newest is None:
        raise NothingToCheck(f"{source} has no data yet; upload a file first.")
    if newest.file_removed_at is not None:
        raise NothingToCheck(f"The newest file of {source} was removed after its time; upload a new one.")
    return newest


def _fetching(source: DataSource, snapshot: Snapshot | None) -> CheckRun | None:
    """Where runs fetch first, one of them at a time."""
    return source.runs.live().first() if snapshot is None else None


def execute_run(run_id: int) -> None:
    """Work on a queued run; called by workers, any number of times."""
    runs.execute(CheckRun, run_id, _inspect, failed=report_failed_run)


def _inspect(lease: Lease[CheckRun]) -> None:
    run = CheckRun.objects.select_related("source", "snapshot").get(pk=lease.run.pk)
    if run.snapshot is None and (relation := relation_of(run.source)) is not None:
        _inspect_in_place(lease, run, relation)
        return
    arrival, begun = Arrival(goes_on=True), 0.0
    if run.snapshot is None:
        arrival, begun = fetch_for(lease, run), FETCHING
    if arrival.goes_on and run.snapshot is not None:
        _check(
            lease,
            run,
            open_received(run.snapshot),
            at=run.snapshot.received_at,
            progress=lambda fraction, stage: lease.progress(begun + (1 - begun) * fraction, stage),
            step=part_of(run.source, run.snapshot),
        )
        suggest_at_first(run)
    if arrival.more:
        request_run(run.source, by=run.requested_by, trigger=run.trigger)


def _inspect_in_place(
    lease: Lease[CheckRun], run: CheckRun, relation: AbstractContextManager[SqlRelation]
) -> None:
    """Ask the rows where they are; nothing of them is kept but the profile."""
    try:
        lease.progress(0, "asking the database")
        growth = growth_of(run.source)
        with relation as rows:
            step = next_step(run.source, rows, growth) if growth else None
            part = step.window.rows if step else rows
            _check(lease, run, part, at=timezone.now(), progress=lease.progress, step=step)
    except FetchError as error:
        if not will_try_again(lease, run.source, error):
            raise


def _check(
    lease: Lease[CheckRun],
    run: CheckRun,
    dataset: Dataset | SqlRelation,
    *,
    at: datetime,
    progress: Any,
    step: Step | FilePart | None = None,
) -> None:
    baseline = baseline_of(run.source, before=run)
    plan = plan_of(run.source)
    report = inspect(
        dataset,
        plan,
        baseline=profile_of(baseline) if baseline else None,
        history=history_for(plan, run.source, before=run),
        at=at,
        baseline_writing=_writing_of(baseline) if baseline else None,
        references=open_reference,
        sampling=sampling_of(run.source),
        part=step.part(baseline) if step else None,
        scratch=settings.FILE_UPLOAD_TEMP_DIR,
        progress=progress,
    )
    record_report(lease, run, report, plan=plan, baseline_run=baseline, step=step)


def open_received(snapshot: Snapshot) -> Dataset:
    """The stored content as its sender or its source says that it is written."""
    chosen = {**(snapshot.source.dialect or {}), **(snapshot.asked_dialect or {})}
    return open_dataset(storage.path_of(snapshot.storage_name), dialect=chosen)


def _writing_of(run: CheckRun) -> dict[str, str]:
    read = run.snapshot
    return writing_of(read.format, read.encoding, read.dialect) if read else {}


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


@transaction.atomic
def read_all_again(source: DataSource, *, by: Any) -> CheckRun:
    """Look at all rows of a source that grows once more, with the run that is returned or the next one.

    Raises DoesNotGrow for a source whose runs do so anyway, NothingToCheck for an archived one.
    """
    if growth_of(source) is None:
        raise DoesNotGrow(f"{source} has no column that grows: each run looks at all rows.")
    forget_mark(source, by=by)
    return request_run(source, by=by)


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
