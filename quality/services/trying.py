"""Suggestions tried on what a source had before, so that what one dataset kept by chance is not proposed."""

from collections.abc import Sequence
from functools import partial

from django.conf import settings

from dataops.engine.apart import jobs
from dataops.engine.errors import UnreadableData
from dataops.engine.protocols import Progress
from dataops.engine.suggest import Backtest, Suggestion, Trial
from dataops.engine.types import Outcome
from dataops.web import apart
from dataops.web.runs import Lease
from quality.models import CheckRun, SuggestionRun
from quality.services.backtesting import stored_runs
from quality.services.missing import missing_policy_of
from quality.services.row_backtesting import kept_runs
from quality.services.stored import profile_of, stored_file

DATASETS, MOST_BYTES = 3, 256 * 1024**2
"""Earlier datasets that rules about rows are tried on, and how much of them in all."""

LEARNED = 0.8
"""Part of the time that learning takes; the rest goes into trying."""


def judged(
    lease: Lease[SuggestionRun], job: SuggestionRun, suggestions: Sequence[Suggestion]
) -> list[tuple[Suggestion, Backtest]]:
    """Each with what it would have said of earlier runs: by their profiles, or by the rows of the newest."""
    earlier = stored_runs(job.source)
    told = [earlier.judge(one.spec) for one in suggestions]
    asking = [place for place, tried in enumerate(told) if tried.needs_rows]
    on_rows = _on_rows(lease, job.check_run, tuple(suggestions[place] for place in asking))
    # None were tried where no earlier data are kept.
    for place, tried in zip(asking, on_rows, strict=False):
        told[place] = tried
    return list(zip(suggestions, told, strict=True))


def _on_rows(
    lease: Lease[SuggestionRun], learned_from: CheckRun, suggestions: tuple[Suggestion, ...]
) -> list[Backtest]:
    runs = _earlier_datasets(learned_from) if suggestions else []
    told = []
    for index, run in enumerate(runs):
        done = LEARNED + (1 - LEARNED) * index / len(runs)
        told.append(_trials(run, suggestions, partial(_tell, lease, done)))
    return [Backtest(tuple(reversed(trials))) for trials in zip(*told, strict=True)]


def _earlier_datasets(learned_from: CheckRun) -> list[CheckRun]:
    """Newest first, as many as may be read once more, other than what was learned from."""
    runs, left = [], MOST_BYTES
    for run in kept_runs(learned_from.source, DATASETS + 1):
        if run.snapshot is None or run.snapshot_id == learned_from.snapshot_id or not run.accepted:
            continue
        left -= run.snapshot.bytes
        if left < 0:
            break
        runs.append(run)
    return runs[:DATASETS]


def _tell(lease: Lease[SuggestionRun], done: float, _fraction: float, _stage: str) -> None:
    """Tells of datasets, whatever a pass over the rows of one tells; it notices a cancel."""
    lease.progress(done, "trying them on earlier rows")


def _trials(run: CheckRun, suggestions: tuple[Suggestion, ...], progress: Progress) -> Sequence[Trial]:
    """One dataset under each suggestion; one that is gone or broken by now is no reason to stop."""
    found = profile_of(run)
    if run.snapshot is None or found is None:
        return [Trial(Outcome.NO_DATA, "its data is not kept any more")] * len(suggestions)
    try:
        return apart.carry_out(
            jobs.try_suggestions,
            file=stored_file(run.snapshot),
            found=found,
            suggestions=suggestions,
            policy=missing_policy_of(run.source),
            scratch=settings.FILE_UPLOAD_TEMP_DIR,
            progress=progress,
        )
    except UnreadableData as error:
        return [Trial(Outcome.ERROR, str(error))] * len(suggestions)
