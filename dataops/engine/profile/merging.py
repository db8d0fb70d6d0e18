"""Profiles of parts as the profile of the whole.

Counts, extremes, means, spreads, lengths and histograms on equal edges merge exactly, frequent values
while no part dropped one. Percentiles, distinct values and duplicate rows do not: they are estimated,
best from sketches, and say how far they may be off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import reduce
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


def merge_profiles(*parts: Profile, disjoint: bool = False, alike: bool = False) -> Profile:
    """The profile of all rows of parts with the same columns.

    ``disjoint`` says that no row of one part occurs in another, as when parts are days: then
    duplicate rows add up exactly. ``alike`` that all were made like one reference: then so is the whole,
    on its values, also those that do not occur.

    Raises ValueError when the columns differ in name, or in type beyond whole and decimal numbers.
    """
    one, *others = parts
    if not others:
        return one
    for other in others:
        if sorted(one.names) != sorted(other.names):
            differing = ", ".join(set(one.names) ^ set(other.names))
            raise ValueError(f"parts have different columns: {differing}")
    theirs = [{column.name: column for column in other.columns} for other in others]
    duplicates, error = _duplicates(parts, disjoint)
    return Profile(
        rows=sum(part.rows for part in parts),
        duplicate_rows=duplicates,
        bytes=sum(part.bytes for part in parts),
        columns=tuple(
            merge_columns(column, *(columns[column.name] for columns in theirs), alike=alike)
            for column in one.columns
        ),
        rows_sketch=_merged_rows(parts),
        duplicate_rows_error=error,
    )


def merge_columns(*parts: ColumnProfile, alike: bool = False) -> ColumnProfile:
    """The profile of one column in all rows of parts, see above; raises ValueError when the types differ."""
    rows, missing = sum(part.rows for part in parts), sum(part.missing for part in parts)
    present = [part for part in parts if part.present]
    if len(present) < 2:
        return replace(_telling(parts, present), rows=rows, missing=missing)
    kind, sketches = _common_type(present), _merged_sketches(present)
    distinct, distinct_error = _distinct(present, sketches)
    first, *others = (part.frequent for part in present)
    frequent = first.merge(*others, alike=alike)
    statistics, rank_error, bins_error = _distribution(present, frequent)
    margins = Margins(rank_error, bins_error, distinct_error)
    listed = all(len(part.patterns) < LISTED and len(part.invalid_values) < LISTED for part in present)
    exact = margins == Margins() and not frequent.error and listed and all(part.exact for part in present)
    return ColumnProfile(
        name=parts[0].name,
        type=kind,
        rows=rows,
        missing=missing,
        distinct=distinct,
        frequent=frequent,
        nan=sum(part.nan for part in present),
        infinite=sum(part.infinite for part in present),
        invalid=sum(part.invalid for part in present),
        invalid_values=_listed(part.invalid_values for part in present),
        minimum=_extreme((part.minimum for part in present), min),
        maximum=_extreme((part.maximum for part in present), max),
        moments=_all((part.moments for part in present), Moments.merge),
        lengths=_all((part.lengths for part in present), Lengths.merge),
        patterns=_listed(part.patterns for part in present),
        exact=exact,
        margins=None if margins == Margins() else margins,
        sketches=sketches,
        **statistics,
    )


def _telling(parts: Sequence[ColumnProfile], present: Sequence[ColumnProfile]) -> ColumnProfile:
    """The only part that has values, or of parts without any one that at least has a type."""
    typed = [part for part in parts if part.type is not ColumnType.EMPTY]
    return [*parts[:1], *typed, *present][-1]


def _common_type(parts: Sequence[ColumnProfile]) -> ColumnType:
    types = list(dict.fromkeys(part.type for part in parts))
    if len(types) == 1:
        return types[0]
    if all(kind.is_numeric for kind in types):
        return ColumnType.FLOAT
    raise ValueError(
        f"column {parts[0].name!r} is {' in one part and '.join(types)} in another; profile all as one type"
    )


def _merged_sketches(parts: Sequence[ColumnProfile]) -> Sketches | None:
    """Sketches of all, when they are of the same values: 1 and 1.0 are not."""
    found = [part.sketches for part in parts if part.sketches and part.type is parts[0].type]
    return reduce(Sketches.merge, found) if len(found) == len(parts) else None


def _distinct(parts: Sequence[ColumnProfile], sketches: Sketches | None) -> tuple[int, float]:
    """Different values in all, and the relative error of that."""
    first, *others = (part.frequent for part in parts)
    known = first.distinct_with(*others)
    if known is not None:
        return known, 0.0
    least, most = max(part.distinct for part in parts), sum(part.distinct for part in parts)
    if sketches:
        return min(max(sketches.distinct.estimate, least), most), sketches.distinct.relative_error
    earlier = max(part.margins.distinct if part.margins else 0.0 for part in parts)
    return (least + most) // 2, (most - least) / (most + least) + earlier


def _distribution(parts: Sequence[ColumnProfile], values: Frequent) -> tuple[dict[str, Any], float, float]:
    """Histogram, percentiles and outliers of all, whose most frequent ``values`` are known, and the errors
    of ranks and of bins."""
    told = [(part, made) for part in parts if (made := _distribution_of(part))]
    if len(told) < 2:
        kept = told[0][0] if told else parts[0]
        margins = kept.margins or Margins()
        names = ("histogram", "quantiles", "outliers", "far_outliers")
        return {name: getattr(kept, name) for name in names}, margins.rank, margins.bins
    if exact := _from_values(parts, values):
        return exact, 0.0, 0.0
    first, *others = (made for _, made in told)
    whole = first.merge(*others)
    quantiles = whole.quantiles()
    statistics: dict[str, Any] = {"histogram": whole.histogram, "quantiles": quantiles}
    if not parts[0].type.is_temporal:
        statistics["outliers"] = whole.outliers(quantiles, OUTSIDE)
        statistics["far_outliers"] = whole.outliers(quantiles, FAR_OUT)
    return statistics, whole.rank_error, whole.bins_error


def _from_values(parts: Sequence[ColumnProfile], values: Frequent) -> dict[str, Any]:
    """The same from all different values, exactly, where all parts name them all; else nothing."""
    if not values.names_all or values.error or any(p.invalid or not p.type.is_numeric for p in parts):
        return {}
    numbers = np.array([float(value) for value, _ in values.named])
    finite = np.isfinite(numbers)
    x, counts = numbers[finite], np.array([count for _, count in values.named])[finite]
    quantiles = Quantiles.of(x, counts)
    edges = {part.histogram.edges for part in parts if part.histogram}
    return {
        "histogram": Histogram.on(edges.pop(), x, counts) if len(edges) == 1 else Histogram.of(x, counts),
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


def _merged_rows(parts: Sequence[Profile]) -> DistinctSketch | None:
    found = [part.rows_sketch for part in parts if part.rows_sketch]
    return reduce(DistinctSketch.merge, found) if len(found) == len(parts) else None


def _duplicates(parts: Sequence[Profile], disjoint: bool) -> tuple[int, int]:
    """Rows in surplus among all, and by how many that may be off."""
    known = sum(part.duplicate_rows for part in parts)
    error = sum(part.duplicate_rows_error for part in parts)
    if disjoint:
        return known, error
    # All different rows of the other parts may be among those of the part that has most.
    different = [part.rows - part.duplicate_rows for part in parts]
    shared = sum(different) - max(different)
    union = _merged_rows(parts)
    if union is None:
        return known, error + shared
    estimate = sum(part.rows for part in parts) - union.estimate
    return min(max(estimate, known), known + shared), ceil(union.relative_error * union.estimate)


def _extreme(values: Iterable[Scalar], pick: Callable[..., Any]) -> Scalar:
    found: Scalar = pick((value for value in values if value is not None), default=None)
    return found


def _all(values: Iterable[_Value | None], join: Callable[[_Value, _Value], _Value]) -> _Value | None:
    known = [value for value in values if value is not None]
    return reduce(join, known) if known else None


def _listed(lists: Iterable[Counted]) -> Counted:
    """The most frequent of short lists together; by value where counts are equal."""
    joined: Counter[str] = Counter()
    for one in lists:
        joined.update(dict(one))
    return tuple(sorted(joined.items(), key=lambda item: (-item[1], item[0]))[:LISTED])
