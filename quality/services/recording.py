"""One transaction that turns a report into rows: results, profile, score, state, alerts."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from django.db import transaction

from dataops.engine.inspection import Plan, Report, Result
from dataops.engine.intake import Reject
from dataops.engine.profile import codec
from dataops.engine.types import Outcome, Severity
from dataops.web.runs import Lease, RunState
from quality.models import CheckResult, CheckRun, DataSource, StoredProfile
from quality.services.failing_rows import discreet, record_failing_rows
from quality.services.history import keep_numbers
from quality.services.increments import Step
from quality.services.parts import FilePart
from quality.services.reporting import report_run
from quality.services.scoring import rule_set_of
from quality.services.standing import move_source, rest_source

REJECTS_KEPT = 100


@transaction.atomic
def record_report(
    lease: Lease[CheckRun],
    run: CheckRun,
    report: Report,
    *,
    plan: Plan,
    baseline_run: CheckRun | None,
    step: Step | FilePart | None = None,
) -> None:
    """Write everything a run found and settle it; a lost lease rolls all of it back."""
    # Locked, so that rows are not recorded while somebody switches off that they are kept.
    source = DataSource.objects.select_for_update().get(pk=run.source_id)
    report = discreet(source, report)
    results = CheckResult.objects.bulk_create(
        [_result(run, result) for result in report.results], batch_size=500
    )
    record_failing_rows(source, report, results)
    increment, whole = step.keep(source, run, report.profile) if step else (None, None)
    StoredProfile.objects.create(run=run, data=codec.encode(report.profile), whole=whole)
    keep_numbers(run, report.profile)
    run.source.snapshots.filter(pk=run.snapshot_id or 0).update(
        format=report.format,
        encoding=report.encoding or "",
        dialect=report.dialect.to_dict() if report.dialect else None,
    )
    lease.settle(
        RunState.SUCCEEDED,
        baseline=baseline_run,
        score=report.score.value,
        coverage=report.score.coverage,
        validity_coverage=report.validity_coverage,
        formula=report.score.formula,
        rule_set=rule_set_of(run.source, plan, report.score.formula),
        dimensions={str(name): value for name, value in report.score.dimensions.items()},
        dimension_losses={str(name): lost for name, lost in report.score.dimension_points_lost.items()},
        accounting=asdict(report.accounting) if report.accounting else None,
        rows=report.profile.rows,
        columns=len(report.profile.columns),
        duplicate_rows=report.profile.duplicate_rows,
        schema_changes=[_change(change) for change in report.schema_changes],
        rejects=[_reject(source, reject) for reject in report.rejects[:REJECTS_KEPT]],
        notes=[*report.notes, *(step.notes() if step else ())],
        increment=increment,
        outcomes=dict(Counter(str(result.outcome) for result in report.results)),
        accepted=_is_acceptable(run.source, report),
    )
    run.refresh_from_db()
    if run.found_nothing_new:
        rest_source(run)
    else:
        move_source(run)
    report_run(run, report.results)


def _result(run: CheckRun, result: Result) -> CheckResult:
    return CheckResult(
        run=run,
        configured_id=result.spec_id,
        check_key=result.check,
        column=result.column[:255],
        dimension=str(result.dimension),
        outcome=str(result.outcome),
        severity=str(result.severity),
        evaluated=result.evaluated,
        failed=result.failed,
        value=result.value,
        pass_rate=result.pass_rate,
        weight=result.weight,
        critical=result.critical,
        limits=asdict(result.limits) if result.limits else None,
        message=result.message,
        details=dict(result.details),
        points_lost=result.points_lost,
    )


def _reject(source: DataSource, reject: Reject) -> dict[str, Any]:
    """The place and reason always; the text while the source keeps rows."""
    return asdict(reject) | ({} if source.keep_failing_rows else {"text": ""})


def _change(change: Any) -> dict[str, Any]:
    return {"kind": change.kind, "column": change.column, "from": change.from_, "to": change.to}


def _is_acceptable(source: DataSource, report: Report) -> bool:
    """Good enough to be what later runs are compared with; a person may overrule it."""
    broken = any(
        result.outcome == Outcome.FAIL and result.severity == Severity.CRITICAL for result in report.results
    )
    return report.score.value is not None and report.score.value >= source.alert_below and not broken
