"""One value that fills nearly the whole column."""

from __future__ import annotations

from dataclasses import dataclass

from dataops.engine.checks.base import ColumnCheck, nothing
from dataops.engine.checks.params import param
from dataops.engine.checks.wording import share
from dataops.engine.protocols import Context, Limits, Measurement
from dataops.engine.types import Dimension


@dataclass(frozen=True, slots=True)
class NearConstantParams:
    minimum_rows: int = param(20, "Columns with fewer values are not judged", unit="rows", minimum=1)


class NearConstant(ColumnCheck):
    """Share of the present values that are the most frequent one.

    The pass rate is 1 up to a half, and 0 when every value is the same.
    """

    key = "near_constant"
    label = "Nearly constant"
    dimension = Dimension.CONSISTENCY
    params = NearConstantParams
    default_limits = Limits(warn=0.95, fail=0.999)

    def measure(self, context: Context, params: NearConstantParams) -> Measurement:
        column = context.column
        if column is None or column.present < params.minimum_rows or not column.frequent.values:
            return nothing(f"fewer than {params.minimum_rows:,} values: too few to tell")
        value, rows = max(column.frequent.values, key=lambda counted: counted[1])
        fraction = rows / column.present
        message = f"{share(rows, column.present)} values are {value!r}"
        return Measurement(column.present, rows, fraction, min(1.0, 2 * (1 - fraction)), message)
