"""Parameters of checks: one declaration gives the form, the API schema, the validation and the docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from math import isfinite
from types import NoneType
from typing import Any, get_args, get_type_hints

from dataops.engine.errors import InvalidPlan


def param(
    default: Any, help: str, *, unit: str = "", minimum: float | None = None, maximum: float | None = None
) -> Any:
    """A field of a parameter dataclass, a number; ``minimum`` and ``maximum`` are themselves allowed."""
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
    hints = get_type_hints(kind)
    for name, value in given.items():
        if name not in known:
            raise InvalidPlan(
                f"check {check!r} has no parameter {name!r}; known: {', '.join(known) or 'none'}"
            )
        problem = _problem(known[name], get_args(hints[name]) or (hints[name],), value)
        if problem:
            raise InvalidPlan(f"check {check!r}, parameter {name!r}: {problem}")
    return kind(**given)


def _problem(declared: Field[Any], allowed: tuple[Any, ...], value: Any) -> str:
    """What is wrong with ``value`` for a parameter of one of the ``allowed`` types; "" for nothing."""
    if value is None:
        return "" if NoneType in allowed else "give a number"
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return f"{value!r} is not a number"
    if float not in allowed and value != int(value):
        return f"{value} is not a whole number"
    low, high = declared.metadata["minimum"], declared.metadata["maximum"]
    if low is not None and value < low:
        return f"{value} is below {low}"
    if high is not None and value > high:
        return f"{value} is above {high}"
    return ""
