"""From the stored expectations of a source to a plan the engine can carry out."""

from dataops.engine.checks import CHECKS, CheckSpec
from dataops.engine.inspection import Plan
from dataops.engine.protocols import Limits
from dataops.engine.score import importance_of
from dataops.engine.types import Dimension, Severity
from quality.models import Check, DataSource
from quality.services.missing import missing_policy_of
from quality.services.scoring import weights


def plan_of(source: DataSource) -> Plan:
    """The enabled checks whose kind is still registered, and what this source calls missing."""
    checks = [check for check in source.checks.filter(enabled=True) if check.kind in CHECKS]
    return Plan(
        checks=tuple(spec_of(check) for check in checks),
        missing=missing_policy_of(source),
        weights=weights(),
        importance=importance_of(source.importance),
    )


def spec_of(check: Check) -> CheckSpec:
    """A stored rule as the engine sees it."""
    return CheckSpec(
        id=check.pk,
        check=check.kind,
        column=check.column,
        params=check.params,
        limits=limits_of(check),
        severity=Severity(check.severity),
        weight=check.weight,
        critical=check.critical,
        when=check.when,
        dimension=Dimension(check.dimension) if check.dimension else None,
    )


def limits_of(check: Check) -> Limits:
    """The limits in force: the ones set here, the check's own defaults for the rest."""
    default = CHECKS[check.kind].default_limits
    return Limits(
        warn=default.warn if check.warn is None else check.warn,
        fail=default.fail if check.fail is None else check.fail,
        direction=default.direction,
    )
