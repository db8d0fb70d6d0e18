"""Profiles of parts as the profile of the whole.

Counts, extremes, means, spreads, lengths and histograms on equal edges merge exactly, frequent values
while no part dropped one. Percentiles, distinct values and duplicate rows do not: they are estimated,
best from sketches, and say how far they may be off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from math import ceil
from typing import Any, TypeVar

import numpy as np

from dataops.engine.profile.column import ColumnProfile, Scalar
from dataops.engine.profile.dataset import Profile
from dataops.engine.profile.distributions import Distribution
from dataops.engine.profile.frequent import Counted, Frequent
from dataops.engine.profile.histogram import Histogram
from dataops.engine.profile.lengths import Lengths
from dataops.engine.profile.margins import Margins
from dataops.engine.profile.moments import Moments
from dataops.engine.profile.outliers import FAR_OUT, OUTSIDE, Outliers
from dataops.engine.profile.quantiles import Quantiles
from dataops.engine.profile.sketches import DistinctSketch, Sketches
from dataops.engine.types import ColumnType

LISTED = 10

_Value = TypeVar("_Value")


def merge_profiles(one: Profile, other: Profile, *, disjoint: bool = False) -> Profile:
    """The profile of all rows of two parts with the same columns.

    ``disjoint`` says that no row of one part occurs in the other, as when parts are days: then
    duplicate rows add up exactly.

    Raises ValueError when the columns differ in name, or in type beyond whole and decimal numbers.
    """
    if sorted(one.names) != sorted(other.names):
        raise ValueError(f"parts have different columns: {', '.join(set(one.names) ^ set(other.names))}")
    theirs = {column.name: column for column in other.columns}
    duplicates, error = _duplicates(one, other, disjoint)
    return Profile(
        rows=one.rows + other.rows,
        duplicate_rows=duplicates,
        bytes=one.bytes + other.bytes,
        columns=tuple(merge_columns(column, theirs[column.name]) for column in one.columns),
        rows_sketch=_merged_rows(one, other),
        duplicate_rows_error=error,
    )


def merge_columns(one: ColumnProfile, other: ColumnProfile) -> ColumnProfile:
    """The profile of one column in all rows of two parts; raises ValueError when the types differ."""
    if not (one.present and other.present):
        kept, empty = (one, other) if one.present or other.type is ColumnType.EMPTY else (other, one)
        return replace(kept, rows=kept.rows + empty.rows, missing=kept.missing + empty.missing)
    kind = _common_type(one, other)
    distinct, distinct_error = _distinct(one, other)
    frequent = one.frequent.merge(other.frequent)
    statistics, rank_error, bins_error = _distribution(one, other, frequent)
    margins = Margins(rank_error, bins_error, distinct_error)
    listed = all(len(part.patterns) < LISTED and len(part.invalid_values) < LISTED for part in (one, other))
    exact = margins == Margins() and not frequent.error and one.exact and other.exact and listed
    return ColumnProfile(
        name=one.name,
        type=kind,
        rows=one.rows + other.rows,
        missing=one.missing + other.missing,
        distinct=distinct,
        frequent=frequent,
        nan=one.nan + other.nan,
        infinite=one.infinite + other.infinite,
        invalid=one.invalid + other.invalid,
        invalid_values=_listed(one.invalid_values, other.invalid_values),
        minimum=_extreme(one.minimum, other.minimum, min),
        maximum=_extreme(one.maximum, other.maximum, max),
        moments=_either(one.moments, other.moments, Moments.merge),
        lengths=_either(one.lengths, other.lengths, Lengths.merge),
        patterns=_listed(one.patterns, other.patterns),
        exact=exact,
        margins=None if margins == Margins() else margins,
        sketches=_merged_sketches(one, other),
        **statistics,
    )


def _common_type(one: ColumnProfile, other: ColumnProfile) -> ColumnType:
    if one.type is other.type:
        return one.type
    if one.type.is_numeric and other.type.is_numeric:
        return ColumnType.FLOAT
    raise ValueError(
        f"column {one.name!r} is {one.type} in one part and {other.type} in the other; "
        "profile both as one type"
    )


def _merged_sketches(one: ColumnProfile, other: ColumnProfile) -> Sketches | None:
    """Sketches of both, when they are of the same values: 1 and 1.0 are not."""
    if one.sketches is None or other.sketches is None or one.type is not other.type:
        return None
    return one.sketches.merge(other.sketches)


def _distinct(one: ColumnProfile, other: ColumnProfile) -> tuple[int, float]:
    """Different values in both, and the relative error of that."""
    known = one.frequent.distinct_with(other.frequent)
    if known is not None:
        return known, 0.0
    least, most = max(one.distinct, other.distinct), one.distinct + other.distinct
    if sketches := _merged_sketches(one, other):
        return min(max(sketches.distinct.estimate, least), most), sketches.distinct.relative_error
    earlier = max(part.margins.distinct if part.margins else 0.0 for part in (one, other))
    return (least + most) // 2, (most - least) / (most + least) + earlier


def _distribution(
    one: ColumnProfile, other: ColumnProfile, values: Frequent
) -> tuple[dict[str, Any], float, float]:
    """Histogram, percentiles and outliers of both, whose most frequent ``values`` are known, and the errors
    of ranks and of bins."""
    parts = [made for part in (one, other) if (made := _distribution_of(part))]
    if len(parts) < 2:
        kept = other if _distribution_of(other) else one
        margins = kept.margins or Margins()
        names = ("histogram", "quantiles", "outliers", "far_outliers")
        return {name: getattr(kept, name) for name in names}, margins.rank, margins.bins
    if exact := _from_values(one, other, values):
        return exact, 0.0, 0.0
    whole = parts[0].merge(parts[1])
    quantiles = whole.quantiles()
    statistics: dict[str, Any] = {"histogram": whole.histogram, "quantiles": quantiles}
    if not one.type.is_temporal:
        statistics["outliers"] = whole.outliers(quantiles, OUTSIDE)
        statistics["far_outliers"] = whole.outliers(quantiles, FAR_OUT)
    return statistics, whole.rank_error, whole.bins_error


def _from_values(one: ColumnProfile, other: ColumnProfile, values: Frequent) -> dict[str, Any]:
    """The same from all different values, exactly, where both parts keep them all; else nothing."""
    if not one.type.is_numeric or not values.complete or values.error or one.invalid or other.invalid:
        return {}
    numbers = np.array([float(value) for value, _ in values.values])
    finite = np.isfinite(numbers)
    x, counts = numbers[finite], np.array([count for _, count in values.values])[finite]
    quantiles = Quantiles.of(x, counts)
    edges = one.histogram.edges if one.histogram and other.histogram else ()
    same = bool(other.histogram and edges == other.histogram.edges)
    return {
        "histogram": Histogram.on(edges, x, counts) if same else Histogram.of(x, counts),
        "quantiles": quantiles,
        "outliers": Outliers.of(quantiles, x, counts),
        "far_outliers": Outliers.of(quantiles, x, counts, k=FAR_OUT),
    }


def _distribution_of(part: ColumnProfile) -> Distribution | None:
    if part.quantiles is None or part.histogram is None:
        return None
    return Distribution(
        part.histogram,
        *(part.quantiles.values[0], part.quantiles.values[-1]),
        part.margins.bins if part.margins else 0.0,
        part.sketches.numbers if part.sketches else None,
    )


def _merged_rows(one: Profile, other: Profile) -> DistinctSketch | None:
    if one.rows_sketch is None or other.rows_sketch is None:
        return None
    return one.rows_sketch.merge(other.rows_sketch)


def _duplicates(one: Profile, other: Profile, disjoint: bool) -> tuple[int, int]:
    """Rows in surplus among both, and by how many that may be off."""
    known, error = (
        one.duplicate_rows + other.duplicate_rows,
        one.duplicate_rows_error + other.duplicate_rows_error,
    )
    if disjoint:
        return known, error
    # As many rows of one part as there are different ones in the other may occur in both.
    shared = min(one.rows - one.duplicate_rows, other.rows - other.duplicate_rows)
    union = _merged_rows(one, other)
    if union is None:
        return known, error + shared
    estimate = one.rows + other.rows - union.estimate
    return min(max(estimate, known), known + shared), ceil(union.relative_error * union.estimate)


def _extreme(one: Scalar, other: Scalar, pick: Callable[..., Any]) -> Scalar:
    found: Scalar = pick(value for value in (one, other) if value is not None) if one != other else one
    return found


def _either(
    one: _Value | None, other: _Value | None, join: Callable[[_Value, _Value], _Value]
) -> _Value | None:
    if one is None or other is None:
        return one if other is None else other
    return join(one, other)


def _listed(one: Counted, other: Counted) -> Counted:
    """The most frequent of two short lists together; by value where counts are equal."""
    joined = Counter(dict(one))
    joined.update(dict(other))
    return tuple(sorted(joined.items(), key=lambda item: (-item[1], item[0]))[:LISTED])
