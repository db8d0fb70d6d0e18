"""Conformance of checks, for their authors: what every check must do, whatever it measures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from math import isfinite
from typing import Any

import pyarrow as pa

from dataops.engine.profile import Profile
from dataops.engine.profilers import profile
from dataops.engine.protocols import Check, Context, Measurement
from dataops.engine.readers import ArrowDataset


def conformance_problems(check: Check) -> list[str]:
    """What is wrong with ``check``, in sentences; empty when nothing is.

    It is declared completely, measures every kind of table without raising, and what it returns
    can be graded and scored.
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
    tables = _tables()
    for name, current in tables.items():
        for before, baseline in {"no": None, **tables}.items():
            for context in _contexts(check, current, baseline):
                where = f"on a table of {name} with {before} baseline"
                try:
                    measurement = check.measure(context, check.params())
                except Exception as error:  # The point: none may get out.
                    yield f"raises {type(error).__name__} {where}: {error}"
                else:
                    yield from (f"{problem} {where}" for problem in _value_problems(measurement))


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


def _tables() -> dict[str, Profile]:
    """Profiles of tables that checks tend to trip over."""
    ordinary: dict[str, list[Any]] = {
        "number": [1.0, 2.0, 3.0, 400.0, None],
        "text": ["a", "b", "b", "", None],
    }
    return {
        "nothing": Profile(rows=0, duplicate_rows=0, bytes=0, columns=()),
        "missing values": _profile({"number": [None, None], "text": ["", " "]}),
        "one value": _profile({"number": [7.0] * 40}),
        "ordinary values": _profile(ordinary),
        "not finite numbers": _profile({"number": [float("nan"), float("inf"), -float("inf")]}),
    }


def _profile(columns: dict[str, list[Any]]) -> Profile:
    return profile(ArrowDataset(pa.table(columns)))


def _contexts(check: Check, current: Profile, baseline: Profile | None) -> Iterator[Context]:
    if check.scope == "table":
        yield Context(current, None, baseline)
        return
    for column in current.columns:
        yield Context(current, column, baseline, baseline.column(column.name) if baseline else None)
