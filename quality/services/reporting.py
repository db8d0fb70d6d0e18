"""What a run tells the alerts room: every watched rule, good or bad, so that alerts can recover."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.urls import reverse

from alerts.services import Evidence, Subject, report, waiting_findings
from dataops.engine.checks import CHECKS, limit_unit
from dataops.engine.checks.params import columns_named
from dataops.engine.findings import Entity, Finding, FindingState, headroom
from dataops.engine.inspection import Result
from dataops.engine.protocols import Limits
from dataops.engine.types import Outcome, Severity
from quality.models import CheckResult, CheckRun, DataSource
from quality.services.standing import move_source

SHOWN = 3
COLUMNS_NAMED = 5
LOOKED_BACK = 10
MEASURED = (Outcome.PASS.value, Outcome.WARN.value, Outcome.FAIL.value)
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
    return Evidence(f"Run {run.pk}", run.get_absolute_url(), sequence=run.pk, trigger=run.trigger)


def report_run(run: CheckRun, results: Iterable[Result]) -> None:
    """Findings of a finished run, in the transaction that recorded it."""
    results = list(results)
    findings = [
        _run_finding(run),
        _unmeasured_finding(results),
        *_emptied_finding(run, results),
        *_score_finding(run),
        *_check_findings(run, results),
    ]
    _report(run, findings, whole=[f"quality.{check.key}" for check in CHECKS])


def report_failed_run(run: CheckRun) -> None:
    """A run that could not be finished is a finding of its own; it says nothing about the checks."""
    move_source(run)
    _report(run, [_run_finding(run)])


def report_unchanged_run(run: CheckRun) -> None:
    """The data was there and is what it was: a failed run is made good, and what was bad is bad again."""
    _report(run, [_run_finding(run), *waiting_findings(subject_of(run.source))])


def _report(run: CheckRun, findings: Iterable[Finding], *, whole: Collection[str] = ()) -> None:
    """Each finding is about the run, too."""
    this = Entity("run", str(run.pk), f"Run {run.pk}", run.get_absolute_url())
    told = [
        replace(finding, about=(this, *(e for e in finding.about if e.type != "run"))) for finding in findings
    ]
    report(subject=subject_of(run.source), findings=told, evidence=evidence_of(run), whole=whole)


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
    return Finding(
        kind="quality.unmeasured",
        state=FindingState.BREACH if errors else FindingState.OK,
        severity=Severity.WARNING,
        title="A check could not measure" if len(errors) == 1 else f"{len(errors)} checks could not measure",
        message=_named(errors),
        value=len(errors),
        threshold=0,
        unit="checks",
    )


def _emptied_finding(run: CheckRun, results: Iterable[Result]) -> Iterator[Finding]:
    """Checks that measured something lately and find nothing to measure now: silence is no good news."""
    if run.found_nothing_new:  # there are no new rows, and nobody misses any
        return
    emptied = _emptied(run, [result for result in results if result.outcome == Outcome.NO_DATA])
    many = "A check has" if len(emptied) == 1 else f"{len(emptied)} checks have"
    yield Finding(
        kind="quality.no_data",
        state=FindingState.BREACH if emptied else FindingState.OK,
        severity=Severity.WARNING,
        title=f"{many} nothing to measure any more",
        message=_named(emptied),
        value=len(emptied),
        threshold=0,
        unit="checks",
    )


def _emptied(run: CheckRun, empty: Sequence[Result]) -> Sequence[Result]:
    """Those that measured something in one of the newest runs with rows; after more it is how the data is."""
    if not empty:
        return ()
    earlier = run.source.runs.checked().filter(pk__lt=run.pk, rows__gt=0).order_by("-pk")
    newest = list(earlier.values_list("pk", flat=True)[:LOOKED_BACK])
    measured = CheckResult.objects.filter(run__in=newest, outcome__in=MEASURED)
    places = set(measured.values_list("configured", "column").distinct())
    return [result for result in empty if (int(result.spec_id or 0), result.column[:255]) in places]


def _named(results: Sequence[Result]) -> str:
    """The first few, each with its place."""
    return " · ".join(f"{result.column or 'whole table'}: {result.message}" for result in results[:SHOWN])


def _score_finding(run: CheckRun) -> Iterator[Finding]:
    if run.score is None:
        return
    source = run.source
    yield Finding(
        kind="quality.score",
        state=FindingState.BREACH if run.score < source.alert_below else FindingState.OK,
        severity=Severity.CRITICAL if run.score < source.critical_below else Severity.WARNING,
        title=f"Score {run.score:.2f} is under {source.alert_below:.2f}",
        message=_costliest(run),
        value=run.score,
        threshold=source.alert_below,
        headroom=headroom(run.score, source.alert_below, perfect=1.0),
    )


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
            unit=limit_unit(CHECKS[result.check]),
            headroom=headroom(result.value, result.limits.fail, perfect=_perfect(result.limits)),
            about=_check_of(run, result),
        )


def _check_of(run: CheckRun, result: Result) -> tuple[Entity, ...]:
    """The configured check, by its page; none where nobody configured it."""
    if not result.spec_id:
        return ()
    url = reverse("quality:rule_edit", args=[run.source_id, int(result.spec_id)])
    return (Entity("check", str(result.spec_id), CHECKS[result.check].label, url),)


def _perfect(limits: Limits) -> float | None:
    """All of it, of a share that must not fall; of anything else nobody knows."""
    is_share = limits.direction == "below" and limits.fail is not None and 0 <= limits.fail < 1
    return 1.0 if is_share else None


def _title(result: Result, params: Mapping[str, Any]) -> str:
    """The check, and the columns it is about: a table may have ten rules of one kind."""
    check = CHECKS[result.check]
    columns = (result.column,) if result.column else columns_named(check.params, params)[:COLUMNS_NAMED]
    return f"{check.label} in {', '.join(columns)}" if columns else check.label


def _state_of(result: Result, method: str, failing_before: set[Place] | None) -> FindingState:
    """A failure is news only where the accepted run did not fail as well: how data always was is no alarm.

    Nor is it a recovery: an alert that is open stays open until the check passes.
    """
    if result.outcome in (Outcome.PASS, Outcome.WARN):
        return FindingState.OK
    was_good = failing_before is not None and (result.check, result.column, method) not in failing_before
    return FindingState.BREACH if result.outcome == Outcome.FAIL and was_good else FindingState.NO_DATA
