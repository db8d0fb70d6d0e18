"""What a run tells the alerts room: every watched rule, good or bad, so that alerts can recover."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from alerts.services import Evidence, Subject, report
from dataops.engine.checks import CHECKS
from dataops.engine.checks.params import columns_named
from dataops.engine.findings import Finding, FindingState
from dataops.engine.inspection import Result
from dataops.engine.types import Outcome, Severity
from quality.models import CheckRun, DataSource
from quality.services.standing import move_source

SHOWN = 3
RECOVERED = 0.1
"""The share of the way from the limit to a perfect score at which the alert is over."""
Place = tuple[str, str, str | None]


def subject_of(source: DataSource) -> Subject:
    return Subject(
        type="source",
        id=str(source.pk),
        name=source.name,
        url=source.get_absolute_url(),
        tags=tuple(source.tags),
        owner=source.owner.get_username() if source.owner else "",
    )


def evidence_of(run: CheckRun) -> Evidence:
    return Evidence(label=f"Run {run.pk}", url=run.get_absolute_url(), sequence=run.pk)


def report_run(run: CheckRun, results: Iterable[Result]) -> None:
    """Findings of a finished run, in the transaction that recorded it."""
    results = list(results)
    findings = [
        _run_finding(run),
        _unmeasured_finding(results),
        *_score_finding(run),
        *_check_findings(run, results),
    ]
    kinds = [f"quality.{check.key}" for check in CHECKS]
    report(subject=subject_of(run.source), findings=findings, evidence=evidence_of(run), whole=kinds)


def report_failed_run(run: CheckRun) -> None:
    """A run that could not be finished is a finding of its own; it says nothing about the checks."""
    move_source(run)
    report(subject=subject_of(run.source), findings=[_run_finding(run)], evidence=evidence_of(run))


def report_unchanged_run(run: CheckRun) -> None:
    """The data was there and is what it was: a run that failed before is made good."""
    report(subject=subject_of(run.source), findings=[_run_finding(run)], evidence=evidence_of(run))


def _run_finding(run: CheckRun) -> Finding:
    return Finding(
        kind="quality.run",
        state=FindingState.BREACH if run.error_code else FindingState.OK,
        severity=Severity.CRITICAL,
        title="The data could not be checked",
        message=run.error,
    )


def _unmeasured_finding(results: Iterable[Result]) -> Finding:
    """Checks that could not measure: neither good nor bad, and not to be forgotten."""
    errors = [result for result in results if result.outcome == Outcome.ERROR]
    named = [f"{result.column or 'whole table'}: {result.message}" for result in errors[:SHOWN]]
    return Finding(
        kind="quality.unmeasured",
        state=FindingState.BREACH if errors else FindingState.OK,
        severity=Severity.WARNING,
        title="A check could not measure" if len(errors) == 1 else f"{len(errors)} checks could not measure",
        message=" · ".join(named),
        value=len(errors),
        threshold=0,
    )


def _score_finding(run: CheckRun) -> Iterator[Finding]:
    if run.score is None:
        return
    source = run.source
    yield Finding(
        kind="quality.score",
        state=_score_state(run.score, source.alert_below),
        severity=Severity.CRITICAL if run.score < source.critical_below else Severity.WARNING,
        title=f"Score {run.score:.2f} is under {source.alert_below:.2f}",
        message=_costliest(run),
        value=run.score,
        threshold=source.alert_below,
    )


def _score_state(score: float, limit: float) -> FindingState:
    """A score that wavers around its limit opens one alert, not many: it has to come well over it again."""
    if score < limit:
        return FindingState.BREACH
    return FindingState.OK if score >= limit + RECOVERED * (1 - limit) else FindingState.NEAR


def _costliest(run: CheckRun) -> str:
    """The three results that cost most, as one sentence."""
    worst = run.results.filter(points_lost__gt=0.0005).order_by("-points_lost")[:SHOWN]
    parts = [f"{r.column or 'whole table'}: {r.message} (-{r.points_lost:.2f})" for r in worst]
    return " · ".join(parts)


def _failing_before(run: CheckRun) -> set[Place] | None:
    """What failed in the run this one is compared with; None when there is none."""
    if run.baseline is None:
        return None
    failed = run.baseline.results.filter(outcome=Outcome.FAIL.value)
    return set(failed.values_list("check_key", "column", "configured__method"))


def _check_findings(run: CheckRun, results: Iterable[Result]) -> Iterator[Finding]:
    failing_before = _failing_before(run)
    rules = {
        pk: (method, params) for pk, method, params in run.source.checks.values_list("pk", "method", "params")
    }
    for result in results:
        if result.severity == Severity.INFO:
            continue
        method, params = rules.get(int(result.spec_id or 0), ("", {}))
        yield Finding(
            kind=f"quality.{result.check}",
            column=result.column,
            method=method,
            state=_state_of(result, method, failing_before),
            severity=result.severity,
            title=_title(result, params),
            message=result.message,
            value=result.value,
            threshold=result.limits.fail,
        )


def _title(result: Result, params: Mapping[str, Any]) -> str:
    """The check, and the columns it is about: a table may have ten rules of one kind."""
    check = CHECKS[result.check]
    columns = (result.column,) if result.column else columns_named(check.params, params)
    return f"{check.label} in {', '.join(columns)}" if columns else check.label


def _state_of(result: Result, method: str, failing_before: set[Place] | None) -> FindingState:
    """A failure is news only where the accepted run did not fail as well: how data always was is no alarm.

    Nor is it a recovery: an alert that is open stays open until the check passes.
    """
    if result.outcome in (Outcome.PASS, Outcome.WARN):
        return FindingState.OK
    was_good = failing_before is not None and (result.check, result.column, method) not in failing_before
    return FindingState.BREACH if result.outcome == Outcome.FAIL and was_good else FindingState.NO_DATA
