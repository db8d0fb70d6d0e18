"""Tests of dbt's schema files into rules: its own, and what we know of dbt_utils and dbt_expectations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dataops.engine.checks import CheckSpec
from dataops.engine.contracts import odcs_words as words
from dataops.engine.contracts.great_expectations import read_expectation
from dataops.engine.contracts.translation import Collector, Translation
from dataops.engine.errors import InvalidContract
from dataops.engine.protocols import Limits

_REFERENCE = re.compile(r"""^\s*(?:ref|source)\((?:\s*['"][^'"]*['"]\s*,)?\s*['"]([^'"]+)['"]\s*\)\s*$""")
_SETTINGS = ("name", "config", "severity", "where", "description", "tags", "meta", "arguments")


def read_dbt(data: Mapping[str, Any], table: str = "") -> Translation:
    """Rules of one model, seed, snapshot or source table; raises InvalidContract when it cannot be told."""
    tables = dict(_tables(data))
    chosen = table if table in tables else next(iter(tables), "") if len(tables) == 1 else None
    if chosen is None:
        names = ", ".join(tables) or "none"
        raise InvalidContract(f"the file has several tables ({names}) and none is called {table!r}")
    found = Collector()
    for name in tables:
        if name != chosen:
            found.lost(name, "another table", "one source is one table; import it there")
    body = tables.get(chosen, {})
    for number, test in enumerate(_tests(body)):
        found.attempt(f"{chosen}.tests[{number}]", _read, test, "")
    columns = [column for column in _list(body.get("columns")) if isinstance(column, Mapping)]
    for column in columns:
        name = str(column.get("name"))
        for number, test in enumerate(_tests(column)):
            found.attempt(f"{chosen}.{name}.tests[{number}]", _read, test, name)
    names_of = tuple(str(column.get("name")) for column in columns)
    version = str(data.get("version", ""))
    return Translation("dbt", chosen, version, chosen, tuple(found.rules), tuple(found.lines), names_of)


def _tables(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind in ("models", "seeds", "snapshots"):
        for one in _list(data.get(kind)):
            if isinstance(one, Mapping):
                yield str(one.get("name")), one
    for source in _list(data.get("sources")):
        for one in _list(source.get("tables")) if isinstance(source, Mapping) else []:
            if isinstance(one, Mapping):
                yield str(one.get("name")), one


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _tests(part: Mapping[str, Any]) -> Sequence[Any]:
    return [*_list(part.get("tests")), *_list(part.get("data_tests"))]


def _read(found: Collector, place: str, test: Any, column: str) -> None:
    name, arguments, settings = _parsed(test)
    said = f"{name}({column})" if column else name
    meaning = _meaning(name, arguments, column)
    if isinstance(meaning, str):
        found.lost(place, said, meaning)
        return
    where = str(settings.get("where") or "")
    spec = CheckSpec(
        meaning[0],
        column=meaning[1],
        params=meaning[2],
        limits=_limits(meaning[0], arguments),
        severity=words.severity_of(str(settings.get("severity") or "")),
        when="" if "{" in where else where,
    )
    template = "its filter is a template and is left out" if "{" in where else ""
    counts = [key for key in ("warn_if", "error_if") if key in settings]
    counted = f"{' and '.join(counts)} count rows; any failing row counts here" if counts else ""
    found.rule(
        place, said, spec, note=str(settings.get("description") or "")[:300], partly=[template, counted]
    )


def _parsed(test: Any) -> tuple[str, Mapping[str, Any], Mapping[str, Any]]:
    """Name, arguments and settings of a test, in each of the ways dbt lets them be written."""
    if isinstance(test, str):
        return test, {}, {}
    if not isinstance(test, Mapping):
        return str(test), {}, {}
    if isinstance(test.get("test_name"), str):
        name, body = test["test_name"], {k: v for k, v in test.items() if k != "test_name"}
    else:
        name, body = next(((str(k), v) for k, v in test.items() if k not in _SETTINGS), ("", {}))
        body = {
            **{k: v for k, v in test.items() if k in _SETTINGS},
            **(body if isinstance(body, Mapping) else {}),
        }
    settings = {k: v for k, v in body.items() if k in _SETTINGS} | dict(body.get("config") or {})
    arguments = {k: v for k, v in body.items() if k not in _SETTINGS} | dict(body.get("arguments") or {})
    return name, arguments, settings


def _limits(check: str, arguments: Mapping[str, Any]) -> Limits:
    if check.endswith("_between") or check in ("row_count", "schema"):
        return Limits(fail=0.0)
    good = arguments.get("at_least", arguments.get("mostly", 1.0))
    bad = round(1 - float(good), 12)
    return Limits(warn=bad, fail=bad)


def _meaning(name: str, arguments: Mapping[str, Any], column: str) -> tuple[str, str, dict[str, Any]] | str:
    package, _, short = name.rpartition(".")
    if package == "dbt_expectations":
        return read_expectation(short, {"column": column, **arguments})
    match short:
        case "not_null" | "not_null_proportion" if column:
            return "missing_values", column, {}
        case "unique" if column:
            return "unique", column, {}
        case "accepted_values" if column and arguments.get("values"):
            return "in_set", column, {"values": [str(value) for value in arguments["values"]]}
        case "not_accepted_values" if column and arguments.get("values"):
            return "not_in_set", column, {"values": [str(value) for value in arguments["values"]]}
        case "relationships" | "relationships_where" if column:
            return _reference(arguments, column)
        case "unique_combination_of_columns":
            return "unique_together", "", {"columns": list(arguments.get("combination_of_columns") or [])}
        case "accepted_range" if column:
            return _range(arguments, column)
        case "expression_is_true" if arguments.get("expression"):
            return "expression", "", {"condition": f"{column} {arguments['expression']}".strip()}
        case "not_empty_string" if column:
            return "text_length", column, {"minimum": 1}
        case "not_constant" if column:
            return "distinct_between", column, {"minimum": 2}
        case "at_least_one" if column:
            return "distinct_between", column, {"minimum": 1}
    return "there is no check like it"


def _reference(arguments: Mapping[str, Any], column: str) -> tuple[str, str, dict[str, Any]] | str:
    found = _REFERENCE.match(str(arguments.get("to", "")))
    if not found or not arguments.get("field"):
        return "it needs to: ref('table') and field"
    return "foreign_key", column, {"source": found.group(1), "column": str(arguments["field"])}


def _range(arguments: Mapping[str, Any], column: str) -> tuple[str, str, dict[str, Any]]:
    ends = {"minimum": arguments.get("min_value"), "maximum": arguments.get("max_value")}
    params: dict[str, Any] = {key: str(value) for key, value in ends.items() if value is not None}
    return (
        "value_range",
        column,
        params | ({"exclusive": True} if arguments.get("inclusive") is False else {}),
    )
