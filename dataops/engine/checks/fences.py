"""Where a column's outliers begin, and what share of a profile lies beyond."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
from sqlglot import exp

from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Rows
from dataops.engine.sql import all_of, any_of, column, literal

# Scales the median absolute deviation to the standard deviation of a normal distribution.
NORMAL = 1.4826


@dataclass(frozen=True, slots=True)
class Fences:
    """A value on a fence is inside."""

    lower: float
    upper: float

    def beyond(self, name: str) -> exp.Expr:
        """Finite values outside of the fences; NaN is above every number, infinity included."""
        value = exp.cast(column(name), "double")
        below = all_of([value < literal(self.lower), value > literal(-inf)])
        above = all_of([value.copy() > literal(self.upper), value.copy() < literal(inf)])
        return any_of([below, above])


def around(middle: float, reach: float) -> Fences | None:
    """None when at least half of the values are equal, or all are: every other one would be beyond."""
    return Fences(middle - reach, middle + reach) if reach > 0 and isfinite(reach) else None


def iqr_fences(found: ColumnProfile, k: float) -> Fences | None:
    """Q1 - k IQR and Q3 + k IQR (Tukey 1977)."""
    if found.quantiles is None:
        return None
    low, high = found.quantiles.at(0.25), found.quantiles.at(0.75)
    reach = k * (high - low)
    return Fences(low - reach, high + reach) if reach > 0 and isfinite(reach) else None


def zscore_fences(found: ColumnProfile, k: float) -> Fences | None:
    """k standard deviations around the mean."""
    moments = found.moments
    return around(moments.mean, k * (moments.std or 0.0)) if moments else None


def mad_fences(found: ColumnProfile, k: float, rows: Rows) -> Fences | None:
    """k scaled median absolute deviations around the median, exact over the rows."""
    value = exp.cast(column(found.name), "double")
    finite = exp.Anonymous(this="isfinite", expressions=[value])
    deviation = exp.Anonymous(this="mad", expressions=[value])
    query = exp.select(exp.Median(this=value), deviation).from_(rows.table).where(finite)
    median, spread = rows.query(query)[0]
    return None if median is None else around(float(median), k * NORMAL * float(spread))


def mad_about(found: ColumnProfile, k: float) -> Fences | None:
    """The same from the percentiles of a profile, whose rows are not at hand: close, not exact."""
    if found.quantiles is None:
        return None
    values = np.asarray(found.quantiles.values)
    middle = float(np.median(values))
    return around(middle, k * NORMAL * float(np.median(np.abs(values - middle))))


def share_beyond(found: ColumnProfile, fences: Fences) -> float | None:
    """Share of the finite values beyond, were rows spread evenly inside the bins of the histogram."""
    bins = found.histogram
    if bins is None or not found.finite:
        return None
    cumulated = np.cumsum([bins.below, *bins.counts])
    inside = np.interp([fences.lower, fences.upper], bins.edges, cumulated)
    below = inside[0] if fences.lower > bins.edges[0] else bins.below
    above = found.finite - inside[1] if fences.upper < bins.edges[-1] else bins.above
    return float(max(0.0, below + above) / found.finite)
