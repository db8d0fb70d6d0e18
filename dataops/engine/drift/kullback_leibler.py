"""Kullback-Leibler divergence."""

from scipy.special import rel_entr

from dataops.engine.drift.cells import comparable_cells
from dataops.engine.drift.counts import CountsLike, paired, shares
from dataops.engine.drift.measure import NOTHING_MEASURED, Kind, distance
from dataops.engine.drift.wording import number
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import DriftMeasure

GROUPS = 16


def kullback_leibler(reference: CountsLike, current: CountsLike, *, pseudocount: float = 0.5) -> float:
    """Sum of p ln(p / q) with p of the reference and q of the current side, in nats: 0 and up.

    ``pseudocount`` is added to every cell of both sides that is used on one: a cell of the reference
    that is empty now would make the divergence infinite.

    Raises ValueError when the lengths differ or a side has no rows.

    >>> round(kullback_leibler([50, 50], [90, 10]), 3), kullback_leibler([5, 5], [50, 50])
    (0.494, 0.0)
    """
    before, after = paired(reference, current)
    return float(rel_entr(shares(before + pseudocount), shares(after + pseudocount)).sum())


class KullbackLeibler:
    """Divergence of the current window from the reference, over 16 equal parts of it or the categories.

    Range 0 and up, in nats: what it costs to describe the reference in terms of the current window.
    Not symmetric: values that became rare weigh much, new ones hardly. It has no p-value, and without any
    drift averages (cells - 1)(1/n + 1/m)/2. Source: Kullback & Leibler 1951.
    """

    key = "kullback_leibler"
    label = "Kullback-Leibler divergence"
    kinds = frozenset({Kind.NUMERIC, Kind.CATEGORICAL})
    is_test = False
    floor = 0.1

    def measure(self, reference: ColumnProfile, current: ColumnProfile) -> DriftMeasure:
        cells = comparable_cells(reference, current, GROUPS)
        return distance(kullback_leibler(*cells)) if cells else NOTHING_MEASURED

    def describe(self, reference: ColumnProfile, current: ColumnProfile, measured: DriftMeasure) -> str:
        return f"KL divergence {number(measured.statistic)}"
