"""The whole pipeline: read once, profile, check, score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from dataops.engine.checks import (
    CHECKS,
    Check,
    CheckSpec,
    Context,
    Limits,
    Measurement,
    compare_schemas,
    compare_writing,
    expected_types,
    grade,
    make_params,
)
from dataops.engine.errors import Cancelled, InvalidPlan
from dataops.engine.intake import writing_of
from dataops.engine.profile import Profile
from dataops.engine.profilers import DEFAULT_POLICY, MissingPolicy, profile
from dataops.engine.profilers.pushdown import SqlRelation, profile_relation
from dataops.engine.protocols import Answer, Dataset, Part, Past, Progress
from dataops.engine.received import Received
from dataops.engine.report import Plan, Report, Result
from dataops.engine.rows import (
    LocalRows,
    OpenReference,
    References,
    Sample,
    Sampling,
    Sandbox,
    SqlRows,
    marked_columns,
    no_reference,
    read_answer,
    read_samples,
)
from dataops.engine.score import score, validity_coverage
from dataops.engine.sql import parse_condition
from dataops.engine.steps import Steps
from dataops.engine.types import ColumnType, Outcome, Severity

# Part of the time that goes into the profile: nearly all, unless rules or samples read the rows again.
PROFILING, PROFILING_BEFORE_ROWS = 0.95, 0.6

__all__ = ["Plan", "Report", "Result", "default_plan", "inspect", "recheck"]

Planned = tuple[CheckSpec, Check, Any]
Failing = tuple[LocalRows | SqlRows, exp.Expr | Answer]


def default_plan() -> Plan:
    """Every check that needs no setting, with its own limits; those that only inform do not count."""
    wanted = [check for check in CHECKS if check.by_default]
    return Plan(tuple(CheckSpec(c.key, id=c.key, weight=float(c.severity != Severity.INFO)) for c in wanted))


def inspect(
    dataset: Dataset | SqlRelation,
    plan: Plan,
    baseline: Profile | None = None,
    *,
    history: Sequence[Past] = (),
    at: datetime | None = None,
    baseline_writing: Mapping[str, str] | None = None,
    references: OpenReference | None = None,
    sampling: Sampling | None = None,
    part: Part | None = None,
    scratch: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """Read ``dataset`` once and check its profile as planned, against the ``baseline`` if there is one.

    ``history`` holds the numbers of earlier runs, oldest first; ``at`` is when the data
    was taken in, UTC-aware. ``baseline_writing`` is the ``writing_of`` the baseline's file.
    ``references`` opens the data of other sources by name. ``sampling`` asks
    for samples of failing rows. Checks that need rows, and samples, read the dataset again, into a
    database below ``scratch`` that is gone afterwards. A relation is profiled and asked in the database
    it is in; the rows of other sources are not there. ``part`` says that only what is new is looked
    at: no rows are then no error, and have no score.

    Raises InvalidPlan before anything is read, UnreadableData when there is no table to read, and
    Cancelled when ``progress`` does. A check that breaks is a result (ERROR), not an exception.
    """
    report = progress or (lambda fraction, stage: None)
    planned = [(spec, *_resolve(spec)) for spec in plan.checks]
    types = expected_types(baseline, baseline_writing or {}, _writing(dataset)) if baseline else None
    again = sampling is not None or not all(check.by_default for _, check, _ in planned)
    profiling = PROFILING_BEFORE_ROWS if again else PROFILING
    found = _profile(dataset, plan, types, part, lambda done, stage: report(profiling * done, stage))
    steps = Steps(report, profiling, len(planned) + 1)
    # Later passes over the dataset count again.
    intake = Received.of(dataset, found)
    writing = writing_of(intake.format, intake.encoding, intake.dialect)
    with Sandbox.opened(progress=steps.within, folder=scratch) as sandbox:
        rows: LocalRows | SqlRows
        if isinstance(dataset, SqlRelation):
            rows = SqlRows(dataset, found, plan.missing)
        else:
            rows = LocalRows(sandbox, dataset, found, plan.missing)
        table = Context(
            found,
            baseline=baseline,
            accounting=None if isinstance(dataset, SqlRelation) else intake.accounting,
            history=history,
            rows=rows,
            references=References(sandbox, references or no_reference),
            at=at,
            writing=writing,
            baseline_writing=baseline_writing or {},
            unreadable_bytes=intake.unreadable_bytes,
            part=part,
        )
        results, failing = _check(planned, table, steps)
        if sampling:
            steps.next("finding failing rows")
            results, unread = _with_samples(results, failing, dataset, sampling, steps.within)
            intake = replace(intake, notes=intake.notes + unread)
    report(1.0, "checks")
    if not found.rows:
        # What is not there is neither good nor bad: an empty part has results, and no score.
        results = [replace(result, pass_rate=None) for result in results]
    rated = score(results, plan.weights, plan.importance)
    return Report(
        profile=found,
        results=tuple(
            replace(result, points_lost=lost) for result, lost in zip(results, rated.points_lost, strict=True)
        ),
        score=rated,
        validity_coverage=validity_coverage(results, [column.name for column in found.columns]),
        schema_changes=(
            *(compare_schemas(baseline, found) if baseline else ()),
            *compare_writing(baseline_writing or {}, writing),
        ),
        accounting=intake.accounting,
        rejects=intake.rejects,
        notes=intake.notes,
        format=intake.format,
        encoding=intake.encoding,
        dialect=intake.dialect,
    )


def recheck(
    dataset: Dataset,
    found: Profile,
    spec: CheckSpec,
    *,
    missing: MissingPolicy = DEFAULT_POLICY,
    baseline: Profile | None = None,
    history: Sequence[Past] = (),
    at: datetime | None = None,
    references: OpenReference | None = None,
    scratch: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Result, ...]:
    """What one rule says of data whose profile is ``found``; rows are read only where it asks for them.

    The rest is as for ``inspect``. Raises InvalidPlan, UnreadableData and Cancelled.
    """
    planned = [(spec, *_resolve(spec))]
    steps = Steps(progress or (lambda fraction, stage: None), 0.0, len(planned))
    with Sandbox.opened(progress=steps.within, folder=scratch) as sandbox:
        table = Context(
            found,
            baseline=baseline,
            history=history,
            rows=LocalRows(sandbox, dataset, found, missing),
            references=References(sandbox, references or no_reference),
            at=at,
        )
        return tuple(_check(planned, table, steps)[0])


def _writing(dataset: Dataset | SqlRelation) -> dict[str, str]:
    if isinstance(dataset, SqlRelation):
        return {}
    return writing_of(dataset.format, dataset.encoding, dataset.dialect)


def _profile(
    dataset: Dataset | SqlRelation,
    plan: Plan,
    types: Mapping[str, ColumnType] | None,
    part: Part | None,
    progress: Progress,
) -> Profile:
    if isinstance(dataset, SqlRelation):
        return profile_relation(
            dataset, missing=plan.missing, types=types, may_be_empty=part is not None, progress=progress
        )
    return profile(dataset, missing=plan.missing, types=types, progress=progress)


def _check(
    planned: Sequence[Planned], table: Context, steps: Steps
) -> tuple[list[Result], list[Failing | None]]:
    """The result of every check in every place, and beside each the rows that fail."""
    results, failing = [], []
    own = {(spec.check, spec.column) for spec, _, _ in planned if spec.column and not spec.when}
    for spec, check, params in planned:
        steps.next("checks")
        for column, context in _places(spec, check, table):
            # A rule for every column gives way to one that knows the column.
            if not (spec.column or spec.when) and (spec.check, column) in own:
                continue
            result, condition = _run(spec, check, params, column, context)
            results.append(result)
            is_bad = result.outcome in (Outcome.WARN, Outcome.FAIL)
            rows = getattr(context, "rows", None)
            failing.append((rows, condition) if is_bad and condition is not None and rows else None)
    return results, failing


def _with_samples(
    results: list[Result],
    failing: Sequence[Failing | None],
    dataset: Dataset | SqlRelation,
    sampling: Sampling,
    progress: Progress,
) -> tuple[list[Result], tuple[str, ...]]:
    """Results with samples of their failing rows, and notes on those whose rows cannot be found."""
    numbered: dict[int, tuple[NDArray[np.int64], tuple[str, ...]]] = {}
    samples: dict[int, Sample] = {}
    notes: list[str] = []
    asked = [found[1] for found in failing if found and not isinstance(found[1], Answer)]
    for rows in {id(found[0]): found[0] for found in failing if found}.values():
        if isinstance(rows, LocalRows):
            rows.need_only(asked)
    for index, found in enumerate(failing):
        if found is None:
            continue
        rows, condition = found
        result = results[index]
        try:
            if isinstance(condition, Answer):
                samples[index] = read_answer(rows, condition, sampling)
                continue
            marked = marked_columns(condition, result.column, dataset.names)
            if isinstance(rows, SqlRows):
                samples[index] = rows.sample(condition, marked, result.failed, sampling)
            elif (numbers := rows.numbers(condition, sampling.numbers)).size:
                numbered[index] = numbers, marked
        except InvalidPlan as error:
            notes.append(f"{result.check} {result.column}: the failing rows cannot be shown ({error})")
    if not isinstance(dataset, SqlRelation):
        read = read_samples(dataset, list(numbered.values()), sampling, progress)
        samples |= zip(numbered, read, strict=True)
    for index, sample in samples.items():
        results[index] = replace(results[index], sample=sample)
    return results, tuple(notes)


def _resolve(spec: CheckSpec) -> tuple[Check, Any]:
    """The check a spec names and its parameters; raises InvalidPlan."""
    if spec.check not in CHECKS:
        raise InvalidPlan(f"there is no check {spec.check!r}; known: {', '.join(CHECKS.keys())}")
    check = CHECKS[spec.check]
    return check, make_params(check.params, spec.params, check=spec.check)


def _places(spec: CheckSpec, check: Check, table: Context) -> Iterator[tuple[str, Context | InvalidPlan]]:
    """Where a spec applies: the table, the column it names, or every column the check fits."""
    try:
        table = _narrowed(table, spec.when)
    except InvalidPlan as error:
        yield spec.column, InvalidPlan(f"the row filter (when) cannot be used: {error}")
        return
    if check.scope == "table":
        yield "", table
        return
    before = table.baseline
    if spec.column:
        known = before.column(spec.column) if before else None
        yield spec.column, replace(table, column=table.profile.column(spec.column), baseline_column=known)
        return
    known_columns = {column.name: column for column in before.columns} if before else {}
    for column in table.profile.columns:
        if check.applies_to(column):
            yield column.name, replace(table, column=column, baseline_column=known_columns.get(column.name))


def _narrowed(table: Context, when: str) -> Context:
    """The rows that meet ``when``; nothing to compare with, as the baseline and history are of all rows."""
    if not when or table.rows is None:
        return table
    rows = table.rows.where(parse_condition(when, table.profile.names))
    return replace(table, profile=rows.profile, rows=rows, baseline=None, history=())


def _run(
    spec: CheckSpec, check: Check, params: Any, column: str, context: Context | InvalidPlan
) -> tuple[Result, exp.Expr | Answer | None]:
    limits = spec.limits or check.default_limits
    measurement, outcome = _measure(check, params, column, context, limits)
    result = _result(spec, check, column, limits, measurement, outcome)
    return result, measurement.failing


def _result(
    spec: CheckSpec, check: Check, column: str, limits: Limits, measurement: Measurement, outcome: Outcome
) -> Result:
    return Result(
        check=check.key,
        spec_id=spec.id,
        column=column,
        dimension=spec.dimension or check.dimension,
        outcome=outcome,
        severity=Severity.CRITICAL if measurement.critical else spec.severity or check.severity,
        evaluated=measurement.evaluated,
        failed=measurement.failed,
        fraction=measurement.failed / measurement.evaluated if measurement.evaluated else None,
        value=measurement.value,
        pass_rate=measurement.pass_rate,
        limits=limits,
        message=measurement.message,
        weight=spec.weight,
        critical=spec.critical or measurement.critical,
        details=measurement.details,
    )


def _measure(
    check: Check, params: Any, column: str, context: Context | InvalidPlan, limits: Limits
) -> tuple[Measurement, Outcome]:
    if isinstance(context, InvalidPlan):
        return Measurement(0, 0, None, None, str(context)), Outcome.ERROR
    if check.scope == "column" and context.column is None:
        return Measurement(0, 0, None, None, f"there is no column {column!r} in the data"), Outcome.ERROR
    try:
        measurement = check.measure(context, params)
        return measurement, grade(measurement, limits)
    except (Cancelled, MemoryError):
        raise
    except InvalidPlan as error:
        # SQL that somebody wrote, and that does not fit this data: no fault of the check.
        return Measurement(0, 0, None, None, str(error)), Outcome.ERROR
    except Exception as error:
        # One broken check, perhaps of a plug-in, must not cost the run all the others.
        message = f"the check itself failed: {type(error).__name__}: {error}"
        return Measurement(0, 0, None, None, message), Outcome.ERROR
