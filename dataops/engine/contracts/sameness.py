"""When two rules say the same."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from typing import Any

from dataops.engine.checks import CHECKS, CheckSpec
from dataops.engine.protocols import Limits


def canonical(spec: CheckSpec) -> tuple[Any, ...]:
    """What a rule comes down to: equal for rules that can never give different results."""
    known = spec.check in CHECKS
    severity = spec.severity or (CHECKS[spec.check].severity if known else None)
    dimension = spec.dimension or (CHECKS[spec.check].dimension if known else None)
    limits = _limits(effective_limits(spec))
    return (*place_of(spec), limits, severity, spec.weight, spec.critical, dimension)


def effective_limits(spec: CheckSpec) -> Limits:
    """Those of the rule, or else of its check."""
    default = CHECKS[spec.check].default_limits if spec.check in CHECKS else Limits()
    return spec.limits or default


def place_of(spec: CheckSpec) -> tuple[str, str, str, str]:
    """What a rule checks: its kind, column, parameters and filter, whatever its limits."""
    params = _defaults(spec.check) | dict(spec.params)
    return (spec.check, spec.column, json.dumps(params, sort_keys=True), spec.when)


def _defaults(check: str) -> dict[str, Any]:
    """What parameters are when they are left out."""
    declared = fields(CHECKS[check].params) if check in CHECKS else ()
    return {one.name: one.default for one in declared if one.default is not MISSING}


def _limits(limits: Limits) -> tuple[float | None, float | None, str]:
    """A warning limit behind the failing one never speaks."""
    warn, fail = limits.warn, limits.fail
    if warn is not None and fail is not None:
        warn = min(warn, fail) if limits.direction == "above" else max(warn, fail)
    return (fail if warn is None else warn, fail, limits.direction)
