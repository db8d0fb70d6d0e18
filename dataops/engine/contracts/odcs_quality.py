"""Quality rules of a data contract, one at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from math import ceil, floor, isinf
from typing import Any

from open_data_contract_standard.model import DataQuality

from dataops.engine.checks import CHECKS, CheckSpec
from dataops.engine.contracts import odcs_words as words
from dataops.engine.contracts.translation import Collector
from dataops.engine.protocols import Limits

_TABLE = re.compile(r"\$?\{(?:table|object|model|schema)\}")
_COLUMN = re.compile(r"\$?\{(?:column|property|field)\}")


def read_quality(found: Collector, place: str, rule: DataQuality, column: str) -> None:
    """One entry of ``quality``; ``column`` is empty for the table."""
    said = rule.name or rule.description or rule.metric or rule.rule or rule.type or "rule"
    kind = rule.type or ("sql" if rule.query else "library")
    if kind == "text":
        found.kept(place, said, "text for people; nothing to run")
    elif kind == "custom":
        _read_custom(place, said, rule, column, found)
    elif kind == "sql":
        _read_sql(place, said, rule, column, found)
    else:
        _read_metric(place, said, rule, column, found)


def _read_custom(place: str, said: str, rule: DataQuality, column: str, found: Collector) -> None:
    written = rule.implementation
    if rule.engine != words.ENGINE or not isinstance(written, Mapping):
        found.kept(place, said, f"a rule of {rule.engine or 'another engine'}; it is shown, not run")
        return
    if not (rule.name or rule.description):
        said = _named(str(written.get("check", said)))
    limits = written.get("limits") or {}
    try:
        spec = CheckSpec(
            str(written["check"]),
            column=str(written.get("column", column)),
            params=dict(written.get("params") or {}),
            limits=Limits(**limits),
            severity=words.severity_of(rule.severity),
            weight=float(written.get("weight", 1.0)),
            critical=bool(written.get("critical", False)),
            when=str(written.get("when", "")),
            dimension=words.dimension_of(rule.dimension),
        )
    except (KeyError, TypeError, ValueError) as error:
        found.lost(place, said, f"its implementation cannot be read: {error}")
        return
    found.rule(place, said, spec, note=_note(rule))


def _named(check: str) -> str:
    """As people know it; the key of one that is not here."""
    return CHECKS[check].label if check in CHECKS else check


def _read_sql(place: str, said: str, rule: DataQuality, column: str, found: Collector) -> None:
    allowed = words.range_of(rule)
    if not rule.query or allowed is None:
        found.lost(
            place, said, "it needs a query and one of mustBe, mustBe...Than, mustBe...To, mustBeBetween"
        )
        return
    low, high = allowed
    params: dict[str, Any] = {"query": _in_our_words(rule.query, column)}
    params |= {n: v for n, v in (("minimum", low), ("maximum", high)) if not isinf(v)}
    _take(place, said, CheckSpec("sql_value", params=params, limits=Limits(fail=0.0)), rule, found)


def _in_our_words(query: str, column: str) -> str:
    """The standard's names for the table and the column in a query, put in ours."""
    quoted = '"' + column.replace('"', '""') + '"'
    query = _TABLE.sub("data", query)
    return _COLUMN.sub(lambda _: quoted, query) if column else query


def _read_metric(place: str, said: str, rule: DataQuality, column: str, found: Collector) -> None:
    metric = rule.metric or rule.rule
    if metric == "rowCount":
        _read_row_count(place, said, rule, found)
        return
    spec = _of_rows(metric, rule.arguments or {}, column)
    share = words.share_of(rule)
    if isinstance(spec, str) or isinstance(share, str):
        found.lost(place, said, spec if isinstance(spec, str) else str(share))
        return
    base = ""
    if metric == "duplicateValues":
        base = "counted are the rows one would delete; the standard does not say which count it means"
    _take(place, said, replace(spec, limits=Limits(warn=share, fail=share)), rule, found, base)


def _of_rows(metric: str | None, arguments: Mapping[str, Any], column: str) -> CheckSpec | str:
    """The check of a metric of failing rows, or why there is none."""
    match metric:
        case "nullValues" if column:
            return CheckSpec("missing_values", column=column)
        case "missingValues" if column:
            tokens = [str(value) for value in arguments.get("missingValues", []) if value is not None]
            tokens = [token for token in tokens if token.strip()]
            if not tokens:
                return CheckSpec("missing_values", column=column)
            return CheckSpec("missing_tokens", column=column, params={"tokens": tokens})
        case "invalidValues" if column:
            return _of_values(arguments, column)
        case "duplicateValues" if column:
            return CheckSpec("unique", column=column)
        case "duplicateValues" if arguments.get("properties"):
            names = [str(name) for name in arguments["properties"]]
            return CheckSpec("unique_together", params={"columns": names})
        case "nullValues" | "missingValues" | "invalidValues":
            return f"{metric} stands at the table; it belongs to a property"
        case "duplicateValues":
            return "duplicateValues of a table needs arguments.properties"
    return f"there is no metric {metric!r} in the standard"


def _of_values(arguments: Mapping[str, Any], column: str) -> CheckSpec | str:
    values, pattern = arguments.get("validValues"), arguments.get("pattern")
    if values and pattern:
        return "validValues and pattern at once; make two rules of them"
    if values:
        return CheckSpec("in_set", column=column, params={"values": [str(value) for value in values]})
    if pattern:
        return CheckSpec("regex", column=column, params={"pattern": str(pattern)})
    return "invalidValues needs arguments.validValues or arguments.pattern"


def _read_row_count(place: str, said: str, rule: DataQuality, found: Collector) -> None:
    allowed = words.range_of(rule)
    if allowed is None:
        found.lost(place, said, "it has no limit that is understood here")
        return
    low, high = allowed
    params = {
        "minimum": None if isinf(low) else max(0, ceil(low)),
        "maximum": None if isinf(high) else floor(high),
        "tolerance": None,
    }
    _take(place, said, CheckSpec("row_count", params=params, limits=Limits(fail=0.0)), rule, found)


def _take(
    place: str, said: str, spec: CheckSpec, rule: DataQuality, found: Collector, base: str = ""
) -> None:
    """Add what the standard or our own custom property says besides the limit."""
    extras = _extras(rule)
    limits = spec.limits or Limits()
    spec = replace(
        spec,
        limits=replace(limits, warn=extras.get("warn", limits.warn)),
        severity=words.severity_of(rule.severity),
        weight=float(extras.get("weight", 1.0)),
        critical=bool(extras.get("critical", False)),
        when=str(extras.get("when", "")),
        dimension=words.dimension_of(rule.dimension),
    )
    found.rule(place, said, spec, note=_note(rule), partly=[base, _severity(rule), _dimension(rule)])
    if rule.schedule:
        found.kept(place, f"schedule {rule.schedule}", "all rules of a source run together; set it there")


def _extras(rule: DataQuality) -> Mapping[str, Any]:
    for one in rule.customProperties or []:
        if one.property == words.EXTRAS and isinstance(one.value, Mapping):
            return one.value
    return {}


def _note(rule: DataQuality) -> str:
    parts = [rule.name, rule.description, rule.businessImpact and f"Impact: {rule.businessImpact}"]
    return ". ".join(dict.fromkeys(part.strip(" .") for part in parts if part))[:300]


def _severity(rule: DataQuality) -> str:
    known = words.severity_of(rule.severity) is not None or not rule.severity
    return "" if known else f"severity {rule.severity!r} is unknown; the check's own is taken"


def _dimension(rule: DataQuality) -> str:
    known = words.dimension_of(rule.dimension) is not None or not rule.dimension
    return "" if known else f"there is no dimension {rule.dimension} here; the check's own is taken"
