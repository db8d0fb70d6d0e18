"""Conformance of checks, for their authors: what every check must do, whatever it measures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import pyarrow as pa
from sqlglot import exp

from dataops.engine.checks import Kind, make_params, parameters_of
from dataops.engine.errors import InvalidPlan
from dataops.engine.profile import Profile
from dataops.engine.profilers import profile
from dataops.engine.protocols import Check, Context, Measurement
from dataops.engine.readers import ArrowDataset
from dataops.engine.rows import LocalRows, Sandbox

OTHER = "other"
AT = datetime(2024, 3, 1, tzinfo=UTC)
TABLES: dict[str, dict[str, list[Any]]] = {
    "missing values": {"number": [None, None], "text": ["", " "]},
    "one value": {"number": [7.0] * 40},
    "ordinary values": {
        "number": [1.0, 2.0, 3.0, 400.0, None],
        "text": ["a", "b", "b", "", None],
        "time": [None, *(datetime(2024, 2, day) for day in (1, 2, 20, 2))],
    },
    "not finite numbers": {"number": [float("nan"), float("inf"), -float("inf")]},
}


def conformance_problems(check: Check) -> list[str]:
    """What is wrong with ``check``, in sentences; empty when nothing is.

    It is declared completely, measures every kind of table with and without rows, raising nothing but
    InvalidPlan, and what it returns can be graded and scored. The rows it calls failing are as many
    as it counted. Parameters without a default that works need an ``example``.
    """
    return [*_declaration_problems(check), *_measurement_problems(check)]


def _declaration_problems(check: Check) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9_.]*", check.key):
        yield f"key {check.key!r} is not lower_case: it is stored and sent"
    if not check.label.strip():
        yield "label is empty"
    if check.scope not in ("column", "table"):
        yield f"scope {check.scope!r} is neither column nor table"
    if not is_dataclass(check.params):
        yield "params is no dataclass"
        return
    for declared in fields(check.params):
        yield from _parameter_problems(declared)


def _parameter_problems(declared: Field[Any]) -> Iterator[str]:
    if declared.default is MISSING and declared.default_factory is MISSING:
        yield f"parameter {declared.name!r} has no default"
    lacking = [name for name in ("help", "unit", "minimum", "maximum") if name not in declared.metadata]
    if lacking or not declared.metadata.get("help"):
        yield f"parameter {declared.name!r} lacks {', '.join(lacking or ['help'])} in its metadata"


def _measurement_problems(check: Check) -> Iterator[str]:
    profiles = _profiles()
    for name, current in profiles.items():
        for before, baseline in {"no": None, **profiles}.items():
            where = f"on a table of {name} with {before} baseline"
            for context in _contexts(check, current, baseline):
                yield from (f"{problem} {where}" for problem in _problems_of(check, context))
    for name, columns in TABLES.items():
        with Sandbox.opened() as sandbox:
            dataset = ArrowDataset(pa.table(columns))
            rows = LocalRows(sandbox, dataset, profiles[name])
            for context in _contexts(check, rows.profile, profiles["ordinary values"]):
                asked = replace(context, rows=rows, references={OTHER: rows}, at=AT)
                where = f"on the rows of a table of {name}"
                yield from (f"{problem} {where}" for problem in _problems_of(check, asked))


def _problems_of(check: Check, context: Context) -> Iterator[str]:
    try:
        params = _params(check, context.profile)
        measurement = check.measure(context, params)
    except InvalidPlan:
        return  # Said clearly that it cannot be used here.
    except Exception as error:  # The point: none may get out.
        yield f"raises {type(error).__name__}: {error}"
        return
    yield from _value_problems(measurement)
    if isinstance(measurement.failing, exp.Expr) and context.rows is not None:
        counted = exp.select(exp.Count(this=exp.Star())).from_(context.rows.table)
        found = context.rows.query(counted.where(measurement.failing))[0][0]
        if found != measurement.failed and check.scope == "column":
            yield f"{measurement.failed} failed, but {found} rows are failing"


def _params(check: Check, profile: Profile) -> Any:
    if not is_dataclass(check.params):
        return check.params()
    return make_params(check.params, _examples(check, profile), check=check.key)


def _examples(check: Check, profile: Profile) -> dict[str, Any]:
    """Parameters to measure with: what the check gives as an example, columns and a source that are there."""
    names = profile.names or ("none",)
    chosen: dict[str, Any] = {}
    for parameter in parameters_of(check.params):
        if parameter.example is not None:
            chosen[parameter.name] = parameter.example
        elif parameter.required:
            chosen[parameter.name] = {Kind.COLUMNS: names[-1:], Kind.SOURCE: OTHER}.get(
                parameter.kind, names[0]
            )
    return chosen


def _value_problems(measurement: Measurement) -> Iterator[str]:
    if not 0 <= measurement.failed <= measurement.evaluated:
        yield f"{measurement.failed} failed of {measurement.evaluated} evaluated"
    if measurement.value is not None and not isfinite(measurement.value):
        yield f"value is {measurement.value}"
    if measurement.pass_rate is not None and not 0 <= measurement.pass_rate <= 1:
        yield f"pass rate {measurement.pass_rate} is not within 0..1"
    if (measurement.value is None) != (measurement.pass_rate is None):
        yield "value and pass rate are not measured, or not, together"
    if not measurement.message.strip():
        yield "message is empty"


def _profiles() -> dict[str, Profile]:
    """Profiles of tables that checks tend to trip over."""
    nothing = Profile(rows=0, duplicate_rows=0, bytes=0, columns=())
    return {
        "nothing": nothing,
        **{name: profile(ArrowDataset(pa.table(columns))) for name, columns in TABLES.items()},
    }


def _contexts(check: Check, current: Profile, baseline: Profile | None) -> Iterator[Context]:
    if check.scope == "table":
        yield Context(current, None, baseline)
        return
    for column in current.columns:
        yield Context(current, column, baseline, baseline.column(column.name) if baseline else None)
