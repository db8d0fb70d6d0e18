"""Values that go back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.checks.base import ColumnCheck, nothing
from dataops.engine.checks.params import param
from dataops.engine.checks.rowwise import all_rows, measure_rows, numbered, valid, window
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import column, row_number
from dataops.engine.types import Dimension


@dataclass(frozen=True, slots=True)
class MonotonicParams:
    direction: str = param("rising", "Which way the values go", choices=("rising", "falling"))
    strict: bool = param(False, "Equal values one after the other are not allowed")


WRONG = {
    ("rising", False): (exp.LT, "below"),
    ("rising", True): (exp.LTE, "not above"),
    ("falling", False): (exp.GT, "above"),
    ("falling", True): (exp.GTE, "not below"),
}


class Monotonic(ColumnCheck):
    """Share of the values that go the wrong way from the value before them, in the order of the file.

    Missing values are passed over, and so are values that do not read as the column's type.
    """

    key = "monotonic"
    label = "Rising or falling"
    dimension = Dimension.CONSISTENCY
    params = MonotonicParams

    def measure(self, context: Context, params: MonotonicParams) -> Measurement:
        found = context.column
        if found is None or not found.valid:
            return nothing("there are no values to look at")
        before = window(exp.Lag(this=column(found.name)), order=[row_number()])
        seen = all_rows(
            exp.alias_(column(found.name), "now", quoted=True), exp.alias_(before, "before", quoted=True)
        ).where(valid(found))
        wrong, how = WRONG[params.direction, params.strict]
        back = numbered(seen, wrong(this=column("now"), expression=column("before")))
        return measure_rows(context, valid(found), back, f"are {how} the value before them")
