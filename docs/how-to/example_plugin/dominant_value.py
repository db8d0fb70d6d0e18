"""A check of our own: one value must not fill a whole column, as a stuck sensor does."""

from dataclasses import dataclass
from typing import Literal

from dataops.engine.checks import FRACTION, Context, Limits, Measurement
from dataops.engine.checks.params import param
from dataops.engine.profile import ColumnProfile
from dataops.engine.types import Dimension, Severity


@dataclass(frozen=True, slots=True)
class DominantValueParams:
    """What the user may set; the form, the API and the validation are made from it."""

    minimum_rows: int = param(100, "Columns with fewer values are not judged", unit="rows", minimum=1)


class DominantValue:
    """Share of the present values that are the most frequent one."""

    key = "dominant_value"
    label = "Dominant value"
    dimension = Dimension.CONSISTENCY
    scope: Literal["column", "table"] = "column"
    params = DominantValueParams
    default_limits = Limits(warn=0.95, fail=0.999)
    limit_unit = FRACTION  # pages show the limits as 95 % and 99.9 %
    severity = Severity.WARNING
    by_default = True

    def applies_to(self, column: ColumnProfile) -> bool:
        return True

    def measure(self, context: Context, params: DominantValueParams) -> Measurement:
        column = context.column
        if column is None or column.present < params.minimum_rows or not column.frequent.values:
            return Measurement(0, 0, None, None, "too few values to tell")
        value, count = column.frequent.values[0]
        share = count / column.present
        message = f"{share:.1%} of the values are {value!r}"
        # The pass rate goes into the score: whole until the half, nothing when every value is the same.
        return Measurement(column.present, count, share, min(1.0, 2 * (1 - share)), message)
