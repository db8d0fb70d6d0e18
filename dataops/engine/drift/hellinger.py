"""Hellinger distance."""

import numpy as np

from dataops.engine.drift.cells import comparable_cells
from dataops.engine.drift.counts import CountsLike, paired, shares
from dataops.engine.drift.measure import NOTHING_MEASURED, Kind, distance
from dataops.engine.drift.wording import number
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure

GROUPS = 16


def hellinger(reference: CountsLike, current: CountsLike) -> float:
    """Distance between the square roots of the shares, over the root of 2: 0..1.

    >>> round(hellinger([50, 50], [90, 10]), 4), hellinger([10, 0], [0, 10])
    (0.3249, 1.0)
    """
    before, after = paired(reference, current)
    return float(np.linalg.norm(np.sqrt(shares(before)) - np.sqrt(shares(after))) / np.sqrt(2))


class Hellinger:
    """Hellinger distance over 16 equal parts of the reference, or over the categories.

    Range 0..1: 0 for equal shares, 1 for no value in common; empty cells need no repair, and rare cells weigh
    more than in the total variation. It has no p-value, and without any drift it grows with the number
    of cells and shrinks with the number of rows. Symmetric for categories. Source: Hellinger 1909.
    """

    key = "hellinger"
    label = "Hellinger distance"
    kinds = frozenset({Kind.NUMERIC, Kind.CATEGORICAL})
    is_test = False
    floor = 0.1

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure:
        cells = comparable_cells(reference, current, GROUPS)
        return distance(hellinger(*cells)) if cells else NOTHING_MEASURED

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        return f"Hellinger distance {number(measured.statistic)}"
