"""The work of a suggestion run: read, learn, try on earlier runs, store what is new."""

from collections.abc import Container

from django.conf import settings
from django.db import transaction

from dataops.engine.apart import jobs
from dataops.engine.suggest import Suggestion
from dataops.web import apart, runs
from dataops.web.runs import Lease, RunState
from quality.models import SuggestedRule, SuggestionRun
from quality.models.check import identity_of
from quality.services.backtesting import Stored, stored_runs
from quality.services.failing_rows import personal_columns
from quality.services.history import taken_at
from quality.services.missing import missing_policy_of
from quality.services.runs import NothingToCheck
from quality.services.stored import profile_of, stored_file


def execute_suggestions(run_id: int) -> None:
    """Work on a queued suggestion run; called by workers, any number of times."""
    runs.execute(SuggestionRun, run_id, _learn)


def _learn(lease: Lease[SuggestionRun]) -> None:
    job = SuggestionRun.objects.select_related("source", "check_run__snapshot").get(pk=lease.run.pk)
    checked, found = job.check_run, profile_of(job.check_run)
    if checked.snapshot is None or found is None:
        raise NothingToCheck(f"run {checked.pk} has no data any more")
    suggestions = apart.carry_out(
        jobs.suggest,
        file=stored_file(checked.snapshot),
        found=found,
        policy=missing_policy_of(job.source),
        at=taken_at(checked),
        scratch=settings.FILE_UPLOAD_TEMP_DIR,
        progress=lambda fraction, stage: lease.progress(0.9 * fraction, stage),
    )
    lease.progress(0.9, "trying them on earlier runs")
    earlier = stored_runs(job.source)
    personal = personal_columns(found)
    rows = [_row(job, one, earlier) for one in suggestions if not _tells_values(one, personal)]
    with transaction.atomic():
        # What an earlier look proposed and nobody decided on may no longer be so.
        job.source.suggested_rules.proposed().delete()
        known = set(job.source.checks.values_list("identity", flat=True))
        known |= set(job.source.suggested_rules.values_list("identity", flat=True))
        new = [row for row in rows if row.identity not in known]
        SuggestedRule.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
        lease.settle(RunState.SUCCEEDED, found=len(new))


def _tells_values(suggestion: Suggestion, personal: Container[str]) -> bool:
    """Whether a rule would list values of a column that is likely personal."""
    if suggestion.spec.check == "in_set":
        return suggestion.spec.column in personal
    condition = str(suggestion.spec.params.get("condition", ""))
    return condition.startswith("CASE") and any(name in personal for name in suggestion.slot.split("\0"))


def _row(job: SuggestionRun, suggestion: Suggestion, earlier: Stored) -> SuggestedRule:
    spec = suggestion.spec
    return SuggestedRule(
        source=job.source,
        run=job,
        kind=spec.check,
        column=spec.column[:255],
        params=dict(spec.params),
        warn=spec.limits.warn if spec.limits else None,
        fail=spec.limits.fail if spec.limits else None,
        identity=identity_of(spec.check, spec.column[:255], spec.params, ""),
        evidence=suggestion.evidence,
        looked_at=suggestion.looked_at,
        holds=suggestion.holds,
        confidence=suggestion.confidence,
        verdict=earlier.judge(spec).verdict[:200],
    )
