"""Wasserstein distance: how far values have moved, on average."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dataops.engine.drift.cells import histogram_cells
from dataops.engine.drift.counts import CountsLike
from dataops.engine.drift.gaps import edge_gaps, mean_absolute, outer_edges, widths_of
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
    widths = widths_of(edges, reference, current)
    return float((widths * mean_absolute(edge_gaps(reference, current))).sum())


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
            moved = wasserstein(outer_edges(reference, current), *cells)
        spread = (reference.moments and reference.moments.std) or 1.0
        # Values near the largest float have no distance that a float can hold.
        return (
            distance(moved / spread) if math.isfinite(moved) and math.isfinite(spread) else NOTHING_MEASURED
        )

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        return f"values moved by {number(measured.statistic)} standard deviations"
