"""Values that do not read as the type of their column."""

from __future__ import annotations

from typing import Literal

from sqlglot import exp

from dataops.engine.checks.params import NoParams
from dataops.engine.checks.tokens import NO_VALUE
from dataops.engine.checks.wording import share
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Limits, Measurement
from dataops.engine.sql import invalid_text
from dataops.engine.types import ColumnType, Dimension, Severity
from dataops.engine.units import FRACTION


class Types:
    """Share of present values that do not read as the column's type.

    The type is the baseline's while at least half of the values still read as it, and otherwise
    the one 95 % of the values read as. Any value reads as text, so text columns are left out.
    """

    key = "types"
    label = "Value types"
    dimension = Dimension.VALIDITY
    scope: Literal["column", "table"] = "column"
    params = NoParams
    default_limits = Limits(warn=0.0, fail=0.01)
    limit_unit = FRACTION
    severity = Severity.WARNING
    by_default = True

    def applies_to(self, column: ColumnProfile) -> bool:
        return column.type not in (ColumnType.TEXT, ColumnType.EMPTY)

    def measure(self, context: Context, params: NoParams) -> Measurement:
        column = context.column
        if column is None or not column.present:
            return Measurement(0, 0, None, None, "all values are missing: there is nothing to read")
        fraction = column.invalid / column.present
        return Measurement(
            column.present,
            column.invalid,
            fraction,
            1 - fraction,
            _message(column),
            {"type": column.type.value, "invalid_values": column.invalid_values},
            failing=invalid_text(column.name).is_(exp.null()).not_() if column.invalid else None,
        )


def _message(column: ColumnProfile) -> str:
    if not column.invalid:
        return f"all values read as {column.type.value}"
    message = f"{share(column.invalid, column.present)} values do not read as {column.type.value}"
    value, count = column.invalid_values[0]
    message += f", most often {value!r} ({count:,})"
    if value.strip().lower() in NO_VALUE:
        message += f"; if {value!r} means no value, add it to the missing-value tokens"
    return message
