"""Words of the Open Data Contract Standard beside ours."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import inf, nextafter
from types import MappingProxyType
from typing import Any

from open_data_contract_standard.model import DataQuality

from dataops.engine.protocols import Limits
from dataops.engine.types import ColumnType, Dimension, Severity

ENGINE = "dataops-inspector"
"""Name of our own rules in ``engine`` of custom quality rules."""
EXTRAS = "dataopsInspector"
"""Custom property with what the standard has no word for."""

LOGICAL: Mapping[ColumnType, str] = MappingProxyType(
    {
        ColumnType.TEXT: "string",
        ColumnType.INTEGER: "integer",
        ColumnType.FLOAT: "number",
        ColumnType.BOOLEAN: "boolean",
        ColumnType.DATE: "date",
        ColumnType.DATETIME: "timestamp",
    }
)
OURS: Mapping[str, ColumnType] = MappingProxyType({word: kind for kind, word in LOGICAL.items()})

FORMATS: Mapping[str, str] = MappingProxyType({"uri": "url"})
"""Formats of text that are called otherwise here; the others keep their name."""

DIMENSIONS: Mapping[Dimension, str] = MappingProxyType(
    {Dimension.VALIDITY: "conformity", Dimension.VOLUME: "coverage"}
)

RULE_OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "minimum": "range",
        "maximum": "range",
        "exclusiveMinimum": "exclusive range",
        "exclusiveMaximum": "exclusive range",
        "minLength": "length",
        "maxLength": "length",
        "pattern": "pattern",
        "format": "format",
    }
)
"""Options of a type that are rules; those with one name make one rule."""

NEVER = Limits(warn=0.0, fail=0.0)
"""Not a single row may fail."""

_SEVERITIES: Mapping[str, Severity] = MappingProxyType(
    dict.fromkeys(("critical", "error", "high", "blocker", "major", "fatal"), Severity.CRITICAL)
    | dict.fromkeys(("warning", "warn", "medium", "minor"), Severity.WARNING)
    | dict.fromkeys(("info", "low", "trivial"), Severity.INFO)
)

_HOURS: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(("h", "hr", "hour", "hours"), 1.0)
    | dict.fromkeys(("m", "min", "minute", "minutes"), 1 / 60)
    | dict.fromkeys(("s", "sec", "second", "seconds"), 1 / 3600)
    | dict.fromkeys(("", "d", "day", "days"), 24.0)
    | dict.fromkeys(("w", "week", "weeks"), 168.0)
)


def dimension_word(dimension: Dimension) -> str:
    return DIMENSIONS.get(dimension, dimension.value)


def dimension_of(word: str | None) -> Dimension | None:
    """None when it is left out, or unknown here as accuracy is."""
    theirs = {dimension_word(dimension): dimension for dimension in Dimension}
    return theirs.get(word or "")


def severity_of(word: str | None) -> Severity | None:
    """None when it is left out or unknown: the check's own severity then."""
    return _SEVERITIES.get((word or "").strip().lower())


def hours_of(value: Any, unit: str | None) -> float | None:
    """A duration in hours; None when it is no number of a known unit.

    >>> hours_of(2, "d"), hours_of("90", "minutes"), hours_of("soon", "h")
    (48.0, 1.5, None)
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    factor = _HOURS.get((unit or "").strip().lower())
    return None if factor is None else round(number * factor, 9)


def range_of(rule: DataQuality) -> tuple[float, float] | None:
    """Least and greatest allowed number, both allowed; None for what is no range.

    Between is without its ends, as the standard says; the numbers next to them stand for that.
    """
    match rule:
        case DataQuality(mustBe=int() | float() as value) if not isinstance(value, bool):
            return value, value
        case DataQuality(mustBeBetween=[low, high]):
            return nextafter(low, inf), nextafter(high, -inf)
        case DataQuality(mustBeGreaterThan=int() | float() as low):
            return nextafter(low, inf), inf
        case DataQuality(mustBeGreaterOrEqualTo=int() | float() as low):
            return low, inf
        case DataQuality(mustBeLessThan=int() | float() as high):
            return -inf, nextafter(high, -inf)
        case DataQuality(mustBeLessOrEqualTo=int() | float() as high):
            return -inf, high
    return None


def share_of(rule: DataQuality) -> float | str:
    """The allowed share of failing rows, 0..1, or why there is none."""
    found = range_of(rule)
    if found is None:
        return "it has no limit that is understood here; give mustBe 0, or mustBeLessOrEqualTo"
    low, high = found
    if low > 0 or high == inf:
        return "only an upper limit makes sense for failing rows"
    percent = (rule.unit or "rows").strip().lower() in ("percent", "%")
    if high < 1 and not percent:
        return 0.0
    if not percent:
        return "a limit on the number of rows does not scale with the data; give it in percent"
    if high > 100:
        return "more than 100 percent is no limit"
    return float(Decimal(repr(float(high))) / 100)


def percent_of(share: float) -> float | int:
    """
    >>> percent_of(0.07), percent_of(0.025)
    (7, 2.5)
    """
    percent = Decimal(repr(share)) * 100
    return int(percent) if percent == int(percent) else float(percent)
