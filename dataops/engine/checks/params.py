"""Parameters of checks: one declaration gives the form, the API schema, the validation and the docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from math import isfinite
from typing import Any

from dataops.engine.errors import InvalidPlan


def param(
    default: Any, help: str, *, unit: str = "", minimum: float | None = None, maximum: float | None = None
) -> Any:
    """A field of a parameter dataclass; ``minimum`` and ``maximum`` are allowed values themselves."""
    metadata = {"help": help, "unit": unit, "minimum": minimum, "maximum": maximum}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class NoParams:
    """A check that has nothing to set but its limits."""


def make_params(kind: type[Any], given: Mapping[str, Any], *, check: str) -> Any:
    """An instance of the parameter dataclass ``kind`` from plain values.

    Raises InvalidPlan that names the check, the parameter and what is allowed.
    """
    known: dict[str, Field[Any]] = {f.name: f for f in fields(kind)}
    for name, value in given.items():
        if name not in known:
            raise InvalidPlan(
                f"check {check!r} has no parameter {name!r}; known: {', '.join(known) or 'none'}"
            )
        _validate(known[name], value, where=f"check {check!r}, parameter {name!r}")
    return kind(**given)


def _validate(declared: Field[Any], value: Any, *, where: str) -> None:
    if value is None:
        if declared.default is None or declared.default is MISSING:
            return
        raise InvalidPlan(f"{where}: give a value")
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise InvalidPlan(f"{where}: {value!r} is not a number")
    low, high = declared.metadata["minimum"], declared.metadata["maximum"]
    if low is not None and value < low:
        raise InvalidPlan(f"{where}: {value} is below {low}")
    if high is not None and value > high:
        raise InvalidPlan(f"{where}: {value} is above {high}")
