"""The third question: a numeric column counted into bins, with what lies beyond the fences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from math import frexp, isfinite

import numpy as np
from sqlglot import exp, select

from dataops.engine.profile import Histogram, Moments, Outliers, Quantiles
from dataops.engine.profile.outliers import FAR_OUT, OUTSIDE
from dataops.engine.profilers.pushdown.cells import TEMPORAL_SCALE, Cells
from dataops.engine.profilers.pushdown.relation import SqlRelation
from dataops.engine.profilers.pushdown.summary import count_if
from dataops.engine.profilers.pushdown.words import is_finite, number

# Squares beyond this overflow, which some databases call an error: such columns are scaled first.
_LARGE = 1e150


@dataclass(frozen=True, slots=True)
class Binned:
    """Histogram of all finite numbers; moments and outliers of those that are no dates."""

    histogram: Histogram
    moments: Moments | None
    outliers: Outliers | None
    far_outliers: Outliers | None


def count_bins(relation: SqlRelation, cells: Cells, edges: tuple[float, ...], quantiles: Quantiles) -> Binned:
    """Count the column on the edges; its percentiles are known by then."""
    fences = [Outliers.of(quantiles, [], [], k=k) for k in (OUTSIDE, FAR_OUT)]
    scale = _scale(quantiles)
    rows = relation.ask(_query(relation, cells, edges, fences, scale))
    counts = np.zeros(len(edges) + 1, dtype=np.int64)
    parts, beyond = [Moments(0, 0.0, 0.0)], [0, 0]
    for place, count, mean, variance, outside, far in rows:
        counts[int(place)] = int(count)
        parts.append(_moments(int(count), float(mean), float(variance or 0), scale))
        beyond = [beyond[0] + int(outside), beyond[1] + int(far)]
    histogram = Histogram(edges, tuple(counts[1:-1].tolist()), int(counts[0]), int(counts[-1]))
    if cells.kind.is_temporal:
        return Binned(histogram, None, None, None)
    moments = reduce(Moments.merge, parts)
    return Binned(histogram, moments, *map(_counted, fences, beyond))


def _query(
    relation: SqlRelation,
    cells: Cells,
    edges: tuple[float, ...],
    fences: list[Outliers | None],
    scale: float,
) -> exp.Query:
    x = exp.column("x")
    scaled = x if scale == 1 else _scaled(x, scale)
    inner = select(exp.alias_(_number(cells), "x", copy=False), copy=False)
    inner = inner.from_(relation.source.copy(), copy=False).where(_is_counted(cells), copy=False)
    # Not copied at each step: the bins are a large expression.
    query = select(
        exp.alias_(_place(edges), "place", copy=False),
        exp.Count(this=exp.Star()),
        exp.Avg(this=scaled.copy()),
        exp.func("VAR_POP", scaled.copy()),
        *(count_if(_is_beyond(fence)) for fence in fences),
        copy=False,
    )
    query = query.from_(inner.subquery("numbers", copy=False), copy=False)
    return query.group_by(exp.Literal.number(1), copy=False)


def _number(cells: Cells) -> exp.Expr:
    """The key as a double; dates and times as seconds since 1970 UTC."""
    as_double: exp.Expr = exp.cast(cells.key.copy(), exp.DType.DOUBLE)
    scale = TEMPORAL_SCALE.get(cells.kind)
    return as_double if scale is None else exp.Mul(this=as_double, expression=number(scale))


def _is_counted(cells: Cells) -> exp.Expr:
    if cells.kind.is_numeric and cells.kind.value == "float":
        return is_finite(cells.key)
    return cells.key.copy().is_(exp.null()).not_()


def _place(edges: tuple[float, ...]) -> exp.Expr:
    """Number of the bin, 1 for the first; 0 below all of them, and one past the last above."""
    x, last = exp.column("x"), len(edges)
    above = exp.If(this=exp.GT(this=x, expression=number(edges[-1])), true=_digit(last))
    if last == 2 and edges[0] == edges[1]:
        below = exp.If(this=exp.LT(this=x.copy(), expression=number(edges[0])), true=_digit(0))
        return exp.Case(ifs=[above, below], default=_digit(1))
    # Halving keeps it at eight comparisons for the two hundred edges of a histogram.
    return exp.Case(ifs=[above], default=_halve(edges[:-1], 0))


def _halve(edges: tuple[float, ...], first: int) -> exp.Expr:
    """Place among edges that are compared with >=; ``first`` is the place below all of them."""
    if not edges:
        return _digit(first)
    middle = len(edges) // 2
    is_left = exp.LT(this=exp.column("x"), expression=number(edges[middle]))
    left, right = _halve(edges[:middle], first), _halve(edges[middle + 1 :], first + middle + 1)
    return exp.Case(ifs=[exp.If(this=is_left, true=left)], default=right)


def _digit(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _is_beyond(fence: Outliers | None) -> exp.Expr:
    if fence is None:
        return exp.false()
    x = exp.column("x")
    return exp.or_(
        exp.LT(this=x, expression=number(fence.lower)),
        exp.GT(this=x.copy(), expression=number(fence.upper)),
    )


def _scale(quantiles: Quantiles) -> float:
    """A power of two that brings numbers with overflowing squares down to 1; else 1."""
    largest = max(abs(quantiles.values[0]), abs(quantiles.values[-1]))
    return 1.0 if largest < _LARGE or not isfinite(largest) else 2.0 ** (frexp(largest)[1] - 1)


def _scaled(x: exp.Expr, scale: float) -> exp.Expr:
    """What is below 1 is nothing beside such numbers, and would underflow, which is an error too."""
    quotient = exp.Div(this=x, expression=number(scale), typed=True)
    is_small = exp.LT(this=exp.Abs(this=x.copy()), expression=number(1))
    return exp.Case(ifs=[exp.If(this=is_small, true=number(0))], default=quotient)


def _moments(count: int, mean: float, variance: float, scale: float) -> Moments:
    with np.errstate(over="ignore", invalid="ignore"):
        m2 = float(np.float64(variance) * count * np.float64(scale) * np.float64(scale))
    return Moments(count, mean * scale, m2)


def _counted(fence: Outliers | None, count: int) -> Outliers | None:
    return None if fence is None else Outliers(fence.k, fence.lower, fence.upper, count)
