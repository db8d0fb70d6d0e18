"""Wasserstein distance: how far values have moved, on average."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dataops.engine.drift.cells import histogram_cells
from dataops.engine.drift.counts import Counts, CountsLike, shares
from dataops.engine.drift.measure import NOTHING_MEASURED, Kind, distance
from dataops.engine.drift.wording import number
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure


def wasserstein(
    edges: Sequence[float] | NDArray[np.float64], reference: CountsLike, current: CountsLike
) -> float:
    """Area between two cumulative distributions over the same bins, in the unit of the edges.

    ``edges`` has one entry more than the counts. Rows are taken as spread evenly inside their bin, so
    the error is at most the mean width of a bin, weighted by the rows that it holds.

    Raises ValueError when the lengths do not fit or a side has no rows.

    >>> wasserstein([0, 1, 2, 3], [1, 0, 0], [0, 0, 1])
    2.0
    """
    before = np.asarray(reference, dtype=np.float64)
    after = np.asarray(current, dtype=np.float64)
    widths = np.diff(np.asarray(edges, dtype=np.float64))
    if not widths.shape == before.shape == after.shape:
        raise ValueError(f"{widths.size} bins, but {before.size} reference and {after.size} current counts")
    if not before.sum() or not after.sum():
        raise ValueError(f"the {'current' if before.sum() else 'reference'} side has no rows")
    gaps = np.concatenate([[0.0], np.cumsum(shares(after) - shares(before))])
    return float((widths * _mean_absolute(gaps[:-1], gaps[1:])).sum())


def _mean_absolute(left: Counts, right: Counts) -> Counts:
    """Mean of |x| over the straight line from ``left`` to ``right``, elementwise."""
    a, b = np.abs(left), np.abs(right)
    total = a + b
    # A line that crosses zero leaves two triangles: (a² + b²) / (a + b) is twice their mean height.
    crossing = (left * right < 0) & (total > 0)
    return np.asarray(np.where(crossing, (a**2 + b**2) / np.where(total > 0, total, 1.0), total) / 2)


def _outer_edges(reference: ColumnProfile, current: ColumnProfile) -> NDArray[np.float64]:
    """The reference's edges, widened to the smallest and largest value of the current window."""
    assert reference.histogram is not None  # noqa: S101 - histogram_cells returned cells
    edges = np.asarray(reference.histogram.edges, dtype=np.float64)
    found = [float(end) for end in (current.minimum, current.maximum) if isinstance(end, int | float)]
    ends = np.array([*found, edges[0], edges[-1]])
    return np.concatenate([[ends.min()], edges, [ends.max()]])


class Wasserstein:
    """Mean distance by which values moved, in standard deviations of the reference.

    Range 0 and up. No p-value. Sees shifts anywhere in the distribution and, since distance counts,
    single far outliers too. A reference without spread has no unit: there the distance is
    given in the column's own unit. Source: Vaserstein 1969; Ramdas, Garcia & Cuturi 2017.
    """

    key = "wasserstein"
    label = "Wasserstein distance / standard deviation"
    kinds = frozenset({Kind.NUMERIC})
    is_test = False
    floor = 0.1

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure:
        cells = histogram_cells(reference, current)
        if cells is None:
            return NOTHING_MEASURED
        with np.errstate(over="ignore", invalid="ignore"):
            moved = wasserstein(_outer_edges(reference, current), *cells)
        spread = (reference.moments and reference.moments.std) or 1.0
        # Values near the largest float have no distance that a float can hold.
        return (
            distance(moved / spread) if math.isfinite(moved) and math.isfinite(spread) else NOTHING_MEASURED
        )

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        return f"values moved by {number(measured.statistic)} standard deviations"
