"""Expectation suites of Great Expectations (JSON, 0.15 to 1.x) into rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dataops.engine.checks import CheckSpec
from dataops.engine.contracts import odcs_words as words
from dataops.engine.contracts.translation import Collector, Translation
from dataops.engine.protocols import Limits
from dataops.engine.types import ColumnType

Kwargs = Mapping[str, Any]
# What an expectation is here: check, place ("" for the table) and parameters; or why it is none.
Meaning = tuple[str, str, dict[str, Any]] | str

_TYPES = {
    **dict.fromkeys(
        ("int", "int32", "int64", "bigint", "integer", "integertype", "longtype"), ColumnType.INTEGER
    ),
    **dict.fromkeys(
        ("float", "float32", "float64", "double", "numeric", "decimal", "doubletype"), ColumnType.FLOAT
    ),
    **dict.fromkeys(("bool", "boolean", "booleantype"), ColumnType.BOOLEAN),
    **dict.fromkeys(("date", "datetype"), ColumnType.DATE),
    **dict.fromkeys(("datetime", "datetime64", "timestamp", "timestamptype"), ColumnType.DATETIME),
    **dict.fromkeys(("str", "string", "object", "text", "varchar", "stringtype"), ColumnType.TEXT),
}


def read_suite(data: Mapping[str, Any], table: str = "") -> Translation:
    """Rules of a suite; a suite is of one table, so ``table`` only names it."""
    found = Collector()
    for number, expectation in enumerate(data["expectations"]):
        place = f"expectations[{number}]"
        found.attempt(place, _read, expectation)
    name = str(data.get("name") or data.get("expectation_suite_name") or "")
    version = str((data.get("meta") or {}).get("great_expectations_version") or "")
    return Translation("great_expectations", name, version, table, tuple(found.rules), tuple(found.lines))


def read_expectation(kind: str, kwargs: Kwargs) -> Meaning:
    """What one expectation means here, by its name with or without "expect_"."""
    meaning = _MEANINGS.get(kind.removeprefix("expect_"))
    if meaning is None:
        return "there is no check like it"
    if any(isinstance(value, Mapping) and "$PARAMETER" in value for value in kwargs.values()):
        return "it takes a parameter at run time; give the value itself"
    return meaning(kwargs)


def _read(found: Collector, place: str, expectation: Mapping[str, Any]) -> None:
    kind = str(expectation.get("type") or expectation.get("expectation_type") or "")
    kwargs = expectation.get("kwargs") or {}
    said = f"{kind}({kwargs['column']})" if isinstance(kwargs, Mapping) and kwargs.get("column") else kind
    made = read_expectation(kind, kwargs) if isinstance(kwargs, Mapping) else "its kwargs are no mapping"
    if isinstance(made, str):
        found.lost(place, said, made)
        return
    check, column, params = made
    spec = CheckSpec(
        check,
        column=column,
        params=params,
        limits=_limits(check, kwargs),
        severity=words.severity_of(expectation.get("severity")),
    )
    condition = (
        "its row condition is left out: the rule looks at all rows" if kwargs.get("row_condition") else ""
    )
    note = str(expectation.get("description") or (expectation.get("meta") or {}).get("notes") or "")[:300]
    found.rule(place, said, spec, note=note, partly=[condition])


def _limits(check: str, kwargs: Kwargs) -> Limits | None:
    """``mostly`` is the least share of good values; metrics have none."""
    if check.endswith("_between") or check in ("row_count", "schema"):
        return Limits(fail=0.0)
    bad = round(1 - float(kwargs.get("mostly", 1.0)), 12)
    return Limits(warn=bad, fail=bad)


def _column(check: str, **fixed: Any) -> Callable[[Kwargs], Meaning]:
    return lambda kwargs: (check, str(kwargs.get("column", "")), dict(fixed))


def _between(check: str) -> Callable[[Kwargs], Meaning]:
    def read(kwargs: Kwargs) -> Meaning:
        low, high = kwargs.get("min_value"), kwargs.get("max_value")
        if kwargs.get("strict_min") or kwargs.get("strict_max"):
            return "a limit that is itself not allowed is not known for this metric"
        given = {name: end for name, end in (("minimum", low), ("maximum", high)) if end is not None}
        return check, str(kwargs.get("column", "")), given

    return read


def _range(kwargs: Kwargs) -> Meaning:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    strict = [
        bool(kwargs.get(f"strict_{end}")) for end, value in (("min", low), ("max", high)) if value is not None
    ]
    if len(set(strict)) > 1:
        return "one end is allowed and the other is not; make two rules of it"
    ends = (("minimum", low), ("maximum", high))
    params: dict[str, Any] = {name: str(end) for name, end in ends if end is not None}
    return "value_range", str(kwargs.get("column", "")), params | ({"exclusive": True} if any(strict) else {})


def _values(check: str) -> Callable[[Kwargs], Meaning]:
    def read(kwargs: Kwargs) -> Meaning:
        values = kwargs.get("value_set")
        if not isinstance(values, list) or not values:
            return "its value_set is empty"
        return check, str(kwargs.get("column", "")), {"values": [str(value) for value in values]}

    return read


def _regex(kwargs: Kwargs, *, negate: bool = False) -> Meaning:
    params = {"pattern": kwargs.get("regex")} | ({"negate": True} if negate else {})
    return "regex", str(kwargs.get("column", "")), params


def _equal_length(kwargs: Kwargs) -> Meaning:
    return (
        "text_length",
        str(kwargs.get("column", "")),
        dict.fromkeys(("minimum", "maximum"), kwargs.get("value")),
    )


def _rows(kwargs: Kwargs) -> Meaning:
    low, high = kwargs.get("min_value", kwargs.get("value")), kwargs.get("max_value", kwargs.get("value"))
    return "row_count", "", {"minimum": low, "maximum": high, "tolerance": None}


def _pair(operator: str) -> Callable[[Kwargs], Meaning]:
    def read(kwargs: Kwargs) -> Meaning:
        sign = f"{operator}=" if kwargs.get("or_equal") else operator
        return (
            "compare_columns",
            "",
            {
                "left": kwargs.get("column_A"),
                "operator": sign,
                "right": kwargs.get("column_B"),
            },
        )

    return read


def _together(kwargs: Kwargs) -> Meaning:
    return "unique_together", "", {"columns": [str(name) for name in kwargs.get("column_list", [])]}


def _columns(kwargs: Kwargs, *, ordered: bool) -> Meaning:
    names = kwargs.get("column_list") or kwargs.get("column_set") or []
    extra = not ordered and not kwargs.get("exact_match", True)
    return "schema", "", {"columns": [str(n) for n in names], "allow_extra": extra, "ordered": ordered}


def _exists(kwargs: Kwargs) -> Meaning:
    return "schema", "", {"columns": [str(kwargs.get("column"))], "allow_extra": True}


def _type(kwargs: Kwargs) -> Meaning:
    name = str(kwargs.get("type_", "")).lower().split("(")[0]
    if name not in _TYPES:
        return f"the type {kwargs.get('type_')!r} has no like here"
    return "schema", "", {"columns": [f"{kwargs.get('column')}:{_TYPES[name].value}"], "allow_extra": True}


_MEANINGS: Mapping[str, Callable[[Kwargs], Meaning]] = {
    "column_values_to_not_be_null": _column("missing_values"),
    "column_values_to_be_unique": _column("unique"),
    "column_values_to_be_between": _range,
    "column_values_to_be_in_set": _values("in_set"),
    "column_values_to_not_be_in_set": _values("not_in_set"),
    "column_values_to_match_regex": _regex,
    "column_values_to_not_match_regex": lambda kwargs: _regex(kwargs, negate=True),
    "column_value_lengths_to_be_between": _between("text_length"),
    "column_value_lengths_to_equal": _equal_length,
    "column_values_to_be_json_parseable": _column("format", name="json"),
    "column_values_to_be_of_type": _type,
    "column_values_to_be_increasing": _column("monotonic", direction="rising"),
    "column_values_to_be_decreasing": _column("monotonic", direction="falling"),
    "column_unique_value_count_to_be_between": _between("distinct_between"),
    "column_min_to_be_between": _between("min_between"),
    "column_max_to_be_between": _between("max_between"),
    "column_mean_to_be_between": _between("mean_between"),
    "column_median_to_be_between": _between("median_between"),
    "column_stdev_to_be_between": _between("std_between"),
    "column_sum_to_be_between": _between("sum_between"),
    "column_to_exist": _exists,
    "column_pair_values_a_to_be_greater_than_b": _pair(">"),
    "column_pair_values_A_to_be_greater_than_B": _pair(">"),
    "column_pair_values_to_be_equal": lambda kwargs: _pair("=")({**kwargs, "or_equal": False}),
    "compound_columns_to_be_unique": _together,
    "table_row_count_to_be_between": _rows,
    "table_row_count_to_equal": _rows,
    "table_columns_to_match_ordered_list": lambda kwargs: _columns(kwargs, ordered=True),
    "table_columns_to_match_set": lambda kwargs: _columns(kwargs, ordered=False),
}
