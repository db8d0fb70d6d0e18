"""How much of a column is missing."""

from __future__ import annotations

from typing import Literal

from dataops.engine.checks.params import NoParams
from dataops.engine.checks.wording import share
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Limits, Measurement
from dataops.engine.sql import is_missing
from dataops.engine.types import Dimension, Severity
from dataops.engine.units import FRACTION


class MissingValues:
    """Share of rows without a value in the column, by the source's missing policy."""

    key = "missing_values"
    label = "Missing values"
    dimension = Dimension.COMPLETENESS
    scope: Literal["column", "table"] = "column"
    params = NoParams
    default_limits = Limits(warn=0.05, fail=0.30)
    limit_unit = FRACTION
    severity = Severity.WARNING
    by_default = True

    def applies_to(self, column: ColumnProfile) -> bool:
        return True

    def measure(self, context: Context, params: NoParams) -> Measurement:
        column = context.column
        if column is None or not column.rows:
            return Measurement(0, 0, None, None, "there are no rows")
        fraction = column.missing_fraction
        message = f"{share(column.missing, column.rows)} values are missing"
        failing = is_missing(column.name, has_invalid=bool(column.invalid))
        return Measurement(column.rows, column.missing, fraction, 1 - fraction, message, failing=failing)
