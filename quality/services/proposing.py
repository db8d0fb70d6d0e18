"""The work of a suggestion run: read, learn, try on earlier runs, store what is new."""

from collections.abc import Container

from django.conf import settings
from django.db import transaction

from dataops.engine.apart import jobs
from dataops.engine.suggest import Backtest, Suggestion
from dataops.web import apart, runs
from dataops.web.runs import Lease, RunState
from quality.models import DataSource, SuggestedRule, SuggestionRun
from quality.models.check import identity_of
from quality.services.failing_rows import personal_columns
from quality.services.history import taken_at
from quality.services.missing import missing_policy_of
from quality.services.runs import NothingToCheck
from quality.services.stored import profile_of, stored_file
from quality.services.trying import LEARNED, judged

FIRED = 0.1
"""A rule that more of the accepted runs broke is none of theirs."""

Known = str | tuple[str, str]


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
        progress=lambda fraction, stage: lease.progress(LEARNED * fraction, stage),
    )
    personal = personal_columns(found)
    tried = judged(lease, job, [one for one in suggestions if not _tells_values(one, personal)])
    with transaction.atomic():
        # What an earlier look proposed and nobody decided on may no longer be so.
        job.source.suggested_rules.proposed().delete()
        known = _known(job.source)
        new = [
            _row(job, one, told)
            for one, told in tried
            if not _about(one) & known and len(told.fired) <= FIRED * told.judged
        ]
        SuggestedRule.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
        lease.settle(RunState.SUCCEEDED, found=len(new))


def _about(suggestion: Suggestion) -> set[Known]:
    """What makes another rule the same: its parameters; or its place, where there is one such rule in each
    and only its bounds change from day to day."""
    spec = suggestion.spec
    identity = identity_of(spec.check, spec.column[:255], spec.params, "")
    one_a_place = spec.column or not suggestion.slot
    return {identity, (spec.check, spec.column[:255])} if one_a_place else {identity}


def _known(source: DataSource) -> set[Known]:
    """What the source expects already, and what somebody decided on. Rules for all columns, or for tables
    whatever they are, leave room for one that knows its place."""
    checks = source.checks.values_list("identity", "kind", "column")
    decided = source.suggested_rules.values_list("identity", "kind", "column")
    known: set[Known] = {identity for identity, _, _ in (*checks, *decided)}
    known |= {(kind, column) for _, kind, column in checks if column}
    return known | {(kind, column) for _, kind, column in decided}


def _tells_values(suggestion: Suggestion, personal: Container[str]) -> bool:
    """Whether a rule would list values of a column that is likely personal."""
    if suggestion.spec.check == "in_set":
        return suggestion.spec.column in personal
    condition = str(suggestion.spec.params.get("condition", ""))
    return condition.startswith("CASE") and any(name in personal for name in suggestion.slot.split("\0"))


def _row(job: SuggestionRun, suggestion: Suggestion, tried: Backtest) -> SuggestedRule:
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
        verdict=tried.verdict[:200],
    )
