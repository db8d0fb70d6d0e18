"""Rules that look at rows, tried on the data of earlier runs before they are armed."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from dataops.engine.apart import jobs
from dataops.engine.checks import CheckSpec
from dataops.engine.errors import UnreadableData
from dataops.engine.profile import Profile
from dataops.engine.protocols import Progress
from dataops.engine.suggest import Backtest, Trial, worst_of
from dataops.engine.types import Outcome
from dataops.web import apart, runs
from dataops.web.runs import Lease, RunState, Trigger
from dataops.web.words import lazy as _
from quality.models import BacktestRun, Check, CheckRun, DataSource
from quality.services.history import taken_at
from quality.services.missing import missing_policy_of
from quality.services.planning import spec_of
from quality.services.references import found_references
from quality.services.rules import add_check, configure_check, draft_check
from quality.services.stored import profile_of, stored_file

LAST, MOST = 5, 20
KEPT = 20
"""Back-tests of a source that are kept; older ones go when a new one is asked for."""


class NothingToTry(Exception):  # noqa: N818 - reads as what is the case
    """A rule was to be tried on rows, and none of earlier runs are kept; the message says why."""


@transaction.atomic
def request_backtest(
    source: DataSource,
    *,
    kind: str,
    by: Any = None,
    last: int = LAST,
    rule: Check | None = None,
    trigger: str = Trigger.MANUAL,
    **fields: Any,
) -> BacktestRun:
    """Queue a rule to be tried on the rows of the newest datasets; the same one under way is returned.

    ``rule`` is the rule it would change. Raises what adding it would, and NothingToTry.
    """
    source = DataSource.objects.select_for_update().get(pk=source.pk)
    draft_check(source, kind=kind, **fields)
    if not kept_runs(source, last):
        raise NothingToTry(_("No dataset of an earlier run is kept, so there are no rows to try it on."))
    asked = {"kind": kind, "fields": fields, "last": last, "rule": rule}
    if live := source.backtests.live().filter(**asked).first():
        return live
    old = source.backtests.terminal().values_list("pk", flat=True)[KEPT - 1 :]
    BacktestRun.objects.filter(pk__in=list(old)).delete()
    job = BacktestRun.objects.create(source=source, requested_by=by, trigger=trigger, **asked)
    runs.nudge_on_commit(job)
    return job


def arm_backtest(job: BacktestRun, *, by: Any) -> Check:
    """Make the rule that was tried, or change the one it was tried for; raises as those do."""
    if job.rule is not None:
        return configure_check(job.rule, by=by, **job.fields)
    return add_check(job.source, kind=job.kind, by=by, **job.fields)


def execute_backtest(run_id: int) -> None:
    """Work on a queued back-test; called by workers, any number of times."""
    runs.execute(BacktestRun, run_id, _try)


def _try(lease: Lease[BacktestRun]) -> None:
    job = BacktestRun.objects.select_related("source").get(pk=lease.run.pk)
    spec = spec_of(draft_check(job.source, kind=job.kind, **job.fields))
    tried = kept_runs(job.source, job.last)
    trials = []
    for index, run in enumerate(tried):
        tell = _telling(lease, index / len(tried), f"run {run.pk}, {index + 1} of {len(tried)}")
        trials.append(_trial(spec, run, tell))
    told = [
        {"run": run.pk, "outcome": trial.outcome.value, "message": trial.message}
        for run, trial in zip(tried, trials, strict=True)
    ]
    with transaction.atomic():
        verdict = Backtest(tuple(reversed(trials))).verdict
        lease.settle(RunState.SUCCEEDED, trials=told, verdict=verdict[:200])


def _telling(lease: Lease[BacktestRun], fraction: float, stage: str) -> Progress:
    """Tells of datasets, whatever a pass over the rows of one tells; it notices a cancel."""
    return lambda _fraction, _stage: lease.progress(fraction, stage)


def _trial(spec: CheckSpec, run: CheckRun, progress: Progress) -> Trial:
    """One dataset under the rule; one that is gone or broken by now is no reason to stop."""
    found = profile_of(run)
    if run.snapshot is None or found is None:
        return Trial(Outcome.NO_DATA, "its data is not kept any more")
    file = stored_file(run.snapshot)
    if not file.path.exists():
        return Trial(Outcome.NO_DATA, "its file is not kept any more")
    try:
        with found_references() as references:
            results = apart.carry_out(
                jobs.recheck,
                file=file,
                found=found,
                spec=spec,
                missing=missing_policy_of(run.source),
                baseline=_profile_before(run),
                at=taken_at(run),
                scratch=settings.FILE_UPLOAD_TEMP_DIR,
                references=references,
                progress=progress,
            )
    except UnreadableData as error:
        return Trial(Outcome.ERROR, str(error))
    return worst_of(results)


def _profile_before(run: CheckRun) -> Profile | None:
    return profile_of(run.baseline) if run.baseline else None


def kept_runs(source: DataSource, last: int) -> Sequence[CheckRun]:
    """The newest run over each of the newest datasets whose file is kept, newest first."""
    kept = CheckRun.objects.checked().filter(
        source=source, snapshot__file_removed_at=None, stored_profile__isnull=False
    )
    newest: dict[int | None, CheckRun] = {}
    for run in kept.exclude(snapshot=None).select_related("snapshot", "source", "baseline").order_by("-pk"):
        newest.setdefault(run.snapshot_id, run)
        if len(newest) == last:
            break
    return list(newest.values())
