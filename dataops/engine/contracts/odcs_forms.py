"""How one rule is written in a data contract: the shortest form that reads back as the same rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from open_data_contract_standard.model import CustomProperty, DataQuality, SchemaProperty

from dataops.engine.checks import CHECKS, CheckSpec
from dataops.engine.contracts import odcs_words as words
from dataops.engine.contracts.odcs_quality import read_quality
from dataops.engine.contracts.odcs_read import read_property
from dataops.engine.contracts.sameness import canonical, effective_limits
from dataops.engine.contracts.translation import Collector
from dataops.engine.types import Severity

_FORMATS = {ours: theirs for theirs, ours in words.FORMATS.items()}
_BOUNDED = ("integer", "number", "date", "timestamp")


def property_form(spec: CheckSpec, logical_type: str | None) -> dict[str, Any] | None:
    """Fields of a property that say the same as the rule; None when no field does."""
    form = _property_fields(spec, logical_type)
    if form is None or not spec.column:
        return None
    found = Collector()
    prop = SchemaProperty(name=spec.column, logicalType=logical_type, **form)
    found.attempt("", read_property, prop, False)
    return form if _says(found, spec) else None


def quality_form(spec: CheckSpec, note: str = "", *, at_property: bool = True) -> DataQuality:
    """A quality rule of the standard where one says the same, a custom one of ours otherwise."""
    about: dict[str, Any] = {
        "description": note or None,
        "severity": _severity(spec),
        "dimension": words.dimension_word(spec.dimension or CHECKS[spec.check].dimension),
    }
    if at_property or not spec.column:
        for form in _metric_forms(spec):
            rule = DataQuality(**(about | form))
            found = Collector()
            found.attempt("", read_quality, rule, spec.column)
            if _says(found, spec):
                return rule
    written = {
        "check": spec.check,
        "params": dict(spec.params),
        "limits": {
            name: value for name, value in asdict(effective_limits(spec)).items() if value is not None
        },
        "weight": spec.weight,
        "critical": spec.critical,
        "when": spec.when,
    } | ({} if at_property else {"column": spec.column})
    return DataQuality(type="custom", engine=words.ENGINE, implementation=written, **about)


def _says(found: Collector, spec: CheckSpec) -> bool:
    return [canonical(rule.spec) for rule in found.rules] == [canonical(spec)]


def _severity(spec: CheckSpec) -> str | None:
    chosen = spec.severity or CHECKS[spec.check].severity
    return None if chosen is CHECKS[spec.check].severity else Severity(chosen).value


def _property_fields(spec: CheckSpec, kind: str | None) -> dict[str, Any] | None:
    params = {name: value for name, value in spec.params.items() if value is not None}
    match spec.check:
        case "missing_values":
            return {"required": True}
        case "unique":
            return {"unique": True}
        case "value_range" if kind in _BOUNDED:
            names = (
                ("exclusiveMinimum", "exclusiveMaximum")
                if params.get("exclusive")
                else ("minimum", "maximum")
            )
            given = zip(names, (params.get("minimum"), params.get("maximum")), strict=True)
            return _options({n: _bound(v, kind) for n, v in given if v is not None})
        case "text_length" if kind == "string":
            pairs = (("minLength", params.get("minimum")), ("maxLength", params.get("maximum")))
            return _options({name: value for name, value in pairs if value is not None})
        case "regex" if kind == "string" and not params.get("negate"):
            return _options({"pattern": params.get("pattern")})
        case "format" if kind == "string":
            name = str(params.get("name"))
            return _options({"format": _FORMATS.get(name, name)})
    return None


def _options(options: dict[str, Any]) -> dict[str, Any] | None:
    return {"logicalTypeOptions": options} if options else None


def _bound(value: Any, kind: str | None) -> Any:
    """Numbers for columns of numbers, text for times, as the standard wants them."""
    if kind not in ("integer", "number"):
        return value
    try:
        return int(value) if str(value).lstrip("-").isdigit() else float(value)
    except (TypeError, ValueError):
        return value


def _metric_forms(spec: CheckSpec) -> Iterator[dict[str, Any]]:
    params = {name: value for name, value in spec.params.items() if value is not None}
    metric: tuple[str, Mapping[str, Any]] | None = None
    match spec.check:
        case "missing_values":
            metric = ("nullValues", {})
        case "missing_tokens":
            metric = ("missingValues", {"missingValues": params.get("tokens")})
        case "in_set":
            metric = ("invalidValues", {"validValues": params.get("values")})
        case "regex":
            metric = ("invalidValues", {"pattern": params.get("pattern")})
        case "unique":
            metric = ("duplicateValues", {})
        case "unique_together":
            metric = ("duplicateValues", {"properties": params.get("columns")})
        case "row_count":
            yield _with_extras({"type": "library", "metric": "rowCount"} | _operators(params), spec)
        case "sql_value":
            form = {"type": "sql", "query": params.get("query")} | _operators(params)
            yield _with_extras(form, spec)
    fail = effective_limits(spec).fail
    if metric is not None and fail is not None and 0 <= fail <= 1:
        form = {"type": "library", "metric": metric[0], "unit": "percent"}
        form |= {"mustBeLessOrEqualTo": words.percent_of(fail)} if fail else {"mustBe": 0}
        yield _with_extras(form | ({"arguments": dict(metric[1])} if metric[1] else {}), spec)


def _operators(params: Mapping[str, Any]) -> dict[str, Any]:
    """One operator for a range with its ends; none when there is no such operator."""
    low, high = params.get("minimum"), params.get("maximum")
    if low is not None and high is not None:
        # Between leaves its ends out, so only a single value can be said here.
        return {"mustBe": low} if low == high else {}
    if low is not None:
        return {"mustBeGreaterOrEqualTo": low}
    return {"mustBeLessOrEqualTo": high} if high is not None else {}


def _with_extras(form: dict[str, Any], spec: CheckSpec) -> dict[str, Any]:
    """Our custom property with what the standard cannot say, where there is something to say."""
    limits = canonical(spec)[4]
    extras: dict[str, Any] = {}
    if limits[0] != limits[1]:
        extras["warn"] = limits[0]
    extras |= {"weight": spec.weight} if spec.weight != 1.0 else {}
    extras |= {"critical": True} if spec.critical else {}
    extras |= {"when": spec.when} if spec.when else {}
    if not extras:
        return form
    return form | {"customProperties": [CustomProperty(property=words.EXTRAS, value=extras)]}
