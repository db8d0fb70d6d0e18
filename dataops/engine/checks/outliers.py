"""More values far out than there used to be."""

from __future__ import annotations

from math import inf
from typing import Literal

from sqlglot import exp

from dataops.engine.checks.params import NoParams
from dataops.engine.checks.wording import percent, share
from dataops.engine.profile import ColumnProfile
from dataops.engine.profile import Outliers as Fences
from dataops.engine.protocols import Context, Limits, Measurement
from dataops.engine.sql import all_of, any_of, column, literal
from dataops.engine.types import Dimension, Severity


class Outliers:
    """By how much the share of values beyond Q1 - 3 IQR or Q3 + 3 IQR grew since the baseline.

    Real columns are skewed: outliers as such are no news, a growing share of them is. Where more
    than half of the values are equal (IQR = 0) fences mean nothing and nothing is measured.
    """

    key = "outliers"
    label = "Outliers (IQR)"
    dimension = Dimension.CONSISTENCY
    scope: Literal["column", "table"] = "column"
    params = NoParams
    default_limits = Limits(warn=0.01, fail=0.05)
    severity = Severity.WARNING
    by_default = True

    def applies_to(self, column: ColumnProfile) -> bool:
        return column.type.is_numeric

    def measure(self, context: Context, params: NoParams) -> Measurement:
        column, before = context.column, context.baseline_column
        if column is None or not column.finite:
            return Measurement(0, 0, None, None, "there are no numbers")
        if column.far_outliers is None:
            message = "not applicable: at least half of the values are equal (IQR = 0)"
            return Measurement(column.finite, 0, None, None, message)
        found = column.far_outliers.count
        message = f"{share(found, column.finite)} values lie beyond 3 IQR"
        if before is None or before.far_outliers is None:
            message += "; nothing to compare with yet: this run becomes the baseline"
            return Measurement(column.finite, found, None, None, message)
        usual = before.far_outliers.count / before.finite
        growth = found / column.finite - usual
        message += f", {percent(usual)} in the baseline"
        return Measurement(
            column.finite,
            found,
            growth,
            1 - max(0.0, growth),
            message,
            {"usual_fraction": usual},
            failing=_beyond(column.name, column.far_outliers),
        )


def _beyond(name: str, fences: Fences) -> exp.Expr:
    """Finite values outside of the fences; NaN is above every number, infinity included."""
    value = exp.cast(column(name), "double")
    below = all_of([value < literal(fences.lower), value > literal(-inf)])
    above = all_of([value.copy() > literal(fences.upper), value.copy() < literal(inf)])
    return any_of([below, above])
