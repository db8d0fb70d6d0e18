"""More values far out than there used to be."""

from __future__ import annotations

from dataclasses import dataclass

from dataops.engine.checks.base import ColumnCheck, nothing
from dataops.engine.checks.fences import (
    Fences,
    iqr_fences,
    mad_about,
    mad_fences,
    share_beyond,
    zscore_fences,
)
from dataops.engine.checks.params import param
from dataops.engine.checks.rowwise import count
from dataops.engine.checks.wording import number, percent, share
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Limits, Measurement
from dataops.engine.types import Dimension

METHODS = {"iqr": "IQR", "mad": "MAD", "zscore": "standard deviations"}


@dataclass(frozen=True, slots=True)
class OutliersParams:
    k: float = param(3.0, "How many times the spread a value may lie out", minimum=0.1, maximum=100)
    method: str = param(
        "iqr", "What the spread is: IQR, scaled MAD or standard deviation", choices=tuple(METHODS)
    )


class Outliers(ColumnCheck):
    """By how much the share of values far out grew since the baseline.

    Far out is beyond Q1 - k IQR or Q3 + k IQR (iqr), or more than k times 1.4826 MAD from the median
    (mad) or k standard deviations from the mean (zscore); a value on a fence is inside. Real columns are
    skewed: outliers as such are no news, a growing share of them is. Where at least half of the
    values are equal, fences mean nothing and nothing is measured.

    The profile knows the share for IQR and k = 1.5 or 3. Others take a second pass, and the share in the
    baseline, whose rows are gone, is then estimated from its histogram.
    """

    key = "outliers"
    label = "Outliers"
    dimension = Dimension.CONSISTENCY
    params = OutliersParams
    default_limits = Limits(warn=0.01, fail=0.05)
    by_default = True

    def applies_to(self, column: ColumnProfile) -> bool:
        return column.type.is_numeric

    def measure(self, context: Context, params: OutliersParams) -> Measurement:
        column, before = context.column, context.baseline_column
        if column is None or not column.finite or not column.type.is_numeric:
            return nothing("there are no numbers")
        if context.rows is None and _known(column, params) is None and _fences(column, params) is not None:
            return nothing("not measured: this looks at rows, and only a profile is at hand")
        fences = _exact_fences(context, column, params)
        if fences is None:
            message = f"not applicable: at least half of the values are equal ({_spread(params)} = 0)"
            return Measurement(column.finite, 0, None, None, message)
        found = _known(column, params)
        if found is None:
            found = count(context.rows, fences.beyond(column.name)) if context.rows else 0
        message = (
            f"{share(found, column.finite)} values lie beyond {number(params.k)} {METHODS[params.method]}"
        )
        usual = _usual(before, params) if before is not None and before.finite else None
        if usual is None:
            message += "; nothing to compare with yet: this run becomes the baseline"
            return Measurement(column.finite, found, None, None, message)
        growth = found / column.finite - usual
        return Measurement(
            column.finite,
            found,
            growth,
            1 - max(0.0, growth),
            f"{message}, {percent(usual)} in the baseline",
            {"usual_fraction": usual, "lower": fences.lower, "upper": fences.upper},
            failing=fences.beyond(column.name) if found else None,
        )


def _known(column: ColumnProfile, params: OutliersParams) -> int | None:
    """How many there are, where the profile counted them."""
    if params.method != "iqr":
        return None
    counted = next((o for o in (column.outliers, column.far_outliers) if o and o.k == params.k), None)
    return counted.count if counted else None


def _fences(column: ColumnProfile, params: OutliersParams) -> Fences | None:
    """From the profile alone: for MAD only about."""
    return {"iqr": iqr_fences, "mad": mad_about, "zscore": zscore_fences}[params.method](column, params.k)


def _exact_fences(context: Context, column: ColumnProfile, params: OutliersParams) -> Fences | None:
    if params.method == "mad" and context.rows is not None:
        return mad_fences(column, params.k, context.rows)
    return _fences(column, params)


def _usual(before: ColumnProfile, params: OutliersParams) -> float | None:
    known = _known(before, params)
    if known is not None:
        return known / before.finite
    fences = _fences(before, params)
    return share_beyond(before, fences) if fences else None


def _spread(params: OutliersParams) -> str:
    spreads = {
        "iqr": "IQR",
        "mad": "MAD",
        "zscore": "standard deviation",
    }
    return spreads[params.method]
