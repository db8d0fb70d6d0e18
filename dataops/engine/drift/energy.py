"""Energy distance."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dataops.engine.drift.cells import histogram_cells
from dataops.engine.drift.counts import CountsLike
from dataops.engine.drift.gaps import edge_gaps, mean_squared, outer_edges, widths_of
from dataops.engine.drift.measure import NOTHING_MEASURED, Kind, distance
from dataops.engine.drift.wording import number
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure


def energy(edges: Sequence[float] | NDArray[np.float64], reference: CountsLike, current: CountsLike) -> float:
    """Root of twice the area between two cumulative distributions, squared; in the root of the edges' unit.

    ``edges`` has one entry more than the counts; rows are taken as spread evenly inside their bin.

    Raises ValueError when the lengths do not fit or a side has no rows.

    >>> energy([0, 1, 2, 3], [1, 0, 0], [0, 1, 0])      # two triangles, each a third of a unit
    1.1547005383792515
    """
    widths = widths_of(edges, reference, current)
    return math.sqrt(2 * float((widths * mean_squared(edge_gaps(reference, current))).sum()))


class Energy:
    """Energy distance of the numbers, both sides divided by the standard deviation of the reference.

    Range 0 and up: the root of 2 E|X-Y| - E|X-X'| - E|Y-Y'|. No p-value. Like the Wasserstein distance
    it counts how far values moved, but far outliers weigh less. A reference without spread is not
    divided. Source: Székely & Rizzo 2013.
    """

    key = "energy"
    label = "Energy distance"
    kinds = frozenset({Kind.NUMERIC})
    is_test = False
    floor = 0.1

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure:
        cells = histogram_cells(reference, current)
        if cells is None:
            return NOTHING_MEASURED
        spread = (reference.moments and reference.moments.std) or 1.0
        with np.errstate(over="ignore", invalid="ignore"):
            moved = energy(outer_edges(reference, current) / spread, *cells)
        return distance(moved) if math.isfinite(moved) else NOTHING_MEASURED

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        return f"energy distance {number(measured.statistic)}"
