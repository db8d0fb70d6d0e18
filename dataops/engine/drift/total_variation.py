"""Total variation distance: the share of rows that moved."""

from dataops.engine.drift.cells import comparable_cells
from dataops.engine.drift.counts import total_variation
from dataops.engine.drift.measure import NOTHING_MEASURED, Kind, distance
from dataops.engine.drift.wording import percent
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure

GROUPS = 16


class TotalVariation:
    """Half the sum of |p - q| over 16 equal parts of the reference, or over the categories.

    Range 0..1: the share of rows that would have to change their value to make both sides agree. It has
    no p-value; two samples of one population differ by about the sum of sqrt(p(1 - p)(1/n + 1/m) / 2 pi).
    Symmetric for categories. Source: Levin, Peres & Wilmer 2009, chapter 4.
    """

    key = "total_variation"
    label = "Total variation distance"
    kinds = frozenset({Kind.NUMERIC, Kind.CATEGORICAL})
    is_test = False
    floor = 0.1

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure:
        cells = comparable_cells(reference, current, GROUPS)
        return distance(total_variation(*cells)) if cells else NOTHING_MEASURED

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        return f"{percent(measured.statistic)} of rows moved to other values"
