"""Rules as sentences a person reads."""

from typing import Any

from dataops.engine.checks import CHECKS, Limits
from dataops.engine.types import Dimension
from quality.models import Check, DataSource
from quality.services import limits_of

VALUES_SHOWN = 5


def rule_rows(source: DataSource) -> list[dict[str, Any]]:
    """Every rule with its sentence; those whose plug-in is gone are left out."""
    return [
        {
            "rule": rule,
            "check": CHECKS[rule.kind],
            "dimension": rule.dimension or CHECKS[rule.kind].dimension,
            "sentence": rule_sentence(rule),
        }
        for rule in source.checks.all()
        if rule.kind in CHECKS
    ]


def kind_rows(dimension: Dimension) -> list[dict[str, str]]:
    """Kinds of checks of a dimension, with the first sentence of what they measure."""
    return [
        {
            "key": check.key,
            "label": check.label,
            "about": (type(check).__doc__ or "").split("\n\n")[0].replace("``", "").strip(),
        }
        for check in CHECKS
        if check.dimension == dimension
    ]


def rule_sentence(rule: Check) -> str:
    """Where, what, with which settings, of which rows, how strict."""
    check = CHECKS[rule.kind]
    place = rule.column or ("every column" if check.scope == "column" else "table")
    told = [f"{place}: {check.label.lower()}"]
    told += [f"{name.replace('_', ' ')} {_shown(value)}" for name, value in rule.params.items()]
    if rule.when:
        told.append(f"only rows where {rule.when}")
    return ", ".join([*told, _limits(limits_of(rule))])


def _shown(value: Any) -> str:
    if isinstance(value, list):
        more = f" and {len(value) - VALUES_SHOWN} more" if len(value) > VALUES_SHOWN else ""
        return " / ".join(map(str, value[:VALUES_SHOWN])) + more
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "any" if value is None else str(value)


def _limits(limits: Limits) -> str:
    parts = [
        f"{verb} {limits.direction} {value:g}"
        for verb, value in (("warns", limits.warn), ("fails", limits.fail))
        if value is not None
    ]
    return ", ".join(parts) or "never fails"
