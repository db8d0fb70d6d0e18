"""What is expected of a source: adding, changing and removing its rules."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from alerts import services as alerts
from dataops.engine.checks import CHECKS, Kind, make_params, parameters_of
from dataops.engine.errors import InvalidParameter, InvalidPlan
from dataops.engine.sql import DATA, parse_condition, parse_query
from dataops.engine.types import Severity
from dataops.web import audit
from quality.models import Check, DataSource
from quality.services.stored import columns_of

TELLING = 12


def add_default_checks(source: DataSource) -> None:
    """The checks that need no setting, at their own limits; those that only inform do not count."""
    rules = [
        Check(
            source=source,
            kind=check.key,
            severity=check.severity.value,
            weight=float(check.severity != Severity.INFO),
        )
        for check in CHECKS
        if check.by_default
    ]
    for rule in rules:
        rule.settle_identity()
    Check.objects.bulk_create(rules)


@transaction.atomic
def add_check(source: DataSource, *, kind: str, by: Any, **fields: Any) -> Check:
    """One more expectation; a source may have several of one kind and column.

    Raises InvalidPlan for parameters the check does not take, ValidationError when the source has
    the same rule already.
    """
    check = draft_check(source, kind=kind, **fields)
    check.method = _method_of(check)
    check.full_clean()
    check.save()
    audit.record("check.added", by=by, target=source, changes={"check": kind, "column": check.column})
    return check


def draft_check(source: DataSource, *, kind: str, **fields: Any) -> Check:
    """A rule that is not stored; raises as ``add_check``, but for rules that are there already."""
    check = Check(source=source, kind=kind, **({"severity": CHECKS[kind].severity.value} | fields))
    _settle(check)
    return check


@transaction.atomic
def configure_check(check: Check, *, by: Any, **fields: Any) -> Check:
    """Change what one rule measures, its limits, severity or state; its alerts stay the same ones."""
    before = {name: getattr(check, name) for name in fields}
    for name, value in fields.items():
        setattr(check, name, value)
    if {"params", "when", "column"} & fields.keys():
        _settle(check)
    check.full_clean()
    check.save()
    changes = {name: [old, fields[name]] for name, old in before.items() if old != fields[name]}
    audit.record("check.changed", by=by, target=check.source, changes={"check": check.kind} | changes)
    return check


@transaction.atomic
def remove_check(check: Check, *, by: Any) -> None:
    """Stop expecting it: its alerts are closed, results of earlier runs stay."""
    audit.record(
        "check.removed", by=by, target=check.source, changes={"check": check.kind, "column": check.column}
    )
    alerts.close_rule(
        subject_type="source",
        subject_id=str(check.source_id),
        kind=f"quality.{check.kind}",
        column=check.column,
        method=check.method,
        by=by,
        comment="The rule was removed.",
    )
    check.delete()


def _settle(check: Check) -> None:
    """Raises InvalidPlan for what the engine would refuse; a column of a table check is dropped."""
    kind = CHECKS[check.kind]
    make_params(kind.params, check.params, check=check.kind)
    check.when = check.when.strip()
    _judge_sql(check)
    if kind.scope == "table":
        check.column = ""
    check.settle_identity()


def _judge_sql(check: Check) -> None:
    """Raises what names the place for SQL that no run would answer.

    Columns may come and go: whether the data has those of a condition is seen when it is checked.
    """
    try:
        if check.when:
            parse_condition(check.when, None)
    except InvalidPlan as error:
        raise ValidationError({"when": str(error)}) from error
    newest = check.source.newest_run
    for parameter in parameters_of(CHECKS[check.kind].params):
        text = check.params.get(parameter.name, "")
        try:
            if parameter.kind is Kind.CONDITION and text:
                parse_condition(text, None)
            elif parameter.kind is Kind.QUERY and text and newest and (profile := columns_of(newest)):
                parse_query(text, {DATA: profile.names})
        except InvalidPlan as error:
            raise InvalidParameter(str(error), parameter=parameter.name) from error


def _method_of(check: Check) -> str:
    """What tells its alerts from those of other rules that may speak of the same column.

    A rule of every column speaks of each of them, so it shares none with a rule of one.
    """
    others = Check.objects.filter(source=check.source, kind=check.kind)
    if check.column:
        others = others.filter(column__in=["", check.column])
    return check.identity[:TELLING] if others.filter(method="").exists() else ""
