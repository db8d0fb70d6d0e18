"""Population stability index."""

import numpy as np

from dataops.engine.drift.cells import comparable_cells
from dataops.engine.drift.counts import CountsLike, paired, shares
from dataops.engine.drift.measure import NOTHING_MEASURED, Kind, distance
from dataops.engine.drift.wording import number
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure

GROUPS = 10


def psi(reference: CountsLike, current: CountsLike, *, pseudocount: float = 0.5) -> float:
    """Population stability index of two histograms over the same bins.

    ``reference`` and ``current`` are counts, shape (n_bins,); their totals may differ.
    The result is in nats, 0 when the shares agree, and has no upper limit.
    An empty bin would make it infinite; ``pseudocount`` is added to every bin of both sides,
    so that one empty bin weighs what half an observation would. Bins empty on both sides say nothing
    and are left out.

    Raises ValueError when the lengths differ or a side has no rows.

    >>> round(psi([50, 50], [90, 10]), 3)
    0.853
    """
    before, after = paired(reference, current)
    p, q = shares(before + pseudocount), shares(after + pseudocount)
    return float(((q - p) * np.log(q / p)).sum())


class PopulationStabilityIndex:
    """Sum of (q - p) ln(q / p) over 10 equal parts of the reference, or over the categories.

    Range 0 and up; by custom below 0.1 is stable and above 0.25 is a major shift. It has no p-value,
    and without any drift averages (bins - 1)(1/n + 1/m), so small samples exceed the
    customary limits by chance. Symmetric for categories. Source: Lewis 1994; Yurdakul & Naranjo 2020.
    """

    key = "psi"
    label = "Population stability index"
    kinds = frozenset({Kind.NUMERIC, Kind.CATEGORICAL})
    is_test = False
    floor = 0.1

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure:
        cells = comparable_cells(reference, current, GROUPS)
        return distance(psi(*cells)) if cells else NOTHING_MEASURED

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        return f"PSI {number(measured.statistic)}"
