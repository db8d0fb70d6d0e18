"""Check runs: asked for, carried out by a worker, recorded whole or not at all."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dataops.engine.apart import jobs
from dataops.engine.apart.jobs import StoredFile
from dataops.engine.inspection import Plan, Report, inspect
from dataops.engine.intake import writing_of
from dataops.engine.profilers.pushdown import SqlRelation
from dataops.web import apart, audit, runs, storage
from dataops.web.runs import Lease, RunState, Trigger
from dataops.web.words import lazy as _
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
from quality.services.references import found_references
from quality.services.reporting import report_failed_run
from quality.services.stored import profile_of
from quality.services.suggesting import suggest_unasked

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
        raise NothingToCheck(_("%(source)s is archived; bring it back first.") % {"source": source})
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
        raise NothingToCheck(_("%(source)s has no data yet; upload a file first.") % {"source": source})
    if newest.file_removed_at is not None:
        raise NothingToCheck(
            _("The newest file of %(source)s was removed after its time; upload a new one.")
            % {"source": source}
        )
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
        _inspect_file(lease, run, run.snapshot, begun)
        suggest_unasked(run)
    if arrival.more:
        request_run(run.source, by=run.requested_by, trigger=run.trigger)


def _inspect_file(lease: Lease[CheckRun], run: CheckRun, snapshot: Snapshot, begun: float) -> None:
    """Read what somebody sent in a process that can be lost; the first ``begun`` of the progress is made."""
    question = _question(run, at=snapshot.received_at, step=part_of(run.source, snapshot))
    with found_references() as references:
        report = apart.carry_out(
            jobs.inspect,
            file=received_file(snapshot),
            progress=lambda fraction, stage: lease.progress(begun + (1 - begun) * fraction, stage),
            references=references,
            **question.asked,
        )
    question.record(lease, report)


def _inspect_in_place(
    lease: Lease[CheckRun], run: CheckRun, relation: AbstractContextManager[SqlRelation]
) -> None:
    """Ask the rows where they are; nothing of them is kept but the profile."""
    try:
        lease.progress(0, "asking the database")
        growth = growth_of(run.source)
        with relation as rows, found_references() as references:
            step = next_step(run.source, rows, growth) if growth else None
            question = _question(run, at=timezone.now(), step=step)
            report = inspect(
                step.window.rows if step else rows,
                references=lambda name: references(name).open(),
                progress=lease.progress,
                **question.asked,
            )
            question.record(lease, report)
    except FetchError as error:
        if not will_try_again(lease, run.source, error):
            raise


@dataclass(frozen=True, slots=True)
class _Question:
    """What a run asks of its data, whoever answers; ``asked`` are arguments of ``inspect``."""

    run: CheckRun
    plan: Plan
    baseline: CheckRun | None
    step: Step | FilePart | None
    asked: Mapping[str, Any]

    def record(self, lease: Lease[CheckRun], report: Report) -> None:
        record_report(lease, self.run, report, plan=self.plan, baseline_run=self.baseline, step=self.step)


def _question(run: CheckRun, *, at: datetime, step: Step | FilePart | None) -> _Question:
    baseline, plan = baseline_of(run.source, before=run), plan_of(run.source)
    asked = {
        "plan": plan,
        "baseline": profile_of(baseline) if baseline else None,
        "history": history_for(plan, run.source, before=run),
        "at": at,
        "baseline_writing": _writing_of(baseline) if baseline else None,
        "sampling": sampling_of(run.source),
        "part": step.part(baseline) if step else None,
        "scratch": settings.FILE_UPLOAD_TEMP_DIR,
    }
    return _Question(run, plan, baseline, step, asked)


def received_file(snapshot: Snapshot) -> StoredFile:
    """The stored content as its sender or its source says that it is written."""
    chosen = {**(snapshot.source.dialect or {}), **(snapshot.asked_dialect or {})}
    return StoredFile(storage.path_of(snapshot.storage_name), chosen)


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
        raise DoesNotGrow(
            _("%(source)s has no column that grows: each run looks at all rows.") % {"source": source}
        )
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
        raise NotAccepted(
            _("run %(run)s is not an accepted run of %(source)s; accept it first.")
            % {"run": run.pk, "source": source}
        )
    before = source.pinned_baseline_id
    DataSource.objects.filter(pk=source.pk).update(pinned_baseline=run)
    source.pinned_baseline = run
    if before != (run.pk if run else None):
        changes = {"pinned_baseline": [before, run.pk if run else None]}
        audit.record("source.baseline_pinned", by=by, target=source, changes=changes)
