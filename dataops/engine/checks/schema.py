"""The columns a table must have."""

from __future__ import annotations

from dataclasses import dataclass

from dataops.engine.checks.base import TableCheck
from dataops.engine.checks.params import param
from dataops.engine.checks.wording import some
from dataops.engine.errors import InvalidParameter
from dataops.engine.protocols import Context, Limits, Measurement
from dataops.engine.types import ColumnType, Dimension, Severity


@dataclass(frozen=True, slots=True)
class SchemaParams:
    columns: tuple[str, ...] = param(
        (), "Columns as name:type, such as age:integer; without a type any will do",
        required=True, example=("number", "text:text"),
    )  # fmt: skip
    allow_extra: bool = param(True, "Other columns may be there")
    ordered: bool = param(False, "The columns come in this order")

    def __post_init__(self) -> None:
        for text in self.columns:
            _, kind = split_type(text)
            if kind and kind not in list(ColumnType):
                known = ", ".join(ColumnType)
                raise InvalidParameter(
                    f"{kind!r} in {text!r} is no type; known: {known}", parameter="columns"
                )


def split_type(text: str) -> tuple[str, str]:
    """
    >>> split_type("age:integer"), split_type("age"), split_type("a:b:text")
    (('age', 'integer'), ('age', ''), ('a:b', 'text'))
    """
    name, colon, kind = text.rpartition(":")
    return (name, kind.strip().lower()) if colon else (kind, "")


class Schema(TableCheck):
    """Number of columns that are not as expected: missing, of another type, not allowed or out of order.

    An integer column will do where floats are expected, and an empty one for any type. The score
    loses the share of the expected columns that are missing or of another type.
    """

    key = "schema"
    label = "Expected columns"
    dimension = Dimension.VOLUME
    params = SchemaParams
    default_limits = Limits(fail=0.0)
    limit_unit = "columns"
    severity = Severity.CRITICAL

    def measure(self, context: Context, params: SchemaParams) -> Measurement:
        expected = dict(split_type(text) for text in params.columns)
        there = {column.name: column.type for column in context.profile.columns}
        missing = [name for name in expected if name not in there]
        retyped = [n for n, kind in expected.items() if n in there and not _fits(there[n], kind)]
        extra = [] if params.allow_extra else [name for name in there if name not in expected]
        moved = _moved(list(expected), list(there)) if params.ordered else []
        parts = {
            "missing": missing,
            "of another type": [f"{name} ({there[name]}, not {expected[name]})" for name in retyped],
            "not expected": extra,
            "out of order": moved,
        }
        told = [f"{what}: {some(names)}" for what, names in parts.items() if names]
        failed = min(sum(map(len, parts.values())), len(expected) + len(extra))
        return Measurement(
            evaluated=len(expected) + len(extra),
            failed=failed,
            value=float(failed),
            pass_rate=max(0.0, 1 - (len(missing) + len(retyped)) / max(len(expected), 1)),
            message="; ".join(told) or f"the {len(expected):,} expected columns are there",
            details={"missing": missing, "retyped": retyped, "extra": extra, "moved": moved},
        )


def _fits(found: ColumnType, kind: str) -> bool:
    widened = found is ColumnType.INTEGER and kind == ColumnType.FLOAT
    return not kind or found in (kind, ColumnType.EMPTY) or widened


def _moved(expected: list[str], there: list[str]) -> list[str]:
    """Those of the expected columns that stand in another place among themselves."""
    common = [name for name in expected if name in there]
    now = [name for name in there if name in expected]
    return [name for name, other in zip(common, now, strict=True) if name != other]
