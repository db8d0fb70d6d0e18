"""Jensen-Shannon distance."""

import numpy as np
from scipy.special import rel_entr

from dataops.engine.drift.cells import comparable_cells
from dataops.engine.drift.counts import CountsLike, paired, shares
from dataops.engine.drift.measure import NOTHING_MEASURED, Kind, distance
from dataops.engine.drift.wording import number
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure

GROUPS = 16


def jensen_shannon(reference: CountsLike, current: CountsLike) -> float:
    """Square root of the mean divergence of both sides from their mixture, base 2: 0..1.

    >>> jensen_shannon([50, 50], [50, 50]), jensen_shannon([10, 0], [0, 10])
    (0.0, 1.0)
    """
    before, after = paired(reference, current)
    p, q = shares(before), shares(after)
    mixture = (p + q) / 2
    divergence = (rel_entr(p, mixture).sum() + rel_entr(q, mixture).sum()) / (2 * np.log(2))
    return float(np.sqrt(np.clip(divergence, 0.0, 1.0)))


class JensenShannon:
    """Jensen-Shannon distance over 16 equal parts of the reference, or over the categories.

    Range 0..1: 0 for equal shares, 1 for no value in common; empty cells need no repair. It has no
    p-value, and without any drift it grows with the number of cells and shrinks with the number of rows.
    Base 2, so 0.1 here is 0.083 in libraries that use natural logarithms.
    Symmetric for categories. Source: Lin 1991; Endres & Schindelin 2003.
    """

    key = "jensen_shannon"
    label = "Jensen-Shannon distance"
    kinds = frozenset({Kind.NUMERIC, Kind.CATEGORICAL})
    is_test = False
    floor = 0.1

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure:
        cells = comparable_cells(reference, current, GROUPS)
        return distance(jensen_shannon(*cells)) if cells else NOTHING_MEASURED

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        return f"Jensen-Shannon distance {number(measured.statistic)}"
