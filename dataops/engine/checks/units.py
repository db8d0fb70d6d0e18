"""What the limits and parameters of checks are counted in, and how they read."""

from __future__ import annotations

from typing import Any

from dataops.engine.checks.params import Kind, Parameter
from dataops.engine.protocols import Check, Limits
from dataops.engine.units import in_words


def limit_unit(check: Check) -> str:
    """What the value of a check and its limits are counted in; "" for a plain number.

    A check says so by an attribute of this name, which plug-ins may leave out.
    """
    return str(getattr(check, "limit_unit", ""))


def limits_in_words(check: Check, limits: Limits) -> str:
    """When a check warns and fails, as the end of a sentence.

    >>> from dataops.engine.checks import CHECKS
    >>> limits_in_words(CHECKS["missing_values"], Limits(warn=0.05, fail=0.3))
    'warns above 5 %, fails above 30 %'
    """
    unit, warn = limit_unit(check), limits.warn
    if warn is not None and limits.fail is not None:
        # A warning limit on or behind the failing one never speaks.
        speaks = warn < limits.fail if limits.direction == "above" else warn > limits.fail
        warn = warn if speaks else None
    told = [
        f"{verb} {limits.direction} {in_words(value, unit)}"
        for verb, value in (("warns", warn), ("fails", limits.fail))
        if value is not None
    ]
    return ", ".join(told if limits.fail is not None else [*told, "never fails"])


def setting_in_words(parameter: Parameter | None, value: Any, *, most: int = 5) -> str:
    """The value of a parameter; of a long list its first values. ``None`` is a bound that is not there.

    >>> setting_in_words(None, ["a", "b"]), setting_in_words(None, True), setting_in_words(None, None)
    ('a / b', 'yes', 'any')
    """
    if isinstance(value, list | tuple):
        more = f" and {len(value) - most} more" if len(value) > most else ""
        return " / ".join(map(str, value[:most])) + more
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "any"
    is_number = parameter is not None and parameter.kind in (Kind.NUMBER, Kind.INTEGER)
    return in_words(value, parameter.unit) if parameter and is_number else str(value)
